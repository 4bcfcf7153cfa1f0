"""Who is quoted: the quotations of an article, and who says each."""

from analysis.quotes.extract import Quote, extract_quotes

__all__ = ["Quote", "extract_quotes"]

"""Plain: an article that came as text."""

from analysis.language import guess_language
from analysis.normalise import normalise_text
from spiders.articles.article import Article, ArticleError
from spiders.articles.decoding import check_undamaged

_LIKELY = "en"


def article_of_words(text: str, where: str) -> Article:
    """Read a plain text, named `where` in complaints; paragraphs stay as they are.

    Raises:
        ArticleError: it is empty, or damaged.
    """
    try:
        words = normalise_text(text)
    except ValueError as error:
        raise ArticleError(f"{where} is damaged: {error}") from None
    if not words:
        raise ArticleError(f"{where} is empty: give the words of an article")
    check_undamaged(words, where)
    return Article(words, language=guess_language(words, _LIKELY))

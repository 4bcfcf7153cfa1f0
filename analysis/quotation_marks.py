"""The quotation marks of all languages, and which of them close which."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

from collections.abc import Mapping
from typing import Final

DOUBLE: Final = '"“”„‟«»‹›「」『』'
"""Marks that are nothing else."""

SINGLE: Final = "'‘’‚`"
"""Marks that may be apostrophes, accents or commas as well."""

OPENING_SINGLE: Final = "'‘‚`"
CLOSING_SINGLE: Final = "'’`"

CLOSES: Final[Mapping[str, str]] = {
    '"': '"',
    "“": '”"',
    "„": '“”"',
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "'": "'",
    "‘": "’'",
    "‚": "‘’",
    "`": "'`",
}
"""Which marks close each mark, where one hand wrote the text."""

CLOSES_IN_ARTICLES: Final[Mapping[str, str]] = {**CLOSES, '"': '"”', "'": "'’"}
"""The same where several did: a straight mark is closed by a typographic one too."""

BEFORE_OPENING: Final = frozenset(" \n([{—–-:;/,¿¡…")
"""What a mark that opens stands after, where the same mark may close."""

FARTHEST: Final = 2_000
"""A single mark whose partner is more characters off is an apostrophe."""

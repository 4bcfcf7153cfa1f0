"""The words of a search, as the page and the feed of it read them."""

import re

from datasette.utils import escape_fts

from onrecord.browse.atom import plain

LONGEST = 500
"""Characters of a search; a longer one is more likely a text than words to look for."""

_BEGINNING = re.compile(r'"(\w{3,})\*"')
"""Fewer letters begin so many words that SQLite takes long to list them."""


def match_of(words: str) -> str:
    """Write what a visitor typed for SQLite's search: words, phrases in quotes, and beginnings.

    No other character is special; what holds no word at all finds nothing.

    >>> match_of('lake AND "fishing boat" mini* a*')
    '"lake" "AND" "fishing boat" "mini"* "a*"'
    """
    return _BEGINNING.sub(r'"\1"*', escape_fts(plain(words))) or '""'


def has_beginning(words: str) -> bool:
    """Tell whether a search asks for words by how they begin.

    >>> has_beginning("mini*"), has_beginning("a*")
    (True, False)
    """
    return bool(_BEGINNING.search(escape_fts(plain(words))))

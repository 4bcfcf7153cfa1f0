"""Where a name may begin and end: the borders of words in each script, in hashtags and handles."""
# ruff: noqa: RUF001 - letters of all scripts are meant.

import re
import unicodedata

from analysis.mentions.tables import words_of
from analysis.spans import Span

# Borders that a form needs.
WORD = 0
LEFT = 1
NONE = 2
PREFIXED = 3
SUFFIXED = 4
KATAKANA = 5

_SCRIPTS = {
    "HANGUL": LEFT,
    "CJK": NONE,
    "HIRAGANA": NONE,
    "THAI": NONE,
    "LAO": NONE,
    "KHMER": NONE,
    "MYANMAR": NONE,
    "TIBETAN": NONE,
    "ARABIC": PREFIXED,
    "HEBREW": PREFIXED,
    "ETHIOPIC": PREFIXED,
    "KATAKANA": KATAKANA,
    "REGIONAL": NONE,
    **dict.fromkeys(
        [
            "GEORGIAN",
            "ARMENIAN",
            "TAMIL",
            "TELUGU",
            "KANNADA",
            "MALAYALAM",
            "BENGALI",
            "ORIYA",
            "GUJARATI",
            "SINHALA",
        ],
        SUFFIXED,
    ),
}
# What stands around most names: none of it goes on with a word, nor begins a handle or a tag.
BLANKS = frozenset(["", *" .,;:!?'’\"“”()\n"])
# And, by, for, like, to, will; in Hebrew and, the, in, to, as, from, that; in Amharic of, to, from.
_PREFIXES = frozenset("وفبكلس\u05d5\u05d4\u05d1\u05dc\u05db\u05de\u05e9የለከበ")
_MOST_PREFIXES = 2
_STEM = 4
_SUFFIX = 6
# Languages that hang cases on a name.
_SUFFIXING = words_of("borders.suffixing")

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]*@[\w.@-]+|\b[\w-]+\.(?:com|org|net|gov)\b")
_HASHTAG = re.compile(r"[#\N{FULLWIDTH NUMBER SIGN}](\w+)")


def border_of(form: str) -> int:
    """Name the borders that a form needs, by the script of its first letter."""
    if form[0] < "\u0500":
        return WORD
    return _SCRIPTS.get(unicodedata.name(form[0], "").partition(" ")[0], WORD)


def is_in_word(sign: str) -> bool:
    """Tell whether a character goes on with a word: letters, digits, marks of vowels."""
    return (
        sign.isalnum() or sign == "_" or (sign > "\u02ff" and unicodedata.category(sign)[0] == "M")
    )


def is_bounded(text: str, start: int, end: int, border: int, language: str | None) -> bool:
    """Tell whether the borders that a form needs are there."""
    if border == NONE:
        return True
    if border == KATAKANA:
        around = text[start - 1 : start] + text[end : end + 1]
        return not any("\u30a1" <= sign <= "\u30fa" or sign == "ー" for sign in around)
    begins_in_word = start > 0 and is_in_word(text[start - 1]) and is_in_word(text[start])
    if begins_in_word and (border != PREFIXED or not _is_prefixed(text, start)):
        return False
    at_end = border == LEFT or end == len(text) or not is_in_word(text[end - 1])
    if at_end or not is_in_word(text[end]):
        return True
    if border == SUFFIXED:
        return end - start >= _STEM
    return language in _SUFFIXING and end - start > _STEM and _is_suffixed(text, end)


def _is_prefixed(text: str, start: int) -> bool:
    at = start
    while at and start - at < _MOST_PREFIXES and text[at - 1] in _PREFIXES:
        at -= 1
    return not at or not is_in_word(text[at - 1])


def _is_suffixed(text: str, end: int) -> bool:
    at = end
    while at < len(text) and is_in_word(text[at]):
        if at - end == _SUFFIX or text[at].isupper():
            return False
        at += 1
    return True


def spans_of_addresses(text: str) -> list[Span]:
    """Find links, e-mail addresses and @handles, in which no name is a mention."""
    return [found.span() for found in _NOT_WORDS.finditer(text)]


def spans_of_hashtags(text: str) -> list[Span]:
    """Find hashtags, without their sign."""
    return [found.span(1) for found in _HASHTAG.finditer(text)]


def is_bounded_in_tag(text: str, start: int, end: int, tag: Span) -> bool:
    """Tell whether a form is one of the words that a hashtag runs together: #IndiaRussia."""
    before = start == tag[0] or _changes(text[start - 1], text[start])
    return before and (end == tag[1] or _changes(text[end - 1], text[end]))


def _changes(left: str, right: str) -> bool:
    if left == "_" or right == "_" or left.isdigit() != right.isdigit():
        return True
    return right.isupper() and (left.islower() or not left.isupper())

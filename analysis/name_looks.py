"""How names look in a text: capitals, handles, tags, flags, and where a sentence may open."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from analysis.name_rules import Looks, Token, names_in_run, word_looks
from analysis.spans import Span
from analysis.word_kinds import FINITE, verb_form, word_kind, words_listed

LONGEST: Final = 16
"""Letters of a title, a particle or an abbreviation, at most."""

_SMALL = (
    "a|an|and|as|at|bin|by|de|da|del|der|di|do|el|for|from|https?|in|into|is|it|la|le|nor|of|on|or"
    "|over|per|pro|rt|so|than|the|to|up|van|via|von|vs|with|al|ul|ibn|bint|den|du|co"
)
_LONG = 64  # letters of a word that is not worth remembering
_SEGMENT = re.compile(r"[^\n.!?\u2026]{4,}")
_LOWER = re.compile(rf"(?<![\w'\u2019@#./-])(?!(?:{_SMALL})(?!\w))[a-z\xdf-\xff]\w+")
_CAPITALISED = re.compile(r"(?<!['\u2019-])\b[A-Z][\w'\u2019]+")
_FLAGS = "\U0001f1e6-\U0001f1ff"
_FLAG_SIGNS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_QUOTES = frozenset("\"'`\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e\u2039\u203a")
_APOSTROPHES = "'\u2019"
_NOT_AN_END = frozenset(",;&/%$€£)]+_~^=|\\<>*")
_CONTRACTED = frozenset({"s", "re", "ve", "ll", "d", "m"})
_NEXT_WORD = re.compile(r" ([A-Z]\w*)")
_GOES_ON = re.compile(r"[,;'\u2019)-]| [a-z\d(]")
_TAG_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def names_by_looks(text: str, given: set[int]) -> Iterator[Span]:
    """Find what looks like a name; `given` are the starts of names known from elsewhere."""
    titled = list(_titled_segments(text))
    has_links = "://" in text or "www." in text
    links = [link.span() for link in _LINK.finditer(text)] if has_links else []
    last_end = 0  # of a handle, a tag or a flag: no word, so a sentence may open after it
    for piece in _pattern().finditer(text):
        start, end = piece.span()
        if links and (start := _after_link(start, links)) >= end:
            continue
        sign = text[start]
        if sign in "#@" or sign in _FLAG_SIGNS:
            if sign != "#" or _is_name_tag(text[start + 1 : end]):
                yield start, end
            last_end = end
        else:
            is_titled = bool(titled) and _is_within(start, titled)
            opens = _opens(text, start, last_end)
            yield from names_in_run(text, _tokens(text, start, end), opens, is_titled, given)


def _after_link(at: int, links: Sequence[Span]) -> int:
    """Give the place itself, or the one after the link and the blank that it lies in."""
    index = bisect_right(links, (at, links[-1][1])) - 1
    return links[index][1] + 1 if index >= 0 and at < links[index][1] else at


def start_of_word(text: str, end: int) -> int:
    """Give where the letters before `end` begin, looking no further back than `LONGEST`."""
    begin = end
    while begin > end - LONGEST and begin and text[begin - 1].isalpha():
        begin -= 1
    return begin


def _is_within(at: int, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, (at, len(spans) and spans[-1][1])) - 1
    return index >= 0 and at < spans[index][1]


def _titled_segments(text: str) -> Iterator[Span]:
    """Give the segments In Title Case or ALL CAPITALS: their capitals tell nothing.

    A segment is one only if a word that is never part of a name has a capital, so that the name
    in it has no say.
    """
    for segment in _SEGMENT.finditer(text):
        start, end = segment.span()
        if _LOWER.search(text, start, end):
            continue
        signs = [_telling(word[0].lower()) for word in _CAPITALISED.finditer(text, start, end)]
        if sum(signs[1:]) > 1:
            yield start, end


def _telling(word: str) -> int:
    """Weigh a capital as a sign of title case: 2 for a verb's form, 1 for what is rare in names."""
    if word in _never_telling():
        return 0
    if verb_form(word) in FINITE:
        return 2
    return int(word_kind(word) in {"function", "verb", "adverb", "plural"})


@cache
def _never_telling() -> frozenset[str]:
    names = ("plain_name", "tone_name", "group", "place_head", "title", "title_part", "particle")
    small = {"of", "for", "and", "the", "states", "nations", "emirates", "affairs", "forces"}
    small |= {"us", "see", "cross", "rights", "watch", "islands", "brothers", "commons", "lords"}
    return frozenset(small).union(*map(words_listed, names))


def _opens(text: str, start: int, last_end: int) -> bool:
    """Tell whether a sentence may open here, so that a capital alone makes no name."""
    at = start - 1
    while at >= 0 and text[at] == " ":
        at -= 1
    if at < 0 or (last_end and at == last_end - 1):
        return True
    sign = text[at]
    if sign.isalnum() or sign in _NOT_AN_END:
        return False
    if sign in _QUOTES:
        return at == start - 1 or at == 0 or not text[at - 1].isalnum()
    if sign == ".":
        word = text[start_of_word(text, at) : at]
        is_initial = len(word) == 1 and word.isupper()
        return not is_initial and word.lower() not in words_listed("abbreviation")
    return sign != "-" or at != start - 1


def _is_name_tag(tag: str) -> bool:
    """Tell whether a #tag holds anything but common words."""
    if word_kind(tag.lower()) and tag.lower() not in words_listed("group"):
        return False
    parts = [part.lower() for part in _TAG_PARTS.findall(tag)]
    plain = [part for part in parts if word_kind(part) or part.isdigit()]
    return not parts or plain != parts or parts[0] in words_listed("place_head")


def _tokens(text: str, start: int, end: int) -> list[Token]:
    """Cut a row at its blanks: start, end and the word in lower case, what is no name cut off."""
    before = text[start - 1] if start else ""
    if start > 1 and before in _APOSTROPHES and text[start - 2] in "dDlL":
        start -= 2
        before = text[start - 1] if start else ""
    if start > 1 and before == "-":
        begin = start_of_word(text, start - 1)
        if text[begin : start - 1].lower() not in words_listed("prefix"):
            start = begin
    cut = []
    for run in text[start:end].split(" "):
        end = start + len(run)
        shown = run[:-1] if run[-1] == "." and _ends_sentence(text, end) else run
        first, last, looks = (_bare if len(shown) < _LONG else _bare.__wrapped__)(shown)
        cut.append((start + first, start + last, looks))
        start = end + 1
    return cut


def _ends_sentence(text: str, end: int) -> bool:
    """Tell whether the last full stop of "U.S." ends the sentence as well."""
    following = _NEXT_WORD.match(text, end)
    if following is None:
        return not _GOES_ON.match(text, end)
    return word_kind(following[1].lower()) == "function" and following[1][0].isupper()


@lru_cache(maxsize=16_384)
def _bare(shown: str) -> tuple[int, int, Looks]:
    """Give where a word starts and ends within its run, and what its looks tell."""
    start, end = _without_ends(shown)
    bare = shown[start:end]
    word = bare.lower().replace("\u2019", "'")
    return start, end, word_looks(bare, "not" if word.endswith("n't") else word)


def _without_ends(shown: str) -> Span:
    """Cut "'s" and "'ll" off, and "-led" and "Anti-" where a name is only a part."""
    start, end = 0, len(shown)
    if shown.isalpha():
        return start, end
    for mark in _APOSTROPHES:
        at = shown.rfind(mark, start, end)
        if at > start and shown[at + 1 : end].lower() in _CONTRACTED:
            end = at
    while (at := shown.rfind("-", start, end)) > start:
        if shown[at + 1 : end] not in words_listed("suffix"):
            break
        end = at
    at = shown.find("-", start, end)
    is_prefixed = at > start and shown[at + 1 : at + 2].isupper()
    if is_prefixed and shown[start:at].lower() in words_listed("prefix"):
        start = at + 1
    return start, end


@cache
def _pattern() -> re.Pattern[str]:
    """Build the pattern of all that may be a name; scripts without capitals count as capitals."""
    upper = _ranges(lambda sign: sign.isalpha() and not sign.islower())
    marks = _ranges(lambda sign: unicodedata.category(sign)[0] == "M")
    inner = rf"[\w{marks}]"
    rest = rf"{inner}*(?:['\u2019]\w{inner}*)*(?:[-\u2011]\w{inner}*(?:['\u2019]\w+)*)*"
    dotted = r"\.(?:[A-Z]\.)+(?:[A-Z](?!\w))?"
    return re.compile(
        rf"[{upper}@#{_FLAGS}](?:(?<![^\W_][{upper}])(?<=[{upper}])(?:{dotted}|{rest})"
        rf"(?: (?:[A-Z]{dotted}|[dD]['\u2019][{upper}]{rest}|[{upper}]{rest}))*"
        rf"|(?<=(?<![\w@])@)\w[\w.]*(?<=\w)|(?<=(?<![\w&])#)\w[\w{marks}]*"
        rf"|(?<=[{_FLAGS}])[{_FLAGS}])"
    )


def _ranges(belongs: Callable[[str], bool]) -> str:
    """Write the signs of the basic plane that belong together as ranges of a pattern."""
    ranges: list[list[int]] = []
    for code in range(0x80, 0xD800):
        if belongs(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    ascii_signs = "".join(sign for sign in map(chr, range(0x80)) if belongs(sign))
    return ascii_signs + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)

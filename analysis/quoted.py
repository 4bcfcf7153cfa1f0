"""Which words of a text stand in quotation marks: somebody else's, not the speaker's own."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import re
from bisect import bisect_left

from analysis.quotation_marks import (
    BEFORE_OPENING,
    CLOSES,
    CLOSING_SINGLE,
    DOUBLE,
    FARTHEST,
    OPENING_SINGLE,
    SINGLE,
)
from analysis.spans import Span

_MARK = re.compile(f"[{DOUBLE}{SINGLE}\n]")
_ANY_MARK = re.compile(f"[{DOUBLE}‘‚`]")
_OPENING_APOSTROPHE = re.compile("(?:^|[\\s(\\[—–:])'")
_CLOSING_SINGLE = re.compile(rf"(?<=\S)[{CLOSING_SINGLE}](?!\w)")
_BOTH_WAYS = frozenset("\"'”»›`’")
_STOPS = frozenset(".!?。！？।؟,，…")
_WORD = re.compile(r"[^\W_][\w'’-]*")
# So many words are a term that is held at arm's length ("so-called"), a name or a title.
_SCARE = 2
_FEW = 8
# So many characters are never just a name.
_CERTAIN = 100
_SMALL_WORDS = 3
_UNSPACED = re.compile("[\u0e00-\u0fff\u3040-\u30ff\u3400-\u9fff]")


def find_quoted(text: str) -> list[Span]:
    r"""Find the words in quotation marks, the marks included, in order and without overlap.

    All languages' marks count; single ones only where they are no apostrophes. Of nested quotations
    the outer one is given. A quotation that is never closed goes on to the end of its paragraph, as
    one does whose next paragraph opens it again. Not given are one or two words that are no answer
    (`the so-called "liberation"`) and names and titles (`the report "Fish of the North Sea"`):
    they are the speaker's own words.

    >>> text = 'Ode called it "a good day for all of us" and left the "talks".'
    >>> [text[start:end] for start, end in find_quoted(text)]
    ['"a good day for all of us"']
    """
    if not _ANY_MARK.search(text) and not ("'" in text and _OPENING_APOSTROPHE.search(text)):
        return []
    spans: list[Span] = []
    opened: list[tuple[int, str]] = []
    closings: list[int] = []
    closed_at = -1
    for found in _MARK.finditer(text):
        at, mark = found.start(), found[0]
        if mark == "\n":
            if opened:
                _end_open(spans, opened, at, closed_at)
                opened = []
            continue
        if opened and mark in CLOSES[opened[-1][1]] and _closes(text, at, mark):
            start, _ = opened.pop()
            closed_at = at + 1
            if not opened:
                spans.append((start, at + 1))
        elif mark in CLOSES and _opens(text, at, mark, opened, closings):
            if not opened:
                closed_at = -1
            opened.append((at, mark))
    if opened:
        _end_open(spans, opened, len(text), closed_at)
    return [span for span in spans if _is_statement(text, *span)]


def _opens(
    text: str, at: int, mark: str, opened: list[tuple[int, str]], closings: list[int]
) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1 : at + 2]
    if not after or (after.isspace() and mark not in "«»"):
        return False
    if mark in _BOTH_WAYS or mark in OPENING_SINGLE:
        if before not in BEFORE_OPENING and before not in CLOSES:
            return False
        if mark in OPENING_SINGLE and mark != "‚":
            return after.isalpha() and _is_closed_later(text, at, closings)
        if mark == "»":
            return not after.isspace() and not opened
    return True


def _closes(text: str, at: int, mark: str) -> bool:
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    if mark in CLOSING_SINGLE:
        return not before.isspace() and not after.isalnum()
    if mark == '"' and before.isspace():
        return not after or after.isspace() or after in _STOPS
    return True


def _is_closed_later(text: str, at: int, closings: list[int]) -> bool:
    """Tell whether a single mark has a partner in its line: an apostrophe has none."""
    if not closings:
        closings.extend(found.start() for found in _CLOSING_SINGLE.finditer(text))
        closings.append(len(text))
    partner = closings[bisect_left(closings, at + 2)] if at + 2 <= len(text) else len(text)
    return partner - at < FARTHEST and partner < len(text) and "\n" not in text[at:partner]


def _end_open(spans: list[Span], opened: list[tuple[int, str]], end: int, closed_at: int) -> None:
    """End what is open where its paragraph does, or where marks last closed within it."""
    start, mark = opened[0]
    if mark in OPENING_SINGLE:
        return
    if len(opened) == 1 or closed_at < start:
        closed_at = end
    spans.append((start, closed_at))


def _is_statement(text: str, start: int, end: int) -> bool:
    inside = text[start + 1 : end - 1].strip()
    if len(inside) > _CERTAIN:
        return True
    words = _WORD.findall(inside)
    if not words:
        return False
    if len(words) <= _SCARE:
        if _UNSPACED.match(inside):
            return len(inside) > _FEW
        begins = text[max(0, start - 2) : start].rstrip(" ")[-1:] in {"", *":,\n.!?"}
        return begins and (inside[-1] in _STOPS or text[end : end + 1] == ",")
    if len(words) <= _FEW and inside[-1] not in _STOPS:
        return any(word[0].islower() and len(word) > _SMALL_WORDS for word in words)
    return True

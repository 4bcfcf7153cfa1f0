"""Where quotation marks open and close in an article, whatever goes wrong with them."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.quotation_marks import BEFORE_OPENING, DOUBLE, FARTHEST, SINGLE
from analysis.quotation_marks import CLOSES_IN_ARTICLES as CLOSES
from analysis.spans import Span

_MARK = re.compile(f"''|``|[{DOUBLE}{SINGLE}\n]")
_CITED = re.compile(r"^> ?(\S.*)$", re.MULTILINE)
_CAN_OPEN = frozenset(CLOSES) - {"’"}
_STOPS = frozenset(".,!?…;:—–-।。！？")
# The clause that ends a quotation whose mark was forgotten: `"We go, he said.`
_FORGOTTEN = re.compile(r", (?:he|she|they|the \w+|[A-Z]\w+(?: [A-Z]\w+)?) (?:said|says|added)\b")


class Marked(NamedTuple):
    """Words in quotation marks: their span without the marks, and how the marks stand."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    is_single: bool
    is_closed: bool
    goes_on: bool
    """The next paragraph opens the same quotation again, or the one before did."""
    is_block: bool = False
    """Quoted without marks: a block quote, an embedded post."""


class _Sign(NamedTuple):
    at: int
    mark: str
    opens: bool
    closes: bool
    end: int


def find_marked(text: str, blocks: Sequence[Span] = ()) -> list[Marked]:
    """Find words in quotation marks of any language, the outermost of nested ones, in order.

    A mark that is never closed closes at the end of its paragraph, or before the attribution where
    one follows in it; paragraphs that open a quotation again are given one by one, the later ones
    with `goes_on`. `blocks` are spans that are quoted as a whole, and so are lines with `> `.
    """
    whole = sorted({*blocks, *((each.start(1), each.end(1)) for each in _CITED.finditer(text))})
    found: list[Marked] = []
    is_open = False
    for signs, start, end in _paragraphs(text):
        new = len(found)
        goes_on = is_open and _opens_again(text, signs, start)
        if goes_on:
            found[-1] = found[-1]._replace(goes_on=True)
        elif is_open and (closing := _closing(signs)):
            found[-1] = found[-1]._replace(end=closing.at, outer_end=closing.end, is_closed=True)
            signs = [sign for sign in signs if sign.at > closing.at]  # noqa: PLW2901 - the rest
        is_open = _scan(text, found, signs, end)
        if goes_on and len(found) > new:
            found[new] = found[new]._replace(goes_on=True)
    found = [each for each in found if each.start < each.end]
    return _with_blocks(found, whole) if whole else found


def _with_blocks(found: list[Marked], whole: list[Span]) -> list[Marked]:
    """Let a block stand for all marks inside it."""
    starts = [start for start, _ in whole]

    def is_inside(each: Marked) -> bool:
        at = bisect_right(starts, each.outer_start) - 1
        return at >= 0 and each.outer_start < whole[at][1]

    kept = [each for each in found if not is_inside(each)]
    kept += [Marked(*span, *span, False, True, False, is_block=True) for span in whole]
    return sorted(kept)


def _opens_again(text: str, signs: list[_Sign], start: int) -> bool:
    first = next((sign for sign in signs if sign.mark not in SINGLE), None)
    return first is not None and first.opens and not text[start : first.at].strip()


def _closing(signs: list[_Sign]) -> _Sign | None:
    """Give the first mark of a paragraph if it can only close what the one before left open."""
    first = next((sign for sign in signs if sign.mark not in SINGLE), None)
    return first if first is not None and first.closes and not first.opens else None


def _paragraphs(text: str) -> Iterator[tuple[list[_Sign], int, int]]:
    """Give the marks of each line that has any, and the line's span."""
    signs: list[_Sign] = []
    start = 0
    for match in _MARK.finditer(text):
        at = match.start()
        if match[0] == "\n":
            if signs or text[start:at].strip():
                yield signs, start, at
            signs, start = [], at + 1
        else:
            sign = _sign(text, at, match[0])
            if sign.opens or sign.closes:
                signs.append(sign)
    yield signs, start, len(text)


def _sign(text: str, at: int, mark: str) -> _Sign:
    before = text[at - 1] if at else " "
    end = at + len(mark)
    after = text[end] if end < len(text) else " "
    if len(mark) > 1:
        mark = '"'
    opens = mark in _CAN_OPEN and (not after.isspace() or mark == "«")
    closes = not before.isspace() or mark == "»"
    if mark in "“„‟‹「『«":
        closes = mark in "“«" and closes and not after.isalnum()
    elif mark in "”»›」』" or mark == "’":
        opens = opens and before in BEFORE_OPENING
        closes = closes or (mark == "”" and not opens)
    elif opens:
        opens = before in BEFORE_OPENING or before in CLOSES
    if mark in SINGLE:
        opens = opens and (after.isalnum() or after in '“"[$#@…')
        closes = closes and not after.isalnum() and before != " "
    elif mark == '"' and before == " " and after == " ":
        closes = True
    return _Sign(at, mark, opens, closes, end)


def _scan(text: str, found: list[Marked], signs: list[_Sign], end: int) -> bool:
    """Read the marks of one paragraph; tell whether one is open at its end."""
    opened: list[_Sign] = []
    skip_to = -1
    balance = _balances(signs)
    for index, sign in enumerate(signs):
        at, mark = sign.at, sign.mark
        if at < skip_to:
            continue
        if mark in SINGLE:
            if not opened and sign.opens and mark != "’":
                partner = _partner(text, signs, index)
                if partner is not None:
                    found.append(_marked(text, sign, partner.at, partner.at + 1))
                    skip_to = partner.at + 1
            continue
        if (
            opened
            and sign.closes
            and mark in CLOSES[opened[-1].mark]
            and not (sign.opens and mark == '"' and _is_nested_opening(text, at))
        ):
            first = opened.pop()
            if not opened:
                found.append(_marked(text, first, at, sign.end))
        elif sign.opens:
            if opened and mark == opened[-1].mark and balance[index] < len(opened):
                # The one before was never closed: nothing is left to close both.
                stop = _forgotten_end(text, opened[0].end, at)
                found.append(_marked(text, opened[0], stop, stop, is_closed=False))
                opened.clear()
            opened.append(sign)
    return bool(opened) and _leave(text, found, opened[0], end)


def _is_nested_opening(text: str, at: int) -> bool:
    return text[at - 1 : at].isspace() and text[at + 1 : at + 2].isalnum()


def _balances(signs: list[_Sign]) -> list[int]:
    """Count for each mark how many more close than open after it: what they can close."""
    balance = [0] * len(signs)
    spare = 0
    for index in range(len(signs) - 1, -1, -1):
        sign = signs[index]
        if sign.mark not in SINGLE:
            if sign.opens:
                balance[index] = spare - 1
                spare = max(0, spare - 1)
            elif sign.closes:
                spare += 1
    return balance


def _leave(text: str, found: list[Marked], first: _Sign, end: int) -> bool:
    """Close what stays open where its attribution follows; tell whether none does."""
    clause = _FORGOTTEN.search(text, first.end, end)
    stop = clause.start() + 1 if clause else end
    found.append(_marked(text, first, stop, stop, is_closed=False))
    return clause is None


def _forgotten_end(text: str, start: int, end: int) -> int:
    if clause := _FORGOTTEN.search(text, start, end):
        return clause.start() + 1
    return start + len(text[start:end].rstrip(" (—–"))


def _partner(text: str, signs: list[_Sign], index: int) -> _Sign | None:
    """Find what closes a single mark in its paragraph: not an apostrophe, not a possessive."""
    first = signs[index]
    fallback = None
    for sign in signs[index + 1 : index + 20]:
        if sign.at - first.at > FARTHEST:
            break
        if sign.mark not in SINGLE or sign.at < first.at + 2:
            continue
        if sign.opens and not sign.closes:
            if fallback is not None:
                break
            continue
        if not sign.closes or sign.mark not in CLOSES[first.mark]:
            continue
        before, after = text[sign.at - 1], text[sign.at + 1 : sign.at + 2]
        if before != "s" or before in _STOPS or not after.isspace():
            return sign
        fallback = fallback or sign
    return fallback


def _marked(text: str, first: _Sign, end: int, outer_end: int, *, is_closed: bool = True) -> Marked:
    start = first.end
    words = text[start:end]
    begin = start + len(words) - len(words.lstrip())
    stop = max(begin, start + len(words.rstrip()))
    return Marked(
        begin, stop, first.at, max(outer_end, stop), first.mark in SINGLE, is_closed, False
    )

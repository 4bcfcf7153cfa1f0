"""Printed lines put together again: the paragraphs that a page's line breaks cut up."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

_FEWEST_LIKE = 3
"""So many lines must reach about as far right, for it to be the margin of the text."""

_RAGGED = 0.88
"""Lines of a margin are at least so long, as shares of the longest: letters differ in width."""

_FULL = 0.9
_SHORT = 0.5
"""Shares of the margin: a line is full beyond the first, and a heading's below the second."""

_END = re.compile(r"[.!?:;\u2026\u3002\uff01\uff1f\u0964\u061f\u06d4]['\")\]\u2019\u201d\u00bb]*$")
_PAUSE = re.compile(r"[,\u060c\u3001]$")
_BULLET = re.compile(r"[\u2022\u2023\u25aa\u25cf\u25e6\u25a0\u00b7*]\s|\([a-z0-9]{1,4}\)\s")
_POINT = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|[a-zA-Z][.)]|[-\u2013\u2014])\s"
)
_CUT = re.compile(r"([^\W\d_]+)[-\u2010]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_SHARING = {"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e"}
"""Words after a hyphen that waits for its other half: two- and three-year terms."""


def join_lines(pages: Sequence[str]) -> list[str]:
    r"""Join the lines of each paragraph; headings, numbered points and paragraphs stay apart.

    A line is taken to run on if it reaches the margin that the lines of all pages show, or if the
    next one begins with a small letter and neither a sentence nor a short line ends before it. A
    paragraph whose last line is full cannot be told from one that goes on. A hyphen at the end of a
    line is dropped where the document has the whole word elsewhere and not with a hyphen.

    >>> join_lines(["Plan\nThe boats of the Navy will carry\na radio."])
    ['Plan\n\nThe boats of the Navy will carry a radio.']
    """
    printed = [[line.strip() for line in page.split("\n")] for page in pages]
    joiner = _Joiner([line for lines in printed for line in lines if line])
    return ["\n\n".join(joiner.paragraphs(lines)) for lines in printed]


class _Joiner:
    def __init__(self, lines: Sequence[str]) -> None:
        self._margin = _margin(lines)
        # A line's last word may be half of one, and tells nothing.
        self._known = {
            word.lower()
            for line in lines
            for word in _WORDS.findall(_CUT.sub("", line.rstrip("\u00ad")))
        }

    def paragraphs(self, lines: Sequence[str]) -> Iterator[str]:
        paragraph = ""
        for line, after in pairwise([*lines, ""]):
            paragraph += line
            if line and after and self._runs_on(line, after):
                paragraph = self._before(paragraph, after)
            elif paragraph:
                yield paragraph
                paragraph = ""

    def _runs_on(self, line: str, after: str) -> bool:
        is_full = len(line) + 1 + len(_first_word(after)) > _FULL * self._margin
        is_ended = bool(_END.search(line))
        if _BULLET.match(after) or (line.isupper() and not after.isupper()):
            return False
        if _POINT.match(after) and (is_ended or _PAUSE.search(line) or not is_full):
            return False
        is_cut = line.endswith("\u00ad") or bool(_CUT.search(line))
        is_short = len(line) < _SHORT * self._margin < float("inf")
        return is_full or (after[0].islower() and (is_cut or not (is_ended or is_short)))

    def _before(self, paragraph: str, after: str) -> str:
        """Give a paragraph the end that the line after it needs."""
        if paragraph.endswith("\u00ad"):
            return paragraph[:-1]
        cut, rest = _CUT.search(paragraph), _FIRST_WORD.match(after)
        if cut and rest and rest[0] not in _SHARING:
            whole, halves = cut[1] + rest[0], f"{cut[1]}-{rest[0]}"
            is_sure = whole.lower() in self._known and halves.lower() not in self._known
            return paragraph[:-1] if is_sure else paragraph
        return (
            paragraph
            if _is_spaceless(paragraph[-1]) and _is_spaceless(after[0])
            else paragraph + " "
        )


def _margin(lines: Sequence[str]) -> float:
    """Find how many characters a full line has; beyond any line where too few show it."""
    lengths = sorted(map(len, lines), reverse=True)
    return next(
        (
            float(longest)
            for longest, least in zip(lengths, lengths[_FEWEST_LIKE - 1 :], strict=False)
            if least >= _RAGGED * longest
        ),
        float("inf"),
    )


def _first_word(line: str) -> str:
    return line[0] if _is_spaceless(line[0]) else line.split(" ", 1)[0]


def _is_spaceless(char: str) -> bool:
    """Tell the scripts of China and Japan, which have no spaces, by the width of their signs."""
    return unicodedata.east_asian_width(char) in "WF" and "HANGUL" not in unicodedata.name(char, "")

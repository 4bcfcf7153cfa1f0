"""Where sentences begin and end in a text, by sentencex and the lines of the text."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import re
from collections.abc import Iterator

from analysis.quotation_marks import DOUBLE
from analysis.spans import Span

# Titles before names and other abbreviations that sentencex takes for the end of a sentence.
_ABBREVIATED = frozenset(
    word
    for line in (
        "Shri. Smt. Hon. Amb. H.E. Rt. Kum. Sqn. Wg. Cdr. Brig.",
        "Maj. Adm. Cllr. Supt. approx. incl. viz. Art. Para. Abs. Nr.",
        "Hr. Dipl. Ing. Sr. Sra. Srta. Mme. Mlle. им. ул. стр.",
    )
    for word in line.split()
)
# sentencex keeps all between two quotation marks together; a long quotation is many sentences.
_LONG = 200
_MARKS = str.maketrans(dict.fromkeys(DOUBLE, " "))
_MARK_IN = re.compile(f"[{DOUBLE}]")
_OPENING = re.compile(r'(?<=\s)["“„«‹「『(]+\s*$')
_LINE_ENDS = '.!?:;…。！？।॥؟。”"»)'
# It takes time that grows with the square of a text of marks that never close.
_AT_ONCE = 4_000
_LAST_STOP = re.compile(r"(?s).*[.!?。！？।؟\n]\s")


def split_sentences(text: str, language: str | None) -> list[Span]:
    """Find the sentences of a normalised text, in order, without the blanks around them.

    A line is at least a sentence of its own (items of lists, headings, verses), unless the next
    one goes on in small letters where it stops (a page of a PDF). `language` is by ISO 639-1; rules
    of its abbreviations are used where there are any.

    >>> text = "Norland thanks Gen. Ode. We met at 5 p.m. today"
    >>> [text[start:end] for start, end in split_sentences(text, "en")]
    ['Norland thanks Gen. Ode.', 'We met at 5 p.m. today']
    """
    from sentencex import segment

    code = language or "en"
    if len(text) > _AT_ONCE:
        pieces: Iterator[str] | list[str] = (
            piece for part in _parts(text) for piece in segment(code, part)
        )
    else:
        pieces = segment(code, text)
    spans: list[Span] = []
    at = 0
    begin = -1
    for piece in pieces:
        words = piece.rstrip()
        end = at + len(words)
        if words:
            if begin < 0:
                begin = at + len(words) - len(words.lstrip())
            if words[-1] != "." or words[-9:].rpartition(" ")[2] not in _ABBREVIATED:
                if end - begin > _LONG or "\n" in words:
                    spans.extend(_inner(text, begin, end, code))
                else:
                    spans.append((begin, end))
                begin = -1
        at += len(piece)
    if begin >= 0:
        spans.extend(_inner(text, begin, at, code))
    return spans


def _parts(text: str) -> Iterator[str]:
    """Cut a long text where a sentence ends, else anywhere, so that no part is too long."""
    at = 0
    while len(text) - at > _AT_ONCE:
        window = text[at : at + _AT_ONCE]
        stop = _LAST_STOP.match(window)
        cut = stop.end() if stop else window.rfind(" ") + 1 or _AT_ONCE
        yield window[:cut]
        at += cut
    yield text[at:]


def _inner(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Split what sentencex left together at line ends and in long quotations."""
    from sentencex import segment

    for begin, stop in _lines(text, start, end):
        if stop - begin > _LONG and _MARK_IN.search(text, begin, stop):
            yield from _quoted_sentences(text, begin, stop, language)
        elif stop - begin < end - start:
            at = begin
            for piece in segment(language, text[begin:stop]):
                yield from _stripped(text, at, at + len(piece))
                at += len(piece)
        else:
            yield from _stripped(text, begin, stop)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    at = text.find("\n", start, end)
    while at >= 0:
        goes_on = text[at + 1].islower() and text[at - 1] not in _LINE_ENDS
        if not goes_on:
            yield begin, at
            begin = at + 1
        at = text.find("\n", at + 1, end)
    yield begin, end


def _quoted_sentences(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Split a long quotation with the marks blanked; they stay with the words they enclose."""
    from sentencex import segment

    begin = at = start
    for part in _parts(text[start:end].translate(_MARKS)):
        for piece in segment(language, part):
            at += len(piece)
            opening = _OPENING.search(text[begin:at]) if at < end else None
            stop = begin + opening.start() if opening else at
            yield from _stripped(text, begin, stop)
            begin = stop
    yield from _stripped(text, begin, end)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    if words.strip():
        yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())

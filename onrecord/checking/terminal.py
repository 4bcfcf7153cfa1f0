"""The report for a terminal: each quotation like a compiler's message, then one line of counts."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.quotes.finding import Severity
from onrecord.checking import verdict_words as words
from onrecord.checking.checked import CheckedArticle, CheckedQuote, Match
from onrecord.checking.marked_words import Piece, printed_pieces, said_pieces
from onrecord.checking.terminal_text import Cell, marked_lines, visible, wrapped

_LABEL = 9
"""Columns of the words at the left."""

_NARROWEST = 30
_MOST_OTHERS = 3

_BOLD, _RED, _YELLOW, _GREEN, _DIM = "1", "31", "33", "32", "2"
_COLOURS: dict[Severity, str] = {"none": _GREEN, "trivial": _GREEN, "minor": _YELLOW}
_MISSED = {"too_short", "not_on_record"}


def report(article: CheckedArticle, colour: bool, width: int) -> str:
    """Report on an article in plain words, no wider than `width` columns where words allow it.

    Nothing that the article or the record holds can steer the terminal. `colour` adds nothing
    that the words do not say; the caller looks at NO_COLOR.
    """
    paper = _Paper(colour, max(width, _NARROWEST))
    lines = [*_head(article, paper), ""]
    for number, quote in enumerate(article.quotes, start=1):
        lines += [*_message(article, number, quote, paper), ""]
    counts = words.say_counts(article.quotes)
    return "\n".join([*lines, *paper.painted(wrapped(counts, paper.width), _BOLD)]) + "\n"


class _Paper:
    """Lines of a given width, with or without colours."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour = colour
        self.width = width
        self.inner = width - _LABEL - 3

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text and style else text

    def painted(self, lines: Iterable[str], style: str) -> list[str]:
        return [self.paint(line, style) for line in lines]

    def labelled(self, label: str, lines: Iterable[str]) -> Iterator[str]:
        """Put a label before the first line and the bar before all."""
        for at, line in enumerate(lines):
            left = self.paint(f"{label if at == 0 else '':>{_LABEL}} |", _DIM)
            yield f"{left} {line}".rstrip()

    def told(self, label: str, text: str) -> Iterator[str]:
        """Write a sentence."""
        yield from self.labelled(label, wrapped(visible(text), self.inner))

    def address(self, label: str, url: str) -> Iterator[str]:
        """Write an address in one line, however long: it is to be copied."""
        yield from self.labelled(label, [visible(url)])

    def marked(self, label: str, pieces: Sequence[Piece], style: str) -> Iterator[str]:
        """Write words with the differing ones marked below."""
        lines = []
        for cells, below in marked_lines(pieces, self.inner):
            lines.append(self._words(cells, style))
            lines += [self.paint(below, style)] if below else []
        yield from self.labelled(label, lines)

    def _words(self, cells: Sequence[Cell], style: str) -> str:
        if not self.colour:
            return "".join(cell.text for cell in cells)
        line, run, is_marked = "", "", False
        for cell in cells:
            if (cell.kind in {"change", "trifle"}) != is_marked:
                line, run = line + self.paint(run, style if is_marked else ""), ""
                is_marked = not is_marked
            run += cell.text
        return line + self.paint(run, style if is_marked else "")


def _head(article: CheckedArticle, paper: _Paper) -> Iterator[str]:
    title = article.title or article.url or "Text without a title"
    yield from paper.painted(wrapped(visible(title), paper.width), _BOLD)
    if article.title and article.url:
        yield visible(article.url)
    by = f"{article.publisher}, " if article.publisher else ""
    when = article.published_on or "no date given"
    told = f"{by}{when}. Checked {words.say_moment(article.checked_at)}."
    yield from wrapped(visible(told), paper.width)


def _message(
    article: CheckedArticle, number: int, quote: CheckedQuote, paper: _Paper
) -> Iterator[str]:
    where = f"quotation {number}"
    if quote.start is not None:
        where = f"line {article.text.count(chr(10), 0, quote.start) + 1}"
    colour = _YELLOW if quote.verdict in _MISSED else _COLOURS.get(quote.severity, _RED)
    yield f"{where}: {paper.paint(words.say_verdict(quote), f'{_BOLD};{colour}')}"
    yield from paper.marked("printed", printed_pieces(quote), _RED)
    yield from paper.told("given to", words.say_speaker(quote))
    if quote.match:
        yield from _record(quote, quote.match, paper)
    for change in quote.changes:
        yield from paper.told("differs", words.say_change(change))
    for reason in quote.reasons:
        yield from paper.told("why", reason)
    for other in quote.others[:_MOST_OTHERS]:
        yield from _other(quote, other, paper)
    if len(quote.others) > _MOST_OTHERS:
        more = len(quote.others) - _MOST_OTHERS
        yield from paper.told("also", f"{more} more statement{'' if more == 1 else 's'}")
    if quote.coverage:
        for at, told in enumerate(words.say_coverage(quote.coverage)):
            yield from paper.told("coverage" if at == 0 else "", told)


def _record(quote: CheckedQuote, match: Match, paper: _Paper) -> Iterator[str]:
    if match.text and quote.verdict != "verbatim":
        yield from paper.marked("said", said_pieces(quote, match), _GREEN)
    yield from paper.told("by", words.say_source(match))
    if match.url:
        yield from paper.address("at", match.url)
    yield from paper.told("evidence", words.say_evidence(match))


def _other(quote: CheckedQuote, other: Match, paper: _Paper) -> Iterator[str]:
    if quote.verdict == "several_sources" and other.text:
        yield from paper.marked("said", said_pieces(quote, other), _GREEN)
    yield from paper.told("also", words.say_source(other))
    if other.url:
        yield from paper.address("at", other.url)
    yield from paper.told("", words.say_evidence(other))

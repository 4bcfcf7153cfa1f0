"""Hits: where a text of the record has the words of a quotation, or nearly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analysis.quotes.changes import Words, changes_of, worst
from analysis.quotes.compare import Comparison, Step, compare
from analysis.quotes.finding import Asked, Candidate, Change, Part, Rarity, Severity
from analysis.quotes.tokens import Token, read_stretches, read_tokens
from analysis.spans import Span

Wording = Literal["verbatim", "marked_edits", "trivial", "altered", "spliced"]

_KEPT = frozenset({"verbatim", "marked_edits", "trivial"})
_TEXTS = 256
_GLANCE = 3
_LEAST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A quotation compared with one text."""

    candidate: Candidate
    comparison: Comparison
    count: int
    """How many words the quotation has."""

    changes: tuple[Change, ...]
    wording: Wording
    said_at: Span
    parts: tuple[Part, ...]
    """The stretches of the passage, where there is more than one."""

    between: tuple[str, ...]
    """What of the record lies between two stretches that are printed as one."""

    is_own: bool
    """Whether the record gives it to whom the article gives it to, or nobody asks who."""

    is_alien: bool
    """Whether the record gives it to somebody else."""

    @property
    def is_kept(self) -> bool:
        """Whether the words are those of the record, but for trifles and marked edits."""
        return self.wording in _KEPT

    @property
    def severity(self) -> Severity:
        """How much the worst difference matters."""
        found = worst(self.changes)
        return "minor" if self.wording == "spliced" and found in {"none", "trivial"} else found


@dataclass(frozen=True, slots=True)
class Reading:
    """A quotation, divided and weighed."""

    words: Words
    breaks: tuple[int, ...]
    """The tokens before which the quotation marks close and open again."""

    rarity: Rarity

    @property
    def count(self) -> int:
        """How many words it has, the editor's own not counted."""
        return sum(
            token.kind != "ellipsis" and not token.is_bracketed for token in self.words.tokens
        )

    @property
    def weight(self) -> float:
        """How much its words say about where it comes from, summed."""
        words = (token for token in self.words.tokens if token.kind != "ellipsis")
        return sum(self.rarity(token.key.lstrip("#")) for token in words)

    def may_stand_in(self, text: str) -> bool:
        """Tell at a glance whether a text has the rarest words of the quotation."""
        low = text.lower()
        return all(word in low for word in self._rarest())

    def _rarest(self) -> list[str]:
        plain = {
            token.key: self.words.of(token.span).lower()
            for token in self.words.tokens
            if token.kind == "word" and self.words.of(token.span).lower() == token.key
        }
        return [plain[key] for key in sorted(plain, key=self.rarity, reverse=True)[:_GLANCE]]

    def find(self, candidate: Candidate, asked: Asked) -> Hit | None:
        """Find the passage in one text; None if it has less than half of the words."""
        said = Words(candidate.text, _tokens(candidate.text, candidate.stretches))
        compared = compare(self.words.tokens, said.tokens, self.rarity, self.breaks)
        if compared is None or compared.share < _LEAST_SHARE:
            return None
        changes = changes_of(compared, self.words, said)
        stretches = _stretches(compared.steps)
        spans = [(self.words.span(one), said.span(other)) for one, other in stretches]
        parts = tuple(
            Part(one, candidate.statement_id, candidate.revision, other) for one, other in spans
        )
        same = [said.span(step.said) for step in compared.steps if step.is_same]
        return Hit(
            candidate,
            compared,
            self.count,
            changes,
            _wording(compared, changes),
            (min(start for start, _ in same), max(end for _, end in same)),
            parts if len(parts) > 1 else (),
            tuple(_between(compared.steps, said)),
            _is_own(candidate, asked),
            _is_alien(candidate, asked),
        )


def read_quote(quote: str, rarity: Rarity, breaks: Sequence[int] = ()) -> Reading:
    """Divide a quotation into words; `breaks` are the characters where its marks open again.

    An ellipsis at an end says that more was said, and nothing about these words.
    """
    tokens: list[Token] = read_tokens(quote)
    while tokens and tokens[0].kind == "ellipsis":
        del tokens[0]
    while tokens and tokens[-1].kind == "ellipsis":
        del tokens[-1]
    at = {next((n for n, token in enumerate(tokens) if token.end > each), 0) for each in breaks}
    return Reading(Words(quote, tokens), tuple(sorted(at - {0})), rarity)


@lru_cache(_TEXTS)
def _tokens(text: str, stretches: tuple[Span, ...]) -> tuple[Token, ...]:
    return tuple(read_stretches(text, stretches))


def _wording(compared: Comparison, changes: Sequence[Change]) -> Wording:
    if any(step.is_jump and not step.is_marked for step in compared.steps):
        return "spliced"
    severity = worst(changes)
    if severity in {"minor", "meaning"}:
        return "altered"
    if any(change.severity == "none" for change in changes):
        return "marked_edits"
    return "trivial" if changes else "verbatim"


def _stretches(steps: Sequence[Step]) -> list[tuple[range, range]]:
    """Give the ranges of words that are neither interrupted by a mark nor by a jump."""
    found: list[tuple[range, range]] = []
    goes_on = False
    for step in steps:
        if step.is_same:
            printed, said = step.printed, step.said
            if goes_on:
                printed = range(found[-1][0].start, printed.stop)
                said = range(found[-1][1].start, said.stop)
                found[-1] = printed, said
            else:
                found.append((printed, said))
            goes_on = True
        elif step.is_jump or (step.is_marked and step.said):
            goes_on = False
    return found


def _between(steps: Sequence[Step], said: Words) -> Iterator[str]:
    """Give the words of the record that a reader cannot know to be left out."""
    for at, step in enumerate(steps):
        if step.is_jump and not step.is_marked:
            before = next(each for each in steps[at::-1] if each.is_same)
            after = next(each for each in steps[at:] if each.is_same)
            if before.said.stop <= after.said.start:
                yield said.of(said.span(range(before.said.stop, after.said.start)))


def _is_own(candidate: Candidate, asked: Asked) -> bool:
    if not asked.speaker_ids and not asked.sources:
        return not asked.is_given
    if candidate.speaker_ids:
        return bool(candidate.speaker_ids & asked.speaker_ids)
    return candidate.source in asked.sources


def _is_alien(candidate: Candidate, asked: Asked) -> bool:
    known = candidate.speaker_ids and asked.speaker_ids
    return bool(known) and not candidate.speaker_ids & asked.speaker_ids

"""Changes: each difference between a quotation and the passage, and how much it matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analysis.quotes.compare import Comparison, Step
from analysis.quotes.finding import Change, Severity
from analysis.quotes.severity import flags_of
from analysis.quotes.tokens import Token
from analysis.quotes.trifles import how_written, trifle
from analysis.spans import Span

_HYPHENS = frozenset("-\u2010\u2011")
_ORDER: tuple[Severity, ...] = ("none", "trivial", "minor", "meaning")


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its tokens."""

    text: str
    tokens: Sequence[Token]

    def of(self, span: Span) -> str:
        """Give the words at a place."""
        return self.text[slice(*span)]

    def span(self, at: range) -> Span:
        """Give the place of some tokens; an empty one before the next where there are none."""
        if at:
            return self.tokens[at.start].start, self.tokens[at.stop - 1].end
        if at.start < len(self.tokens):
            return self.tokens[at.start].start, self.tokens[at.start].start
        end = self.tokens[-1].end if self.tokens else 0
        return end, end

    def is_hyphen(self, at: int) -> bool:
        """Tell whether a token is joined to the one before by a hyphen."""
        return self.text[self.tokens[at - 1].end : self.tokens[at].start] in _HYPHENS

    def at(self, at: range) -> Sequence[Token]:
        """Give some tokens."""
        return self.tokens[at.start : at.stop]


def changes_of(comparison: Comparison, printed: Words, said: Words) -> tuple[Change, ...]:
    """List the differences in the order in which they are printed."""
    found: list[Change] = []
    for step in comparison.steps:
        if step.is_same:
            found += _joined(_written(step, printed, said))
        elif not (_is_mere_jump(step) or _is_cut(step, printed, said)):
            found += _differing(step, printed, said)
    return tuple(found)


def worst(changes: Sequence[Change]) -> Severity:
    """Give the greatest severity."""
    return max((change.severity for change in changes), key=_ORDER.index, default="none")


def _is_mere_jump(step: Step) -> bool:
    return step.is_jump and not step.is_marked and not step.printed


def _is_cut(step: Step, printed: Words, said: Words) -> bool:
    """Tell whether a quotation begins or ends within what is one token, such as "3 | March"."""
    words = printed.of(printed.span(step.printed)).lower().split()
    source = said.of(said.span(step.said)).lower().split()
    before = printed.tokens[step.printed.start - 1].kind if step.printed.start else "ellipsis"
    last = step.printed.stop == len(printed.tokens)
    after = "ellipsis" if last else printed.tokens[step.printed.stop].kind
    return len(step.said) == 1 < len(source) and (
        (before == "ellipsis" and words == source[-len(words) :])
        or (after == "ellipsis" and words == source[: len(words)])
    )


def _written(step: Step, printed: Words, said: Words) -> Iterator[Change]:
    """Give the words that are the same but written in another way."""
    for number, (one, other) in enumerate(zip(step.printed, step.said, strict=True)):
        token, source = printed.tokens[one], said.tokens[other]
        words = printed.of(token.span), said.of(source.span)
        if number and printed.is_hyphen(one) != said.is_hyphen(other):
            yield _hyphen(one, other, printed, said)
        if words[0] == words[1]:
            continue
        note = how_written(*words, is_first=one == 0 or token.opens or source.opens)
        if note:
            severity: Severity = "none" if note == "in brackets" else "trivial"
            yield Change("spelling", *words, token.span, source.span, severity, (), note)


def _hyphen(one: int, other: int, printed: Words, said: Words) -> Change:
    at = printed.span(range(one - 1, one + 1)), said.span(range(other - 1, other + 1))
    return Change("spelling", printed.of(at[0]), said.of(at[1]), *at, "trivial", (), "a hyphen")


def _joined(changes: Iterator[Change]) -> Iterator[Change]:
    """Join the pieces of one word, such as "ca" and "n't"."""
    before: Change | None = None
    for change in changes:
        if before and before.printed_at[1] == change.printed_at[0]:
            before = replace(
                before,
                printed=before.printed + change.printed,
                said=f"{before.said}{' ' * (change.said_at[0] - before.said_at[1])}{change.said}",
                printed_at=(before.printed_at[0], change.printed_at[1]),
                said_at=(before.said_at[0], change.said_at[1]),
                note=change.note,
            )
            continue
        if before:
            yield before
        before = change
    if before:
        yield before


def _differing(step: Step, printed: Words, said: Words) -> Iterator[Change]:
    tokens, sources = printed.at(step.printed), said.at(step.said)
    at = printed.span(step.printed), said.span(step.said)
    words = printed.of(at[0]), said.of(at[1])
    if step.is_marked:
        if sources and tokens:  # an ellipsis; where the marks close, nothing claims to go on
            yield Change("omitted", "", words[1], (at[0][0], at[0][0]), at[1], "none")
    elif _is_editors(words[0], tokens, sources):
        yield Change("inserted", *words, *at, "none")
    elif note := trifle(tokens, sources, *words):
        yield Change("spelling", *words, *at, "trivial", (), note)
    elif len(tokens) == len(sources) > 1:
        yield from _word_by_word(step, printed, said)
    else:
        yield _change(step.printed, step.said, printed, said)


def _is_editors(words: str, tokens: Sequence[Token], sources: Sequence[Token]) -> bool:
    if any(token.is_bracketed for token in sources):
        return False
    is_letter = len(tokens) == 1 and "[" in words
    return is_letter or (bool(tokens) and all(token.is_bracketed for token in tokens))


def _word_by_word(step: Step, printed: Words, said: Words) -> Iterator[Change]:
    """Divide a stretch of as many words as the record has, where some are only written so."""
    start = 0
    for at in range(len(step.printed) + 1):
        one = step.printed[at : at + 1], step.said[at : at + 1]
        spans = printed.span(one[0]), said.span(one[1])
        words = printed.of(spans[0]), said.of(spans[1])
        note = trifle(printed.at(one[0]), said.at(one[1]), *words)
        if not note and at < len(step.printed):
            continue
        if start < at:
            yield _change(step.printed[start:at], step.said[start:at], printed, said)
        if note:
            yield Change("spelling", *words, *spans, "trivial", (), note)
        start = at + 1


def _change(printed_at: range, said_at: range, printed: Words, said: Words) -> Change:
    flags = flags_of(printed.at(printed_at), said.at(said_at))
    at = printed.span(printed_at), said.span(said_at)
    severity: Severity = "meaning" if flags else "minor"
    kind: Literal["replaced", "added", "dropped"] = (
        "replaced" if printed_at and said_at else "added" if printed_at else "dropped"
    )
    return Change(kind, printed.of(at[0]), said.of(at[1]), *at, severity, flags)

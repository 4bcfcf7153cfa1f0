"""Edits: what changed between two wordings of a statement, word by word, and its class."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from unicodedata import category

import regex

from analysis.quotes.finding import Flag
from analysis.quotes.severity import flags_of
from analysis.quotes.tokens import Token, read_tokens
from analysis.quotes.trifles import is_slip
from analysis.sentence_pairs import SentencePair, pair_sentences
from analysis.spans import Span
from analysis.worddiff import differing

Kind = Literal[
    "number",
    "name",
    "mention_removed",
    "sentence_removed",
    "sentence_added",
    "wording",
    "typo",
    "formatting",
]

KINDS: tuple[Kind, ...] = (
    *("number", "name", "mention_removed", "sentence_removed", "sentence_added"),
    *("wording", "typo", "formatting"),
)
"""The classes of change; the first that applies leads."""

_SHORTEST_SLIP = 3
_CAPITALS_ARE_NO_NAMES = frozenset({"de", "lb"})
_NEGATIVE = regex.compile(r"(?<![\p{L}\p{N}\p{Pd}])(?<!\p{N}\s)[\p{Pd}\u2212](?=\p{Nd})")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with its title, as it stood at one time."""

    title: str | None
    text: str
    language: str | None = None
    names: frozenset[tuple[str, str]] | None = None
    """Whom it names, as kind and id; None where nobody has read that out of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: words that went, came, or stand for others."""

    part: Literal["title", "text"]
    kinds: tuple[Kind, ...]
    before: str
    after: str
    before_at: Span
    after_at: Span
    flags: tuple[Flag | Literal["moved"], ...] = ()
    """Why it may change the meaning; `moved`: a sentence that stands elsewhere now."""


@dataclass(frozen=True, slots=True)
class Edit:
    """All that differs between two wordings."""

    kinds: tuple[Kind, ...]
    """Which classes apply; the first leads."""

    changes: tuple[Change, ...]


def read_edit(before: Wording, after: Wording) -> Edit:
    """Compare two wordings of one statement.

    >>> edit = read_edit(Wording(None, "We met 40 envoys."), Wording(None, "We met 14 envoys."))
    >>> edit.kinds, edit.changes[0].before, edit.changes[0].after_at
    (('number',), '40', (7, 9))
    """
    language = after.language or before.language
    changes = [*_title_changes(before, after, language), *_text_changes(before, after, language)]
    found: set[Kind] = {kind for change in changes for kind in change.kinds}
    if before.names is not None and after.names is not None:
        gone, new = before.names - after.names, after.names - before.names
        if gone:
            found.add("mention_removed")
        if any(_is_same_kind(one, other) for one in gone for other in new) and "wording" in found:
            found.add("name")
    kinds = tuple(kind for kind in KINDS if kind in found)
    return Edit(kinds or ("formatting",), tuple(changes))


def _is_same_kind(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0]


def _title_changes(before: Wording, after: Wording, language: str | None) -> Iterator[Change]:
    titles = before.title or "", after.title or ""
    if titles[0] != titles[1]:
        whole = SentencePair((0, len(titles[0])), (0, len(titles[1])))
        yield from _Passage("title", *titles, language).changes(whole)


def _text_changes(before: Wording, after: Wording, language: str | None) -> list[Change]:
    if before.text == after.text:
        return []
    passage = _Passage("text", before.text, after.text, language)
    changes: list[Change] = []
    last: SentencePair | None = None
    for pair in pair_sentences(before.text, after.text, language):
        if last:
            changes += passage.gap(last, pair)
        changes += () if pair.is_same else passage.changes(pair)
        last = pair
    return _with_moves(changes)


class _Passage:
    """Two texts that are compared stretch by stretch."""

    def __init__(
        self, part: Literal["title", "text"], before: str, after: str, language: str | None
    ) -> None:
        self._part = part
        self._texts = before, after
        self._language = language

    def gap(self, last: SentencePair, pair: SentencePair) -> Iterator[Change]:
        """Find what stands between two pairs: where a paragraph ends."""
        at = (last.before[1], pair.before[0]), (last.after[1], pair.after[0])
        is_inside = all((*last.before, *last.after, *pair.before, *pair.after)[1::2])
        if is_inside and _is_on_both(last) and _is_on_both(pair) and self._differs(*at):
            yield self._change(("formatting",), *at)

    def changes(self, pair: SentencePair) -> Iterator[Change]:
        """Find what differs in a sentence, or say that it came or went."""
        if self._part == "text" and not _is_on_both(pair):
            yield self._alone(pair)
            return
        sentences = self._of(pair.before, pair.after)
        tokens = read_tokens(sentences[0]), read_tokens(sentences[1])
        has_names = self._trusts_capitals(tokens)
        is_sign_moved = len({len(_NEGATIVE.findall(each)) for each in sentences}) > 1
        for before, after in differing(*sentences):
            old, new = _within(tokens[0], before), _within(tokens[1], after)
            words = sentences[0][slice(*before)], sentences[1][slice(*after)]
            flags = flags_of(new, old)
            if is_sign_moved and _has_dash(words):
                flags = ("number", *(flag for flag in flags if flag != "number"))
            if not has_names:
                flags = tuple(flag for flag in flags if flag != "name")
            kinds = self._kinds(old, new, words, flags)
            at = _moved(before, pair.before[0]), _moved(after, pair.after[0])
            yield self._change(kinds, *at, () if kinds == ("formatting",) else flags)

    def _kinds(
        self,
        old: Sequence[Token],
        new: Sequence[Token],
        words: tuple[str, str],
        flags: Sequence[Flag],
    ) -> tuple[Kind, ...]:
        if "number" not in flags and _is_only_form(old, new, words):
            return ("formatting",)
        kinds: list[Kind] = []
        if {"number", "date"} & {*flags}:
            kinds.append("number")
        if "name" in flags:
            kinds.append("name")
        if kinds:
            return tuple(kinds)
        is_one = self._language == "en" and len(old) == len(new) == 1
        if is_one and is_slip(old[0], new[0], _SHORTEST_SLIP):
            return ("typo",)
        return ("wording",)

    def _alone(self, pair: SentencePair) -> Change:
        words = self._of(pair.before, pair.after)
        is_read = any(_letters(each) for each in words)
        kind: Kind = "sentence_removed" if words[0] else "sentence_added"
        return self._change((kind if is_read else "formatting",), pair.before, pair.after)

    def _change(
        self,
        kinds: tuple[Kind, ...],
        before: Span,
        after: Span,
        flags: tuple[Flag | Literal["moved"], ...] = (),
    ) -> Change:
        words = self._of(before, after)
        return Change(self._part, kinds, *words, before, after, flags)

    def _of(self, before: Span, after: Span) -> tuple[str, str]:
        return self._texts[0][slice(*before)], self._texts[1][slice(*after)]

    def _differs(self, before: Span, after: Span) -> bool:
        words = self._of(before, after)
        return words[0] != words[1]

    def _trusts_capitals(self, tokens: tuple[list[Token], list[Token]]) -> bool:
        """Tell whether a capital makes a name: not in a headline, nor where all nouns have one."""
        words = [token for each in tokens for token in each if token.kind == "word"]
        capitals = sum(token.is_capital for token in words)
        return self._language not in _CAPITALS_ARE_NO_NAMES and 2 * capitals <= len(words)


def _is_on_both(pair: SentencePair) -> bool:
    return pair.before[0] < pair.before[1] and pair.after[0] < pair.after[1]


def _within(tokens: Iterable[Token], span: Span) -> list[Token]:
    return [token for token in tokens if token.start < span[1] and token.end > span[0]]


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _has_dash(words: tuple[str, str]) -> bool:
    return any(category(sign) == "Pd" or sign == "\u2212" for each in words for sign in each)


def _is_only_form(old: Sequence[Token], new: Sequence[Token], words: tuple[str, str]) -> bool:
    """Tell whether nothing but blanks, punctuation and the case of letters differs."""
    keys = [token.key for token in old], [token.key for token in new]
    is_joined = "".join(keys[0]) == "".join(keys[1]) and not {*keys[0]} & {*keys[1]}
    return (keys[0] == keys[1] or is_joined) and _letters(words[0]) == _letters(words[1])


def _letters(words: str) -> str:
    """Fold a text to what is no blank and no punctuation; a percent sign says something."""
    return "".join(
        sign for sign in words.casefold() if sign in "%&" or category(sign)[0] not in "PZC"
    )


def _with_moves(changes: list[Change]) -> list[Change]:
    """Call a sentence that went and came elsewhere moved, not removed and added."""
    gone = {_letters(each.before) for each in changes if each.kinds == ("sentence_removed",)}
    came = {_letters(each.after) for each in changes if each.kinds == ("sentence_added",)}
    both = gone & came
    return [
        replace(each, kinds=("wording",), flags=("moved",))
        if each.kinds[0].startswith("sentence_") and _letters(each.before or each.after) in both
        else each
        for each in changes
    ]

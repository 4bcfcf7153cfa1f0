"""What changed between two texts, word by word, for reading."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal

from analysis.spans import Span

Kind = Literal["same", "gone", "new", "skipped"]

_MANY_PAIRS = 200_000
"""Beyond this many pairs of equal words, comparing them all takes seconds."""

_MOST_STEPS = 2_000_000
"""About a second of comparing; what is left by then is shown as replaced."""

_SCRIPTS_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")

_CHUNK = re.compile(r"(\S+)(\s*)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came; `skipped` stands for unchanged paragraphs."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a punctuation mark, and the white space that follows it."""

    text: str
    space: str


def compare_texts(before: str, after: str) -> list[Piece]:
    """Compare two texts and leave out the paragraphs that stayed.

    >>> compare_texts("Forward to further this.", "Forward to furthering this.")[1:3]
    [Piece(kind='gone', text='further'), Piece(kind='new', text='furthering')]
    """
    old, new = before.split("\n\n"), after.split("\n\n")
    pieces: list[Piece] = []
    for tag, old_start, old_end, new_start, new_end in steps(old, new):
        if tag == "equal":
            pieces.append(Piece("skipped", str(new_end - new_start)))
        else:
            passage = "\n\n".join(old[old_start:old_end]), "\n\n".join(new[new_start:new_end])
            pieces += compare_words(*passage)
    return pieces


def compare_words(before: str, after: str) -> list[Piece]:
    """Compare two passages word by word; joined, the same and new pieces give `after`."""
    old, new = split_words(before), split_words(after)
    pieces: list[Piece] = []
    found = steps([word.text for word in old], [word.text for word in new])
    for tag, old_start, old_end, new_start, new_end in found:
        if tag == "equal":
            pieces += _piece("same", new[new_start:new_end])
            continue
        gone, came = old[old_start:old_end], new[new_start:new_end]
        pieces += _marked("gone", gone, followed=bool(came))
        pieces += _marked("new", came, followed=False)
    return list(_joined(pieces))


def differing(before: str, after: str) -> Iterator[tuple[Span, Span]]:
    """Give the places where the words of two passages differ, or the blanks between them.

    >>> list(differing("Forward to further this.", "Forward to furthering this."))
    [((11, 18), (11, 21))]
    """
    old, new = split_words(before), split_words(after)
    old_at, new_at = _starts(old), _starts(new)
    for tag, a, b, c, d in steps([word.text for word in old], [word.text for word in new]):
        if tag != "equal":
            yield _span(old, old_at, a, b), _span(new, new_at, c, d)
            continue
        for one, other in zip(range(a, b - 1), range(c, d - 1), strict=True):
            if old[one].space != new[other].space:
                yield _blank(old, old_at, one), _blank(new, new_at, other)


def _starts(words: Sequence["Word"]) -> list[int]:
    return list(accumulate((len(word.text) + len(word.space) for word in words), initial=0))


def _span(words: Sequence["Word"], starts: Sequence[int], first: int, end: int) -> Span:
    at = starts[first]
    return at, at if first == end else starts[end - 1] + len(words[end - 1].text)


def _blank(words: Sequence["Word"], starts: Sequence[int], at: int) -> Span:
    return starts[at] + len(words[at].text), starts[at + 1]


def split_words(text: str) -> list[Word]:
    """Split at white space and around punctuation; scripts without spaces go by character.

    >>> [word.text for word in split_words("Don't stop, (now).")]
    ["Don't", 'stop', ',', '(', 'now', ')', '.']
    """
    words: list[Word] = []
    for chunk, space in _CHUNK.findall(text):
        *parts, last = _parts(chunk)
        words += [Word(part, "") for part in parts]
        words.append(Word(last, space))
    return words


def _parts(chunk: str) -> Iterator[str]:
    start, end = 0, len(chunk)
    while start < end and _is_mark(chunk[start]):
        start += 1
    while end > start and _is_mark(chunk[end - 1]):
        end -= 1
    yield from chunk[:start]
    core = chunk[start:end]
    if any(_has_no_spaces(character) for character in core):
        yield from core
    elif core:
        yield core
    yield from chunk[end:]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _has_no_spaces(character: str) -> bool:
    return character > "\u0e00" and unicodedata.name(character, "").startswith(
        _SCRIPTS_WITHOUT_SPACES
    )


def steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Compare two rows as difflib does, but only the middle: most edits leave both ends alone."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield "equal", 0, head, 0, head
    middle = old[head:old_end], new[head:new_end]
    for tag, a, b, c, d in _Matcher(*middle).get_opcodes():
        yield tag, a + head, b + head, c + head, d + head
    if tail:
        yield "equal", old_end, len(old), new_end, len(new)


class _Matcher(SequenceMatcher[str]):
    """Compare in bounded time: difflib alone takes minutes over long texts that repeat words."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        counts = Counter(new)
        pairs = sum(times * counts[word] for word, times in Counter(old).items())
        is_long = pairs > _MANY_PAIRS
        super().__init__(None, old, new, autojunk=is_long)
        # In a long text, difflib does not start a match at the commonest words.
        common = len(new) // 100 + 1 if is_long else len(new)
        steps = (1 + counts[word] * (counts[word] <= common) for word in old)
        self._steps_until = list(accumulate(steps, initial=0))
        self._steps = 0

    def find_longest_match(
        self,
        old_start: int = 0,
        old_end: int | None = None,
        new_start: int = 0,
        new_end: int | None = None,
    ) -> Match:
        """Find nothing more once the steps are used up."""
        self._steps += (
            self._steps_until[-1 if old_end is None else old_end] - self._steps_until[old_start]
        )
        if self._steps > _MOST_STEPS:
            return Match(old_start, new_start, 0)
        return super().find_longest_match(old_start, old_end, new_start, new_end)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new))
    )


def _text(words: Sequence[Word]) -> str:
    return "".join(word.text + word.space for word in words)


def _piece(kind: Kind, words: Sequence[Word]) -> list[Piece]:
    return [Piece(kind, _text(words))] if words else []


def _marked(kind: Kind, words: Sequence[Word], *, followed: bool) -> Iterator[Piece]:
    """Mark the words and not the space behind them, which belongs to what follows."""
    if not words:
        return
    yield Piece(kind, _text(words).rstrip())
    if words[-1].space and not followed:
        yield Piece("same", words[-1].space)


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    waiting: Piece | None = None
    for piece in pieces:
        if waiting and waiting.kind == piece.kind:
            waiting = Piece(piece.kind, waiting.text + piece.text)
            continue
        if waiting:
            yield waiting
        waiting = piece
    if waiting:
        yield waiting

"""What the tone model reads in a masked text: its words, the negated ones apart, and its marks."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Final, Generic, NamedTuple, TypeVar, cast

from analysis.masking import PLACEHOLDER

NEGATED: Final = "not_"
"""Stands before the key of a word that a negation turns round."""

JOINED: Final = "+"
"""Stands between the words of a phrase that counts as one."""

_REACH = 4  # words that a negation turns round, fewer at the end of a clause
_MOST_KEPT = 500_000  # characters of runs, some 80,000 of them

_TOKEN = re.compile(
    r"(?P<link>https?://\S+|www\.\S+|@\w+)"
    r"|(?P<face>[<>]?[:;=8][-o*']?[)\](\[dDpP/\\|]+(?!\w)|[)\](\[]+[-o*']?[:;=8](?!\w)|<3)"
    r"|(?P<word>[^\W\d_]+(?:['\u2019][^\W\d_]+)*)"
    r"|(?P<number>\d[\d.,:/%-]*)"
    r"|(?P<mark>[!?]+|\.{2,}|\u2026)"
    r"|(?P<stop>[.,;:()\[\]\u2014\u2013\"\u201c\u201d\n])"
    r"|(?P<picture>[\u2190-\u2bff\U0001f000-\U0001faff])"
)


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as rows:
        return {row["kind"]: frozenset(row["words"].split()) for row in csv.DictReader(rows)}


def small_words(kind: str) -> frozenset[str]:
    """Give the words of one line of `words.csv`; KeyError for a line that is not there."""
    return _word_lists()[kind]


NEGATIONS: Final = small_words("negation")
# After these a negation turns nothing round: "not only good", "never been stronger".
_ONLY, _NEVER, _COMPARED = map(small_words, ("only", "never", "compared"))
_TURNS = frozenset(("but", "however", "although", "though", "yet", "whereas"))
_LONG_DRAWN = re.compile(r"(.)\1{2,}")
_NOSE = re.compile(r"[-o'*]")
_MOUTHS = re.compile(r"([)(\]\[])\1+")


class Token(NamedTuple):
    """A word, mark or picture of a text."""

    key: str
    """As the model knows it: in lower case, long-drawn letters cut to two, "not_" if negated."""

    start: int
    end: int
    is_word: bool


# `Token(...)` takes twice as long.
_token = cast("Callable[[tuple[str, int, int, bool]], Token]", partial(tuple.__new__, Token))


def tokenise(text: str) -> list[Token]:
    """Give the words, marks and pictures of a masked text in order; links are left out.

    >>> [token.key for token in tokenise("This is NOT acceptable!")]
    ['this', 'is', 'not', 'not_acceptable', '!']
    """
    return [*map(_token, look_up(text, _KEYS))]


T = TypeVar("T")


def look_up(text: str, runs: "Runs[T]") -> list[tuple[T, int, int, bool]]:
    """Give what is known of each token, where it starts and ends, and whether it is a word."""
    tokens: list[tuple[T, int, int, bool]] = []
    reach = at = 0
    is_never = False
    for run in text.split(" "):  # nothing that is looked for has a blank in it
        for kind, known, known_negated, start, end in runs[run]:
            if kind <= _COMPARED_WORD:
                if reach:
                    is_plain = (
                        kind == _ONLY_WORD
                        if reach == _REACH
                        else is_never and kind == _COMPARED_WORD
                    )
                    reach = 0 if is_plain else reach - 1
                    if not is_plain:
                        known = known_negated  # noqa: PLW2901 - it is negated here
                tokens.append((known, at + start, at + end, True))
                continue
            if kind != _PICTURE:
                reach = _REACH if kind <= _NEVER_EVER else 0
                is_never = kind == _NEVER_EVER
            if kind != _STOP:
                tokens.append((known, at + start, at + end, kind < _STOP))
        at += len(run) + 1
    return tokens


# What a part of a run of characters between two blanks is: a plain word or one that some negations
# do not turn round, a negation that turns the next round or turns no comparison, a word that ends
# that, what ends a clause unseen, a mark that ends one, any other sign.
_WORD, _ONLY_WORD, _COMPARED_WORD, _NEGATION, _NEVER_EVER, _TURN, _STOP, _MARK, _PICTURE = range(9)
_Part = tuple[int, str, int, int]
_PLAIN = re.compile(
    r"([(\[\"\u201c])?([^\W\d_]{2,})(?:([.,;:)\]\u2014\u2013\"\u201d\n])|([!?]+|\.{2,}|\u2026))?"
)


class Runs(dict[str, tuple[tuple[int, T, T, int, int], ...]], Generic[T]):
    """The parts of each run, every one read once, with what is known of each and of its negation.

    `know` tells what is known of a key, plain and negated.
    """

    def __init__(self, know: Callable[[str], tuple[T, T]]) -> None:
        super().__init__()
        self._know = know
        self._room = _MOST_KEPT

    def __missing__(self, run: str) -> tuple[tuple[int, T, T, int, int], ...]:
        self._room -= len(run) + 1
        if self._room < 0:
            self.clear()
            self._room = _MOST_KEPT
        parts = _plain_parts(run) or [
            _part(piece) for piece in _TOKEN.finditer(run) if piece.lastgroup != "link"
        ]
        know = self._know
        kept = self[run] = tuple(
            [(kind, *know(key), start, end) for kind, key, start, end in parts]
        )
        return kept


_KEYS = Runs[str](lambda key: (key, NEGATED + key))


def _plain_parts(run: str) -> tuple[_Part, ...]:
    """Give the parts of a mere word, or of one with plain marks around it, else none.

    A single letter between marks may be part of a face, "www" the beginning of a link.
    """
    if run.isalpha():
        return (_word_part(run, 0, len(run)),)
    plain = _PLAIN.fullmatch(run)
    if plain is None or "www." in run:
        return ()
    start, end = plain.span(2)
    word = _word_part(plain[2], start, end)
    before = ((_STOP, "", 0, start),) if start else ()
    if end == len(run):
        return *before, word
    if plain[3]:
        return *before, word, (_STOP, "", end, end + 1)
    return *before, word, (_MARK, _known_sign("mark", plain[4]), end, len(run))


def _word_part(shown: str, start: int, end: int) -> _Part:
    key = shown.lower().replace("\u2019", "'")
    if _LONG_DRAWN.search(key):  # to substitute takes ten times as long, even where nothing is
        key = _LONG_DRAWN.sub(r"\1\1", key)
    key = key.removesuffix("'s")
    return _kind_of(key), intern(key), start, end


def _kind_of(key: str) -> int:
    if key in NEGATIONS or key.endswith("n't"):
        return _NEVER_EVER if key in _NEVER else _NEGATION
    if key in _TURNS:
        return _TURN
    return _ONLY_WORD if key in _ONLY else _COMPARED_WORD if key in _COMPARED else _WORD


def _part(piece: re.Match[str]) -> _Part:
    kind, shown, (start, end) = piece.lastgroup or "", piece.group(), piece.span()
    if kind == "word":
        return _word_part(shown, start, end)
    if kind == "stop":
        return _STOP, "", start, end
    return (_MARK if kind == "mark" else _PICTURE), _known_sign(kind, shown), start, end


class Phrases(NamedTuple):
    """The phrases of several words that count as one."""

    by_first: Mapping[str, Sequence[tuple[str, ...]]]
    """By their first word, the longest first."""

    beginnings: frozenset[tuple[str, str]]
    """Their first two words."""


def phrases_of(keys: Iterable[str]) -> Phrases:
    """Sort out the keys of the lexicon that are phrases."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted((tuple(key.split(JOINED)) for key in keys), key=lambda words: -len(words)):
        if len(words) > 1:
            phrases.setdefault(words[0], []).append(words)
    return Phrases(
        phrases,
        frozenset((words[0], words[1]) for several in phrases.values() for words in several),
    )


def join_phrases(tokens: list[Token], phrases: Phrases) -> list[Token]:
    """Make one token of each phrase, so that its words no longer speak for themselves."""
    keys = [token[0] for token in tokens]
    if NEGATED in "".join(keys):
        keys = [key.removeprefix(NEGATED) for key in keys]
    if phrases.beginnings.isdisjoint(pairwise(keys)):
        return tokens
    joined: list[Token] = []
    done = 0
    for at, key in enumerate(keys):
        if at < done or key not in phrases.by_first:
            continue
        for words in phrases.by_first[key]:
            if tuple(keys[at : at + len(words)]) == words:
                first = tokens[at]
                prefix = NEGATED if first.key.startswith(NEGATED) else ""
                joined += tokens[done:at]
                done = at + len(words)
                joined.append(
                    Token(prefix + JOINED.join(words), first.start, tokens[done - 1].end, True)
                )
                break
    return [*joined, *tokens[done:]] if done else tokens


def spell_phrase(phrase: str) -> str:
    """Write an entry of the lexicon as a key; "{name}" in it stands for any name.

    >>> spell_phrase("Not acceptable")
    'not+acceptable'
    """
    tokens = tokenise(phrase.replace("{name}", PLACEHOLDER))
    return JOINED.join(token.key.removeprefix(NEGATED) for token in tokens)


def _known_sign(kind: str, sign: str) -> str:
    match kind:
        case "number":
            return "0"
        case "picture":
            return sign
        case "face":
            return _MOUTHS.sub(r"\1\1", _NOSE.sub("", sign.lower()))
    if sign[0] in ".\u2026":
        return "..."
    key = "?" if "?" in sign else "!"
    return key if len(sign) == 1 else key * 2

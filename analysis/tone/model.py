"""The tone model: its coefficients, and what it makes of the words of a text."""

import csv
import gzip
import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sys import intern
from typing import Final, NamedTuple

from analysis.textblob_scores import TEXTBLOB_VERSION
from analysis.tone.features import (
    NEGATED,
    NEGATIONS,
    join_phrases,
    phrases_of,
    small_words,
    tokenise,
)
from analysis.tone.lexical import CUES, LexicalCues, Weighed, join_cues, read_cues
from analysis.vader_scores import VADER_VERSION
from analysis.word_kinds import word_kind

COEFFICIENTS: Final = Path(__file__).parent / "coefficients.tsv.gz"

# What a score hangs on: the coefficients, which words are names, how words are read. The
# lexicon is among them because its words are known as common ones.
_READING = (
    "masking.py",
    "name_looks.py",
    "name_rules.py",
    "word_kinds.py",
    "masks/*.csv",
    "mentions/*.csv",
    "tone/features.py",
    "tone/lexical.py",
    "tone/*.csv",
    "tone/coefficients.tsv.gz",
    "tone/model.py",
    "tone/parts.py",
    "tone/score.py",
)


def fingerprint(folder: Path) -> str:
    """Give the first digits of a SHA-256 that changes with all of `analysis` that makes a score."""
    digest = hashlib.sha256(f"{TEXTBLOB_VERSION} {VADER_VERSION}".encode())
    for pattern in _READING:
        for path in sorted(folder.glob(pattern)):
            held = path.read_bytes()
            digest.update(held if path.suffix == ".gz" else held.replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


TONE_MODEL: Final = f"onrecord-tone/1:{fingerprint(Path(__file__).parents[1])}"
"""Name and version of the model, and the first digits of a SHA-256 of all that a score hangs on.

That is its coefficients, the reading and the masking of texts with their data, and the versions of
TextBlob and VADER.
"""

_LEAST_SHOWN = 0.1  # logits
_AUXILIARIES = small_words("auxiliary")

Probabilities = tuple[float, float, float]
"""How likely a text is negative, neutral and positive."""

Pull = tuple[float, float]
"""What speaks for negative and for positive, each against neutral, in logits."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What training found out; `make tone-model` writes it."""

    baseline: Pull
    cues: Mapping[str, Pull]
    lexicon: Mapping[str, float]
    """The reviewed lexicon as it was when the model was trained."""

    words: Mapping[str, Pull]
    """By key (see `tokenise`), or two keys with a blank between them."""


@dataclass(slots=True)
class Piece:
    """What was found in a sentence, or in some sentences that follow one another."""

    cues: LexicalCues
    against: float
    """What its words and pairs pull, summed; so is `for_it`."""

    for_it: float
    found: list[Weighed]
    """The words and pairs that say something, as they stand in the text, and what they pull."""

    known: int
    """How many tokens are known."""

    words: int
    """How many of all tokens are words."""

    known_words: int


def join_pieces(pieces: Sequence[Piece]) -> Piece:
    """Make one piece of some that follow one another."""
    if len(pieces) == 1:
        return pieces[0]
    found: list[Weighed] = []
    against = for_it = 0.0
    known = words = known_words = 0
    for piece in pieces:
        found += piece.found
        against += piece.against
        for_it += piece.for_it
        known += piece.known
        words += piece.words
        known_words += piece.known_words
    cues = join_cues([piece.cues for piece in pieces])
    return Piece(cues, against, for_it, found, known, words, known_words)


class _Known(NamedTuple):
    """What is known of a key."""

    against: float
    for_it: float
    margin: float
    """For positive over negative; 0.0 if readers need not see it."""

    pairs: dict[str, "_Known"]
    """The pairs that it begins, by their second key."""


class Model:
    """Reads sentences and tells how likely each tone is; one is made for all texts."""

    def __init__(self, coefficients: Coefficients) -> None:
        self._words = _known_keys(coefficients.words)
        self._baseline = coefficients.baseline
        self._cues = [coefficients.cues[name] for name in CUES]
        self._margins = [for_it - against for against, for_it in self._cues]
        self._lexicon = coefficients.lexicon
        self._phrases = phrases_of(coefficients.lexicon)

    def read(self, text: str) -> Piece:
        """Look up all words of one masked sentence."""
        tokens = join_phrases(tokenise(text), self._phrases)
        cues = read_cues(text, tokens, self._lexicon)
        against = for_it = 0.0
        known = known_words = begin = 0
        found: list[Weighed] = []
        pairs = _NO_PAIRS
        keys = self._words
        for key, start, end, is_word in tokens:
            if key in pairs:
                one, other, margin, _ = pairs[key]
                against += one
                for_it += other
                if margin:
                    found.append((text[begin:end], margin))
            if key in keys:
                one, other, margin, pairs = keys[key]
                known += 1
                known_words += is_word
                against += one
                for_it += other
                if margin:
                    found.append((text[start:end], margin))
            else:
                pairs = _NO_PAIRS
            begin = start
        return Piece(cues, against, for_it, found, known, cues.words, known_words)

    def pull(self, piece: Piece) -> Pull:
        """Sum up what speaks for negative and for positive."""
        scale = 1 / math.sqrt(piece.known or 1)
        against = piece.against * scale + self._baseline[0]
        for_it = piece.for_it * scale + self._baseline[1]
        for number, weight in zip(piece.cues.numbers(), self._cues, strict=True):
            if number:
                against += number * weight[0]
                for_it += number * weight[1]
        return against, for_it

    def attribute(self, piece: Piece) -> tuple[list[Weighed], float]:
        """Give the shares of words in the pull for positive over negative, and of small words.

        The rest has no word.
        """
        scale = 1 / math.sqrt(piece.known or 1)
        shares = [(words, weight * scale) for words, weight in piece.found]
        small = piece.for_it - piece.against - sum([weight for _, weight in piece.found])
        shares += piece.cues.attributed(self._margins)
        return shares, small * scale


_NO_PAIRS: dict[str, _Known] = {}


def _known_keys(words: Mapping[str, Pull]) -> dict[str, _Known]:
    """Sort the keys and the pairs; a pair is only known by its first key, which is known too."""
    keys = {
        intern(key): _Known(*pull, 0.0 if _is_small(key) else _margin(pull), {})
        for key, pull in words.items()
        if " " not in key
    }
    for pair, pull in words.items():
        first, blank, second = pair.partition(" ")
        if blank and first in keys and second in keys:
            is_shown = keys[first].margin or keys[second].margin
            margin = _margin(pull) if is_shown else 0.0
            keys[first].pairs[intern(second)] = _Known(*pull, margin, _NO_PAIRS)
    return keys


def _margin(pull: Pull) -> float:
    margin = pull[1] - pull[0]
    return margin if abs(margin) >= _LEAST_SHOWN else 0.0


def _is_small(key: str) -> bool:
    """Tell function words, which readers would take for noise; a negation is none."""
    word = key.removeprefix(NEGATED)
    if word in NEGATIONS or word.endswith("n't"):
        return False
    return word in _AUXILIARIES or word_kind(word) == "function"


def probabilities(pull: Pull) -> Probabilities:
    """Turn pulls into probabilities that sum to 1."""
    most = max(0.0, *pull)
    against, neither, for_it = (math.exp(one - most) for one in (pull[0], 0.0, pull[1]))
    total = against + neither + for_it
    return against / total, neither / total, for_it / total


@cache
def trained_model() -> Model:
    """Load the model that ships with the program."""
    return Model(read_coefficients(COEFFICIENTS.read_bytes()))


def read_coefficients(packed: bytes) -> Coefficients:
    """Read what `write_coefficients` wrote."""
    rows = csv.reader(
        io.StringIO(gzip.decompress(packed).decode()), "excel-tab", quoting=csv.QUOTE_NONE
    )
    baseline = (0.0, 0.0)
    cues: dict[str, Pull] = {}
    lexicon: dict[str, float] = {}
    words: dict[str, Pull] = {}
    for kind, name, *numbers in rows:
        values = [int(number) / 100 for number in numbers]
        if kind == "lexicon":
            lexicon[name] = values[0]
            continue
        pull = (values[0], values[1])
        if kind == "baseline":
            baseline = pull
        elif kind == "cue":
            cues[name] = pull
        else:
            words[name] = pull
    return Coefficients(baseline, cues, lexicon, words)


def write_coefficients(coefficients: Coefficients) -> bytes:
    """Write coefficients in hundredths, sorted, the same bytes every time."""
    rows: list[tuple[str, str, Sequence[float]]] = [("baseline", "", coefficients.baseline)]
    rows += [("cue", name, coefficients.cues[name]) for name in CUES]
    rows += [("lexicon", name, (value,)) for name, value in sorted(coefficients.lexicon.items())]
    rows += [("word", name, pull) for name, pull in sorted(coefficients.words.items())]
    lines = ("\t".join((kind, name, *_hundredths(values))) + "\n" for kind, name, values in rows)
    return gzip.compress("".join(lines).encode(), mtime=0)


def _hundredths(values: Iterable[float]) -> list[str]:
    return [str(round(value * 100)) for value in values]

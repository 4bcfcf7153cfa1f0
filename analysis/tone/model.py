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
from typing import Final

from analysis.textblob_scores import TEXTBLOB_VERSION
from analysis.tone.features import NEGATED, Runs, Token, join_phrases, look_up, phrases_of
from analysis.tone.known import NO_PAIRS, UNKNOWN, UNKNOWN_NEGATED, Known, Pull, known_keys
from analysis.tone.lexical import CUES, LexicalCues, Rated, Weighed, join_cues, sum_up
from analysis.vader_scores import VADER_VERSION

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
    "tone/known.py",
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

Probabilities = tuple[float, float, float]
"""How likely a text is negative, neutral and positive."""


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


class Model:
    """Reads sentences and tells how likely each tone is; one is made for all texts."""

    def __init__(self, coefficients: Coefficients) -> None:
        self._baseline = coefficients.baseline
        self._cues = [coefficients.cues[name] for name in CUES]
        self._margins = [for_it - against for against, for_it in self._cues]
        self._phrases = phrases_of(coefficients.lexicon)
        self._keys = known_keys(coefficients.words, coefficients.lexicon, self._phrases)
        self._runs = Runs(self._know_both)

    def _know(self, key: str) -> Known:
        known = self._keys.get(key)
        if known is None:
            return UNKNOWN_NEGATED if key.startswith(NEGATED) else UNKNOWN
        return known

    def _know_both(self, key: str) -> tuple[Known, Known]:
        known = self._keys.get(key)
        if known is None:  # then its negation is not known either
            return UNKNOWN, UNKNOWN_NEGATED
        return known, self._keys.get(NEGATED + key, UNKNOWN_NEGATED)

    def read(self, text: str, joined: Sequence[Token] | None = None) -> Piece:
        """Look up all words of one masked sentence; `joined` are its tokens, phrases joined."""
        if joined is None:
            tokens = look_up(text, self._runs)
        else:
            tokens = [(self._know(one.key), one.start, one.end, one.is_word) for one in joined]
        against = for_it = 0.0
        known = words = known_words = begin = 0
        may_join = False
        found: list[Weighed] = []
        rated: list[tuple[int, int, int, Rated]] = []
        pairs = NO_PAIRS
        for at, (here, start, end, is_word) in enumerate(tokens):
            key, one, other, margin, next_pairs, is_known, rating = here
            words += is_word
            if key in pairs:
                pull, other_pull, pair_margin, begins_phrase = pairs[key]
                may_join = may_join or begins_phrase
                against += pull
                for_it += other_pull
                if pair_margin:
                    found.append((text[begin:end], pair_margin))
            if is_known:
                known += 1
                known_words += is_word
                against += one
                for_it += other
                if margin:
                    found.append((text[start:end], margin))
            if rating:
                rated.append((at, start, end, rating))
            pairs = next_pairs
            begin = start
        if joined is None and may_join:
            return self.read(text, join_phrases(_with_keys(tokens), self._phrases))
        cues = sum_up(text, rated, words, lambda: _with_keys(tokens))
        return Piece(cues, against, for_it, found, known, words, known_words)

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


def _with_keys(tokens: Iterable[tuple[Known, int, int, bool]]) -> list[Token]:
    """Give tokens by their keys, as far as any is asked for."""
    return [Token(known.key, start, end, is_word) for known, start, end, is_word in tokens]


def probabilities(pull: Pull) -> Probabilities:
    """Turn pulls into probabilities that sum to 1."""
    most = max(0.0, *pull)
    against, neither, for_it = math.exp(pull[0] - most), math.exp(-most), math.exp(pull[1] - most)
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

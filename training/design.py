"""Turning labelled texts into the numbers that the tone model is fitted to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.masking import mask_names
from analysis.tone.features import NEGATED, join_phrases, phrases_of, tokenise
from analysis.tone.lexical import read_cues
from analysis.word_kinds import word_kind
from training.corpora import Labelled
from training.vocabulary import FEWEST_TEXTS, NameFilter, count_texts
from training.word_vectors import word_vectors

Numbers = NDArray[np.float64]

# How much each kind of evidence may weigh before a coefficient has to grow for it.
_SCALES = {"words": 1.0, "pairs": 0.7, "vectors": 1.5, "ratings": 3.0, "cues": 1.5}


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text as the model reads it."""

    keys: tuple[str, ...]
    cues: tuple[float, ...]
    shares: tuple[float, float, float]
    corpus: str


def read_rows(texts: Iterable[Labelled], lexicon: dict[str, float]) -> list[Row]:
    """Mask and read labelled texts."""
    phrases = phrases_of(lexicon)
    rows = []
    for one in texts:
        masked = mask_names(one.text).text
        tokens = join_phrases(tokenise(masked), phrases)
        cues = read_cues(masked, tokens, lexicon)
        keys = tuple(token.key for token in tokens)
        rows.append(Row(keys, cues.numbers(), one.shares, one.corpus))
    return rows


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the model knows, plain and negated, and the pairs of words."""

    plain: list[str]
    """Every one of them is known with a negation before it as well."""

    keys: list[str]
    """Words, plain or negated, with a coefficient of their own."""

    pairs: list[str]
    vectors: Numbers
    """For each plain word."""

    ratings: Numbers
    """For each plain word, what the lexicons say of it."""


def make_vocabulary(
    rows: Sequence[Row],
    more: Sequence[Sequence[str]],
    names: NameFilter,
    lexicon: dict[str, float],
) -> Vocabulary:
    """Choose the words from the labelled rows, from `more` unlabelled texts and the lexicons."""
    labelled = [row.keys for row in rows]
    counts = count_texts(labelled)
    stems = count_texts([[key.removeprefix(NEGATED) for key in keys] for keys in labelled])
    stems += count_texts([[key.removeprefix(NEGATED) for key in keys] for keys in more])
    pairs = count_texts([pairs_of(keys) for keys in labelled])
    vader, blob = _vader_lexicon(), _textblob_lexicon()
    rated = {word for word in (*blob, *lexicon) if word_kind(word)} | vader.keys()
    often = {word for word, texts in stems.items() if texts >= FEWEST_TEXTS}
    plain = sorted({word for word in often | rated if names.is_common(word)} | lexicon.keys())
    known = set(plain)
    keys = sorted(
        key
        for key, texts in counts.items()
        if texts >= FEWEST_TEXTS and key.removeprefix(NEGATED) in known
    )
    return Vocabulary(
        plain,
        keys,
        sorted(
            pair
            for pair, texts in pairs.items()
            if texts >= FEWEST_TEXTS
            and all(key.removeprefix(NEGATED) in known for key in pair.split(" "))
        ),
        word_vectors([*labelled, *more], plain),
        np.array([_ratings(word, vader, blob, lexicon) for word in plain]),
    )


def pairs_of(keys: Sequence[str]) -> list[str]:
    """Give the pairs of keys that stand side by side."""
    return [f"{one} {other}" for one, other in pairwise(keys)]


def _vader_lexicon() -> dict[str, float]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon: dict[str, float] = SentimentIntensityAnalyzer().lexicon
    return {word: value / 4 for word, value in lexicon.items()}


def _textblob_lexicon() -> dict[str, Sequence[float]]:
    from textblob.en import sentiment

    len(sentiment)  # loads it
    return {word: senses[None] for word, senses in sentiment.items()}


def _ratings(
    word: str,
    vader: dict[str, float],
    blob: dict[str, Sequence[float]],
    lexicon: dict[str, float],
) -> list[float]:
    valence = vader.get(word, 0.0)
    polarity, subjectivity, _ = blob.get(word, (0.0, 0.0, 0.0))
    reviewed = lexicon.get(word, 0.0)
    pairs = (valence, polarity, reviewed)
    signed = [side for value in pairs for side in (max(value, 0.0), max(-value, 0.0))]
    return [*signed, subjectivity, float(word in vader)]


@dataclass(frozen=True, slots=True)
class Design:
    """Builds the matrix for rows, and turns fitted weights back into those of words."""

    vocabulary: Vocabulary

    def matrix(self, rows: Sequence[Row]) -> Any:
        """Give a sparse matrix, a row each."""
        words = self.vocabulary
        plain = {word: at for at, word in enumerate(words.plain)}
        all_keys = [row.keys for row in rows]
        positive = [[k for k in keys if not k.startswith(NEGATED)] for keys in all_keys]
        negated = [
            [k.removeprefix(NEGATED) for k in keys if k.startswith(NEGATED)] for keys in all_keys
        ]
        said, denied = count_keys(positive, plain), count_keys(negated, plain)
        known = np.asarray((said + denied).sum(axis=1)).ravel()
        scale = sparse.diags(1 / np.sqrt(np.maximum(known, 1)))
        own = count_keys(all_keys, {key: at for at, key in enumerate(words.keys)})
        paired = count_keys(
            [pairs_of(keys) for keys in all_keys],
            {pair: at for at, pair in enumerate(words.pairs)},
        )
        said, denied = scale @ said, scale @ denied
        return sparse.hstack(
            [
                scale @ own * _SCALES["words"],
                scale @ paired * _SCALES["pairs"],
                *(
                    sparse.csr_matrix(half @ side * _SCALES[name])
                    for half in (said, denied)
                    for name, side in (("vectors", words.vectors), ("ratings", words.ratings))
                ),
                sparse.csr_matrix(np.array([row.cues for row in rows]) * _SCALES["cues"]),
            ],
            format="csr",
        )

    def fold(self, weights: Numbers) -> tuple[dict[str, Numbers], Numbers]:
        """Sum up the weights (columns, pulls) for every word and pair; give the cues' apart."""
        words = self.vocabulary
        width, rated = words.vectors.shape[1], words.ratings.shape[1]
        sizes = [len(words.keys), len(words.pairs), width, rated, width, rated]
        own, paired, *sides, cues = np.split(weights, np.cumsum(sizes))
        folded: dict[str, Numbers] = {}
        for prefix, vectors, ratings in (("", *sides[:2]), (NEGATED, *sides[2:])):
            borrowed = words.vectors @ vectors * _SCALES["vectors"]
            borrowed += words.ratings @ ratings * _SCALES["ratings"]
            folded.update(zip((prefix + word for word in words.plain), borrowed, strict=True))
        for key, weight in zip(words.keys, own, strict=True):
            folded[key] = folded[key] + weight * _SCALES["words"]
        folded.update(zip(words.pairs, paired * _SCALES["pairs"], strict=True))
        return folded, cues * _SCALES["cues"]


def count_keys(texts: Sequence[Sequence[str]], place: dict[str, int]) -> Any:
    """Count the keys that have a place, in a sparse matrix with a row for each text."""
    columns: list[int] = []
    ends = [0]
    for keys in texts:
        columns += [place[key] for key in keys if key in place]
        ends.append(len(columns))
    ones = np.ones(len(columns))
    matrix = sparse.csr_matrix((ones, columns, ends), shape=(len(texts), len(place)))
    matrix.sum_duplicates()
    return matrix

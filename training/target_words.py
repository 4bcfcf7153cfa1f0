"""What the model of tone toward a target knows of words beforehand: how good they sound.

Two numbers for each word: what it did to the labels of posts, and a guess at its valence from the
words that VADER rates and that stand in like places.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from analysis.masking import mask_names
from analysis.tone.target_words import read_word, tokens_of, valence_of
from training.corpora import read_semeval, read_speeches
from training.word_vectors import word_vectors

_FEWEST_POSTS = 5
_FEWEST_PLACES = 8
_DIMENSIONS = 100

Texts = Sequence[Sequence[str]]


def read_words(texts: Iterable[str]) -> list[list[str]]:
    """Mask texts and give their words; signs, names and unknown words are left out."""
    return [
        [
            word
            for token in tokens_of(mask_names(text).text)
            if (word := read_word(token).text)[0].islower()
        ]
        for text in texts
    ]


def learn_word_values(sentences: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Learn both numbers from posts, speeches and these sentences (without their labels)."""
    posts = list(read_semeval())
    written = read_words(post.text for post in posts)
    sounds = _learn_sounds(written, [int(np.argmax(post.shares)) for post in posts])
    guesses = _guess_valences([*written, *read_words(read_speeches()), *read_words(sentences)])
    return {
        word: values
        for word in sorted({*sounds, *guesses})
        if any(values := (round(sounds.get(word, 0.0), 2), round(guesses.get(word, 0.0), 2)))
    }


def _learn_sounds(posts: Texts, labels: Sequence[int]) -> dict[str, float]:
    """Fit labels of posts to their words: the pull for positive over negative of each word."""
    counts = Counter(word for post in posts for word in set(post))
    words = sorted(word for word, count in counts.items() if count >= _FEWEST_POSTS)
    place = {word: at for at, word in enumerate(words)}
    cells = [
        (row, place[w]) for row, post in enumerate(posts) for w in sorted(set(post)) if w in place
    ]
    rows, columns = np.array(cells).T
    matrix = sparse.csr_matrix((np.ones(len(cells)), (rows, columns)), (len(posts), len(words)))
    model = LogisticRegression(C=0.3, max_iter=300, class_weight="balanced").fit(matrix, labels)
    return dict(zip(words, (model.coef_[2] - model.coef_[0]).tolist(), strict=True))


def _guess_valences(texts: Texts) -> dict[str, float]:
    """Guess the valence of words that VADER lacks."""
    counts = Counter(word for text in texts for word in text)
    words = sorted(word for word, count in counts.items() if count >= _FEWEST_PLACES)
    vectors = word_vectors(texts, words, _DIMENSIONS)
    valences = np.array([valence_of(word) for word in words])
    is_rated = valences != 0
    guesses = Ridge(3.0).fit(vectors[is_rated], valences[is_rated]).predict(vectors)
    return {
        word: float(guess)
        for word, guess, rated in zip(words, guesses, is_rated, strict=True)
        if not rated
    }

"""Word vectors from the training texts, so that a rare word may borrow from its neighbours."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from analysis.tone.features import NEGATED

_WINDOW = 5
_SMOOTHING = 0.75
DIMENSIONS = 200


def word_vectors(
    texts: Sequence[Sequence[str]], words: Sequence[str], dimensions: int = DIMENSIONS
) -> NDArray[np.float64]:
    """Give one vector of length 1 for each word: what stands near it more often than by chance.

    Positive pointwise mutual information within five words, weighted by nearness, reduced by a
    singular value decomposition. A word that stands nowhere gets zeros.
    """
    place = {word: at for at, word in enumerate(words)}
    near = _count_neighbours(texts, place)
    sums = np.asarray(near.sum(axis=1)).ravel()
    context = np.maximum(sums, 1e-12) ** _SMOOTHING
    context /= context.sum()
    pairs = near.tocoo()
    surprise = np.log(pairs.data / (sums[pairs.row] * context[pairs.col]))
    kept = surprise > 0
    matrix = sparse.csr_matrix(
        (surprise[kept], (pairs.row[kept], pairs.col[kept])), shape=near.shape
    )
    left, strength, _ = svds(matrix, k=dimensions, v0=np.ones(len(words)))
    vectors = left * np.sqrt(strength)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _count_neighbours(texts: Sequence[Sequence[str]], place: dict[str, int]) -> sparse.csr_matrix:
    counts: Counter[int] = Counter()
    size = len(place)
    for keys in texts:
        at = [place.get(key.removeprefix(NEGATED), -1) for key in keys]
        for distance in range(1, _WINDOW + 1):
            for one, other in zip(at, at[distance:], strict=False):
                if one >= 0 and other >= 0:
                    counts[one * size + other] += 60 // distance
    codes = np.fromiter(counts.keys(), np.int64, len(counts))
    order = np.argsort(codes)
    codes = codes[order]
    weights = np.fromiter(counts.values(), np.float64, len(counts))[order]
    upper = sparse.csr_matrix((weights, (codes // size, codes % size)), shape=(size, size))
    return (upper + upper.T).tocsr()

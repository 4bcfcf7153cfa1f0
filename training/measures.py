"""How well scores agree with people: recall, calibration, rank correlation."""

import numpy as np
from numpy.typing import NDArray

from training.design import Numbers

_BINS = 15


def macro_recall(likely: Numbers, truth: NDArray[np.int64]) -> float:
    """Average over the tones the share of texts that people gave it and the model too."""
    chosen = likely.argmax(axis=1)
    return float(np.mean([(chosen[truth == tone] == tone).mean() for tone in range(3)]))


def calibration_error(likely: Numbers, truth: NDArray[np.int64]) -> float:
    """Average how far confidence is from the share that is right, over 15 bins of equal width."""
    confidence = likely.max(axis=1)
    right = likely.argmax(axis=1) == truth
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for at in range(_BINS):
        chosen = bins == at
        if chosen.any():
            error += abs(confidence[chosen].mean() - right[chosen].mean()) * chosen.mean()
    return float(error)


def rank_correlation(ours: Numbers, theirs: Numbers) -> float:
    """Give Spearman's coefficient."""
    from scipy.stats import spearmanr

    return float(spearmanr(ours, theirs).statistic)

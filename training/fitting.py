"""Fitting the tone model: weights for the corpora, a logistic regression, its calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from training.design import Numbers, Row

STRENGTH = 0.4
"""Inverse of the ridge penalty; chosen on SemEval 2016 with the years before as training."""

BALANCE = 0.85
"""How far the three tones are made equally frequent within each corpus, from 0 to 1."""

CORPUS_WEIGHTS = {"semeval": 1.0, "newsmtsc": 1.0, "own": 10.0, "grammar": 3.0}


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of the matrix's columns, for each tone."""

    weights: Numbers
    intercepts: Numbers

    def logits(self, matrix: Any) -> Numbers:
        """Give three logits for each row."""
        return np.asarray(matrix @ self.weights + self.intercepts)


def weigh(rows: Sequence[Row]) -> Numbers:
    """Give each row's weight for each tone: corpus by corpus, rare tones more."""
    shares = np.array([row.shares for row in rows])
    corpora = np.array([row.corpus.partition("_")[0] for row in rows])
    weights = np.zeros_like(shares)
    for corpus in sorted(set(corpora)):
        chosen = corpora == corpus
        frequency = shares[chosen].mean(axis=0)
        lift = (1 / 3 / frequency) ** BALANCE
        lift /= (lift * frequency).sum()
        weights[chosen] = shares[chosen] * lift * CORPUS_WEIGHTS[corpus]
    return weights


def fit(matrix: Any, weights: Numbers) -> Fitted:
    """Fit a multinomial logistic regression; a text that people split on counts for each side."""
    row, tone = np.nonzero(weights)
    model = LogisticRegression(C=STRENGTH, max_iter=1_000, tol=1e-3)
    model.fit(matrix[row], tone, sample_weight=weights[row, tone])
    return Fitted(model.coef_.T, model.intercept_)


def softmax(logits: Numbers) -> Numbers:
    """Give probabilities for each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def find_temperature(logits: Numbers, weights: Numbers) -> float:
    """Find by what all logits must be multiplied for the likeliest probabilities."""

    def loss(factor: float) -> float:
        likely = softmax(logits * factor)
        return float(-(weights * np.log(np.maximum(likely, 1e-12))).sum() / weights.sum())

    return float(minimize_scalar(loss, bounds=(0.2, 2.0), method="bounded").x)

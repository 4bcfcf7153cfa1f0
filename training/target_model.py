"""Train the model of tone toward a target, and measure it: `python -m training.target_model`.

Everything is chosen by cross-validation on the training set, its folds grouped by document; with
`--measure` the figures of the folds and of the development sets are printed as JSON.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from analysis.tone.target import score_target
from analysis.tone.target_coefficients import (
    COEFFICIENTS,
    TargetCoefficients,
    WordValues,
    write_target_coefficients,
)
from training.corpora import GOLD, LABELS
from training.fitting import find_temperature, softmax
from training.target_features import Features, point_at, read_features
from training.target_words import learn_word_values

FOLDS = 5
STRENGTH = 0.5
"""Inverse of the ridge penalty; chosen in the folds."""

SHARE_SHOWN = 0.45
"""How many of the targets in the folds pass the gate: 82 % must be right, 40 % be shown."""

FEWEST_DOCUMENTS = 3
"""A key in fewer documents is not kept: it could give one of them away."""

_GROUP_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 1.0, 0.5)  # the last one: flags
_VALUE_WEIGHT = 0.3
_DOCUMENT = re.compile(r"(?:allsides_\d+_|polusa_v1_)(\d+)")

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Target:
    """A sentence, the span of someone in it, and how people said it speaks of them."""

    sentence: str
    start: int
    end: int
    label: int
    document: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """The columns that were kept and a pull for each."""

    keys: tuple[str, ...]
    pulls: Numbers
    baseline: Numbers

    def logits(self, design: "Design", rows: Sequence[int]) -> Numbers:
        """Give three logits for each of these rows, that of neutral 0."""
        columns = [design.columns[key] for key in self.keys]
        count = len(columns)
        known = design.matrix[rows][:, columns] @ self.pulls[:count]
        pulls = known + design.values[rows] @ self.pulls[count:] + self.baseline
        return np.column_stack([pulls[:, 0], np.zeros(len(rows)), pulls[:, 1]])


class Design:
    """What was read of all targets, as numbers."""

    def __init__(self, targets: Sequence[Target], words: WordValues) -> None:
        self.labels: Labels = np.array([target.label for target in targets])
        self.documents = np.unique([target.document for target in targets], return_inverse=True)[1]
        read = [read_features(point_at(t.sentence, t.start, t.end), words) for t in targets]
        self.values: Numbers = np.array([features.values for features in read])
        self.columns: dict[str, int] = {}
        self.weights: list[float] = []
        cells: dict[tuple[int, int], float] = {}
        for row, features in enumerate(read):
            for key, amount, weight in _amounts(features):
                column = self.columns.setdefault(key, len(self.columns))
                if column == len(self.weights):
                    self.weights.append(weight)
                cells[row, column] = cells.get((row, column), 0.0) + amount
        rows, columns = np.array(list(cells)).T
        self.matrix = sparse.csr_matrix(
            (np.array(list(cells.values())), (rows, columns)), (len(targets), len(self.columns))
        )

    def fit(self, rows: Sequence[int]) -> Fitted:
        """Fit a logistic regression to these rows; keys count by how well they tell labels."""
        kept = self._columns_kept(rows)
        matrix, labels = self.matrix[rows][:, kept], self.labels[rows]
        scales = np.concatenate(
            [
                _telling(matrix, labels) * np.array(self.weights)[kept],
                _VALUE_WEIGHT / np.maximum(self.values[rows].std(axis=0), 1e-9),
            ]
        )
        whole = sparse.hstack([matrix, sparse.csr_matrix(self.values[rows])]).tocsr()
        model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-4, class_weight="balanced").fit(
            whole @ sparse.diags(scales), labels
        )
        against_neutral = (model.coef_ - model.coef_[1])[[0, 2]] * scales
        names = list(self.columns)
        return Fitted(
            tuple(names[column] for column in kept),
            against_neutral.T,
            (model.intercept_ - model.intercept_[1])[[0, 2]],
        )

    def _columns_kept(self, rows: Sequence[int]) -> list[int]:
        cells = self.matrix[rows].tocoo()
        seen = np.unique(np.column_stack([cells.col, self.documents[rows][cells.row]]), axis=0)
        columns, counts = np.unique(seen[:, 0], return_counts=True)
        return [int(column) for column in columns[counts >= FEWEST_DOCUMENTS]]


def read_targets(name: str) -> Iterator[Target]:
    """Yield the targets of one split of NewsMTSC."""
    with (GOLD / "newsmtsc" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found = _DOCUMENT.match(row["primary_gid"])
            document = found[0].partition("_")[0] + found[1] if found else row["primary_gid"]
            for one in row["targets"]:
                label = int(one["polarity"]) // 2 - 1
                yield Target(row["sentence_normalized"], one["from"], one["to"], label, document)


def _amounts(features: Features) -> Iterator[tuple[str, float, float]]:
    for group, weight in zip((*features.groups, features.flags), _GROUP_WEIGHTS, strict=True):
        scale = 1.0 if group is features.flags else len(group) ** -0.5 if group else 0.0
        for key, count in Counter(group).items():
            yield key, count * scale, weight


def _telling(matrix: sparse.csr_matrix, labels: Labels) -> Numbers:
    """Give the root of how much likelier each column is with one label than with the others."""
    ratios = []
    for label in range(3):
        inside = 1 + np.asarray(matrix[labels == label].sum(axis=0)).ravel()
        outside = 1 + np.asarray(matrix[labels != label].sum(axis=0)).ravel()
        ratios.append(np.abs(np.log(inside / inside.sum() / (outside / outside.sum()))))
    return np.asarray(np.sqrt(np.max(ratios, axis=0)))


def cross_validate(design: Design) -> Numbers:
    """Give logits for each row from a model that saw none of its document."""
    logits = np.zeros((len(design.labels), 3))
    for fitted_on, left_out in GroupKFold(FOLDS).split(logits, groups=design.documents):
        logits[left_out] = design.fit(fitted_on).logits(design, left_out)
    return logits


def train() -> tuple[TargetCoefficients, dict[str, float]]:
    """Train on the training split; give the coefficients and the figures of the folds."""
    targets = list(read_targets("mtsc_train"))
    words = learn_word_values(sorted({target.sentence for target in targets}))
    design = Design(targets, words)
    logits = cross_validate(design)
    temperature = find_temperature(logits, np.eye(3)[design.labels])
    likely = softmax(logits * temperature)
    gate = float(np.quantile(likely.max(axis=1), 1 - SHARE_SHOWN))
    fitted = design.fit(range(len(targets)))
    pulls = (fitted.pulls * temperature).tolist()
    count = len(fitted.keys)
    coefficients = TargetCoefficients(
        gate,
        tuple((fitted.baseline * temperature).tolist()),
        [(one, other) for one, other in pulls[count:]],
        words,
        {key: (one, other) for key, (one, other) in zip(fitted.keys, pulls[:count], strict=True)},
    )
    return coefficients, measure(likely.argmax(axis=1), likely.max(axis=1) >= gate, design.labels)


def measure(chosen: Labels, is_shown: NDArray[np.bool_], labels: Labels) -> dict[str, float]:
    """Give the macro F1, the share shown, and the share of those that are right."""
    return {
        "targets": len(labels),
        "f1_macro": round(float(f1_score(labels, chosen, average="macro")), 4),
        "shown": round(float(is_shown.mean()), 4),
        "shown_right": round(float((chosen == labels)[is_shown].mean()), 4),
    }


def measure_shipped(name: str) -> dict[str, float]:
    """Measure the coefficients that ship on one split, the way a user gets them."""
    targets = list(read_targets(name))
    tones = [score_target(target.sentence, target.start, target.end) for target in targets]
    return measure(
        np.array([LABELS.index(tone.label) for tone in tones]),
        np.array([tone.is_shown for tone in tones]),
        np.array([target.label for target in targets]),
    )


def main() -> None:
    """Write the coefficients; with `--measure`, print figures."""
    with threadpool_limits(1):
        coefficients, folds = train()
    COEFFICIENTS.write_bytes(write_target_coefficients(coefficients))
    if "--measure" in sys.argv:
        development = {name: measure_shipped(f"newsmtsc-{name}") for name in ("rw_dev", "mt_dev")}
        print(json.dumps({"folds": folds, **development}, indent=2))


if __name__ == "__main__":
    main()

"""Train the tone model and write its coefficients: `make tone-model`.

Needs scikit-learn and ../shared/data; the same inputs give the same bytes on the same machine.
"""

import csv
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.masking import mask_names
from analysis.tone.features import spell_phrase, tokenise
from analysis.tone.lexical import CUES
from analysis.tone.model import COEFFICIENTS, Coefficients, Pull, write_coefficients
from training.corpora import (
    CHAMBER,
    GRAMMAR,
    LEXICON,
    SENTENCES,
    Labelled,
    read_newsmtsc,
    read_own,
    read_semeval,
    read_speeches,
)
from training.design import Design, Row, make_vocabulary, read_rows
from training.fitting import Fitted, find_temperature, fit, weigh
from training.vocabulary import NameFilter


@dataclass(frozen=True, slots=True)
class Trained:
    """A design, what was fitted to it, and by what the logits are multiplied."""

    design: Design
    fitted: Fitted
    temperature: float


def read_lexicon(path: Path = LEXICON) -> dict[str, float]:
    """Read the reviewed lexicon, its phrases spelt as the model reads words."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as rows:
        return {spell_phrase(row["word"]): float(row["polarity"]) for row in csv.DictReader(rows)}


def is_left_out(row: Row) -> bool:
    """Tell whether a row is in the fifth that the temperature is found on."""
    return zlib.crc32(" ".join(row.keys).encode()) % 5 == 0


def read_training() -> list[Labelled]:
    """Read all labelled texts that the model is trained on."""
    own = [*read_own(SENTENCES), *read_own(CHAMBER), *read_own(GRAMMAR, "grammar")]
    return [*read_semeval(), *read_newsmtsc("mtsc_train"), *own]


def train(texts: list[Labelled], lexicon: dict[str, float]) -> Trained:
    """Fit the model; its temperature is found on predictions for texts left out."""
    rows = read_rows(texts, lexicon)
    more = [[t.key for t in tokenise(mask_names(text).text)] for text in read_speeches()]
    names = NameFilter(text.text for text in texts)
    design = Design(make_vocabulary(rows, more, names, lexicon))
    matrix = design.matrix(rows)
    weights = weigh(rows)
    left_out = np.array([is_left_out(row) for row in rows])
    trial = fit(matrix[~left_out], weights[~left_out])
    shares = np.array([row.shares for row in rows])
    temperature = find_temperature(trial.logits(matrix[left_out]), shares[left_out])
    return Trained(design, fit(matrix, weights), temperature)


def coefficients(trained: Trained, lexicon: dict[str, float]) -> Coefficients:
    """Fold all that was fitted into what each word pulls, against neutral."""
    words, cues = trained.design.fold(trained.fitted.weights)

    def pull(weights: np.ndarray) -> Pull:
        against, neither, for_it = (round(float(one), 9) for one in weights * trained.temperature)
        return against - neither, for_it - neither

    return Coefficients(
        baseline=pull(trained.fitted.intercepts),
        cues={name: pull(weights) for name, weights in zip(CUES, cues, strict=True)},
        lexicon=lexicon,
        words={key: pull(weights) for key, weights in words.items()},
    )


def main() -> None:
    """Train and write."""
    lexicon = read_lexicon()
    with threadpool_limits(1):  # sums in one order only
        trained = train(read_training(), lexicon)
    packed = write_coefficients(coefficients(trained, lexicon))
    COEFFICIENTS.write_bytes(packed)
    print(f"{COEFFICIENTS.name}: {len(packed):,} bytes, {hashlib.sha256(packed).hexdigest()[:12]}")


if __name__ == "__main__":
    main()

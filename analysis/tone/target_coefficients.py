"""The coefficients of the model of tone toward a target: what training found out, and its file."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

COEFFICIENTS: Final = Path(__file__).parent / "target.tsv.gz"

VALUES: Final = 3
"""How many values a word has: see `WordValues`."""

WordValues = Mapping[str, tuple[float, float]]
"""By word: how good it sounds in posts, and its valence guessed from its neighbours.

VADER's own valence of the word is the third value; the guess is for words that VADER lacks.
"""

Pull = tuple[float, float]
"""What speaks for negative and for positive, each against neutral, in logits."""


@dataclass(frozen=True, slots=True)
class TargetCoefficients:
    """What training found out.

    Attributes:
        gate: the least confidence with which a tone is shown.
        baseline: the pull of a sentence of which nothing is known.
        values: one pull for each sum of the values of words, 8 for each of `VALUES`.
        words: the values of words.
        keys: one pull for each key.
    """

    gate: float
    baseline: Pull
    values: Sequence[Pull]
    words: WordValues
    keys: Mapping[str, Pull]


@cache
def trained_coefficients() -> TargetCoefficients:
    """Load the coefficients that ship with the program."""
    return read_target_coefficients(COEFFICIENTS.read_bytes())


def read_target_coefficients(packed: bytes) -> TargetCoefficients:
    """Read what `write_target_coefficients` wrote."""
    tables: dict[str, dict[str, Pull]] = {kind: {} for kind in ("is", "value", "word", "key")}
    for line in gzip.decompress(packed).decode().splitlines():
        kind, name, one, other = line.split("\t")
        tables[kind][name] = (int(one) / 1000, int(other) / 1000)
    return TargetCoefficients(
        tables["is"]["gate"][0],
        tables["is"]["baseline"],
        tuple(tables["value"].values()),
        tables["word"],
        tables["key"],
    )


def write_target_coefficients(coefficients: TargetCoefficients) -> bytes:
    """Write coefficients in thousandths, sorted: the same bytes every time.

    A key's pulls are rounded to hundredths, and left out where nothing remains.
    """
    rows = [
        _row("is", "gate", (coefficients.gate, 0.0)),
        _row("is", "baseline", coefficients.baseline),
    ]
    rows += [_row("value", f"{at:02}", one) for at, one in enumerate(coefficients.values)]
    rows += [_row("word", word, one) for word, one in sorted(coefficients.words.items())]
    for key, (one, other) in sorted(coefficients.keys.items()):
        rounded = round(one, 2), round(other, 2)
        if any(rounded):
            rows.append(_row("key", key, rounded))
    return gzip.compress("".join(rows).encode(), mtime=0)


def _row(kind: str, name: str, numbers: Pull) -> str:
    return f"{kind}\t{name}\t{round(numbers[0] * 1000)}\t{round(numbers[1] * 1000)}\n"

"""Quotations of real news articles: no worse than the floors; the set is only measured."""

import json
from pathlib import Path

import pytest

from training.quotes_eval import measure, read_polnear

FLOORS = json.loads((Path(__file__).parent / "gate" / "floors.json").read_text("utf-8"))["quotes"]


@pytest.mark.parametrize("part", ["train", "dev"])
def test_polnear(shared_data: Path, part: str) -> None:
    path = shared_data / "gold" / "polnear_train_dev.tar.gz"
    if not path.is_file():
        pytest.skip(f"PolNeAR is not here ({path} is no file)")
    figures = measure(read_polnear(part, path))
    assert figures["gold"] > 700
    for name, floor in FLOORS[f"polnear_{part}"].items():
        assert figures[name] >= floor, name

"""Searching: which texts share words and runs of words with a quotation, by the index alone."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from archive.passages.blocks import BLOCKS, Block, Texts
from archive.passages.keys import PLACE_BITS, WordNumbers, run_keys, speaker_keys, word_keys
from archive.passages.volumes import Volume, volumes_of
from archive.passages.words import words_of

LARGE = 1 << 14
"""Bytes from which a block holds a key that is in thousands of texts, and is read last."""

MOST_BYTES = 8 << 20
"""Bytes of large blocks that are read for one quotation, those of the rarest keys first."""

LEAST = 0.2
"""The share of what the words of a quotation weigh from which a text is worth a look."""

_PLACE = (1 << PLACE_BITS) - 1
_BLOCKS = (
    "SELECT block, length(entries), CASE WHEN length(entries) < ? THEN entries END "
    "FROM passage_blocks WHERE block IN (SELECT value FROM json_each(?))"
)
_BLOCK = "SELECT entries FROM passage_blocks WHERE block = ?"

Having = dict[int, Texts]
"""The texts that have a key (by their numbers in the volume), by volume."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that shares words with a quotation."""

    text: int
    """Its row in `revisions`."""

    weight: float
    """What the words and runs weigh that it shares, each the more the rarer it is."""

    shared: int
    """How many runs of four words it shares."""


class Scores:
    """What each text of a volume shares with a quotation."""

    def __init__(self, volume: Volume) -> None:
        texts = volume.last_text - volume.first_text + 1
        self.volume = volume
        self.weights: NDArray[np.float32] = np.zeros(texts, dtype=np.float32)
        self.shared: NDArray[np.uint16] = np.zeros(texts, dtype=np.uint16)
        self.is_own: NDArray[np.bool_] = np.zeros(texts, dtype=np.bool_)
        """Whether it is of the speaker asked for, as far as the index knows."""

    def hit(self, at: int) -> Hit:
        """Describe one text, by its number in the volume."""
        text = self.volume.first_text + at
        return Hit(text, float(self.weights[at]), int(self.shared[at]))

    def best(self, least: float, most: int, *, own: bool) -> list[Hit]:
        """Give the texts that weigh most, of equal ones those that were recorded first."""
        is_enough = self.weights >= least
        if own:
            is_enough &= self.is_own
        (found,) = is_enough.nonzero()
        if len(found) > most:
            weights = self.weights[found]
            bar = np.partition(weights, -most)[-most]
            above, equal = found[weights > bar], found[weights == bar]
            found = np.concatenate((above, equal[: most - len(above)]))
        return [self.hit(at) for at in found.tolist()]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found of a quotation."""

    scores: Sequence[Scores]
    least: float
    """The weight from which a text is worth a look."""

    def best(self, most: int, *, own: bool = False) -> list[Hit]:
        """Give the texts that weigh most, `own` only those of the speakers asked for."""
        hits = [hit for each in self.scores for hit in each.best(self.least, most, own=own)]
        return sorted(hits, key=lambda hit: (-hit.weight, hit.text))[:most]

    def hits(self, texts: Iterable[int]) -> list[Hit]:
        """Describe some texts, leaving out those that are not in the index or share nothing."""
        hits = (
            each.hit(text - each.volume.first_text)
            for text in texts
            for each in self.scores
            if each.volume.first_text <= text <= each.volume.last_text
        )
        return [hit for hit in hits if hit.shared or hit.weight >= self.least]


def search(db: Database, quote: str, speakers: Iterable[str] = ()) -> Search:
    """Look a quotation up in all texts; `speakers` are ids of persons and accounts."""
    volumes = volumes_of(db)
    scores = {each.number: Scores(each) for each in volumes}
    numbers = WordNumbers()
    words = numbers.of(words_of(quote))
    runs = dict.fromkeys(run_keys(words).tolist())
    found = look_up(db, volumes, [*runs, *word_keys(words).tolist()])
    texts = sum(map(len, (each.weights for each in scores.values())))
    weight_of_words = 0.0
    for key, having in found.items():
        weight = rareness(sum(map(len, having.values())), texts)  # 1 for what none has
        weight_of_words += 0 if key in runs else weight
        for volume, those in having.items():
            scores[volume].weights[those] += weight
            scores[volume].shared[those] += key in runs
    own = speaker_keys(numbers.of([each.casefold() for each in speakers])).tolist()
    for having in look_up(db, volumes, own, most_bytes=None).values():
        for volume, those in having.items():
            scores[volume].is_own[those] = True
    return Search([*scores.values()], max(LEAST * weight_of_words, 1e-6))


def rareness(having: int, texts: int) -> float:
    """Weigh a key by how many texts have it: 1 for one that only one has, 0 if all have it."""
    return max(log((texts + 1) / max(having, 1)) / log(texts + 1), 0.0) if texts else 0.0


def look_up(
    db: Database,
    volumes: Sequence[Volume],
    keys: Sequence[int],
    *,
    most_bytes: int | None = MOST_BYTES,
) -> dict[int, Having]:
    """Find the texts that have each key; one that far too many have is left out."""
    wanted: dict[int, list[int]] = {}
    for key in {*keys}:
        for volume in volumes:
            wanted.setdefault(volume.number * BLOCKS + (key >> PLACE_BITS), []).append(key)
    found: dict[int, Having] = {key: {} for key in keys}
    large: dict[int, dict[int, int]] = {}
    for block, size, packed in db.execute(_BLOCKS, [LARGE, json.dumps([*wanted])]):
        if packed is not None:
            _take(found, block, packed, wanted[block])
            continue
        for key in wanted[block]:
            large.setdefault(key, {})[block] = size
    read = 0
    for key, blocks in sorted(large.items(), key=lambda item: sum(item[1].values())):
        read += sum(blocks.values())
        if most_bytes is not None and read > most_bytes:
            del found[key]
            continue
        for block in blocks:
            _take(found, block, db.execute(_BLOCK, [block]).fetchone()[0], [key])
    return found


def _take(found: dict[int, Having], block: int, packed: bytes, keys: Sequence[int]) -> None:
    opened = Block(packed)
    for key in keys:
        texts = opened.texts_with(key & _PLACE)
        if len(texts):
            found[key][block // BLOCKS] = texts

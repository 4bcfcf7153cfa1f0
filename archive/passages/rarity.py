"""Rarities: how rare each word is in the record."""

from collections.abc import Callable
from functools import cache
from math import log
from pathlib import Path

from sqlite_utils import Database

from archive.passages.keys import WordNumbers, word_keys
from archive.passages.searching import look_up
from archive.passages.volumes import volumes_of
from archive.passages.words import words_of

PRIOR = 1_000
"""How many texts the general use of words counts for: a record of few texts tells little of it."""


def rarity(db: Database) -> Callable[[str], float]:
    """Make a function that tells how rare a word is, from 0 (in every text) to 1 (in none).

    A record of hundreds of texts speaks for itself. In one of a handful, a word is as rare as in
    English in general, if it is one of the commonest words there, else rare: to be in three texts
    of seven does not make a word common. What a text calls one word and the index two (as `#Tag`,
    or `long-term`) is as rare as the rarest of them. What was looked up is kept, so make a new one
    after the index was refreshed.
    """
    is_there = db.table("passage_volumes").exists()
    volumes = volumes_of(db) if is_there else []
    texts = sum(each.last_text - each.first_text + 1 for each in volumes)
    numbers = WordNumbers()

    @cache
    def rarity_of_plain(word: str) -> float:
        found = look_up(db, volumes, word_keys(numbers.of([word])).tolist(), most_bytes=None)
        having = sum(len(those) for each in found.values() for those in each.values())
        having_in_general = PRIOR * _shares().get(word, 0.0)
        return 1 - log(1 + having + having_in_general) / log(1 + texts + PRIOR)

    @cache
    def rarity_of(word: str) -> float:
        return max(map(rarity_of_plain, words_of(word)), default=0.0)

    return rarity_of


@cache
def _shares() -> dict[str, float]:
    """Give the share of short English texts in which each of the commonest words stands."""
    path = Path(__file__).with_name("common_words.txt")
    words = dict.fromkeys(path.read_text(encoding="utf-8").split())
    return {word: _share(rank) for rank, word in enumerate(words, 1)}


def _share(rank: int) -> float:
    """Give the share of texts of 60 words that have the word of a rank, by Zipf's law."""
    return 1.0 - (1 - 0.1 / (rank + 1)) ** 60

"""Which words the tone model may know: common ones, no names, none that only a few texts hold."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.masking import PLACEHOLDER
from analysis.tone.features import NEGATED
from analysis.word_kinds import word_kind

FEWEST_TEXTS = 5
"""A word or pair of words in fewer texts could give one of them away."""

_CAPITAL = re.compile(
    r"(?<![.!?:\"\u201c\u201d\u2026]\s)(?<!^)(?<![\w@#/.'\u2019-])([A-Z][a-z]+|[a-z]{2,})(?![\w'\u2019/-])"
)
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)*")
_MOST_CAPITALS = 0.3
_MENTIONS = Path(__file__).resolve().parents[1] / "analysis" / "mentions"


class NameFilter:
    """Tells common words from names by a dictionary, and by how people write them."""

    def __init__(self, texts: Iterable[str]) -> None:
        capitals: Counter[str] = Counter()
        smalls: Counter[str] = Counter()
        for text in texts:
            if text.istitle() or text.isupper():
                continue
            for word in _CAPITAL.findall(text):
                (capitals if word[0].isupper() else smalls)[word.lower()] += 1
        self._share = {word: capitals[word] / (capitals[word] + smalls[word]) for word in capitals}
        self._proper = _proper_nouns() | _gazetteer_words()

    def is_common(self, key: str) -> bool:
        """Tell whether a key of `tokenise` may be known: signs may, names may not.

        Nor may what stands for a name: a name that masking overlooked must weigh the same.
        """
        word = key.removeprefix(NEGATED)
        if not word[:1].isalpha():
            return True
        if word == PLACEHOLDER or not _LETTERS.fullmatch(word) or word in self._proper:
            return False
        return bool(word_kind(word)) or self._share.get(word, 0.0) < _MOST_CAPITALS


def count_texts(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """Count for each key in how many texts it stands."""
    counts: Counter[str] = Counter()
    for keys in texts:
        counts.update(set(keys))
    return counts


def _proper_nouns() -> set[str]:
    """Read the words that TextBlob's tagged list knows as names only."""
    import textblob

    path = Path(textblob.__file__).parent / "en" / "en-lexicon.txt"
    names: set[str] = set()
    others: set[str] = set()
    for line in path.read_text("utf-8").splitlines():
        word, _, tag = line.partition(" ")
        (names if tag.startswith("NNP") else others).add(word.lower())
    return {name for name in names - others if not word_kind(name)}


def _gazetteer_words() -> set[str]:
    """Read all words of the gazetteers of countries and organisations that are no common words."""
    words: set[str] = set()
    for path in sorted(_MENTIONS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.reader(rows):
                words.update(re.findall(r"[a-z]+", " ".join(row).lower()))
    return {word for word in words if not word_kind(word)}

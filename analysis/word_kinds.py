"""What kind of word an English word is: a small dictionary that tells common words from names.

The words come from the tagged word list that TextBlob brings along, and from the words that
VADER and the reviewed lexicon rate; the few that all lack stand in `masks/words.csv`.
"""

import csv
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

WordKind = Literal["function", "verb", "adverb", "adjective", "noun", "plural", ""]
"""The empty one: no common English word, so a name when it has a capital."""

_KINDS: Final[dict[str, WordKind]] = {
    **dict.fromkeys(
        ("IN", "DT", "CC", "PRP", "PRP$", "WP", "WP$", "WDT", "WRB", "MD", "EX", "TO", "PDT", "UH"),
        "function",
    ),
    **dict.fromkeys(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"), "verb"),
    **dict.fromkeys(("RB", "RBR", "RBS", "RP"), "adverb"),
    **dict.fromkeys(("JJ", "JJR", "JJS", "CD"), "adjective"),
    "NN": "noun",
    "NNS": "plural",
}
FINITE: Final = frozenset({"VBZ", "VBD", "VBN", "MD"})
"""Tags of verb forms that a bare subject can stand before, or that pass for one."""

_SHORTEST = 4  # letters of a word that may take a prefix or an ending
_LETTERS = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_WORD = re.compile(r"[a-z]{2,}(?:[-'][a-z]+)*[a-z]")
_BRITISH = (("our", "or"), ("is", "iz"), ("ys", "yz"), ("ence", "ense"), ("tre", "ter"))
_ENDINGS: Final[tuple[tuple[str, WordKind], ...]] = (
    ("ly", "adverb"),
    ("ness", "noun"),
    ("ful", "adjective"),
    ("less", "adjective"),
)
_BEGINNINGS = ("un", "re", "mis", "dis", "over", "under", "non")


@cache
def words_listed(kind: str) -> frozenset[str]:
    """Give the words of one line of `masks/words.csv`; KeyError for a line that is not there."""
    return _listed()[kind]


@lru_cache(maxsize=65_536)
def word_kind(word: str) -> WordKind:
    """Tell the kind of a word in lower case; British spellings and prefixes are understood."""
    known = _dictionary()
    if kind := known.get(word, ""):
        return kind
    if "-" in word:
        parts = [word_kind(part) for part in word.split("-")]
        return "adjective" if all(parts) else ""
    for british, american in _BRITISH:
        if british in word and (kind := known.get(word.replace(british, american), "")):
            return kind
    for beginning in _BEGINNINGS if word.startswith(_BEGINNINGS) else ():
        rest = word.removeprefix(beginning)
        if len(rest) >= _SHORTEST and rest != word and (kind := known.get(rest, "")):
            return kind
    for ending, kind in _ENDINGS:
        if word.endswith(ending):
            rest = word.removesuffix(ending)
            return kind if len(rest) >= _SHORTEST and rest in known else ""
    return ""


def verb_form(word: str) -> str:
    """Give the tag of a verb's form ("VBZ", "VBD", "MD" ...), or "" for what is no verb."""
    return _verbs().get(word, "")


@cache
def _listed() -> dict[str, frozenset[str]]:
    with (Path(__file__).parent / "masks" / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: frozenset(row["words"].split()) for row in csv.DictReader(file)}


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed; install onrecord again")
    return Path(spec.submodule_search_locations[0])


@cache
def _tagged() -> dict[str, str]:
    """Read TextBlob's list of words and tags, the words in lower case only."""
    tagged = {}
    with (_folder("textblob") / "en" / "en-lexicon.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, _, tag = line.rstrip().partition(" ")
            if word[:1].islower() and _LETTERS.fullmatch(word):
                tagged[word] = tag.partition("|")[0]
    return tagged


def _rated() -> set[str]:
    """Give the words of the reviewed lexicon, those of its phrases too."""
    path = Path(__file__).parent / "tone" / "lexicon.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {word.rstrip("*") for row in csv.DictReader(lines) for word in row["word"].split()}


@cache
def _dictionary() -> dict[str, WordKind]:
    known: dict[str, WordKind] = {}
    with (_folder("vaderSentiment") / "vader_lexicon.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word = line.partition("\t")[0]
            if _WORD.fullmatch(word):
                known[word] = "adjective"
    known.update(dict.fromkeys(_rated(), "adjective"))
    for word, tag in _tagged().items():
        if kind := _KINDS.get(tag, ""):
            known[word] = kind
    known.update(dict.fromkeys(words_listed("extra"), "adjective"))
    known.update(dict.fromkeys(words_listed("time"), "adverb"))
    return known


@cache
def _verbs() -> dict[str, str]:
    return {word: tag for word, tag in _tagged().items() if tag.startswith("VB") or tag == "MD"}

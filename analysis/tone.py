"""Tone by TextBlob, exactly as the library gives it, with the words that moved it."""

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

Status = Literal["scored", "no evidence", "not scored: language", "not scored: too short"]

SCORER = f"textblob {version('textblob')}"

# Under three words there is no clause, only an entry of the lexicon: "Read more", "Good morning".
_FEWEST_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True)
class Tone:
    """A score of a text's wording, or why there is none."""

    polarity: float | None
    """From -1.0 (negative) to 1.0 (positive); None if not scored."""
    subjectivity: float | None
    """From 0.0 (matter of fact) to 1.0 (opinion); None if not scored."""
    status: Status
    """Whether it was scored; with "no evidence" the library's 0.0 says nothing at all."""
    evidence: tuple[tuple[str, float], ...] = ()
    """The words of the lexicon that were found, in order, each with its polarity."""


def score_textblob(text: str, language: str | None) -> Tone:
    """Score an English text of at least three words with TextBlob's own lexicon.

    >>> score_textblob("A good day for both countries", "en").polarity
    0.7
    >>> score_textblob("Ein guter Tag", "de").status
    'not scored: language'
    """
    if language is None or language.split("-")[0].lower() != "en":
        return Tone(None, None, "not scored: language")
    if sum(1 for _ in _WORD.finditer(text)) < _FEWEST_WORDS:
        return Tone(None, None, "not scored: too short")
    # TextBlob(text).sentiment gives the same numbers, and makes a new class for every text.
    from textblob.en import sentiment  # loads nltk, which --help can do without

    score = sentiment(text)
    polarity, subjectivity = score
    evidence = tuple((" ".join(words), weight) for words, weight, *_ in score.assessments)
    status: Status = "scored" if evidence else "no evidence"
    return Tone(polarity, subjectivity, status, evidence)

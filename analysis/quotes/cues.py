"""Words around a quotation: their tokens, and the cue verbs among them."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from analysis.quotes.lexicon import cue_forms, words_of

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[@#]?\w+(?:[’'./-]\w+)*[’']?\w*|[^\w\s]", re.UNICODE)
QUOTE = "\0"
"""The word of a token that stands for a quotation."""
_ABBREVIATED = words_of("abbreviations")
_PERSONS = words_of("pronouns")


class Token(NamedTuple):
    """A word or a sign, where it stands, and the word in small letters."""

    start: int
    end: int
    word: str
    low: str


class Cue(NamedTuple):
    """A cue verb among tokens: its place, the verb, and where its subject is to be sought."""

    at: int
    verb: str
    is_finite: bool
    is_strong: bool
    by: bool
    """A passive: `described by Ode as`."""


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """Split text into words and signs; a dot that abbreviates stays no sentence's end."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        if word == "." and tokens and tokens[-1].end == match.start() and _abbreviates(tokens[-1]):
            last = tokens[-1]
            tokens[-1] = Token(last.start, match.end(), last.word + ".", last.low)
            continue
        tokens.append(Token(match.start(), match.end(), word, word.lower().replace("’", "'")))
    return tokens


def _abbreviates(token: Token) -> bool:
    return token.word in _ABBREVIATED or (len(token.word) == 1 and token.word.isupper())


def is_end(token: Token) -> bool:
    """Tell whether a token ends a sentence."""
    return token.word in {".", "!", "?", "।", "…"} and len(token.word) == 1


def cue_words() -> Collection[str]:
    """Give all forms of the cue verbs."""
    return cue_forms().keys()


def cues_in(tokens: Sequence[Token]) -> list[Cue]:
    """Find the cue verbs; infinitives, passives without an agent and nouns are none."""
    forms = cue_forms()
    found = []
    for index, token in enumerate(tokens):
        known = forms.get(token.low)
        if known is None:
            continue
        if token.word[0].isupper() and index and token.low not in _SHOWN_IN_HEADLINES:
            continue
        verb, is_finite = known
        by = (
            index + 1 < len(tokens)
            and tokens[index + 1].low == "by"
            and (verb in _NAMING or (index > 0 and tokens[index - 1].low in _BE))
        )
        if not by and _is_no_cue(tokens, index, verb, is_finite=is_finite):
            continue
        found.append(Cue(index, verb, is_finite, verb not in _MENTAL, by))
    return found


def _is_no_cue(tokens: Sequence[Token], index: int, verb: str, *, is_finite: bool) -> bool:
    low = tokens[index].low
    before = tokens[index - 1].low if index else ""
    if not is_finite:
        return before in _NO_GERUND_AFTER
    if low in {verb, verb + "s", verb + "es"}:
        is_called = before in _PERSONS or (index > 0 and is_name(tokens[index - 1]))
        if before.endswith(("'s", "s'")) or before in _NO_VERB_AFTER:
            return True
        if verb in _NOUNISH and (not is_called or low == verb):
            return True
    if verb in _NAMING and (index == len(tokens) - 1 or tokens[index + 1].word == QUOTE):
        return not any(token.low == "what" for token in tokens[max(0, index - 6) : index])
    at = index - 1
    while at > 0 and tokens[at].low in _ADVERBS:
        at -= 1
    return at >= 0 and tokens[at].low in _BE


_SHOWN_IN_HEADLINES = frozenset(["says", "said", "tells", "told", "warns", "vows"])
_MENTAL = words_of("mental")
_NOUNISH = words_of("nounish")
_NAMING = frozenset(["call", "label", "dub", "brand", "title", "name", "entitle", "describe"])
_BE = frozenset(["was", "were", "is", "are", "be", "been", "being", "get", "got", "gets"])
_ADVERBS = frozenset(
    ["also", "not", "once", "often", "then", "later", "widely", "first", "reportedly"]
)
_NO_GERUND_AFTER = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "be",
        "been",
        "am",
        "'s",
        "'re",
        "'m",
        "the",
        "a",
        "his",
        "her",
        "their",
    ]
) - {
    "is",
    "was",
    "are",
    "were",
    "be",
    "been",
}
_NO_VERB_AFTER = words_of("determiners") - {"many", "some", "both", "most", "others", "all"} | {
    "of",
    "in",
    "on",
    "for",
    "by",
    "with",
    "new",
    "recent",
    "first",
    "another",
    "last",
}


def is_name(token: Token) -> bool:
    """Tell whether a token looks like part of a name."""
    return token.word[0].isupper() or token.word[0] in "@#"

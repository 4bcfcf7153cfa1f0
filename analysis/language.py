"""The language of a text: the script first, then a classifier, then what the source says."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any

# Not language: links, handles, tags.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
_SIGNS_OF_NOISE = ("@", "#", "://", "www.")

# Scripts, by the first word of their letters' Unicode names, and the languages written in them.
_LANGUAGES = {
    "ARABIC": "ar fa ur ps ug",
    "ARMENIAN": "hy",
    "BENGALI": "bn as",
    "CJK": "zh ja",
    "CYRILLIC": "ru uk be bg mk sr kk ky mn tg tt ba",
    "DEVANAGARI": "hi mr ne",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KHMER": "km",
    "LAO": "lo",
    "LATIN": "af az br bs ca cs cy da de en eo es et eu fi fo fr fy ga gd gl ha hr ht hu id ig is "
    "it jv ku la lb lt lv mg ms mt nl no pl pt qu ro rw se sk sl sn so sq sr sv sw tk tl tr uz vi "
    "wa xh yo zu",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "dz",
}
_WRITTEN_IN = {script: frozenset(names.split()) for script, names in _LANGUAGES.items()}
_SAME_LANGUAGE = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl"}

_TELLING_WORDS = (
    "the and with from my his she it this that have has had our your are were been would could "
    "should which they their there these those what when who about into after than its it's isn't "
    "don't not but you because through between against during while where every other been being "
    "did does doing how why much many very only before without within upon i'm i've i'll you're "
    "you'll he's she's that's there's what's we're we've we'll they're they've can't won't didn't "
    "doesn't wasn't weren't hasn't haven't couldn't wouldn't shouldn't"
)
_ENGLISH = frozenset(_TELLING_WORDS.split())
"""Words that make English sentences; hardly any of them is a word of another language."""

_SHARED_WORDS = "of to is in a on i at was be as we for by an will"
_ALSO_ENGLISH = frozenset(_SHARED_WORDS.split())
"""Other words that do, and that other languages have too."""

_COUNTED = _ENGLISH | _ALSO_ENGLISH

_TELLING = 2
_EVERY = 4

# Below this share of the classifier's belief, or of this many letters, the source's word counts.
_SURE = 0.6
_ENOUGH_LETTERS = 20
# From so much belief on, no merging of codes nor rounding can make another the winner.
_CLEAR = 0.61
# More of a text says nothing more.
_SAMPLE = 3_000
# A hinted language that is nearly as likely as the winner is believed: id/ms, no/da, hr/sr/bs.
_NEARLY = 0.25


def detect_language(text: str, hints: Sequence[str] = ()) -> str | None:
    """Name the language of a text by ISO 639-1, or None where it cannot be told.

    `hints` are the languages a source declares or a platform reports, likeliest first; they decide
    only between languages that the script allows, when the text is short or could be either.
    """
    letters = _without_noise(text)
    if _is_plainly_english(_words(letters)):
        return "en"
    return _detected(letters, _possible(letters), hints)


def guess_language(text: str, likely: str) -> str | None:
    """Name the language of a text of which nobody says anything, though one is likely.

    Unlike a hint this one decides only where the classifier finds it nearly as likely as any other.

    >>> guess_language("Great talks.", "en"), guess_language("Guten Morgen", "en")
    ('en', None)
    """
    letters = _without_noise(text)
    if _is_plainly_english(_words(letters)):
        return "en"
    possible = _possible(letters)
    if found := _detected(letters, possible, ()):
        return found
    if likely not in possible:
        return None
    if _clear_winner(letters) == likely:
        return likely
    ranking = _rank(letters, possible)
    return likely if ranking and dict(ranking).get(likely, 0.0) >= ranking[0][1] * _NEARLY else None


def _without_noise(text: str) -> str:
    letters = unicodedata.normalize("NFC", text[:_SAMPLE])
    if any(map(letters.__contains__, _SIGNS_OF_NOISE)):
        return _NOISE.sub(" ", letters)
    return letters


def _words(letters: str) -> list[str]:
    return letters.lower().replace("\u2019", "'").split()


def _possible(letters: str) -> frozenset[str]:
    """Give the languages that are written in a text's script, none if the script is not known."""
    return _WRITTEN_IN.get(_script(letters) or "", frozenset())


def _detected(letters: str, possible: frozenset[str], hints: Sequence[str]) -> str | None:
    """Decide between the possible languages as far as one can."""
    if len(possible) < 2:  # noqa: PLR2004 - nothing to decide
        return next(iter(possible), None)
    hinted = [code for code in map(_primary, hints) if code in possible]
    best = _clear_winner(letters)
    if best in possible and (not hinted or hinted[0] == best):
        return best if hinted or _has_enough(letters) else None
    ranking = _rank(letters, possible)
    best, belief = ranking[0] if ranking else (None, 0.0)
    beliefs = dict(ranking)
    for code in hinted:
        if beliefs.get(code, 0.0) >= belief * _NEARLY:
            return code
    if belief >= _SURE and _has_enough(letters):
        return best
    return hinted[0] if hinted else None


def _has_enough(letters: str) -> bool:
    few = islice(filter(str.isalpha, letters), _ENOUGH_LETTERS)
    return sum(1 for _ in few) == _ENOUGH_LETTERS


def _is_plainly_english(words: Sequence[str]) -> bool:
    """Tell at a glance of most English texts what the classifier takes a hundred times longer for.

    Every fourth word must be one that makes English sentences, and two of them hardly any others.
    """
    if len(_ENGLISH.intersection(words)) < _TELLING:
        return False
    return sum(map(_COUNTED.__contains__, words)) * _EVERY >= len(words)


@cache
def _primary(tag: str) -> str:
    code = re.split("[-_]", tag.strip().lower())[0]
    return _SAME_LANGUAGE.get(code, code)


def _script(text: str) -> str | None:
    """Name the script of most letters; a little kana among ideographs is Japanese."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else None
    counts: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            counts[_script_of(char)] += times
    if not counts:
        return None
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    if kana and kana * 10 >= counts["CJK"] and kana + counts["CJK"] >= counts["LATIN"]:
        return "HIRAGANA"
    return counts.most_common(1)[0][0]


@cache
def _script_of(char: str) -> str:
    return unicodedata.name(char, "UNKNOWN").split(maxsplit=1)[0].split("-")[0]


@lru_cache(maxsize=1)
def _clear_winner(text: str) -> str | None:
    """Name the language that the classifier finds likelier than all others together, if any is."""
    name, belief = _classifier().classify(text)
    return _SAME_LANGUAGE.get(name, name) if belief >= _CLEAR else None


def _rank(text: str, possible: frozenset[str]) -> list[tuple[str, float]]:
    """Rank the possible languages, their beliefs summing to 1."""
    codes = _codes(possible)
    beliefs: dict[str, float] = {}
    for name, belief in _classifier().rank(text):
        if name in codes:
            code = codes[name]
            beliefs[code] = beliefs.get(code, 0.0) + belief
    total = sum(beliefs.values())
    if not total:
        return []
    ranking = sorted(beliefs.items(), key=itemgetter(1), reverse=True)
    return [(code, belief / total) for code, belief in ranking]


@cache
def _codes(possible: frozenset[str]) -> dict[str, str]:
    """Map the classifier's names for the possible languages to their codes."""
    codes = {name: _SAME_LANGUAGE.get(name, name) for name in _classifier().labels}
    return {name: code for name, code in codes.items() if code in possible}


@cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 0.7 s, 60 MB

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

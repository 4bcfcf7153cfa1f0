"""Reading: all that is read out of one text, its tone, its sentences and whom it names."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from analysis.mentions import Gazetteer, Mention, find_mentions, static_names
from analysis.quoted import find_quoted
from analysis.sentences import split_sentences
from analysis.spans import Span
from analysis.textblob_scores import TEXTBLOB_VERSION, textblob_scores
from analysis.tone import TONE_MODEL, score_tone
from analysis.tone.target import TargetSentence, read_sentence
from analysis.vader_scores import vader_scores

Label = Literal["negative", "neutral", "positive"]

TARGET_SCORED = "scored"
TARGET_UNSURE = "mentioned, tone not scored"
TARGET_LANGUAGE = "not scored: language"

_DIGITS = 4
_TARGETS = {"country", "person"}
_FAR = 400
"""Characters of a sentence, before a target and after it, that are read for the tone toward it."""

_MOST_TARGETS = 12
"""A sentence that names more is a list, which has no tone toward each."""


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """One sentence, with the tone of its own words."""

    start: int
    end: int
    is_quoted: bool
    """Whether it stands in quotation marks: someone else's words."""

    tone: float | None = None
    label: Label | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class MentionReading:
    """One place where a text names somebody, with the tone toward them in that sentence."""

    start: int
    end: int
    kind: str
    """country, person, organisation or office."""

    id: str
    sentence: int
    """The number of its sentence, from 0."""

    target_tone: float | None = None
    target_label: Label | None = None
    target_confidence: float | None = None
    target_status: str = TARGET_LANGUAGE
    """scored; or "mentioned, tone not scored", where the numbers are below the confidence gate."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says, as far as we can tell; None where nothing can be said."""

    language: str | None
    tone_model: str
    textblob_version: str
    textblob_polarity: float | None = None
    """TextBlob's own number for every English text; None for other languages."""

    textblob_subjectivity: float | None = None
    vader_compound: float | None = None
    """VADER's number for every English text: a second opinion."""

    tone: float | None = None
    """How much likelier positive than negative the text's own words are, from -1 to 1."""

    label: Label | None = None
    confidence: float | None = None
    """How likely the label is."""

    status: str = "not scored: language"
    evidence: tuple[tuple[str, float], ...] = ()
    """The words that moved the tone, each with its weight; they sum to it."""

    quoted_tone: float | None = None
    """The tone of the words in quotation marks, which are someone else's."""

    quoted_label: Label | None = None
    sentences: tuple[SentenceReading, ...] = ()
    mentions: tuple[MentionReading, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetReading:
    """The tone toward one target in its sentence."""

    tone: float | None
    label: Label | None
    confidence: float | None
    status: str
    """scored, or "mentioned, tone not scored" where its confidence is below the gate."""


def is_english(language: str | None) -> bool:
    """Tell whether a language code is one of English, the only one whose tone is scored."""
    return language is not None and language.split("-")[0].lower() == "en"


def read_text(text: str, language: str | None, gazetteer: Gazetteer) -> Reading:
    """Read a normalised text: all spans are places in exactly this text.

    `language` is its ISO 639-1 code or None. The tone is scored in English only; sentences and
    mentions are found in other languages too.
    """
    sentences = split_sentences(text, language)
    quoted = find_quoted(text)
    mentions = find_mentions(text, language, gazetteer)
    if not is_english(language):
        return Reading(
            language=language,
            tone_model=TONE_MODEL,
            textblob_version=TEXTBLOB_VERSION,
            status=score_tone(text, language).status,
            sentences=tuple(
                SentenceReading(*span, is_quoted=_is_within(span, quoted)) for span in sentences
            ),
            mentions=tuple(_mention(each, sentences, _UNREAD) for each in mentions),
        )
    tone = score_tone(text, language, sentences, quoted, static_names(text, language))
    textblob = textblob_scores(text)
    return Reading(
        language=language,
        tone_model=TONE_MODEL,
        textblob_version=TEXTBLOB_VERSION,
        textblob_polarity=textblob.polarity,
        textblob_subjectivity=textblob.subjectivity,
        vader_compound=vader_scores(text).compound,
        tone=tone.tone,
        label=tone.label,
        confidence=tone.confidence,
        status=tone.status,
        evidence=tone.evidence,
        quoted_tone=tone.quoted_tone,
        quoted_label=tone.quoted_label,
        sentences=tuple(
            SentenceReading(*span, each.is_quoted, each.tone, each.label, each.confidence)
            for span, each in zip(sentences, tone.sentences, strict=True)
        ),
        mentions=_toward_all(text, mentions, sentences),
    )


def read_target(
    text: str,
    sentences: Sequence[Span],
    target: Span,
    known: dict[Span, TargetSentence] | None = None,
) -> TargetReading:
    """Read the tone toward what stands at a place of an English text, by its sentence alone.

    `known` keeps what was read of each sentence, for the next target in it.
    """
    start, end = sentences[_sentence_at(target[0], sentences)] if sentences else (0, len(text))
    start = min(_cut(text, max(start, target[0] - _FAR), start), target[0])
    end = max(min(end, target[1] + _FAR), target[1])
    read = known.get((start, end)) if known is not None else None
    if read is None:
        read = read_sentence(text[start:end], static_names(text[start:end]))
        if known is not None:
            known[start, end] = read
    told = read.toward(target[0] - start, target[1] - start)
    status = TARGET_SCORED if told.is_shown else TARGET_UNSURE
    tone, confidence = round(told.tone, _DIGITS), round(told.confidence, _DIGITS)
    return TargetReading(tone, told.label, confidence, status)


def _cut(text: str, at: int, start: int) -> int:
    """Begin a long sentence between two words."""
    return at if at == start else text.find(" ", at) + 1 or at


def _toward_all(
    text: str, mentions: Sequence[Mention], sentences: Sequence[Span]
) -> tuple[MentionReading, ...]:
    """Read the tone toward each country and person; below the gate there is none."""
    named = Counter(_sentence_at(each.start, sentences) for each in mentions)
    known: dict[Span, TargetSentence] = {}
    read = []
    for mention in mentions:
        told = _UNSURE
        at = _sentence_at(mention.start, sentences)
        if mention.kind in _TARGETS and named[at] <= _MOST_TARGETS:
            told = read_target(text, sentences, (mention.start, mention.end), known)
        shown = told if told.status == TARGET_SCORED else _UNSURE
        read.append(_mention(mention, sentences, shown))
    return tuple(read)


def _mention(mention: Mention, sentences: Sequence[Span], told: TargetReading) -> MentionReading:
    return MentionReading(
        start=mention.start,
        end=mention.end,
        kind=mention.kind,
        id=mention.id,
        sentence=_sentence_at(mention.start, sentences),
        target_tone=told.tone,
        target_label=told.label,
        target_confidence=told.confidence,
        target_status=told.status,
    )


def _sentence_at(start: int, sentences: Sequence[Span]) -> int:
    """Number the sentence that a place is in."""
    return max(bisect_right(sentences, start, key=itemgetter(0)) - 1, 0)


def _is_within(sentence: Span, quoted: Sequence[Span]) -> bool:
    at = bisect_right(quoted, sentence[0], key=itemgetter(0)) - 1
    return at >= 0 and sentence[1] <= quoted[at][1] + 1  # and the full stop after it


_UNREAD = TargetReading(None, None, None, TARGET_LANGUAGE)
_UNSURE = TargetReading(None, None, None, TARGET_UNSURE)

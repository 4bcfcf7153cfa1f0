"""Toning: what `onrecord tone` tells of a text, its places those of the text as given."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.language import guess_language
from analysis.offsets import Offsets
from analysis.reading import Reading, is_english, read_target, read_text
from analysis.spans import Span
from spiders.crew import work_for_crew
from spiders.naming import known_names

PROGRAM = "from onrecord.toning import main; main({folders!r}, {language!r})"

Line = tuple[int, bytes]
"""A line with its number, from 1."""

Answer = tuple[str, str]
"""What is written for a line, and what is wrong with it; one of them is empty."""

_LIKELY = "en"
"""The language of a text too short to tell: the only one that is scored."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Toning:
    """Read texts of which nothing is known but the words."""

    def __init__(self, folders: Sequence[Path] = (), language: str | None = None) -> None:
        """`folders` are those of further sources; `language` is that of every text, if said."""
        self._gazetteer = known_names(tuple(folders)).gazetteer
        self._language = language

    def tell(self, given: str, language: str | None = None) -> dict[str, Any]:
        """Tell all that is read out of a text."""
        offsets, reading = self._read(given, language)
        return {
            "textblob_polarity": reading.textblob_polarity,
            "textblob_subjectivity": reading.textblob_subjectivity,
            "vader_compound": reading.vader_compound,
            "tone": reading.tone,
            "tone_label": reading.label,
            "tone_confidence": reading.confidence,
            "tone_status": reading.status,
            "tone_evidence": [list(each) for each in reading.evidence],
            "quoted_tone": reading.quoted_tone,
            "quoted_tone_label": reading.quoted_label,
            "language": reading.language,
            "sentences": _sentences(offsets, reading),
            "mentions": _mentions(offsets, reading),
            "tone_model": reading.tone_model,
            "textblob_version": reading.textblob_version,
        }

    def answer(self, line: bytes) -> dict[str, Any]:
        """Answer a line {"id", "text"} with the columns of the archive.

        Raises:
            ValueError: it is no such line; says why.
        """
        fields = _fields(line)
        given, target = fields["text"], _target(fields)
        offsets, reading = self._read(given, fields.get("language"))
        answer = {
            "id": fields.get("id"),
            "textblob_polarity": reading.textblob_polarity,
            "textblob_subjectivity": reading.textblob_subjectivity,
            "tone": reading.tone,
            "tone_label": reading.label,
            "tone_confidence": reading.confidence,
            "tone_status": reading.status,
            "tone_evidence": [list(each) for each in reading.evidence],
            "language": reading.language,
            "mentions": _mentions(offsets, reading),
        }
        return answer | (_toward(target, offsets, reading) if target else {})

    def answers(self, lines: Sequence[Line]) -> list[Answer]:
        """Answer lines; one that is bad stops no other."""
        return [self._answer(number, line) for number, line in lines]

    def _answer(self, number: int, line: bytes) -> Answer:
        try:
            return json.dumps(self.answer(line), ensure_ascii=False), ""
        except ValueError as error:
            return "", f"line {number}: {error}"
        except Exception as error:  # noqa: BLE001 - one line must not stop its neighbours
            return "", f"line {number}: {type(error).__name__}: {error}"

    def _read(self, given: str, language: str | None) -> tuple[Offsets, Reading]:
        """Read a text; a sign that no text holds is read as one that is not known."""
        offsets = Offsets(_UNSTORABLE.sub("\ufffd", given))
        text = offsets.normalised
        language = language or self._language or guess_language(text, _LIKELY)
        return offsets, read_text(text, language, self._gazetteer)


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise ValueError(f"is no JSON ({error})") from error
    except RecursionError:
        raise ValueError("is no JSON that can be read: too deep") from None
    match fields:
        case {"text": str(), "language": language} if not isinstance(language, str | None):
            raise ValueError('its "language" is no code such as "en"')
        case {"text": str()}:
            return dict(fields)
    raise ValueError('is no object with a "text" in quotation marks')


def _target(fields: dict[str, Any]) -> Span | None:
    target = fields.get("target")
    if target is None:
        return None
    length = len(fields["text"])
    match target:
        case [int(start), int(end)] if start is not True and 0 <= start < end <= length:
            return start, end
    raise ValueError(f'its "target" is no place in its text of {length} characters: {target}')


def _toward(target: Span, offsets: Offsets, reading: Reading) -> dict[str, Any]:
    """Tell the tone toward a target, even below the gate of confidence, unlike the archive."""
    sentences = [(each.start, each.end) for each in reading.sentences]
    told = read_target(offsets.normalised, sentences, offsets.in_normalised(target))
    is_scored = is_english(reading.language)
    return {
        "target_tone": told.tone if is_scored else None,
        "target_tone_label": told.label if is_scored else None,
        "target_tone_confidence": told.confidence if is_scored else None,
        "target_tone_status": told.status if is_scored else "not scored: language",
    }


def _sentences(offsets: Offsets, reading: Reading) -> list[dict[str, Any]]:
    told = []
    for each in reading.sentences:
        start, end = offsets.in_given((each.start, each.end))
        told.append(
            {
                "start": start,
                "end": end,
                "is_quoted": each.is_quoted,
                "tone": each.tone,
                "tone_label": each.label,
                "tone_confidence": each.confidence,
            }
        )
    return told


def _mentions(offsets: Offsets, reading: Reading) -> list[dict[str, Any]]:
    told = []
    for each in reading.mentions:
        start, end = offsets.in_given((each.start, each.end))
        told.append(
            {
                "start": start,
                "end": end,
                "words": offsets.given[start:end],
                "kind": each.kind,
                "id": each.id,
                "sentence": each.sentence,
                "target_tone": each.target_tone,
                "target_tone_label": each.target_label,
                "target_tone_confidence": each.target_confidence,
                "target_tone_status": each.target_status,
            }
        )
    return told


def main(folders: Sequence[str], language: str | None) -> None:
    """Answer what a crew is given."""
    toning = Toning([Path(folder) for folder in folders], language)
    work_for_crew(toning.answers)

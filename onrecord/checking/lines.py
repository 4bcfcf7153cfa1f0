"""Lines: articles or quotations as JSON, one a line, for scripts."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import IO, Any

from analysis.quotes import Quote, extract_quotes
from analysis.spans import Span
from onrecord.checking.checking import Checker, Told
from onrecord.checking.json_report import quote_as_dict

Json = dict[str, Any]
Answer = Callable[[Mapping[str, Any]], Json]
"""Answers the fields of a line; raises ValueError, saying why, if they are wrong."""


def answers(stream: IO[bytes], answer: Answer) -> Iterator[tuple[Json | None, str]]:
    """Answer each line as it comes: the answer, or None and why there is none."""
    for number, line in enumerate(iter(stream.readline, b""), 1):
        if not line.strip():
            continue
        try:
            fields = _fields(line)
            yield {"id": fields.get("id"), **answer(fields)}, ""
        except ValueError as error:
            yield None, f"line {number}: {error}"


def extracted(fields: Mapping[str, Any]) -> Json:
    """Find the quotations of an article {"text", "blocks"?} and who says them."""
    text = _text(fields, "text")
    blocks = _blocks(fields.get("blocks"), len(text))
    return {"quotes": [_told(text, quote) for quote in extract_quotes(text, blocks)]}


def checked_by(checker: Checker, told: Told) -> Answer:
    """Make what checks a quotation {"quote", "speaker"?, "date"?} against an archive."""

    def answer(fields: Mapping[str, Any]) -> Json:
        speaker = fields.get("speaker")
        if speaker is not None and not isinstance(speaker, str):
            raise ValueError('"speaker" must be a string')
        on = _day(fields.get("date")) or told.on
        asked = Told(told.speaker, on, told.near)
        words = _text(fields, "quote")
        checked = checker.check_quote(words, speaker=speaker or told.speaker, told=asked)
        return quote_as_dict(checked)

    return answer


def _fields(line: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise ValueError("expected an object")  # noqa: TRY004 - a wrong line
    return given


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str):
        raise ValueError(f'"{name}" is missing or no string')  # noqa: TRY004 - a wrong line
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(f'"{name}" holds half of a surrogate pair: it was decoded wrongly')
    return text


def _day(given: object) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given)[:10])
    except ValueError:
        raise ValueError(f'"date" must be a day such as 2026-03-04, not {given!r}') from None


def _blocks(given: object, length: int) -> list[Span]:
    if given is None:
        return []
    if isinstance(given, list) and all(
        isinstance(span, list)
        and len(span) == 2  # noqa: PLR2004 - a start and an end
        and all(type(at) is int for at in span)
        and 0 <= span[0] < span[1] <= length
        for span in given
    ):
        return [(start, end) for start, end in given]
    raise ValueError('"blocks" must be a list of [start, end] within the text')


def _told(text: str, quote: Quote) -> Json:
    """Say all that is known of a quotation, in the order of the documentation."""
    words, span, cue = quote.speaker_words, quote.speaker_span, quote.cue
    return {
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
        "parts": [list(part) for part in quote.parts],
        "speaker": quote.speaker,
        "speaker_words": text[slice(*words)] if words else None,
        "speaker_start": words[0] if words else None,
        "speaker_end": words[1] if words else None,
        "named_at": list(span) if span else None,
        "cue": text[slice(*cue)] if cue else None,
        "how": quote.how,
        "is_short": quote.is_short,
    }

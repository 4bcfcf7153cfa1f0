"""Validate: from strings as published to a statement that can be recorded, or a reason why not."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from analysis.dates import PublishedAt, read_date
from analysis.language import detect_language
from analysis.normalise import normalise_text, normalised_sha256
from archive.clock import read_utc
from archive.records import Statement
from spiders.fields import LANGUAGES
from spiders.items import StatementItem
from spiders.source import Holder, Source

_CLOCK_SLACK = timedelta(hours=48)


_moment = lru_cache(maxsize=64)(read_utc)  # many statements come from one capture


class QuarantineError(ValueError):
    """Set a statement aside: what it says of itself cannot be right."""


def validate(item: StatementItem, source: Source) -> Statement:
    """Read an item's strings in the light of its source.

    Raises:
        QuarantineError: no text, one that cannot be stored, a date in the future or before the
            source's earliest.
    """
    return Statement(**validated(item, source))


def validated(item: StatementItem, source: Source) -> dict[str, Any]:
    """Read an item as `validate` does, into the fields of a statement: quicker than into one.

    Raises:
        QuarantineError: no text, one that cannot be stored, a date in the future or before the
            source's earliest.
    """
    text, pages = _words(item)
    if not (text or item.is_without_text or (item.kind == "post" and item.linked)):
        raise QuarantineError(f"{source.name}: no text at {item.url}. Has the page changed?")
    corrected = _Corrections(source)
    captured_at = _moment(item.capture.captured_at)
    published = _read(corrected("published", item.published_raw), source, captured_at)
    _check_plausible(published, item, captured_at, source.dates.earliest.isoformat())
    updated = _read(item.updated_raw, source, captured_at)
    delivered = _read(item.delivered_raw, source, captured_at)
    title = corrected("title", item.title)
    declared = corrected("language", item.language)
    day = _day(published, source)
    named = corrected("speaker", item.speaker)
    speaker = _speaker(named, item.account, day, source)
    holder = source.holder_on(day) if day else None
    return {
        "source": source.name,
        "native_id": item.native_id,
        "url": item.url or None,
        "kind": item.kind,
        "title": _normalised(title) if title else None,
        "text": text,
        "text_sha256": normalised_sha256(text),
        "language": _language(text, declared, item, source),
        "published_at": published.at if published else None,
        "published_raw": item.published_raw,
        "published_precision": published.precision if published else None,
        "delivered_on": _local_day(item.delivered_raw, delivered) if delivered else None,
        "speaker": named or (speaker.name if speaker else None),
        "speaker_id": speaker.id if speaker else None,
        "holder_id": holder.id if holder else None,
        "account": item.account,
        "office": item.office or source.office,
        "country": source.country,
        "publisher_updated_at": updated.at if updated else None,
        "publisher_changes": _changes(item),
        "corrections": corrected.as_json(),
        "withdrawn": item.withdrawn,
        "route": item.route,
        "capture": item.capture,
        "linked": _linked(item),
        "publisher_hash": item.publisher_hash,
        "pages": json.dumps(pages) if pages else None,
        "witness": item.witness,
        "seen_at": item.seen_at or item.capture.captured_at,
    }


def _words(item: StatementItem) -> tuple[str, list[int]]:
    """Give the text, and where in it each page of a paged document begins."""
    if not item.pages:
        return _normalised(item.text), []
    text, starts = "", []
    for page in map(_normalised, item.pages):
        text += "\n\n" * bool(text and page)
        starts.append(len(text))
        text += page
    return text, starts


def _normalised(words: str) -> str:
    try:
        return normalise_text(words)
    except ValueError as error:
        raise QuarantineError(str(error)) from error


def _linked(item: StatementItem) -> str | None:
    if not item.linked:
        return None
    told = [
        {name: text for name, text in asdict(each).items() if text is not None}
        for each in item.linked
    ]
    return json.dumps(told, ensure_ascii=False)


class _Corrections:
    """The source file's corrections, and which of them this item needed."""

    def __init__(self, source: Source) -> None:
        self._fix = source.fix
        self._used: dict[str, dict[str, str]] = {}

    def __call__(self, field: str, published: str | None) -> str | None:
        corrections: dict[str, str] = getattr(self._fix, field)
        if published is None or published not in corrections:
            return published
        self._used[field] = {"published": published, "used": corrections[published]}
        return corrections[published]

    def as_json(self) -> str | None:
        return json.dumps(self._used, ensure_ascii=False, sort_keys=True) if self._used else None


def _read(raw: str | None, source: Source, captured_at: datetime) -> PublishedAt | None:
    if raw is None:
        return None
    return read_date(
        raw,
        timezone=source.timezone,
        order=source.date_order,
        languages=(source.language, *source.languages),
        now=captured_at,
    )


def _check_plausible(
    published: PublishedAt | None, item: StatementItem, captured_at: datetime, earliest: str
) -> None:
    if published is None:
        return
    if published.at < earliest[: len(published.at)]:
        raise QuarantineError(
            f"published before {earliest}: {item.published_raw!r}. "
            "If the source goes back that far, say so: dates: {earliest: ...}"
        )
    if published.at > _latest(captured_at):
        raise QuarantineError(f"published in the future: {item.published_raw!r}")


@lru_cache(maxsize=64)
def _latest(captured_at: datetime) -> str:
    return (captured_at + _CLOCK_SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local_day(raw: str | None, delivered: PublishedAt) -> str:
    """Keep the day as printed: midnight of a summer's day is the day before in UTC."""
    printed = (raw or "")[:10]
    try:
        return date.fromisoformat(printed).isoformat()
    except ValueError:
        return delivered.at[:10]


def _language(text: str, declared: str | None, item: StatementItem, source: Source) -> str | None:
    if item.is_language_told and declared in LANGUAGES:
        return declared
    return detect_language(text, _hints(declared, source))


def _hints(declared: str | None, source: Source) -> tuple[str, ...]:
    own = (source.language, *source.languages)
    return (declared, *own) if declared else own


def _day(published: PublishedAt | None, source: Source) -> date | None:
    """Give the day of publication where the office is; None where only a month is known."""
    if published is None or published.precision in {"month", "year"}:
        return None
    if published.precision == "date":
        return date.fromisoformat(published.at)
    return read_utc(published.at).astimezone(ZoneInfo(source.timezone)).date()


def _speaker(
    named: str | None, account: str | None, day: date | None, source: Source
) -> Holder | None:
    """Find the person who speaks: by name, by account, or by office where the source says so."""
    if named:
        return source.person_named(named, day)
    if account and (owner := source.person_of_account(account, day)):
        return owner
    return source.holder_on(day) if day and source.speaker == "holder" else None


def _changes(item: StatementItem) -> str | None:
    if not item.changes:
        return None
    rows = [{"at": change.at, "note": change.note} for change in item.changes]
    return json.dumps(rows, ensure_ascii=False)

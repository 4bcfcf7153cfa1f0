"""Verdicts: whether a route of a source works, from what it answered when it was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.clock import utc_text
from archive.probes import Probe, Verdict
from archive.records import Statement
from onrecord.probing import PAID, Seen
from spiders.items import StatementItem
from spiders.pipelines.validate import QuarantineError, validate
from spiders.source import Source

_SHORT = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """A route with what it is worth."""

    probe: Probe
    is_preferred: bool


def judge(source: Source, seen: Sequence[Seen], now: datetime) -> list[Judged]:
    """Judge what the routes of a source answered."""
    preferred = [each for each in seen if each.is_preferred]
    listed = sum(each.listed for each in preferred)
    least = source.expect.min_listed or 0
    is_short = listed < least and not any(each.has_more for each in preferred)
    few = f"only {listed} listed, at least {least} expected" if is_short else None
    return [
        Judged(
            _judge_route(source, each, few if each.is_preferred else None, now), each.is_preferred
        )
        for each in seen
    ]


def is_verified(source: Source, judged: Sequence[Judged]) -> bool:
    """Tell whether every preferred route of a source was tried and works."""
    works = [each.probe.outcome == "works" for each in judged if each.is_preferred]
    wanted = sum(feed.options.when == "always" for feed in source.feeds)
    return wanted > 0 and works == [True] * wanted


def untried(source: Source) -> int:
    """Count the routes that are not looked at unless the user agrees to pay."""
    feeds = [each for feed in source.feeds for each in (feed, *feed.fallback)]
    return sum(feed.options.channel in PAID for feed in feeds)


def _judge_route(source: Source, seen: Seen, few: str | None, now: datetime) -> Probe:
    doubts = [*(seen.faults if seen.listed else ()), *seen.doubts]
    if few and seen.listed:
        doubts.append(few)
    read, found = _judge_item(source, seen, doubts, now)
    if not seen.listed:
        outcome: Verdict = "fails"
        reasons = [*seen.faults, *doubts] or ["lists nothing"]
    else:
        outcome = "doubtful" if doubts else "works"
        reasons = doubts or [found]
    return Probe(
        route=seen.route,
        at=utc_text(now),
        outcome=outcome,
        status=seen.status,
        listed=seen.listed,
        read=read,
        message="; ".join(dict.fromkeys([*reasons, *seen.notes])),
        tls=seen.tls,
    )


def _judge_item(source: Source, seen: Seen, doubts: list[str], now: datetime) -> tuple[int, str]:
    """Add what is odd about the item; give the length of its text, and what was found in words."""
    if seen.item is None:
        if seen.listed and not doubts:
            doubts.append("no item could be read")
        return 0, ""
    statement = _validated(seen.item, source, doubts)
    if statement is None:
        return 0, ""
    length = len(statement.text or "")
    if length < _SHORT and statement.kind != "post":
        doubts.append(f"only {length} characters of text were read of {statement.url}")
    if statement.published_at is None:
        printed = f" ({statement.published_raw!r})" if statement.published_raw else ""
        doubts.append(f"no date could be read{printed} at {statement.url}")
    newest = max(statement.published_at or "", seen.newest_at)
    within = source.expect.newest_within
    if newest and within and newest < utc_text(now - within)[: len(newest)]:
        doubts.append(f"the newest is of {newest[:10]}, one within {within.days} days expected")
    return length, f"the newest is of {newest[:10] or 'no known day'}"


def _validated(item: StatementItem, source: Source, doubts: list[str]) -> Statement | None:
    try:
        return validate(item, source)
    except (QuarantineError, ValueError) as error:
        doubts.append(str(error).removeprefix(f"{source.name}: "))
        return None

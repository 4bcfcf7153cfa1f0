"""What a "not on record" rests on, in sentences: what was read of a speaker, and what was not."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlite_utils import Database

from archive.coverage import (
    AccountCoverage,
    ReadRecord,
    ReadSource,
    account_coverage,
    coverage_of,
)
from onrecord.checking.checked import Coverage, SourceCoverage
from onrecord.checking.speakers import Known
from onrecord.checking.terms import told_day

NEAR = timedelta(days=14)
"""How long before an article its quotations are first expected to have been said."""


def coverage_for(
    db: Database,
    known: Known,
    *,
    speaker: str | None,
    on: date | None,
    near: timedelta = NEAR,
) -> Coverage:
    """Tell what was collected of a speaker in the days up to that of the article.

    `speaker` are the article's words and `known` whom they mean; where nobody is known, it is told
    of all sources.
    """
    since = on - near if on else None
    read = coverage_of(db, speaker_id=known.person_id, sources=known.offices, since=since, until=on)
    return Coverage(
        known.person_id,
        since.isoformat() if since else None,
        on.isoformat() if on else None,
        tuple(_source(each, on) for each in read.sources),
        read.statements,
        _note(read, known, speaker, since, on),
    )


def account_note(db: Database, account: str) -> str:
    """Say in one sentence since when an account was covered, for a post that was never seen.

    `account` as in `account_coverage`. What is said of several accounts is joined.
    """
    told = [_account(each) for each in account_coverage(db, account)]
    return " ".join(told) or f"{account} is no account of the register."


def _account(account: AccountCoverage) -> str:
    look = account.last_look_at
    if account.first_captured_at is None:
        if look is None:
            return f"{account.account} is in the register, but nothing of it was ever collected."
        return f"{account.account}: no post is known, although its source was read on {_day(look)}."
    read = f"last read on {_day(look)}" if look else "imported, and never read since"
    return (
        f"{account.account} is covered since {_day(account.first_captured_at)}, "
        f"with {_count(account.posts, 'post')}, {read}."
    )


def _source(read: ReadSource, until: date | None) -> SourceCoverage:
    return SourceCoverage(
        read.source,
        read.office,
        read.statements,
        read.first_published_at,
        read.last_published_at,
        read.last_good_crawl_at,
        tuple(_gaps(read, until)),
    )


def _gaps(read: ReadSource, until: date | None) -> Iterator[str]:
    """Say what is known to be missing of a source."""
    good = read.last_good_crawl_at
    if read.last_crawl_at is None:
        yield (
            f"It was imported on {_day(read.last_import_at)} and never crawled."
            if read.last_import_at
            else "It was never crawled."
        )
    elif good is None:
        yield "No crawl of it ever ended without a fault."
    if read.last_crawl_at and read.last_crawl_outcome != "finished":
        ended = _ended(read.last_crawl_outcome, read.last_crawl_why)
        yield f"Its last crawl, on {_day(read.last_crawl_at)}, {ended}."
    if good and until and good[:10] < until.isoformat():
        yield f"It was last read well on {_day(good)}, before the day of the article."
    for gap in read.unread:
        yield (
            f"It was not read between {_day(gap.after)} and {_day(gap.before)} "
            f"({_short(gap.why)}): what appeared and vanished then is not here."
        )
    for route, day, message in read.failing:
        found = f": {message}" if message else ""
        yield f"Its feed '{route}' failed when it was tried on {_day(day)}{found}.".replace(
            "..", "."
        )
    deleted = read.withheld - read.taken_down
    if deleted:
        are = "is" if deleted == 1 else "are"
        yield (
            f"The text of {_count(deleted, 'statement')} of these days {are} "
            "kept no longer, since the publisher deleted it."
        )
    if read.taken_down:
        count = _count(read.taken_down, "statement")
        yield f"The words of {count} of these days are withheld, so nothing is found in them."


def _short(why: str) -> str:
    """Give the first sentence of a reason."""
    return why.partition(". ")[0].rstrip(".")


def _ended(outcome: str | None, why: str | None) -> str:
    if why and outcome == "faulty":
        return _short(why)
    return {
        "faulty": "met with faults",
        "interrupted": "was interrupted",
        "running": "has not ended",
    }.get(outcome or "", "did not end well")


def _note(
    read: ReadRecord, known: Known, speaker: str | None, since: date | None, until: date | None
) -> str:
    if read.is_all:
        return f"{_who_not(read, known, speaker)}{_all(read, since, until)}"
    whose = _whose(read, known)
    goods = [each.last_good_crawl_at for each in read.sources]
    if not any(goods):
        return _never(read, whose)
    earliest = min(good for good in goods if good)
    latest = earliest[:10]
    some = "" if all(goods) else ", and some of them never"
    if until and latest < until.isoformat():
        next_day = date.fromisoformat(latest) + timedelta(days=1)
        missing = (
            told_day(until) if next_day == until else f"the days after up to {told_day(until)}"
        )
        return f"{whose} were read up to {_day(latest)}{some}; nothing of {missing} is in yet."
    count = _count(sum(each.statements for each in read.sources), "statement")
    gaps = sum(len(list(_gaps(each, until))) for each in read.sources)
    missing = f"{_count(gaps, 'gap')} known" if gaps else "no gap is known"
    clock = f"{earliest[11:16]} UTC on " if until and latest == until.isoformat() else ""
    return (
        f"{whose} were read up to {clock}{_day(latest)}{some}: "
        f"{count} {_window(since, until)}, {missing}."
    )


def _whose(read: ReadRecord, known: Known) -> str:
    name = read.person or " and ".join(known.names) or "The speaker"
    return f"{name}{chr(39) if name.endswith('s') else chr(39) + 's'} sources"


def _never(read: ReadRecord, whose: str) -> str:
    imports = [each.last_import_at for each in read.sources if each.last_import_at]
    if imports:
        return f"{whose} were never crawled; what is in was imported up to {_day(max(imports))}."
    if any(each.last_crawl_at for each in read.sources):
        return f"{whose} were never read without a fault."
    return f"{whose} were never read."


def _who_not(read: ReadRecord, known: Known, speaker: str | None) -> str:
    """Say why no source is the speaker's own."""
    if read.person:
        return f"No source is {read.person}'s own. "
    why = known.why_not
    if not speaker or not why:
        return ""
    if "not in the register" in why:
        return f"{speaker} is not in the register. "
    return f"Whom '{speaker}' means cannot be told: {why}. "


def _all(read: ReadRecord, since: date | None, until: date | None) -> str:
    if not read.archive_sources:
        return "The archive has no source."
    inside = sum(each.statements for each in read.sources)
    goods = [each.last_good_crawl_at for each in read.sources if each.last_good_crawl_at]
    count = _count(read.statements, "statement")
    many = read.archive_sources > 1
    text = f"All {read.archive_sources:,} sources were" if many else "The only source was"
    text += f" searched, {count}"
    if since or until:
        text += f", {inside} of them {_window(since, until)}"
    unread = len(read.sources) - len(goods)
    if unread:
        text += f"; {_count(unread, 'source')} {_were(unread)} never read without a fault"
    behind = sum(1 for good in goods if until and good[:10] < until.isoformat())
    if behind and until:
        text += f"; {_count(behind, 'source')} {_were(behind)} last read before {told_day(until)}"
    return f"{text}."


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _window(since: date | None, until: date | None) -> str:
    if since and until:
        return f"from {told_day(since)} to {told_day(until)}"
    return "in all"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _day(at: str | None) -> str:
    return told_day(date.fromisoformat(at[:10])) if at else "an unknown day"

"""Coverage: what was collected of whom in a window of days, and what is known to be missing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from archive.told_fates import taken_down_between

_LAST_DAY = "9999-12-31"


class Unread(NamedTuple):
    """A stretch of days without a good crawl, between two of them."""

    after: str
    """The day of the good crawl before it."""

    before: str
    """The day of the good crawl after it."""

    why: str


@dataclass(frozen=True, slots=True)
class ReadSource:
    """What an archive holds of one source, and when it was read."""

    source: str
    office: str
    statements: int
    """Published in the window."""

    withheld: int
    """Those of the window whose text is kept no longer, only its hash."""

    taken_down: int
    """Those of them whose words a person withholds."""

    first_published_at: str | None
    last_published_at: str | None
    """Of all its statements, whatever the window."""

    last_good_crawl_at: str | None
    """When the last crawl without a fault began to read."""

    last_crawl_at: str | None
    last_crawl_outcome: str | None
    """How the last crawl ended, good or not: `faulty`, `interrupted`, `running`."""

    last_crawl_why: str | None
    """Why no crawl of that day was good; None if one was."""

    last_import_at: str | None
    unread: tuple[Unread, ...]
    """Stretches of the window without a good crawl."""

    failing: tuple[tuple[str, str, str], ...]
    """Feeds whose last probe failed: route, day and what was found."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What was collected from the sources of one person, of some offices, or from all."""

    person: str | None
    """The person's name; None if nobody was asked for, or nobody is known by the id."""

    is_all: bool
    """Whether the sources are all that the archive has."""

    sources: tuple[ReadSource, ...]
    statements: int
    """All statements of the archive."""

    archive_sources: int
    """How many sources the archive has."""


@dataclass(frozen=True, slots=True)
class AccountCoverage:
    """What was collected of one account under one name."""

    account: str
    """Platform and handle, as `x/maraode`."""

    source: str
    person_id: str | None
    posts: int
    first_captured_at: str | None
    """When the first of its posts was captured or imported; None if none ever was."""

    last_published_at: str | None
    last_look_at: str | None
    """When its source was last read without a fault; None if never, as with imports."""


def coverage_of(
    db: Database,
    *,
    speaker_id: str | None,
    sources: frozenset[str] = frozenset(),
    since: date | None,
    until: date | None,
    least_days: int = 3,
) -> ReadRecord:
    """Tell what was collected of a person and of some offices, or of all if none is given.

    A person's sources are those in which the person has a term, or an account, that overlaps the
    window; where none does, all that the person ever had. A gap between good crawls is told if it
    has `least_days` on which one was due.
    """
    row = db.execute("SELECT name FROM persons WHERE id = ?", [speaker_id]).fetchone()
    names = set(sources) | (_sources_of(db, speaker_id, since, until) if speaker_id else set())
    every = dict(db.execute("SELECT name, office FROM sources").fetchall())
    wanted = sorted(names & set(every) or every)
    (statements,) = db.execute("SELECT count(*) FROM statements").fetchone()
    read = tuple(
        _source(db, name, every[name], since=since, until=until, least_days=least_days)
        for name in wanted
    )
    return ReadRecord(row[0] if row else None, not names & set(every), read, statements, len(every))


def account_coverage(db: Database, account: str) -> tuple[AccountCoverage, ...]:
    """Tell what was collected of an account, or of each account of a person.

    `account` is a handle with `@` or without, with its platform (`x/maraode`) or without, or the id
    of a person. The times are UTC; nothing is given for an account that no source declares.
    """
    platform, _, handle = account.rpartition("/")
    rows = db.execute(
        "SELECT DISTINCT platform, handle, source, person_id FROM accounts "
        "WHERE person_id = :id OR (lower(handle) = lower(:handle) AND :platform IN ('', platform)) "
        "ORDER BY platform, handle, source",
        {"id": account, "handle": handle.lstrip("@"), "platform": platform},
    ).fetchall()
    return tuple(_account(db, *row) for row in rows)


def _account(
    db: Database, platform: str, handle: str, source: str, person_id: str | None
) -> AccountCoverage:
    name = f"{platform}/{handle}"
    posts, first, last = db.execute(
        "SELECT count(*), min(first_seen_at), max(published_at) FROM statements "
        "WHERE source = ? AND lower(account) = lower(?)",
        [source, name],
    ).fetchone()
    return AccountCoverage(name, source, person_id, posts, first, last, _last_good(db, source))


def _sources_of(
    db: Database, person: str | None, since: date | None, until: date | None
) -> set[str]:
    rows = db.execute(
        "SELECT source, since, until FROM holders WHERE person_id = :person "
        "UNION ALL SELECT source, since, until FROM accounts WHERE person_id = :person",
        {"person": person},
    ).fetchall()
    first = since.isoformat() if since else ""
    last = until.isoformat() if until else _LAST_DAY
    within = {name for name, begun, ended in rows if begun <= last and first <= (ended or last)}
    return within or {name for name, _, _ in rows}


def _source(
    db: Database,
    name: str,
    office: str,
    *,
    since: date | None,
    until: date | None,
    least_days: int,
) -> ReadSource:
    statements, withheld = _in_window(db, name, since, until)
    first, last = db.execute(
        "SELECT min(published_at), max(published_at) FROM statements WHERE source = ?", [name]
    ).fetchone()
    last_crawl = db.execute(
        "SELECT started_at, outcome, why FROM crawls JOIN crawl_days AS d "
        "ON d.source = crawls.source AND d.day = substr(started_at, 1, 10) "
        "WHERE crawls.source = ? AND kind = 'crawl' ORDER BY started_at DESC LIMIT 1",
        [name],
    ).fetchone()
    crawl_at, outcome, why = last_crawl or (None, None, None)
    (imported,) = db.execute(
        "SELECT max(started_at) FROM crawls WHERE source = ? AND kind = 'import'", [name]
    ).fetchone()
    return ReadSource(
        name,
        office,
        statements,
        withheld,
        taken_down_between(db, name, *_window(since, until)),
        first,
        last,
        _last_good(db, name),
        crawl_at,
        outcome,
        why,
        imported,
        _unread(db, name, since, until, least_days),
        _failing(db, name),
    )


def _in_window(db: Database, name: str, since: date | None, until: date | None) -> tuple[int, int]:
    """Count the statements published in a window, and those of them without their text."""
    (count, withheld) = db.execute(
        "SELECT count(*), count(*) FILTER (WHERE text IS NULL) FROM statements "
        "WHERE source = ? AND published_at >= ? AND published_at < ?",
        [name, *_window(since, until)],
    ).fetchone()
    return count, withheld


def _window(since: date | None, until: date | None) -> tuple[str, str]:
    """Give the first day of a window, and the first one after it."""
    after = (until + timedelta(days=1)).isoformat() if until else _LAST_DAY
    return since.isoformat() if since else "", after


def _last_good(db: Database, name: str) -> str | None:
    """Give when a source was last read well: the start, since what came later is not in it."""
    (at,) = db.execute(
        "SELECT max(started_at) FROM crawls "
        "WHERE source = ? AND kind = 'crawl' AND outcome = 'finished'",
        [name],
    ).fetchone()
    return None if at is None else str(at)


def _unread(
    db: Database, name: str, since: date | None, until: date | None, least_days: int
) -> tuple[Unread, ...]:
    """Find the gaps between two good crawls that reach into a window."""
    rows = db.execute(
        "SELECT good_before, date(until, '+1 day'), why FROM gaps WHERE source = :source "
        "AND days >= :least AND good_before < :until AND date(until, '+1 day') > :since "
        "AND until < (SELECT max(day) FROM crawl_days WHERE source = :source AND good > 0) "
        "ORDER BY since",
        {
            "source": name,
            "least": least_days,
            "since": since.isoformat() if since else "",
            "until": until.isoformat() if until else _LAST_DAY,
        },
    )
    return tuple(Unread(*row) for row in rows.fetchall())


def _failing(db: Database, name: str) -> tuple[tuple[str, str, str], ...]:
    rows = db.execute(
        "SELECT route, at, coalesce(message, ''), outcome FROM probes AS p WHERE source = ? "
        "AND id = (SELECT id FROM probes WHERE source = p.source AND route = p.route "
        "ORDER BY at DESC, id DESC LIMIT 1) ORDER BY route",
        [name],
    ).fetchall()
    good = _last_good(db, name) or ""
    return tuple(
        (route, at[:10], message)
        for route, at, message, outcome in rows
        if outcome == "fails" and at > good
    )

"""Sixty days of outages at a hundred ministries, among which true deletions must be told."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from archive.clock import read_utc
from archive.records import statement_id
from archive.store import Archive
from spiders.source import Source
from spiders.sourcefiles import find_sources
from torture.figure import Counts, Figure, Trial
from torture.outages.crawling import START, Crawl
from torture.outages.kinds import KINDS
from torture.outages.site import MISSING, Outage, Site

_STATEMENTS = 500
_DELETIONS = 10
_DAYS = 60
_BUDGET = 25
_EPISODES = 4
_SOURCE = """
office: Ministry of Lamps {number}
country: xa
publisher: Government of Arvenna
url: https://{host}/
language: en
timezone: Europe/Vienna
feeds:
  - channel: listing
    urls: [https://{host}/news]
    entry: li
    title: a
    published: .day
    page: {{title: h1, text: .words, missing: "{missing}"}}
provenance: {{from: a test, verified: never}}
crawl: {{delay: 0, recheck: {budget}, recheck_when: always}}
"""


@contextmanager
def _ready(folder: Path) -> Iterator[Trial]:
    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        return _one(folder / str(number), number, chance)

    yield trial


def _one(folder: Path, number: int, chance: random.Random) -> Mapping[str, float]:
    """Let one ministry live through its days, and compare what is told of it with what was."""
    host = f"lamps{number}.example"
    source = _source(folder / "sources" / "xa" / f"xa_lamps{number}.yml", number, host)
    site = Site(host, _STATEMENTS, _DAYS, chance)
    archive = Archive.open(folder / "archive.db")
    archive.db.execute("PRAGMA synchronous = OFF")
    try:
        Crawl(archive, source, site, 0).run()
        _plan(archive, site, number)
        outcomes = Counter(
            Crawl(archive, source, site, 24 * day + chance.uniform(-0.3, 0.3)).run()
            for day in range(1, _DAYS)
        )
        return _counted(archive, source, site) | {f"crawls_{k}": n for k, n in outcomes.items()}
    finally:
        archive.close()


def _source(path: Path, number: int, host: str) -> Source:
    path.parent.mkdir(parents=True)
    path.write_text(_SOURCE.format(number=number, host=host, missing=MISSING, budget=_BUDGET))
    sources, errors = find_sources([path.parents[1]])
    assert not errors, errors
    return sources[path.stem]


def _plan(archive: Archive, site: Site, number: int) -> None:
    """Plan the outages, and the deletions in such a way that no four of them are found at once.

    What is deleted at once is held for a person, and is no part of this figure.
    """
    for nth in range(_EPISODES):
        kind = KINDS[(number * _EPISODES + nth) * 17 % len(KINDS)]
        since = 24 * (4 + 12 * nth + site.chance.uniform(0, 5))
        site.outages.append(Outage(kind, since, since + site.chance.uniform(*kind.hours)))
    rows = archive.db.execute("SELECT native_id FROM statements ORDER BY last_seen_at, id")
    order = [int(row[0].rpartition("/")[2]) for row in rows]
    order = [each for each in order if each < _STATEMENTS - _DAYS - 20]
    cycle = len(order) // _BUDGET + 1
    taken: set[int] = set()
    for nth in range(_DELETIONS):
        found_on = 4 + 4 * nth
        place = (found_on - 1) % cycle * _BUDGET
        some = [each for each in order[place : place + _BUDGET] if each not in taken]
        victim = site.chance.choice(some)
        taken.add(victim)
        day = site.chance.uniform(max(1.5, found_on - 9), found_on - 0.5)
        how = site.chance.choices(("404", "410", "soft 404"), (6, 2, 2))[0]
        site.deleted[victim] = (24 * day, how)


def _counted(archive: Archive, source: Source, site: Site) -> dict[str, float]:
    ids = {
        statement_id(source.name, f"{site.url(each)[8:]}"): since
        for each, (since, _) in site.deleted.items()
    }
    counts: Counter[str] = Counter(
        statements=site.statements, deleted=len(ids), outages=len(site.outages)
    )
    found: set[str] = set()
    rows = archive.db.execute("SELECT statement_id, first_at, at FROM fates WHERE state = 'gone'")
    for key, first_at, at in rows.fetchall():
        if key not in ids or (read_utc(first_at) - START) / timedelta(hours=1) < ids[key]:
            counts["false_gone"] += 1
            continue
        found.add(key)
        looks = _checks(archive, site, key, at, ids[key])
        counts["found_within_two_checks" if looks <= 2 else "found_later"] += 1
    for key in ids.keys() - found:
        counts[_why_not(archive, key)] += 1
    counts["moved"] = _count(archive, "SELECT count(*) FROM fates WHERE state = 'moved'")
    counts["looks"] = _count(archive, "SELECT count(*) FROM checks")
    counts["suspected"] = _count(archive, "SELECT count(*) FROM fates WHERE state = 'suspect'")
    counts["events"] = _count(archive, "SELECT count(*) FROM events")
    counts["events_waiting"] = _count(
        archive, "SELECT count(*) FROM events WHERE state = 'waiting'"
    )
    return dict(counts)


def _checks(archive: Archive, site: Site, key: str, until: str, deleted: float) -> int:
    """Count the checks of a deleted statement, a day or more apart, up to the one that told it.

    What was answered while pages answered wrongly is no check: it would have been the same of a
    statement that stands there.
    """
    rows = archive.db.execute(
        "SELECT checked_at FROM checks WHERE statement_id = ? AND outcome = 'absent' "
        "AND checked_at <= ? ORDER BY checked_at",
        [key, until],
    )
    count, last = 0, None
    for (at,) in rows:
        moment = read_utc(at)
        hour = (moment - START) / timedelta(hours=1)
        if hour < deleted or site.has_bad_pages(hour):
            continue
        if last is None or moment - last >= timedelta(hours=24):
            count, last = count + 1, moment
    return count


def _why_not(archive: Archive, key: str) -> str:
    held = "SELECT 1 FROM event_statements JOIN events ON id = event_id WHERE statement_id = ? "
    if archive.db.execute(held + "AND state = 'waiting'", [key]).fetchone():
        return "not_found_held"
    looks = "SELECT 1 FROM checks WHERE statement_id = ? AND outcome = 'absent'"
    return "not_found_yet" if archive.db.execute(looks, [key]).fetchone() else "never_looked_at"


def _count(archive: Archive, sql: str) -> int:
    return int(archive.db.execute(sql).fetchone()[0])


def _broken(counts: Counts) -> list[str]:
    false = counts.get("false_gone", 0)
    broken = [f"{false:g} stand there and are called gone"] if false else []
    share = counts.get("found_within_two_checks", 0) / counts.get("deleted", 1)
    if share < 0.99:
        broken.append(f"only {share:.1%} of what was deleted was found within two checks")
    return broken


FIGURE = Figure(
    promise="no outage is taken for a deletion, and 99 % of deletions are told within two checks",
    trials=100,
    quick=1,
    ready=_ready,
    broken=_broken,
)

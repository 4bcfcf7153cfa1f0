"""An archive of many statements, written straight into its tables: `python bench/many.py FILE N`.

No ministry says so much in a benchmark's time. The rows are what crawls and scoring leave behind:
offices of countries that do not exist, their ministers, statements with tone and with whom they are
about, edits, what was not found again, crawls, and the summary tables.
"""

import hashlib
import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from import_posts import vocabulary  # noqa: E402

SEED = 20_261_130
COUNTRIES = [f"x{letter}" for letter in "abcdefghijklmnopqrst"]
OFFICES = ("mfa", "mod")
MINISTERS = 5
KINDS = ("post", "press_release", "statement", "speech", "transcript")
LANGUAGES = ("en", "en", "en", "fr", "ar", "de")
STATES = ("live",) * 197 + ("suspect", "gone", "withdrawn")
EDITED = 50
"""One of so many statements was edited."""
FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
DAYS = 4_300
BATCH = 20_000
MODEL = "onrecord-tone/1:bench"

Rows = dict[str, list[dict[str, Any]]]


def make(path: Path, count: int) -> Path:
    """Make an archive of so many statements."""
    from archive.rows import list_statements
    from archive.store import Archive

    Archive.open(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    chance = random.Random(SEED)
    with db:
        _insert(db, _frame())
        for rows in _batches(chance, count):
            _insert(db, rows)
        list_statements(db, 0)
    with db:
        for sql in _SUMMARIES:
            db.execute(sql)
        db.execute("UPDATE summary_marks SET statement = (SELECT max(rowid) FROM statements)")
    db.execute("PRAGMA optimize")
    db.close()
    return path


def _insert(db: sqlite3.Connection, tables: Rows) -> None:
    for table, rows in tables.items():
        if rows:
            names = ", ".join(rows[0])
            places = ", ".join(f":{name}" for name in rows[0])
            db.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def _frame() -> Rows:
    """Give the offices, who holds them, a crawl of each, and the names of all countries."""
    sources = [(country, office) for country in COUNTRIES for office in OFFICES]
    tables: Rows = {
        "sources": [
            {
                "name": f"{country}_{office}",
                "office": f"Ministry {office.upper()} of {country.upper()}",
                "country": country,
                "publisher": f"Government of {country.upper()}",
                "url": "https://ministry.example/",
                "language": "en",
                "timezone": "Europe/Vienna",
                "retention": "keep",
            }
            for country, office in sources
        ],
        "persons": [
            {"id": person, "name": f"Minister {person}"}
            for country, office in sources
            for person in _ministers(country, office)
        ],
        "entities": [
            {"kind": "country", "id": country, "name": f"Country {country.upper()}"}
            for country in COUNTRIES
        ],
        "holders": [],
        "crawls": [],
        "captures": [],
    }
    for country, office in sources:
        source = f"{country}_{office}"
        for at, person in enumerate(_ministers(country, office)):
            tables["holders"].append(
                {
                    "source": source,
                    "person_id": person,
                    "role": "Minister",
                    "capacity": "holder",
                    "since": f"{2015 + 2 * at}-01-01",
                    "until": f"{2016 + 2 * at}-12-31",
                }
            )
        for day in range(0, DAYS, 30):
            _crawl(tables, source, FIRST_DAY + timedelta(days=day))
    return tables


def _ministers(country: str, office: str) -> list[str]:
    return [f"{country}-{office}-{number}" for number in range(MINISTERS)]


def _crawl(tables: Rows, source: str, at: datetime) -> None:
    crawl_id = f"{source}-{at:%Y%m%d}"
    tables["crawls"].append(
        {
            "id": crawl_id,
            "source": source,
            "kind": "crawl",
            "started_at": _moment(at),
            "finished_at": _moment(at + timedelta(minutes=5)),
            "outcome": "finished",
            "listed": 30,
            "seen": 30,
            "software": "onrecord bench",
        }
    )
    tables["captures"].append(
        {
            "id": f"{crawl_id}-1",
            "crawl_id": crawl_id,
            "url": f"https://ministry.example/{source}/{at:%Y%m%d}",
            "captured_at": _moment(at),
            "status": 200,
            "bytes": 4_000,
            "sha256": _digest(crawl_id),
            "warc_file": f"{crawl_id}.warc.gz",
            "warc_offset": 0,
            "warc_length": 2_000,
            "warc_sha256": _digest(f"{crawl_id}-record"),
        }
    )


def _batches(chance: random.Random, count: int) -> Iterator[Rows]:
    words = vocabulary(chance)
    for begun in range(0, count, BATCH):
        tables: Rows = {
            name: []
            for name in (
                *("statements", "revisions", "edits", "fates", "checks", "tone", "said_about"),
            )
        }
        for number in range(begun, min(begun + BATCH, count)):
            _say(tables, chance, words, number)
        yield tables


def _say(tables: Rows, chance: random.Random, words: Sequence[str], number: int) -> None:
    """Add one statement, with all that was read out of it and became of it."""
    country, office = chance.choice(COUNTRIES), chance.choice(OFFICES)
    day = chance.randrange(DAYS)
    at = FIRST_DAY + timedelta(days=day, seconds=chance.randrange(86_400))
    text = " ".join(chance.choices(words, k=chance.randint(20, 40))).capitalize() + "."
    source, digest = f"{country}_{office}", _digest(f"{number} {text}")
    scored = chance.random() < 0.8  # noqa: PLR2004 - most of them
    tone = round(chance.uniform(-1, 1), 3) if scored else None
    label = None if tone is None else ("negative", "neutral", "positive")[int((tone + 1) * 1.499)]
    statement = {
        "id": f"{source}-{number:07}",
        "source": source,
        "native_id": f"n{number}",
        "url": f"https://ministry.example/{source}/{number}",
        "kind": chance.choice(KINDS),
        "title": " ".join(chance.choices(words, k=6)).capitalize(),
        "text": text,
        "language": chance.choice(LANGUAGES),
        "published_at": _moment(at),
        "published_precision": "time",
        "speaker_id": chance.choice(_ministers(country, office)),
        "office": f"Ministry {office.upper()} of {country.upper()}",
        "country": country,
        "first_seen_at": _moment(at + timedelta(hours=3)),
        "last_seen_at": _moment(at + timedelta(days=30)),
        "state": chance.choice(STATES),
        "revision": 2 if number % EDITED == 0 else 1,
        "tone": tone,
        "tone_label": label,
        "tone_confidence": 0.8 if scored else None,
        "tone_status": "scored" if scored else "no evidence",
        "text_sha256": digest,
        "route": "listing https://ministry.example/list",
        "capture_id": f"{source}-{FIRST_DAY + timedelta(days=day // 30 * 30):%Y%m%d}-1",
    }
    statement["speaker"] = f"Minister {statement['speaker_id']}"
    statement["holder_id"] = statement["speaker_id"]
    tables["statements"].append(statement)
    tables["tone"].append(
        {
            "text_sha256": digest,
            "language": "en",
            "tone_model": MODEL,
            "textblob_version": "0",
            "tone": tone,
            "tone_label": label,
            "tone_confidence": statement["tone_confidence"],
            "tone_status": statement["tone_status"],
            "tone_evidence": "[]",
        }
    )
    _keep(tables, statement)
    for target in chance.sample(COUNTRIES, chance.choice((0, 1, 1, 2))):
        _speak_about(tables, statement, target)


def _keep(tables: Rows, statement: dict[str, Any]) -> None:
    """Add the revisions of a statement, the look that found it, and what became of it."""
    for revision in range(1, statement["revision"] + 1):
        tables["revisions"].append(
            {
                "statement_id": statement["id"],
                "revision": revision,
                "title": statement["title"],
                "text": statement["text"] + " Again." * (revision - 1),
                "text_sha256": statement["text_sha256"],
                "first_captured_at": statement["first_seen_at"],
                "is_silent": 1 if revision > 1 else None,
                "capture_id": statement["capture_id"],
            }
        )
    if statement["revision"] > 1:
        tables["edits"].append(
            {
                "statement_id": statement["id"],
                "revision": 2,
                "from_revision": 1,
                "kind": "sentence_added",
                "kinds": '["sentence_added"]',
                "differences": 1,
                "changes": '[{"part": "text", "kinds": ["sentence_added"], "after": "Again."}]',
                "has_names": 0,
            }
        )
    tables["checks"].append(
        {
            "statement_id": statement["id"],
            "capture_id": statement["capture_id"],
            "checked_at": statement["first_seen_at"],
            "outcome": "seen",
            "revision": 1,
        }
    )
    if statement["state"] != "live":
        tables["fates"].append(
            {
                "statement_id": statement["id"],
                "at": statement["last_seen_at"],
                "state": statement["state"],
                "evidence": "the page answered 404",
                "capture_id": statement["capture_id"],
            }
        )


def _speak_about(tables: Rows, statement: dict[str, Any], target: str) -> None:
    label = statement["tone_label"]
    tables["said_about"].append(
        {
            "statement_id": statement["id"],
            "kind": "country",
            "target": target,
            "said_on": statement["published_at"][:10],
            "speaker": statement["speaker_id"],
            "country": statement["country"],
            "mentions": 1,
            "scored": 0 if label is None else 1,
            "negative": 1 if label == "negative" else 0,
            "tone": statement["tone"],
            "tone_label": label,
            "tone_confidence": statement["tone_confidence"],
        }
    )


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_MEANS = "count(tone), avg(tone), avg(tone) - 0.05, avg(tone) + 0.05"
_PERIODS = f"""
INSERT INTO target_periods
    (kind, target, period, said_by, who, not_scored, negative, positive, n, mean, low, high)
SELECT kind, target, substr(said_on, 1, 7), '{{said_by}}', {{who}}, count(*) - count(tone),
    sum(negative), count(*) FILTER (WHERE tone_label = 'positive'), {_MEANS}
FROM said_about GROUP BY kind, target, substr(said_on, 1, 7), {{who}}
"""
_SUMMARIES = [
    f"""
    INSERT INTO speaker_months (speaker, month, statements, not_scored, n, mean, low, high)
    SELECT speaker_id, substr(published_at, 1, 7), count(*), count(*) - count(tone), {_MEANS}
    FROM statements GROUP BY 1, 2
    """,
    f"""
    INSERT INTO office_months (source, month, statements, not_scored, n, mean, low, high)
    SELECT source, substr(published_at, 1, 7), count(*), count(*) - count(tone), {_MEANS}
    FROM statements GROUP BY 1, 2
    """,
    _PERIODS.format(said_by="everyone", who="''"),
    _PERIODS.format(said_by="country", who="country"),
    _PERIODS.format(said_by="speaker", who="speaker"),
]

if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))

"""What a "not on record" rests on: what was read of a speaker, and what is known to be missing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from recorded import record_world
from sqlite_utils import Database

from archive.coverage import ReadSource, account_coverage, coverage_of
from archive.store import Archive
from onrecord.checking.coverage import account_note, coverage_for
from onrecord.checking.speakers import Known

WORLD = Path(__file__).parent / "speakers" / "world"
ODE = Known(frozenset({"xa-mara-ode"}), "xa-mara-ode", ("Mara Ode",))
MARCH_5 = date(2026, 3, 5)
FEBRUARY_19 = date(2026, 2, 19)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    record_world(WORLD, tmp_path / "archive.db")
    with Archive.open(tmp_path / "archive.db") as archive:
        yield archive.db


def crawl(
    db: Database, source: str, at: str, outcome: str = "finished", kind: str = "crawl"
) -> str:
    row = {"id": f"{source}-{at}", "source": source, "kind": kind, "started_at": at}
    row |= {"finished_at": at, "outcome": outcome, "software": "test"}
    db.table("crawls").insert(row)
    return row["id"]


def probe(db: Database, source: str, at: str, outcome: str, message: str | None) -> None:
    row: dict[str, Any] = {"source": source, "route": "listing", "at": at, "outcome": outcome}
    db.table("probes").insert(row | {"message": message})


def source_of(db: Database, name: str = "xa_mod") -> ReadSource:
    read = coverage_of(db, speaker_id="xa-mara-ode", since=FEBRUARY_19, until=MARCH_5)
    return next(each for each in read.sources if each.source == name)


def gaps(db: Database) -> tuple[str, ...]:
    (source,) = coverage_for(db, ODE, speaker="Mara Ode", on=MARCH_5).sources
    return source.gaps


def test_a_person_is_covered_by_the_sources_of_the_time(db: Database) -> None:
    read = coverage_of(db, speaker_id="xa-mara-ode", since=FEBRUARY_19, until=MARCH_5)
    (source,) = read.sources
    assert (read.person, read.is_all, read.statements) == ("Mara Ode", False, 6)
    assert (source.source, source.office, source.statements) == ("xa_mod", "Ministry of Defence", 3)
    assert source.first_published_at == "2026-03-02"
    assert source.last_published_at == "2026-03-03T12:30:00Z"
    assert source.last_good_crawl_at == "2026-03-04T06:00:00Z"
    assert not source.unread
    assert not source.failing
    assert not source.withheld


def test_who_changed_office_has_the_source_of_the_time(db: Database) -> None:
    def names(since: date, until: date) -> list[str]:
        read = coverage_of(db, speaker_id="xa-ilsa-brask", since=since, until=until)
        return [each.source for each in read.sources]

    assert names(date(2025, 1, 1), date(2025, 1, 14)) == ["xa_mod"]
    assert names(date(2026, 3, 1), date(2026, 3, 14)) == ["xa_mfa"]
    assert names(date(2026, 2, 10), date(2026, 2, 24)) == ["xa_mfa", "xa_mod"]


def test_before_and_after_all_terms_all_sources_count(db: Database) -> None:
    for year in (2001, 2026):
        day = date(year, 3, 1)
        read = coverage_of(db, speaker_id="xa-tomas-veld", since=day, until=day)
        assert [each.source for each in read.sources] == ["xa_mfa"]


def test_the_window_is_of_whole_days_and_may_be_open(db: Database) -> None:
    def count(since: date | None, until: date | None) -> int:
        read = coverage_of(db, speaker_id="xa-mara-ode", since=since, until=until)
        return sum(each.statements for each in read.sources)

    assert count(date(2026, 3, 3), date(2026, 3, 3)) == 2
    assert count(date(2026, 3, 2), date(2026, 3, 2)) == 1
    assert count(None, date(2026, 3, 2)) == 1
    assert count(date(2026, 3, 3), None) == 2
    assert count(None, None) == 3


def test_nothing_of_the_last_day_is_in_yet(db: Database) -> None:
    told = coverage_for(db, ODE, speaker="Mara Ode", on=MARCH_5)
    assert told.note == (
        "Mara Ode's sources were read up to 4 March 2026; nothing of 5 March 2026 is in yet."
    )
    assert (told.speaker_id, told.since, told.until) == ("xa-mara-ode", "2026-02-19", "2026-03-05")
    assert told.sources[0].gaps == (
        "It was last read well on 4 March 2026, before the day of the article.",
    )


def test_several_days_are_not_in_yet(db: Database) -> None:
    told = coverage_for(db, ODE, speaker="Mara Ode", on=date(2026, 3, 9))
    assert told.note == (
        "Mara Ode's sources were read up to 4 March 2026; "
        "nothing of the days after up to 9 March 2026 is in yet."
    )


def test_all_is_read(db: Database) -> None:
    crawl(db, "xa_mod", "2026-03-06T06:00:00Z")
    told = coverage_for(db, ODE, speaker="Mara Ode", on=MARCH_5)
    assert told.note == (
        "Mara Ode's sources were read up to 6 March 2026: "
        "3 statements from 19 February 2026 to 5 March 2026, no gap is known."
    )
    assert told.sources[0].gaps == ()


def test_the_day_itself_is_read_up_to_an_hour(db: Database) -> None:
    crawl(db, "xa_mod", "2026-03-05T06:40:00Z")
    note = coverage_for(db, ODE, speaker="Mara Ode", on=MARCH_5).note
    assert "were read up to 06:40 UTC on 5 March 2026: " in note


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("faulty", "Its last crawl, on 6 March 2026, met with faults."),
        ("interrupted", "Its last crawl, on 6 March 2026, was interrupted."),
        ("running", "Its last crawl, on 6 March 2026, has not ended."),
    ],
)
def test_a_crawl_that_did_not_end_well_is_no_good_one(
    db: Database, outcome: str, told: str
) -> None:
    crawl(db, "xa_mod", "2026-03-06T06:00:00Z", outcome)
    assert told in gaps(db)
    assert "read up to 4 March 2026" in coverage_for(db, ODE, speaker=None, on=MARCH_5).note


def test_a_later_good_crawl_mends_a_fault(db: Database) -> None:
    crawl(db, "xa_mod", "2026-03-06T06:00:00Z", "faulty")
    crawl(db, "xa_mod", "2026-03-07T06:00:00Z")
    assert gaps(db) == ()


def test_a_pause_is_told_if_it_reaches_into_the_window(db: Database) -> None:
    crawl(db, "xa_mod", "2026-02-10T06:00:00Z")
    crawl(db, "xa_mod", "2026-03-06T06:00:00Z")
    assert source_of(db).unread == (("2026-02-10", "2026-03-02", "no crawl was run"),)
    (gap,) = gaps(db)
    assert gap == (
        "It was not read between 10 February 2026 and 2 March 2026 (no crawl was run): "
        "what appeared and vanished then is not here."
    )
    told = coverage_for(db, ODE, speaker=None, on=MARCH_5)
    assert told.note.endswith(", 1 gap known.")
    later = coverage_of(db, speaker_id="xa-mara-ode", since=date(2026, 3, 3), until=MARCH_5)
    assert later.sources[0].unread == ()


def test_a_gap_and_the_last_crawl_say_why(db: Database) -> None:
    for day, words in (("2026-02-21", "the list is empty. Why?"), ("2026-03-07", "no text.")):
        at = f"{day}T06:00:00Z"
        row = {"source": "xa_mod", "crawl_id": crawl(db, "xa_mod", at, "running"), "at": at}
        db.table("issues").insert({**row, "level": "error", "message": words})
        db.execute("UPDATE crawls SET outcome = 'faulty' WHERE id = ?", [row["crawl_id"]])
    crawl(db, "xa_mod", "2026-02-20T06:00:00Z")
    assert gaps(db) == (
        "Its last crawl, on 7 March 2026, met with faults: no text.",
        "It was last read well on 4 March 2026, before the day of the article.",
        (
            "It was not read between 20 February 2026 and 2 March 2026 "
            "(met with faults: the list is empty): what appeared and vanished then is not here."
        ),
    )


def test_a_probe_that_fails_is_told_until_the_source_is_read_again(db: Database) -> None:
    probe(db, "xa_mod", "2026-03-05T01:00:00Z", "works", None)
    probe(db, "xa_mod", "2026-03-06T01:00:00Z", "fails", "the list is empty.")
    assert (
        "Its feed 'listing' failed when it was tried on 6 March 2026: the list is empty."
        in gaps(db)
    )
    crawl(db, "xa_mod", "2026-03-07T06:00:00Z")
    assert gaps(db) == ()
    probe(db, "xa_mod", "2026-03-08T01:00:00Z", "fails", None)
    probe(db, "xa_mod", "2026-03-09T01:00:00Z", "works", None)
    assert gaps(db) == ()


def test_a_text_that_is_withheld_is_told(db: Database) -> None:
    crawl(db, "xa_mod", "2026-03-06T06:00:00Z")
    db.execute("UPDATE statements SET text = NULL WHERE native_id = 'p1'")
    assert gaps(db) == (
        "The text of 1 statement of these days is kept no longer, since the publisher deleted it.",
    )


def test_a_source_that_was_never_read(db: Database) -> None:
    known = Known(frozenset({"xn-ebele-brask"}), "xn-ebele-brask", ("Ebele Brask",))
    told = coverage_for(db, known, speaker="Brask", on=MARCH_5)
    assert told.note == "Ebele Brask's sources were never read."
    assert told.sources[0].gaps == ("It was never crawled.",)
    assert told.sources[0].last_good_crawl_at is None
    crawl(db, "xn_fish", "2026-03-01T00:00:00Z", kind="import")
    told = coverage_for(db, known, speaker="Brask", on=MARCH_5)
    assert told.sources[0].gaps == ("It was imported on 1 March 2026 and never crawled.",)
    assert told.note == (
        "Ebele Brask's sources were never crawled; what is in was imported up to 1 March 2026."
    )
    crawl(db, "xn_fish", "2026-03-02T00:00:00Z", "faulty")
    assert "No crawl of it ever ended without a fault." in (
        coverage_for(db, known, speaker="Brask", on=MARCH_5).sources[0].gaps
    )


def test_an_office_is_covered_by_its_own_source(db: Database) -> None:
    known = Known(names=("Ministry of Foreign Affairs",), offices=frozenset({"xa_mfa"}))
    told = coverage_for(db, known, speaker="the foreign ministry", on=MARCH_5)
    assert [each.source for each in told.sources] == ["xa_mfa"]
    assert told.speaker_id is None
    assert told.note == (
        "Ministry of Foreign Affairs's sources were read up to 1 March 2026; "
        "nothing of the days after up to 5 March 2026 is in yet."
    ).replace("Affairs's", "Affairs'")


def test_a_speaker_whom_nobody_knows(db: Database) -> None:
    known = Known(why_not="Piet Holm is not in the register")
    told = coverage_for(db, known, speaker="Piet Holm", on=MARCH_5)
    assert len(told.sources) == 15
    assert told.statements == 6
    assert told.note == (
        "Piet Holm is not in the register. All 15 sources were searched, 6 statements, 6 of them "
        "from 19 February 2026 to 5 March 2026; 12 sources were never read without a fault; "
        "3 sources were last read before 5 March 2026."
    )


def test_a_speaker_who_cannot_be_told(db: Database) -> None:
    known = Known(why_not="two persons of the register are called Arun Ghatwal")
    note = coverage_for(db, known, speaker="Arun Ghatwal", on=None).note
    assert note.startswith(
        "Whom 'Arun Ghatwal' means cannot be told: two persons of the register are called "
        "Arun Ghatwal. All 15 sources were searched, 6 statements; "
    )


def test_words_that_are_given_to_nobody(db: Database) -> None:
    known = Known(why_not="the article does not say who speaks")
    told = coverage_for(db, known, speaker=None, on=MARCH_5)
    assert told.note.startswith("All 15 sources were searched, ")


def test_an_empty_archive(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty.db") as archive:
        told = coverage_for(archive.db, Known(why_not="no"), speaker=None, on=MARCH_5)
    assert (told.sources, told.statements) == ((), 0)
    assert told.note == "The archive has no source."


def test_an_account(db: Database) -> None:
    (account,) = account_coverage(db, "@MaraOde")
    assert (account.account, account.source, account.posts) == ("x/maraode", "xa_mod", 2)
    assert account.person_id == "xa-mara-ode"
    assert account.first_captured_at == "2026-03-03T10:00:00Z"
    assert account.last_published_at == "2026-03-03T12:30:00Z"
    assert account.last_look_at == "2026-03-04T06:00:00Z"
    assert account_coverage(db, "x/maraode") == (account,)
    assert account_coverage(db, "bluesky/maraode") == ()
    assert account_note(db, "x/maraode") == (
        "x/maraode is covered since 3 March 2026, with 2 posts, last read on 4 March 2026."
    )


def test_the_accounts_of_a_person(db: Database) -> None:
    names = [each.account for each in account_coverage(db, "xa-mara-ode")]
    assert names == ["mastodon/ode", "x/DefMinArvenna", "x/maraode"]
    assert "mastodon/ode: no post is known, although its source was read on 4 March 2026." in (
        account_note(db, "xa-mara-ode")
    )
    assert account_note(db, "NorlandPresident") == (
        "x/NorlandPresident is in the register, but nothing of it was ever collected."
    )
    assert account_note(db, "@nobody") == "@nobody is no account of the register."

"""The canned queries and the pages on them: each question documented, each example answered."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import QUERIES, Site, close, open_site
from questioned import FEXLEY, NORLAND, Desk, desk

from archive.article_records import ArticleRow, FindingRow, OpenQuote, PassageRow, QuoteRow
from archive.articles import open_quotes, record_article, record_verdict
from archive.summaries import refresh

ILVA = "xn-ilva-brandt"
CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = "\n".join(
    (CHECKOUT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("questions", "rooms")
)
EXAMPLES = re.findall(r"^Example: `/archive/(\w+)\?(\S*)`$", PAGE, re.MULTILINE)
SQL = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
OF_CRAWLS = {
    *("edits_silent_first", "not_seen_at_the_last_look", "crawl_health"),
    "set_aside_and_reported",
}
OF_CRAWLS |= {"coverage_by_day", "coverage_gaps", "rot_alarms", "numbers_never_seen"}
OF_CRAWLS |= {"what_became_of_statements", "events_that_wait"}
OF_CRAWLS |= {"crawls_of_a_source"}
OF_CRAWLS |= {"edits_of_a_speaker_or_an_office", "gone_of_a_speaker_or_an_office"}
"""Their examples need crawls, which this archive has not had."""


def tell(table: Desk) -> None:
    """Two years of Arvenna about Norland: warm, then not, in two wordings and two sources."""
    for number in range(24):
        month = f"{2029 + number // 12}-{number % 12 + 1:02d}"
        words = "our special and privileged strategic partnership"
        if number > 12:
            words = "our special strategic partnership"
        for day in range(1, 23):
            text = f"Norland: {words} is what the talks of {month} and {day} were about"
            tone = round(0.5 + (day % 5) / 50 - number / 200, 3)
            key = f"xa_mfa-{number}-{day}"
            table.say(key, f"{month}-{day:02d}", text, tone=tone, about=[(*NORLAND, tone)])
    last = "Norland has closed the strait to our ferries, and this will not be tolerated by anyone"
    table.say("xa_mod-1", "2031-03-05", last, tone=-0.9, about=[(*NORLAND, -0.9)], source="xa_mod")
    table.say("xa_mfa-last", "2031-03-05", f"{last}!", tone=-0.8, about=[(*NORLAND, None)])


def meet(table: Desk) -> None:
    """Two declared offices, each with who speaks for it, and what both tell of one day."""
    db = table.archive.db
    db.table("persons").insert({"id": ILVA, "name": "Ilva Brandt"})
    for name, person in (("xa_mfa", FEXLEY), ("xn_mfa", ILVA)):
        source = {"name": name, "office": "Ministry", "country": name[:2], "publisher": name}
        source |= {"url": "https://ministry.example/", "language": "en", "timezone": "UTC"}
        db.table("sources").insert(source | {"retention": "keep"})
        term = {"source": name, "person_id": person, "role": "Minister", "since": "2019-04-02"}
        db.table("holders").insert(term | {"capacity": "holder"})
    day, by = "2025-06-11", "Osmer Tull"
    text = "Brandt received our envoy in the capital"
    table.say("xa_mod-met", day, text, about=[("person", ILVA, None)], speaker=by, source="xa_mod")
    text = "Fexley is thanked for the envoy that he sent"
    about = [("person", FEXLEY, None)]
    table.say("xn_mfa-met", day, text, about=about, speaker=None, source="xn_mfa", country="xn")


WORDS = "this will not be tolerated by anyone"


def finding(verdict: str, severity: str = "none") -> FindingRow:
    is_found = verdict != "not_on_record"
    return FindingRow(
        verdict=verdict,
        severity=severity,
        changes=(),
        reasons=(),
        passage=PassageRow("xa_mod-1", 1, (50, 50 + len(WORDS))) if is_found else None,
        others=(PassageRow("xa_mfa-last", 1, None),) if is_found else (),
    )


def print_articles(table: Desk) -> None:
    """Three papers quote the last statement: one rightly, one not, one before it is collected."""
    ledger = "INSERT INTO ledger (crawl_id, kind, key, leaf) VALUES ('c', 'revision', 'x', '')"
    first = {"statement_id": "xa_mod-1", "revision": 1, "text_sha256": "", "capture_id": "c"}
    last = "Norland has closed the strait to our ferries, and this will not be tolerated by anyone"
    first |= {"text": last, "first_captured_at": "2031-03-05T09:00:00Z"}
    table.archive.db.table("revisions").insert(first)
    found = (finding("altered", "minor"), finding("verbatim"), finding("not_on_record"))
    for number, each in enumerate(found):
        quote = QuoteRow(
            words=WORDS,
            span=(10, 10 + len(WORDS)),
            parts=(),
            speaker="Odran Fexley",
            speaker_id=FEXLEY,
            office=None,
            finding=each,
        )
        article = ArticleRow(
            url=f"https://paper-{number}.example/strait",
            title="The strait is closed",
            publisher=f"Paper {number}",
            published_on=f"2031-03-{8 - number:02d}",
            text_sha256=f"text {number}",
            read_at="2031-03-09T08:00:00Z",
            checked_seq=0,
            quotes=(quote,),
        )
        record_article(table.archive, article)
    table.archive.db.execute(ledger)
    quotes: list[OpenQuote] = [each for some in open_quotes(table.archive.db) for each in some]
    at, now = "2031-03-10T08:00:00Z", finding("altered", "meaning")
    (unfound,) = (each for each in quotes if each.url == "https://paper-2.example/strait")
    record_verdict(table.archive, unfound, now, at=at, checked_seq=1)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "archive.db"
    with desk(path) as table:
        tell(table)
        meet(table)
        print_articles(table)
        refresh(table.archive)
    return path


@pytest.fixture(scope="module")
def site(told: Path) -> Iterator[Site]:
    opened = open_site(told)
    yield opened
    close(opened)


def test_every_question_is_documented_by_its_title_with_an_example() -> None:
    titles = re.findall(r"^### (.+)\n\n`(\w+)`: ", PAGE, re.MULTILINE)
    assert {name: title for title, name in titles} == {
        name: query["title"] for name, query in QUERIES.items()
    }
    assert {name for name, _ in EXAMPLES} == set(QUERIES)
    assert len(EXAMPLES) == len(QUERIES)


@pytest.mark.parametrize(("name", "parameters"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_examples_are_answered(site: Site, name: str, parameters: str) -> None:
    asked = [each.partition("=")[0] for each in parameters.split("&") if each]
    assert set(asked) <= set(re.findall(r"(?<!:):(\w+)", QUERIES[name]["sql"]))
    answer = site.get(f"/archive/{name}.json?_shape=array&{parameters}")
    assert answer.status_code == 200, answer.text
    assert bool(answer.json()) is (name not in OF_CRAWLS)


@pytest.mark.parametrize("sql", SQL)
def test_plain_sqlite_answers_too(told: Path, sql: str) -> None:
    with sqlite3.connect(told) as connection:
        assert connection.execute(sql).fetchall()
    connection.close()


def test_every_answer_that_sums_up_tells_how_much_is_behind_it() -> None:
    sums = ["tone_by_minister_and_month", "minister_against_own_baseline", "first_negative_words"]
    sums += ["tone_toward_a_country_by_month", "tone_of_a_minister_toward_others"]
    sums += ["said_about_in_a_week"]
    for name in sums:
        sql = QUERIES[name]["sql"]
        assert re.search(r"\bn\b", sql), name
        assert "share_not_scored" in sql, name
        assert re.search(r"low\b.*high\b", sql), name
    assert re.search(r"rate_low.*rate_high.*not_read", QUERIES["standing_formulas"]["sql"])


def test_the_tone_toward_a_country_by_everyone_and_by_one_country(site: Site) -> None:
    for said_by in ("", "XA"):
        rows = site.query("tone_toward_a_country_by_month", about="norland", said_by=said_by)
        assert len(rows) == 25
        march, december = rows[:2]
        assert (march["n"], march["not_scored"], march["mean"]) == (1, 1, None)
        assert march["caution"] == "fewer than 20 scored"
        assert december["n"] == 22
        assert december["low"] < december["mean"] < december["high"]
    assert site.query("tone_toward_a_country_by_month", said_by="xo") == []


def test_the_turn_is_found(site: Site) -> None:
    (row,) = site.query("first_negative_words", speaker="Fexley", about="xn", months="14")
    assert (row["statement_id"], row["about"], row["months"]) == ("xa_mod-1", "Norland", 26)
    assert (row["n"], row["negative_high"]) == (528, 0.0072)
    assert site.query("first_negative_words", months="30") == []


def test_the_formula_is_reworded(site: Site) -> None:
    rows = site.query("standing_formulas", country="Arvenna", about="xn")
    found = {row["phrase"]: row for row in rows}
    assert len(found) == len(rows)
    old = next(row for phrase, row in found.items() if phrase.startswith("special and privileged"))
    assert (old["first_used_on"], old["last_used_on"]) == ("2029-01-01", "2030-01-22")
    assert old["status"] == "reworded"
    assert old["reworded_to"].startswith("special strategic partnership")


def test_a_release_and_a_post_in_the_same_words_find_each_other(site: Site) -> None:
    (row,) = site.query("most_similar")
    assert {row["statement_id"], row["like_id"]} == {"xa_mod-1", "xa_mfa-last"}
    found = site.query("most_similar", statement="xa_mod-1")
    assert [(row["statement_id"], row["similarity"]) for row in found] == [("xa_mfa-last", 1.0)]


def test_a_week_has_its_sentences_and_its_sum(site: Site) -> None:
    for day in ("2031-03-09", ""):
        rows = site.query("said_about_in_a_week", about="Norland", day=day)
        assert [row["statement_id"] for row in rows] == ["xa_mfa-last", "xa_mod-1"]
        assert rows[1]["sentence"].startswith("Norland has closed the strait")
        assert (rows[0]["week_n"], rows[0]["week_share_not_scored"]) == (1, 0.5)
    (first, *_) = site.query("said_about_in_a_week", about="xn", day="2030-05-06")
    assert first["week_n"] == 7
    assert site.query("said_about_in_a_week", about="xo") == []
    assert site.query("said_about_in_a_week", about="xn", day="never") == []


def test_the_news_is_asked_who_altered_what_first(site: Site) -> None:
    for statement in ("xa_mod-1", ""):
        rows = site.query("who_altered_this_first", statement=statement)
        days = [(row["publisher"], row["published_on"], row["severity"]) for row in rows]
        last = [("Paper 0", "2031-03-08", "minor")] if statement else []
        assert days == [("Paper 2", "2031-03-06", "meaning"), *last]
        assert {row["said"] for row in rows} == {WORDS}
    quoted = site.query("quotes_of_a_statement", statement="xa_mod-1")
    assert [row["verdict"] for row in quoted] == ["altered", "verbatim", "altered"]
    others = site.query("quotes_of_a_statement", statement="xa_mfa-last")
    assert [(row["is_first"], row["said"]) for row in others] == [(0, None)] * 3


def test_the_most_misquoted_come_with_the_number_of_all_that_were_found(site: Site) -> None:
    (row,) = site.query("most_misquoted_speakers", month="2031-03")
    assert (row["speaker"], row["altered"], row["in_meaning"], row["n"]) == (
        "Odran Fexley",
        2,
        1,
        3,
    )
    assert (row["share_altered"], row["caution"]) == (None, "fewer than 20 found")
    (row,) = site.query("most_misquoted_statements", month="2031-03")
    assert (row["statement_id"], row["altered"], row["n"], row["articles"]) == ("xa_mod-1", 2, 3, 3)
    for name in ("most_misquoted_speakers", "most_misquoted_statements"):
        assert site.query(name, month="2031-04") == []
        assert re.search(r"\bn\b.*share_altered", QUERIES[name]["sql"], re.DOTALL)


def test_a_verdict_that_changed_stands_beside_what_it_was(site: Site) -> None:
    (row,) = site.query("verdicts_that_changed")
    assert (row["before"], row["after"]) == ("not_on_record", "altered")
    assert (row["before_since"], row["changed_at"]) == (
        "2031-03-09T08:00:00Z",
        "2031-03-10T08:00:00Z",
    )


def test_the_demo_answers_every_example(demo_archive: Path) -> None:
    demo = open_site(demo_archive)
    database: Any = demo.datasette.databases[demo_archive.stem]
    for name, _ in EXAMPLES:
        asked = dict.fromkeys(re.findall(r"(?<!:):(\w+)", QUERIES[name]["sql"]), "")
        asyncio.run(database.execute(QUERIES[name]["sql"], asked))
    close(demo)

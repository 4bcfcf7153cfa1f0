"""Articles in the archive: what a rebuild takes over, which address is theirs, what stays."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import QUERIES
from loopback import Site, crawl, listing, onrecord, release, rows, write_source

from archive.article_records import ArticleRow, FindingRow, PassageRow, QuoteRow, SpeakingOffice
from archive.articles import (
    article_address,
    knows_article,
    ledger_end,
    open_quotes,
    record_article,
    record_verdict,
)
from archive.carrying import carry_articles
from archive.records import Capture
from archive.rows import keep_hash_only
from archive.store import Archive
from archive.warc import WarcFile
from onrecord.checking.evidence import ARTICLES

WORDS = "We thank the keepers of the lighthouse at the northern cape"
TABLES = ("articles", "article_addresses", "article_captures", "quotes", "quote_others", "verdicts")
NOTHING = FindingRow(
    verdict="not_on_record", severity="none", changes=(), reasons=(), passage=None, others=()
)
QUOTE = QuoteRow(
    words=WORDS,
    span=(4, 63),
    parts=((4, 20), (30, 63)),
    speaker="the ministry",
    speaker_id=None,
    office=SpeakingOffice(("xa_light",), ("xa-mara-ode",)),
    finding=NOTHING,
)
ARTICLE = ArticleRow(
    url="https://paper.example/cape",
    addresses=("https://paper.example/cape?from=rss",),
    title="At the cape",
    publisher="The Paper",
    published_on="2025-09-03",
    text_sha256="first",
    read_at="2025-09-03T08:00:00Z",
    checked_seq=0,
    quotes=(QUOTE,),
)
CAPTURE = Capture(
    id="c-1",
    url="https://paper.example/cape",
    captured_at="2025-09-03T08:00:00Z",
    status=200,
    content_type="text/html",
    bytes=9,
    sha256="aa",
    warc_file="articles-1.warc.gz",
    warc_offset=300,
    warc_length=200,
    warc_sha256="bb",
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crawl one statement, once."""
    folder = tmp_path_factory.mktemp("crawled")
    with Site() as site:
        write_source(folder / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(f"{WORDS} again and again."))
        assert crawl(site, folder)["exit"] == 0
    return folder


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Iterator[Archive]:
    path = tmp_path / "archive.db"
    path.write_bytes((crawled / "archive.db").read_bytes())
    with Archive.open(path) as opened:
        yield opened


def found(archive: Archive, verdict: str = "verbatim", severity: str = "none") -> FindingRow:
    (key,) = archive.db.execute("SELECT id FROM statements").fetchone()
    change = {"kind": "replaced", "printed": "cape", "said": "harbour", "said_at": [3, 5]}
    return replace(
        NOTHING,
        verdict=verdict,
        severity=severity,
        changes=(change,) if verdict == "altered" else (),
        passage=PassageRow(key, 1, (0, len(WORDS))),
    )


def everything(path: Path) -> dict[str, list[dict[str, object]]]:
    return {table: rows(path, f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}


def test_every_verdict_is_kept_even_within_one_second(archive: Archive) -> None:
    recorded = record_article(archive, ARTICLE, CAPTURE)
    assert (recorded.is_new, recorded.is_edited, recorded.changed) == (True, False, ())
    for finding in (found(archive), found(archive, "altered", "minor"), NOTHING, NOTHING):
        quote = replace(QUOTE, finding=finding)
        recorded = record_article(archive, replace(ARTICLE, quotes=(quote,)))
    assert recorded.changed == ()
    db = archive.db
    kept = db.execute("SELECT number, checked_at, verdict FROM verdicts ORDER BY 1").fetchall()
    assert [row[2] for row in kept] == ["not_on_record", "verbatim", "altered", "not_on_record"]
    assert {row[1] for row in kept} == {ARTICLE.read_at}
    for sql in ("UPDATE verdicts SET verdict = 'x'", "DELETE FROM verdicts"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(sql)
    assert db.execute("SELECT capture_id FROM articles").fetchone() == ("c-1",)


def test_what_an_article_no_longer_says_of_itself_is_not_forgotten(archive: Archive) -> None:
    record_article(archive, ARTICLE, CAPTURE)
    later = "2025-09-04T08:00:00Z"
    bare = replace(ARTICLE, title=None, publisher=None, published_on=None, read_at=later, quotes=())
    assert record_article(archive, replace(bare, text_sha256="second")).is_edited
    (row,) = archive.db.query("SELECT * FROM articles")
    assert (row["title"], row["published_on"]) == ("At the cape", "2025-09-03")
    assert (row["first_read_at"], row["edited_at"]) == (ARTICLE.read_at, later)
    (quote,) = archive.db.query("SELECT * FROM quotes")
    assert (quote["is_printed"], quote["last_printed_at"]) == (0, ARTICLE.read_at)


def test_the_same_words_twice_are_two_quotations_of_their_own(archive: Archive) -> None:
    twice = (QUOTE, replace(QUOTE, span=(90, 149), speaker="the minister", office=None))
    for _ in range(2):
        record_article(archive, replace(ARTICLE, quotes=twice))
    kept = archive.db.execute("SELECT quote, start_at, speaker FROM quotes ORDER BY 1").fetchall()
    assert kept == [(0, 4, "the ministry"), (1, 90, "the minister")]
    assert archive.db.execute("SELECT count(*) FROM verdicts").fetchone() == (2,)


def test_only_what_is_open_and_older_than_the_ledger_is_judged_again(archive: Archive) -> None:
    db, end = archive.db, ledger_end(archive.db)
    assert end > 0
    short = replace(QUOTE, words="Never", finding=replace(NOTHING, verdict="too_short"))
    settled = replace(QUOTE, words="Settled", finding=found(archive))
    many = tuple(replace(QUOTE, words=f"{WORDS} {number}") for number in range(450))
    record_article(archive, replace(ARTICLE, quotes=(short, settled, *many)))
    new = replace(ARTICLE, url="https://paper.example/new", addresses=(), checked_seq=end)
    record_article(archive, new)
    numbers: list[int] = []
    for some in open_quotes(db):
        for each in some:
            record_verdict(archive, each, NOTHING, at="2025-09-05T08:00:00Z", checked_seq=end)
        numbers += [each.number for each in some]
    assert numbers == list(range(2, 452))
    assert list(open_quotes(db)) == []
    db.execute("UPDATE quotes SET checked_seq = 0 WHERE quote = 7")
    ((one,),) = open_quotes(db)
    assert (one.words, one.parts, one.office) == (f"{WORDS} 5", QUOTE.parts, QUOTE.office)
    assert (one.url, one.published_on) == (ARTICLE.url, ARTICLE.published_on)


def test_an_article_has_one_address_and_is_known_by_all(archive: Archive) -> None:
    asked, stated = "https://paper.example/cape?from=rss", "https://paper.example/cape"
    assert article_address(archive.db, asked, None, "At the cape") == asked
    assert article_address(archive.db, asked, stated, "At the cape") == stated
    record_article(archive, ARTICLE)
    assert knows_article(archive.db, asked)
    assert knows_article(archive.db, stated)
    assert article_address(archive.db, asked, "https://paper.example/moved", None) == stated
    other = "https://paper.example/cape?from=mail"
    assert article_address(archive.db, other, stated, "At the cape") == stated
    # A site that states one address for all its articles does not make one article of them.
    assert article_address(archive.db, other, stated, "Bread is dearer") == other


def test_words_of_a_withheld_statement_are_not_kept_in_the_news(archive: Archive) -> None:
    record_article(archive, replace(ARTICLE, quotes=(replace(QUOTE, finding=found(archive)),)))
    quote = replace(QUOTE, finding=found(archive, "altered", "meaning"))
    record_article(archive, replace(ARTICLE, url=None, quotes=(quote,)))
    with archive.transaction() as db:
        (key,) = db.execute("SELECT id FROM statements").fetchone()
        assert db.execute("SELECT count(changes) FROM quotes").fetchone() == (1,)
        keep_hash_only(db, key)
    assert archive.db.execute("SELECT count(changes) FROM quotes").fetchone() == (0,)
    assert archive.db.execute("SELECT words, said FROM quotes, quoted").fetchone() == (WORDS, None)


def test_a_rebuild_takes_the_articles_over(crawled: Path, tmp_path: Path) -> None:
    crawled = shutil.copytree(crawled, tmp_path / "copy")
    with Archive.open(crawled / "archive.db") as archive:
        record_article(archive, ARTICLE, CAPTURE)
        quote = replace(QUOTE, finding=found(archive, "altered", "meaning"))
        record_article(archive, replace(ARTICLE, quotes=(quote,), checked_seq=1))
    before = everything(crawled / "archive.db")
    assert all(before[table] for table in TABLES if table != "quote_others")
    WarcFile(crawled / "archive-warc" / CAPTURE.warc_file, {ARTICLES: "a feed"}).close()
    words: list[str | Path] = ["--db", crawled / "archive.db", "--sources", crawled / "sources"]
    finished = onrecord("rebuild", *words, "--to", tmp_path / "again.db", cwd=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "1 crawls and imports read again" in finished.stdout
    assert (tmp_path / "again-warc" / CAPTURE.warc_file).is_file()
    for row in before["quotes"]:
        row["checked_seq"] = 0
    assert everything(tmp_path / "again.db") == before
    assert rows(tmp_path / "again.db", "PRAGMA foreign_key_check") == []
    (said,) = rows(tmp_path / "again.db", "SELECT said FROM quoted")
    assert said["said"] == WORDS


def test_without_the_archive_the_articles_are_read_again_from_what_was_kept(
    crawled: Path, tmp_path: Path
) -> None:
    shutil.copytree(crawled, tmp_path / "copy")
    db = tmp_path / "copy" / "archive.db"
    with Site() as site:
        body = f"<h1>At the cape</h1><p>“{WORDS},” the minister of lighthouses said on Friday.</p>"
        filler = "<p>Nobody at the northern cape had expected a visit on such a day.</p>" * 9
        site.html("/cape", f"<article>{body}{filler}</article>")
        words = ["--db", str(db), "--allow-host", site.host, "--record"]
        checked = onrecord("check", f"{site.url}/cape", *words, cwd=tmp_path)
        assert checked.returncode == 0, checked.stderr
    before = everything(db)
    assert [row["verdict"] for row in before["quotes"]] == ["verbatim"]
    assert [row["url"] for row in before["article_captures"]] == [f"{site.url}/cape"]
    db.unlink()
    again = ["--sources", db.parent / "sources", "--to", tmp_path / "again.db"]
    finished = onrecord("rebuild", "--db", db, *again, cwd=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    after = everything(tmp_path / "again.db")
    assert {name: _undated(each) for name, each in after.items()} == {
        name: _undated(each) for name, each in before.items()
    }


def _undated(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out the seconds between an answer and its verdict, and how far the record went."""
    left_out = ("read_at", "printed_at", "checked_at", "checked_seq")
    return [
        {name: told for name, told in row.items() if not name.endswith(left_out)} for row in found
    ]


def test_what_rests_on_a_lost_statement_is_taken_over_and_told(
    archive: Archive, tmp_path: Path
) -> None:
    record_article(archive, replace(ARTICLE, quotes=(replace(QUOTE, finding=found(archive)),)))
    for path, told in (
        (archive.path, "1 quotations of articles rest on texts that the new archive does not have"),
        (tmp_path / "nowhere.db", "could not be taken over"),
        (tmp_path / "garbage.db", "could not be taken over"),
    ):
        (tmp_path / "garbage.db").write_text("this is no database, but a file of some length" * 9)
        with Archive.open(tmp_path / f"new-{path.name}") as new:
            (trouble,) = carry_articles(path, new)
            assert told in trouble
            kept = new.db.execute("SELECT verdict FROM quotes").fetchall()
            assert kept == ([("verbatim",)] if path == archive.path else [])
            assert new.db.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize(
    "name",
    [
        "quotes_of_a_statement",
        "who_altered_this_first",
        "most_misquoted_speakers",
        "most_misquoted_statements",
        "verdicts_that_changed",
    ],
)
def test_the_questions_are_answered_by_indexes(archive: Archive, name: str) -> None:
    asked = {"statement": "x", "month": "2025-09"}
    plan = archive.db.execute(f"EXPLAIN QUERY PLAN {QUERIES[name]['sql']}", asked).fetchall()
    tables = {"quotes", "q", "articles", "a", "verdicts", "b", "quote_others", "revisions", "r"}
    scanned = {row[3].split()[1] for row in plan if row[3].startswith("SCAN ")}
    assert not scanned & tables, plan

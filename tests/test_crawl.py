"""The main job: four crawls of one site that changes from day to day."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, crawl, listing, release, rows, write_source
from scrapy.settings import default_settings

from spiders import settings
from spiders.sourcefiles import BUILT_IN, find_sources

DAYS = {f"/pr/{number}": f"0{number}/09/2025" for number in range(1, 6)}
WORDS = {path: f"We thank the keepers of the lighthouse at {path}." for path in DAYS}


def publish(site: Site, words: dict[str, str], noise: str) -> None:
    newest_first = sorted(words, reverse=True)
    first = {path: DAYS[path] for path in newest_first[:2]}
    second = {path: DAYS[path] for path in newest_first[2:]}
    site.html("/list", listing(first, older="/list?page=2"))
    site.html("/list?page=2", listing(second))
    for path in DAYS:
        site.answers.pop(path, None)
        if path in words:
            site.html(
                path, f"<i>{noise}</i>{release(words[path], by='Ilse Marrant')}<b>{noise}</b>"
            )


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Crawl on four days; keep a copy of the archive after each."""
    cwd = tmp_path_factory.mktemp("crawl")
    kept: dict[str, Any] = {"cwd": cwd}
    four = {path: words for path, words in WORDS.items() if path != "/pr/5"}
    changed = WORDS | {"/pr/2": "We blame the keepers of the lighthouse at /pr/2."}
    changed.pop("/pr/3")
    with Site() as site:
        write_source(cwd / "sources", site)
        for day, words in {1: four, 2: four, 3: changed, 4: WORDS}.items():
            site.asked.clear()
            publish(site, words, noise=f"{day * 111} views")
            kept[f"summary{day}"] = crawl(site, cwd)
            kept[f"asked{day}"] = list(site.asked)
            kept[f"day{day}"] = shutil.copy(cwd / "archive.db", cwd / f"day{day}.db")
    return kept


def statement(archive: Path, path: str) -> dict[str, Any]:
    found = rows(archive, f"SELECT * FROM statements WHERE url LIKE '%{path}'")
    assert len(found) == 1
    return found[0]


def test_every_listed_statement_of_every_page_is_recorded(days: dict[str, Any]) -> None:
    assert days["summary1"]["listed"] == days["summary1"]["new_statements"] == 4
    assert days["summary1"]["exit"] == 0
    assert days["summary1"]["outcome"] == "finished"


def test_a_statement_has_what_its_page_says(days: dict[str, Any]) -> None:
    row = statement(days["day1"], "/pr/2")
    assert row["title"] == "A title"
    assert row["text"] == WORDS["/pr/2"]
    assert (row["published_at"], row["published_precision"]) == ("2025-09-02", "date")
    assert row["published_raw"] == "02/09/2025"
    assert row["speaker"] == "Ilse Marrant"
    assert (row["office"], row["country"]) == ("Ministry of Lighthouses", "xa")
    assert (row["language"], row["state"], row["revision"]) == ("en", "live", 1)


def test_scores_are_textblobs_own(days: dict[str, Any]) -> None:
    from textblob import TextBlob

    for row in rows(days["day4"], "SELECT * FROM statements"):
        sentiment = TextBlob(row["text"]).sentiment
        assert row["textblob_polarity"] == sentiment.polarity
        assert row["textblob_subjectivity"] == sentiment.subjectivity


def test_a_second_crawl_of_unchanged_pages_adds_no_revision(days: dict[str, Any]) -> None:
    assert days["summary2"]["seen"] == 4
    assert days["summary2"]["new_statements"] == days["summary2"]["new_revisions"] == 0
    assert len(rows(days["day2"], "SELECT * FROM revisions")) == 4
    assert (
        statement(days["day2"], "/pr/1")["first_seen_at"]
        == (statement(days["day1"], "/pr/1")["first_seen_at"])
    )


def test_paging_back_stops_where_everything_is_settled(days: dict[str, Any]) -> None:
    assert "/list?page=2" in days["asked1"]
    assert "/list?page=2" not in days["asked2"]


def test_what_is_no_longer_listed_is_looked_at_again(days: dict[str, Any]) -> None:
    assert {"/pr/1", "/pr/2"} <= set(days["asked2"])


def test_an_edit_adds_exactly_one_revision_and_keeps_the_first(days: dict[str, Any]) -> None:
    assert days["summary3"]["new_revisions"] == 1
    texts = rows(
        days["day3"],
        "SELECT revisions.text FROM revisions JOIN statements ON statement_id = id "
        "WHERE url LIKE '%/pr/2' ORDER BY revisions.revision",
    )
    assert [row["text"] for row in texts] == [
        WORDS["/pr/2"],
        "We blame the keepers of the lighthouse at /pr/2.",
    ]
    row = statement(days["day3"], "/pr/2")
    assert (row["revision"], row["text"]) == (2, texts[1]["text"])


def test_a_new_statement_is_found(days: dict[str, Any]) -> None:
    assert days["summary3"]["new_statements"] == 1
    assert statement(days["day3"], "/pr/5")["revision"] == 1


def test_a_vanished_page_is_suspect_and_keeps_its_text(days: dict[str, Any]) -> None:
    assert days["summary3"]["absent"] == 1
    row = statement(days["day3"], "/pr/3")
    assert (row["state"], row["text"]) == ("suspect", WORDS["/pr/3"])
    check = rows(days["day3"], "SELECT * FROM checks WHERE outcome = 'absent'")
    assert [(look["statement_id"], look["evidence"]) for look in check] == [(row["id"], "HTTP 404")]


def test_a_page_that_is_back_is_live_again(days: dict[str, Any]) -> None:
    assert statement(days["day4"], "/pr/3")["state"] == "live"


def test_a_reversion_is_a_revision(days: dict[str, Any]) -> None:
    row = statement(days["day4"], "/pr/2")
    assert (row["revision"], row["text"]) == (3, WORDS["/pr/2"])


def test_every_row_names_a_capture_that_lies_where_it_says(days: dict[str, Any]) -> None:
    import hashlib

    captures = rows(days["day4"], "SELECT * FROM captures")
    assert len(captures) > 20
    for capture in captures:
        kept = (days["cwd"] / "archive-warc" / capture["warc_file"]).read_bytes()
        record = kept[capture["warc_offset"] :][: capture["warc_length"]]
        assert hashlib.sha256(record).hexdigest() == capture["warc_sha256"]


def test_search_finds_the_latest_words_only(days: dict[str, Any]) -> None:
    sql = "SELECT count(*) AS n FROM statements_fts WHERE statements_fts MATCH 'blame'"
    assert rows(days["day3"], sql) == [{"n": 1}]
    assert rows(days["day4"], sql) == [{"n": 0}]


def test_the_ledger_has_one_line_for_every_revision_and_turn(days: dict[str, Any]) -> None:
    kinds = rows(days["day4"], "SELECT kind, count(*) AS n FROM ledger GROUP BY kind ORDER BY kind")
    assert [(row["kind"], row["n"]) for row in kinds] == [
        ("back", 1),
        ("revision", 7),
        ("suspect", 1),
    ]
    found = rows(days["day4"], "SELECT seq FROM ledger")
    assert [row["seq"] for row in found] == list(range(1, 10))


def test_each_crawl_has_a_row(days: dict[str, Any]) -> None:
    found = rows(days["day4"], "SELECT * FROM crawls ORDER BY id")
    assert [row["outcome"] for row in found] == ["finished"] * 4
    assert [row["new_revisions"] for row in found] == [0, 0, 1, 1]


def test_of_scrapys_own_parts_only_those_are_left_out_that_are_never_wanted() -> None:
    for name, left_out, put_in in (
        ("EXTENSIONS_BASE", {"TelnetConsole", "RemoteControl", "MemoryUsage"}, {"OwnMemory"}),
        (
            "DOWNLOADER_MIDDLEWARES_BASE",
            {"CookiesMiddleware", "HttpCacheMiddleware", "RobotsTxtMiddleware"},
            set(),
        ),
    ):
        scrapys, ours = getattr(default_settings, name), getattr(settings, name)
        kept = ours.keys() & scrapys.keys()
        assert {each: ours[each] for each in kept} == {each: scrapys[each] for each in kept}
        assert {each.rpartition(".")[2] for each in scrapys.keys() - kept} == left_out
        assert {each.rpartition(".")[2] for each in ours.keys() - kept} == put_in


def test_a_named_source_is_found_without_reading_all_that_come_with_us(tmp_path: Path) -> None:
    sources, errors = find_sources([BUILT_IN, tmp_path], ["gb_fcdo", "../gb/gb_fcdo", "xa_none"])
    assert (list(sources), errors) == (["gb_fcdo"], [])
    (tmp_path / "gb").mkdir()
    (tmp_path / "gb" / "gb_fcdo.yml").write_text("office: 1\n")
    sources, errors = find_sources([BUILT_IN, tmp_path], ["gb_fcdo"])
    assert (sources, len(errors)) == ({}, 1)

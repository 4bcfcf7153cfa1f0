"""Feeds: valid Atom with ids that stay, times that are true, and nothing that is markup."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from atom_rules import read_feed
from browsing import HARBOUR, LETTER, MARKUP, QUERIES, Site, build, close, open_site
from changed import GONE, MOVED, REPOSTED, TAKEN, changed_rows
from sqlite_utils import Database

from onrecord.browse.atom import moment
from onrecord.browse.feeds import PAGES

OFFICE = "office.atom?source=xv_mod"
FEEDS = [
    *("edits.atom", "gone.atom", OFFICE, "office.atom?source=xv_mfa", "country.atom?country=XV"),
    *("person.atom?person=xv-ilse-marrow", "search.atom?q=harbour"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build(tmp_path / "archive.db", changed_rows())


@pytest.fixture
def site(archive: Path) -> Iterator[Site]:
    site = open_site(archive)
    yield site
    close(site)


@pytest.fixture(scope="module")
def demo(demo_archive: Path) -> Iterator[Site]:
    site = open_site(demo_archive)
    yield site
    close(site)


def feed(site: Site, address: str) -> Any:
    answer = site.get(f"/-/feeds/{address}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return read_feed(answer.content, f"http://localhost/-/feeds/{address}")


def ids(found: Any) -> list[str]:
    return [each.id for each in found.entries]


@pytest.mark.parametrize("address", FEEDS)
def test_every_feed_is_valid_and_has_something(site: Site, address: str) -> None:
    assert feed(site, address).entries


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_a_feed(site: Site, demo: Site, name: str) -> None:
    asked = urlencode({"statement": HARBOUR, "about": "xw", "speaker": "xv-ilse-marrow"})
    known = read_feed(*of_query(site, name, ""))
    read_feed(*of_query(site, name, f"?{asked}"))
    read_feed(*of_query(demo, name, ""))
    assert len(known.entries) == len({repr(row) for row in site.query(name)[:50]})


def of_query(site: Site, name: str, asked: str) -> tuple[bytes, str]:
    address = f"/-/feeds/query/{name}.atom{asked}"
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    return answer.content, f"http://localhost{address}"


@pytest.mark.parametrize("address", [*FEEDS[:2], "country.atom?country=xt", "search.atom?q=lake"])
def test_the_feeds_of_the_demo(demo: Site, address: str) -> None:
    assert feed(demo, address).entries


def test_an_edit_says_what_changed(site: Site) -> None:
    found = {each.id.rsplit("edits/")[1]: each for each in feed(site, "edits.atom").entries}
    silent = found[f"{HARBOUR}/2"]
    assert silent.title == "Silent edit: Opening of the harbour"
    assert "“further” became “furthering”." in silent.summary
    assert "the publisher's own date and notes stayed as they were" in silent.summary
    assert silent.updated == "2031-03-05T18:00:00+00:00"
    assert silent.link == f"http://localhost/archive/statements/{HARBOUR}"
    assert silent.author == "Ilse Marrow"
    assert found[f"{HARBOUR}/3"].title == "Edit: Opening of the harbour"
    assert "The words are withheld since" in found[f"{TAKEN}/2"].summary


def test_a_held_edit_is_in_no_feed(archive: Path, site: Site) -> None:
    db = Database(archive)
    db.execute("UPDATE edits SET is_held = 1")
    db.conn.commit()
    db.close()
    assert feed(site, "edits.atom").entries == []


def test_gone_says_what_the_archive_says(site: Site) -> None:
    entries = feed(site, "gone.atom").entries
    titles = [each.title for each in entries]
    assert titles == [
        "Back: A speech",
        "Moved: Lettre à nos voisins",
        "Put right: A post",
        "Gone: A speech",
        "Withdrawn by its publisher: Talks today.",
    ]
    assert "a correction" in entries[2].summary
    assert "xv_mod-put" in entries[2].summary
    assert "Who took it away, and why, is not known." in entries[3].summary
    assert entries[3].updated == "2031-03-06T12:00:00+00:00"


def test_a_suspect_is_not_in_the_feed_of_what_is_gone(site: Site) -> None:
    text = site.get("/-/feeds/gone.atom").text
    assert LETTER not in text
    assert "bayan" not in text
    assert all(each in text for each in (GONE, MOVED, REPOSTED))


def test_a_statement_has_the_time_of_its_latest_words(site: Site) -> None:
    found = {each.id.rpartition("/")[2]: each for each in feed(site, OFFICE).entries}
    harbour = found[HARBOUR]
    assert (harbour.updated, harbour.published) == (
        "2031-03-06T12:00:00+00:00",
        "2031-03-05T20:10:00+00:00",
    )
    assert harbour.summary.startswith("The harbour at Tolva opened today")
    mfa = {each.id.rpartition("/")[2]: each for each in feed(site, FEEDS[3]).entries}
    assert "published" not in mfa[LETTER]
    assert "February 2031 (only the month is given)" in mfa[LETTER].summary
    assert "Published: undated." in mfa["xv_mfa-bayan"].summary


def test_a_statement_under_takedown_has_no_text(site: Site) -> None:
    taken = {each.id.rpartition("/")[2]: each for each in feed(site, FEEDS[3]).entries}[TAKEN]
    assert taken.title == "Words not kept"
    assert taken.summary.startswith("The words are withheld since 6 March 2031, 12:00 UTC: a court")
    assert taken.updated == "2031-03-06T12:00:00+00:00"


def test_ids_change_neither_with_the_host_nor_with_the_order(archive: Path) -> None:
    def known(host: str) -> dict[str, list[str]]:
        site = open_site(archive)
        addresses = [*FEEDS, *(f"query/{name}.atom" for name in QUERIES)]
        found = {}
        for each in addresses:
            answer = site.get(f"/-/feeds/{each}", headers={"host": host})
            found[each] = sorted(re.findall(r"<id>(.*?)</id>", answer.text))
        close(site)
        return found

    before = known("one.example")
    db = Database(archive)
    db.execute("UPDATE statements SET tone = -0.9, revision = 2 WHERE tone IS NOT NULL")
    db.execute("UPDATE crawls SET faults = 3, seen = 9, finished_at = '2031-03-05T13:00:00Z'")
    db.execute("UPDATE formulas SET n = 4, chances = 9, last_used_on = '2031-03-06'")
    db.execute("UPDATE speaker_months SET n = 2, not_scored = 0")
    db.execute("UPDATE target_periods SET n = 2, not_scored = 4")
    db.conn.commit()
    db.close()
    assert known("two.example") == before


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    for address in ("/-/feeds/edits.atom", "/-/feeds/query/crawl_health.atom"):
        first = site.get(address)
        mark = first.headers["etag"]
        for given in (mark, mark.removeprefix("W/"), f'"other", {mark}', "*"):
            again = site.get(address, headers={"if-none-match": given})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == mark
        assert site.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_time_is_believed_unless_the_archive_was_written_since(
    archive: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in archive.parent.iterdir():
        os.utime(each, (1_900_000_000, 1_900_000_000))
    monkeypatch.setattr("onrecord.browse.feeds.utc_now", lambda: moment("2031-01-01"))
    asked = "/-/feeds/edits.atom"
    at = site.get(asked).headers["last-modified"]
    assert at == "Sun, 17 Mar 2030 17:46:40 GMT"
    assert site.get(asked, headers={"if-modified-since": at}).status_code == 304
    assert site.get(asked, headers={"if-modified-since": "soon"}).status_code == 200
    early = {"if-modified-since": "Sun, 17 Mar 2030 17:46:39 GMT"}
    assert site.get(asked, headers=early).status_code == 200
    mixed = {"if-modified-since": at, "if-none-match": '"other"'}
    assert site.get(asked, headers=mixed).status_code == 200


def test_just_after_a_write_no_time_is_given(archive: Path, site: Site) -> None:
    archive.touch()
    assert "last-modified" not in site.get("/-/feeds/edits.atom").headers


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("person.atom?person=nobody", "No person is named nobody"),
        ("office.atom?source=none", "No source is named none"),
        ("country.atom?country=zz", "No office of zz"),
        ("query/sheep.atom", "No query is named sheep"),
        ("search.atom", "Say which"),
        ("search.atom?q=%00%01", "Say which"),
        ("person.atom", "Say which"),
    ],
)
def test_what_is_not_there_is_told(site: Site, address: str, said: str) -> None:
    answer = site.get(f"/-/feeds/{address}")
    assert (answer.status_code, said in answer.text) == (404, True)


@pytest.mark.parametrize(
    "words",
    ['"', "AND", "harbour*", "a OR b", "(", "title:", "^x", "-", "NEAR(", "\x00x", "é ü", "'"],
)
def test_no_character_of_a_search_is_special(site: Site, words: str) -> None:
    address = f"search.atom?{urlencode({'q': words})}"
    feed(site, address)


def test_words_in_quotation_marks_stand_together(site: Site) -> None:
    assert feed(site, "search.atom?q=%22harbour+at+Tolva%22").entries
    assert not feed(site, "search.atom?q=%22Tolva+at+harbour%22").entries


def test_markup_stays_text_and_controls_are_left_out(tmp_path: Path) -> None:
    tables = changed_rows()
    odd = f"\x00\x08\x1b\ufffe{MARKUP}]]>&amp;"
    for table in (
        "statements",
        "revisions",
        "persons",
        "sources",
        "articles",
        "fates",
        "takedowns",
    ):
        for row in tables[table]:
            for column in {"title", "speaker", "office", "name", "evidence", "reason"} & set(row):
                if (table, column) != ("sources", "name") and row[column]:
                    row[column] = odd
    site = open_site(build(tmp_path / "archive.db", tables))
    for each in [*FEEDS[:6], *(f"query/{name}.atom" for name in QUERIES)]:
        found = feed(site, each)
        for entry in found.entries:
            assert "\x1b" not in entry.title
        if each == OFFICE:
            assert any(entry.title.startswith(MARKUP) for entry in found.entries)
    close(site)


def test_an_empty_archive_has_feeds_with_the_time_it_was_made(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", {}))
    made = Database(tmp_path / "archive.db").execute(
        "SELECT max(applied_at) FROM _sqlite_migrations"
    )
    day = made.fetchone()[0][:10]
    for each in ("edits.atom", "gone.atom", "query/crawl_health.atom"):
        found = feed(site, each)
        assert (found.entries, found.feed.updated[:10]) == ([], day)
    close(site)


def test_no_entry_is_later_than_the_archive(site: Site) -> None:
    for name in QUERIES:
        found = feed(site, f"query/{name}.atom")
        assert all(each.updated <= "2031-03-07T13:00:00+00:00" for each in found.entries), name


def test_who_may_not_see_a_query_gets_no_feed_of_it(archive: Path) -> None:
    closed = {
        "databases": {"archive": {"queries": {"crawl_health": {"sql": "SELECT 1", "allow": False}}}}
    }
    site = open_site(archive, metadata=closed)
    assert site.get("/-/feeds/query/crawl_health.atom").status_code == 403
    assert site.get("/-/feeds/query/rot_alarms.atom").status_code == 200
    close(site)


def test_the_page_of_feeds_leads_to_all_of_them(site: Site) -> None:
    page = site.page("/-/feeds")
    for name in QUERIES:
        assert f'href="/-/feeds/query/{name}.atom"' in page
    for path in ("edits", "gone", "search", "person", "office", "country"):
        assert f'"/-/feeds/{path}.atom"' in page
    assert len(PAGES) == 8


def test_times_are_read_as_they_are_given() -> None:
    for text in ("2031-03-05T12:00:00Z", "2031-03-05T14:00:00+02:00", "2031-03-05T12:00:00"):
        found = moment(text)
        assert found is not None
        assert found.isoformat() == "2031-03-05T12:00:00+00:00"
    assert [moment(text) for text in ("", "0000", "31 March", 7, None)] == [None] * 5

"""The page of changes: edits in their order, what became of statements, and what waits."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from browsing import HARBOUR, MARKUP, Site, build, close, open_site, rows
from changed import GONE, MOVED, REPOSTED, changed_rows
from sqlite_utils import Database

from archive.schema import migrations


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build(tmp_path / "archive.db", changed_rows())


@pytest.fixture
def site(archive: Path) -> Iterator[Site]:
    site = open_site(archive)
    yield site
    close(site)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def told(site: Site, name: str, **asked: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return section(site.page(f"/-/changes?{query}"), name)


def test_silent_edits_come_first_with_the_words_before_and_after(site: Site) -> None:
    edits = told(site, "edits")
    first, second, third = re.findall(r"<article.*?</article>", edits, re.DOTALL)
    assert "is-silent" in first
    assert "the publisher's own date and notes stayed as they were" in text_of(first)
    assert "We look forward to <del>further</del><ins>furthering</ins> this partner" in first
    assert "date or notes changed with it" in text_of(second)
    assert "The words are not kept" in text_of(second)
    assert "What changed is not known" in text_of(third)
    assert 'href="/archive/statements/xv_mod-harbour"' in first
    assert "5 March 2031, 18:00 UTC" in first


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"class": "number"}, [3]),
        ({"class": "typo"}, [3]),
        ({"class": "wording"}, [2]),
        ({"class": "name"}, []),
        ({"class": "reverted"}, []),
        ({"silent": "yes"}, [2]),
        ({"country": "xv"}, [2, 3, 2]),
        ({"country": "xw"}, []),
        ({"source": "xv_mfa"}, [2]),
        ({"since": "2031-03-06"}, [3]),
        ({"until": "2031-03-05"}, [2, 2]),
    ],
)
def test_edits_are_narrowed_down_as_the_query_is(
    site: Site, asked: dict[str, str], found: list[int]
) -> None:
    shown = re.findall(r">revision (\d)<", told(site, "edits", **asked))
    assert [int(each) for each in shown] == found
    assert [row["revision"] for row in site.query("edits_silent_first", **asked)] == found


def test_a_reversion_is_told(archive: Path, site: Site) -> None:
    db = Database(archive)
    db.execute("UPDATE edits SET reverts_to = 1 WHERE revision = 3")
    db.conn.commit()
    db.close()
    edits = told(site, "edits", **{"class": "reverted"})
    assert "It went back to the words of revision 1." in text_of(edits)
    assert edits.count("<article") == 1


def test_a_held_edit_is_called_none_before_a_person_accepts_it(archive: Path, site: Site) -> None:
    db = Database(archive)
    db.execute("UPDATE edits SET is_held = 1")
    db.table("events").insert(
        {
            "id": "crawl-1/many_edits",
            "source": "xv_mod",
            "crawl_id": "crawl-1",
            "kind": "many_edits",
        }
        | {"at": "2031-03-06T12:00:00Z", "statements": 1, "of": 3}
    )
    db.table("event_statements").insert({"event_id": "crawl-1/many_edits", "statement_id": HARBOUR})
    page = site.page("/-/changes")
    assert "<article" not in section(page, "edits")
    waiting = text_of(section(page, "waiting"))
    assert "1 of 3 statements of xv_mod read otherwise at once" in waiting
    assert 'onrecord events accept "crawl-1/many_edits" --reason' in waiting
    db.execute("UPDATE events SET state = 'accepted' WHERE kind = 'many_edits'")
    db.conn.commit()
    db.close()
    assert section(site.page("/-/changes"), "edits").count("<article") == 2


def test_what_became_of_statements(site: Site) -> None:
    turns = re.findall(r"<article.*?</article>", told(site, "turns"), re.DOTALL)
    said = [text_of(each) for each in turns]
    assert [re.search(r"(Back|Moved|Put right|Gone|Withdrawn)", each)[0] for each in said] == [  # type: ignore[index]
        *("Back", "Moved", "Put right", "Gone", "Withdrawn")
    ]
    assert "it was suspect" not in "".join(said)
    assert "Its address leads elsewhere." in said[1]
    assert "posted again within the hour" in said[2]
    assert "gone" not in said[2].lower()
    assert "xv_mod-put" in turns[2]
    assert "Not found at two looks" in said[3]
    assert "now live again" in said[3]
    assert [row["statement_id"] for row in site.query("what_became_of_statements")] == [
        *(GONE, MOVED, REPOSTED, GONE, "xv_mod-post/1")
    ]
    assert [row["turn"] for row in site.query("what_became_of_statements", turn="moved")] == [
        "moved"
    ]


def test_what_waits_is_held_and_not_called_gone(site: Site) -> None:
    waiting = text_of(told(site, "waiting"))
    assert "1 of 2 statements of xv_mfa were missed at once" in waiting
    assert "Lettre à nos voisins" in waiting
    assert 'onrecord events dismiss "crawl-1/many_gone"' in waiting
    (row,) = site.query("events_that_wait")
    assert (row["event_id"], row["kind"]) == ("crawl-1/many_gone", "many_gone")


def test_pages_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    tables = changed_rows()
    revision, edit = tables["revisions"][0], tables["edits"][0]
    for number in range(4, 64):
        at = f"2031-04-01T12:00:{number - 4:02}Z"
        tables["revisions"].append(revision | {"revision": number, "first_captured_at": at})
        tables["edits"].append(edit | {"revision": number, "from_revision": number - 1})
    site = open_site(build(tmp_path / "archive.db", tables))
    seen: list[str] = []
    address = "/-/changes?country=xv"
    while address:
        edits = section(site.page(address), "edits")
        seen += re.findall(r'<a href="(/archive/revisions/[^"]+)">', edits)
        after = re.search(r'<a href="([^"]+)" rel="next"', edits)
        address = unescape(after[1]) if after else ""
    close(site)
    assert len(seen) == len(set(seen)) == 63


@pytest.mark.parametrize(
    ("asked", "said"),
    [("since=soon", "soon is no day"), ("class=sheep", "No class of edits is named sheep")],
)
def test_what_cannot_be_asked_is_told(site: Site, asked: str, said: str) -> None:
    answer = site.get(f"/-/changes?{asked}")
    assert (answer.status_code, said in answer.text) == (404, True)


@pytest.mark.parametrize("page", ["-1", "x", "99999999999999999999", "²"])
def test_an_odd_page_number_is_none(site: Site, page: str) -> None:
    assert site.get("/-/changes", params={"edits": page, "turns": page}).status_code == 200


def test_words_that_are_withheld_are_not_shown(site: Site) -> None:
    edits = text_of(told(site, "edits", source="xv_mfa"))
    assert "Words not kept" in edits


def test_an_archive_in_which_nothing_happened(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", {}))
    page = text_of(site.page("/-/changes"))
    close(site)
    assert "No edit was found so far." in page
    assert "Nothing was found to be gone so far." in page


def test_markup_stays_text(tmp_path: Path) -> None:
    tables = changed_rows()
    for table in ("statements", "revisions", "fates", "event_statements", "sources"):
        for row in tables[table]:
            for column in {"title", "text", "speaker", "office", "evidence"} & set(row):
                row[column] = MARKUP if row[column] else row[column]
    change = {"part": MARKUP, "before": MARKUP, "after": f"{MARKUP}!"}
    tables["edits"][0]["changes"] = json.dumps([change])
    site = open_site(build(tmp_path / "archive.db", tables))
    page = site.page("/-/changes")
    close(site)
    assert "<del>&lt;script&gt;alert(1)" in page
    assert not re.search(r"<script>alert|<img|<svg", page)


def test_feeds_are_announced(site: Site) -> None:
    page = site.page("/-/changes")
    for name in ("edits", "gone"):
        assert re.search(
            rf'<link rel="alternate" type="application/atom\+xml"[^>]*/-/feeds/{name}.atom"', page
        )


def test_an_earlier_archive_is_brought_up_to_date(tmp_path: Path) -> None:
    db = Database(tmp_path / "archive.db")
    migrations.apply(db, stop_before="changes")
    known_then = set(db.table_names())
    for table, lines in rows().items():
        for line in lines if table in known_then else ():
            db.table(table).insert(line)
    migrations.apply(db)
    known = list(db.query("SELECT revision, seen_at, is_silent FROM edits ORDER BY revision"))
    assert known == [
        {"revision": 2, "seen_at": "2031-03-05T18:00:00Z", "is_silent": 1},
        {"revision": 3, "seen_at": "2031-03-06T12:00:00Z", "is_silent": 0},
    ]
    db.execute("UPDATE revisions SET first_captured_at = '2031-03-05T17:00:00Z' WHERE revision = 2")
    assert db.execute("SELECT min(seen_at) FROM edits").fetchone() == ("2031-03-05T17:00:00Z",)
    db.close()


def test_lists_are_read_in_their_order() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    for sql in (
        (
            "SELECT * FROM told_edits ORDER BY silent_first DESC, gravity, seen_at DESC, "
            "statement_id, revision LIMIT 9"
        ),
        "SELECT * FROM told_edits ORDER BY seen_at DESC, statement_id, revision LIMIT 9",
        "SELECT at FROM fates WHERE state <> 'suspect' ORDER BY at DESC LIMIT 9",
    ):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        assert not any("TEMP B-TREE" in each for each in plan), plan
    db.close()

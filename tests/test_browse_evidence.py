import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import HARBOUR, Site, build, close, open_site, rows
from sqlite_utils import Database

HTML = b"<html><script>alert(1)</script></html>"
RECORD = gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n" + HTML)
BEFORE, AFTER = b"before", b"after"
NAME = "records.warc.gz"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = build(tmp_path / "archive.db", rows())
    folder = tmp_path / "archive-warc"
    folder.mkdir()
    (folder / NAME).write_bytes(BEFORE + RECORD + AFTER)
    change(path, capture_of(path, HARBOUR))
    return path


def change(path: Path, capture: str, **told: Any) -> None:
    """Let a capture name the record."""
    known = {
        "warc_file": NAME,
        "warc_offset": len(BEFORE),
        "warc_length": len(RECORD),
        "warc_sha256": hashlib.sha256(RECORD).hexdigest(),
    }
    db = Database(path)
    db.table("captures").update(capture, {**known, **told})
    db.close()


def capture_of(path: Path, statement: str) -> str:
    db = Database(path)
    found = str(db.table("statements").get(statement)["capture_id"])
    db.close()
    return found


def take_down(path: Path, statement: str) -> None:
    db = Database(path)
    row = {"statement_id": statement, "at": "2031-03-09T10:00:00Z", "reason": "order 3/31"}
    db.table("takedowns").insert({**row, "warc_file": "decisions.warc.gz"})
    db.close()


@pytest.fixture
def site(archive: Path) -> Iterator[Site]:
    opened = open_site(archive)
    yield opened
    close(opened)


def address(path: Path, statement: str = HARBOUR) -> str:
    return f"/-/captures/{capture_of(path, statement)}.warc.gz"


def test_a_record_is_given_byte_for_byte_as_a_file_to_keep(archive: Path, site: Site) -> None:
    answer = site.get(address(archive))
    assert answer.status_code == 200
    assert answer.content == RECORD
    told = answer.headers
    assert told["content-type"] == "application/gzip"
    capture = capture_of(archive, HARBOUR)
    assert told["content-disposition"] == f'attachment; filename="{capture}.warc.gz"'
    assert told["content-length"] == str(len(RECORD))
    assert told.get_list("x-content-type-options") == ["nosniff"]
    assert "sandbox; default-src 'none'" in told.get_list("content-security-policy")


def test_a_record_that_is_not_packed_is_never_a_page_either(archive: Path, site: Site) -> None:
    (archive.parent / "archive-warc" / "plain.warc").write_bytes(HTML)
    told = {"warc_file": "plain.warc", "warc_offset": 0, "warc_length": len(HTML)}
    digest = hashlib.sha256(HTML).hexdigest()
    change(archive, capture_of(archive, HARBOUR), **told, warc_sha256=digest)
    answer = site.get(address(archive))
    assert answer.content == HTML
    assert answer.headers["content-type"] == "application/warc"
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_a_large_record_is_sent_whole(archive: Path, site: Site) -> None:
    large = os.urandom(3_000_000)
    (archive.parent / "archive-warc" / "large.warc").write_bytes(large)
    told = {"warc_file": "large.warc", "warc_offset": 0, "warc_length": len(large)}
    digest = hashlib.sha256(large).hexdigest()
    change(archive, capture_of(archive, HARBOUR), **told, warc_sha256=digest)
    assert site.get(address(archive)).content == large


def test_what_is_not_there_is_said(archive: Path, site: Site) -> None:
    unknown = site.get("/-/captures/nothing.warc.gz")
    assert (unknown.status_code, "no such capture" in unknown.text) == (404, True)
    (archive.parent / "archive-warc" / NAME).unlink()
    missing = site.get(address(archive))
    assert (missing.status_code, "not beside this copy" in missing.text) == (404, True)


def test_a_changed_record_is_said_and_not_given(archive: Path, site: Site) -> None:
    file = archive.parent / "archive-warc" / NAME
    kept = bytearray(file.read_bytes())
    kept[len(BEFORE) + 20] ^= 1
    file.write_bytes(kept)
    answer = site.get(address(archive))
    assert answer.status_code == 409
    assert "not what was written" in answer.text
    file.write_bytes((BEFORE + RECORD)[:-5])
    assert site.get(address(archive)).status_code == 409


@pytest.mark.parametrize(
    "name",
    [
        *("../secret", "../archive.db", "/etc/hosts", "a/../../archive.db", "..", ".", "", "a\0b"),
        *("link.warc.gz", "folder", "..\\secret", "pipe"),
    ],
)
def test_no_name_leads_out_of_the_folder(archive: Path, site: Site, name: str) -> None:
    (archive.parent / "secret").write_bytes(BEFORE + RECORD)
    folder = archive.parent / "archive-warc"
    (folder / "link.warc.gz").symlink_to(archive.parent / "secret")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    change(archive, capture_of(archive, HARBOUR), warc_file=name)
    answer = site.get(address(archive))
    assert answer.status_code == 404
    assert RECORD not in answer.content


@pytest.mark.parametrize(("offset", "length"), [(-1, 10), (0, -1), (10**12, 5), (0, 10**12)])
def test_no_place_of_a_record_breaks_the_page(
    archive: Path, site: Site, offset: int, length: int
) -> None:
    change(archive, capture_of(archive, HARBOUR), warc_offset=offset, warc_length=length)
    assert site.get(address(archive)).status_code in {404, 409}


def test_captures_of_withheld_words_are_not_given(archive: Path, site: Site) -> None:
    assert site.get(address(archive)).status_code == 200
    take_down(archive, HARBOUR)
    answer = site.get(address(archive))
    assert answer.status_code == 410
    assert "order 3/31" in answer.text


def test_nor_is_another_capture_of_the_same_address(archive: Path, site: Site) -> None:
    db = Database(archive)
    first = db.table("captures").get(capture_of(archive, HARBOUR))
    db.table("captures").insert({**first, "id": "again"})
    db.table("captures").insert({**first, "id": "apart", "url": "https://elsewhere.example/1"})
    (other,) = db.query("SELECT id FROM statements WHERE id != ? LIMIT 1", [HARBOUR])
    check = {"statement_id": other["id"], "capture_id": "apart", "checked_at": first["captured_at"]}
    db.table("checks").insert({**check, "outcome": "seen"})
    db.close()
    take_down(archive, HARBOUR)
    assert site.get("/-/captures/again.warc.gz").status_code == 410
    assert site.get("/-/captures/apart.warc.gz").status_code == 200


def test_nor_are_lists_of_the_same_source_which_may_hold_its_title(
    archive: Path, site: Site
) -> None:
    db = Database(archive)
    first = db.table("captures").get(capture_of(archive, HARBOUR))
    db.table("captures").insert({**first, "id": "list", "url": "https://elsewhere.example/list"})
    crawl = db.table("crawls").get(first["crawl_id"])
    (source,) = db.query("SELECT name FROM sources WHERE name != ? LIMIT 1", [crawl["source"]])
    db.table("crawls").insert({**crawl, "id": "of another", "source": source["name"]})
    of_another = {"id": "other", "crawl_id": "of another", "url": "https://other.example/list"}
    db.table("captures").insert({**first, **of_another})
    db.close()
    assert site.get("/-/captures/list.warc.gz").status_code == 200
    take_down(archive, HARBOUR)
    answer = site.get("/-/captures/list.warc.gz")
    assert answer.status_code == 410
    assert "such as a list or a feed" in answer.text
    assert site.get("/-/captures/other.warc.gz").status_code == 200


def test_nor_is_one_of_words_that_only_their_hash_is_kept_of(archive: Path, site: Site) -> None:
    db = Database(archive)
    db.execute("UPDATE revisions SET text = NULL WHERE statement_id = ?", [HARBOUR])
    db.conn.commit()
    db.close()
    assert site.get(address(archive)).status_code == 410


def test_who_may_not_see_captures_gets_none(archive: Path) -> None:
    site = open_site(archive, metadata={"databases": {"archive": {"allow": {"id": "root"}}}})
    answer = site.get(address(archive))
    assert answer.status_code in {403, 404}
    assert RECORD not in answer.content
    close(site)

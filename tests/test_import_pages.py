"""Imported pages: saved by a browser, or captured by other tools into WARC and WACZ files."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from imported import HOST, TakenIn, assert_sound, declare
from loopback import onrecord, release, rows
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.errors import ArchiveError

WORDS = "We thank the keepers of the lighthouse for their service."
LINKED = """\
  - channel: listing
    urls: [{url}/list]
    links: /news/\\d+
    page: {{title: h1, text: .words, speaker: .by}}
"""


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def page(words: str, head: str = "", before: str = "") -> str:
    return (
        f"{before}<html><head>{head}</head><body>{release(words, by='Ilse Marrant')}</body></html>"
    )


CANONICAL = f'<link rel="canonical" href="{HOST}/news/1">'
NOTED = "<!-- saved from url=(0029){} -->\n"


@pytest.mark.parametrize(
    ("head", "before", "url"),
    [
        (CANONICAL, "", "/news/1"),
        (f'<meta property="og:url" content="{HOST}/news/2">', "<!DOCTYPE html>\n", "/news/2"),
        ("", NOTED.format(f"{HOST}/news/3"), "/news/3"),
        ('<link rel="canonical" href="/news/4">', NOTED.format(f"{HOST}/x"), "/news/4"),
        (
            "",
            f"<!--\n Page saved with SingleFile \n url: {HOST}/news/5 \n saved date: today\n-->",
            "/news/5",
        ),
    ],
)
def test_a_saved_page_says_where_it_was(take_in: TakenIn, head: str, before: str, url: str) -> None:
    path = take_in.folder / "saved page.html"
    path.write_text(page(WORDS, head, before))
    assert take_in(path).new_statements == 1
    (row,) = take_in.rows("SELECT * FROM statements")
    assert (row["url"], row["text"], row["title"]) == (HOST + url, WORDS, "A title")
    assert (row["state"], row["speaker_id"]) == ("unchecked", "xa-ilse-marrant")
    assert row["route"].startswith("import html #")


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (page(WORDS), "does not say where it is from"),
        (page(WORDS, '<link rel="canonical" href="https://other.example/1">'), "on no host of"),
        (f"<html><head>{CANONICAL}</head><p>No words</p></html>", "is no statement"),
    ],
)
def test_a_page_that_cannot_be_placed_is_refused(take_in: TakenIn, html: str, said: str) -> None:
    path = take_in.folder / "page.html"
    path.write_text(html)
    with pytest.raises(ArchiveError, match=said):
        take_in(path)
    assert not take_in.archive.exists()


def test_a_folder_of_saved_pages_is_one_import(take_in: TakenIn) -> None:
    folder = take_in.folder / "pages"
    (folder / "1_files").mkdir(parents=True)
    (folder / "1_files" / "style.css").write_text("p {color: red}")
    for number in (1, 2):
        head = f'<link rel="canonical" href="{HOST}/news/{number}">'
        (folder / f"{number}.html").write_text(page(f"{WORDS} {number}", head))
    (folder / "lost.htm").write_text(page(WORDS))
    told = take_in(folder)
    assert (told.format, told.records, told.new_statements, told.quarantined) == ("html", 3, 2, 1)
    (row,) = take_in.rows("SELECT reason FROM quarantine")
    assert row["reason"].startswith("pages/lost.htm page: does not say where it is from")
    assert len(take_in.rows("SELECT DISTINCT capture_id FROM statements")) == 2


def test_a_page_read_as_a_crawl_reads_it_is_compared_with_what_the_crawl_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loopback import Site, crawl, listing, write_source

    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(WORDS))
        crawl(site, tmp_path)
        head = f'<link rel="canonical" href="{site.url}/pr/1">'
        (tmp_path / "page.html").write_text(page("We blame the keepers.", head))
        words = ["import", "page.html", "--source", "xa_light", "--sources", "sources"]
        finished = onrecord(*words, cwd=tmp_path)
    del monkeypatch
    assert finished.returncode == 0, finished.stderr
    found = rows(tmp_path / "archive.db", "SELECT text, witness FROM revisions ORDER BY revision")
    assert [tuple(row.values()) for row in found] == [
        (WORDS, None),
        ("We blame the keepers.", "import"),
    ]
    assert rows(tmp_path / "archive.db", "SELECT text, state FROM statements") == [
        {"text": WORDS, "state": "live"}
    ]


def write_warc(captures: list[tuple[str, str, str, int]], *, is_packed: bool = True) -> bytes:
    """Write captures as address, time, page, status."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=is_packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "another tool"}))
    for url, at, html, status in captures:
        headers = [("Content-Type", "text/html; charset=utf-8")]
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(html.encode()),
                length=len(html.encode()),
                http_headers=StatusAndHeaders(f"{status} OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": at},
            )
        )
    return out.getvalue()


CAPTURES = [
    (f"{HOST}/list", "2020-01-01T00:00:00Z", "<li><a href='/news/1'>One</a></li>", 200),
    (f"{HOST}/news/1", "2022-01-01T00:00:00Z", page(f"{WORDS} Then."), 200),
    (f"{HOST}/news/1", "2020-01-01T00:00:00Z", page(WORDS), 200),
    (f"{HOST}/news/1", "2021-01-01T00:00:00Z", page(WORDS), 200),
    (f"{HOST}/news/2", "2020-01-01T00:00:00Z", "<html>gone</html>", 404),
    (f"{HOST}/news/3", "2020-01-01T00:00:00Z", "<html><h1>No words</h1></html>", 200),
    ("https://other.example/news/1", "2020-01-01T00:00:00Z", page("Not ours."), 200),
]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc", "a.wacz"])
def test_captures_become_revisions_in_the_order_of_time(take_in: TakenIn, name: str) -> None:
    take_in.source = declare(take_in.folder, feeds=LINKED)
    path = take_in.folder / name
    if name.endswith("wacz"):
        with zipfile.ZipFile(path, "w") as zipped:
            zipped.writestr("archive/late.warc.gz", write_warc(CAPTURES[:2]))
            zipped.writestr("archive/early.warc.gz", write_warc(CAPTURES[2:]))
            zipped.writestr("pages/pages.jsonl", "{}")
            zipped.writestr("datapackage.json", "{}")
    else:
        path.write_bytes(write_warc(CAPTURES, is_packed=name.endswith("gz")))
    told = take_in(path)
    assert (told.format, told.records) == ("warc", 4)
    assert (told.new_statements, told.new_revisions, told.quarantined) == (1, 1, 1)
    found = take_in.rows("SELECT text, first_captured_at, witness FROM revisions ORDER BY revision")
    assert [tuple(row.values()) for row in found] == [
        (WORDS, "2020-01-01T00:00:00Z", "import"),
        (f"{WORDS} Then.", "2022-01-01T00:00:00Z", "import"),
    ]
    (row,) = take_in.rows("SELECT text, state, last_seen_at FROM statements")
    assert tuple(row.values()) == (f"{WORDS} Then.", "unchecked", "2022-01-01T00:00:00Z")
    (aside,) = take_in.rows("SELECT reason FROM quarantine")
    assert "page.text '.words' matched nothing" in aside["reason"]
    assert aside["reason"].startswith(f"{HOST}/news/3 of 2020-01-01T00:00:00Z: ")
    assert_sound(take_in.archive)


def test_selectors_alone_tell_the_pages_that_are_statements(take_in: TakenIn) -> None:
    path = take_in.folder / "a.warc.gz"
    path.write_bytes(write_warc(CAPTURES))
    told = take_in(path)
    assert (told.new_statements, told.new_revisions, told.quarantined) == (1, 1, 0)


def test_a_source_that_cannot_tell_is_asked_for_more(take_in: TakenIn) -> None:
    feeds = "  - {{channel: feed, urls: [{url}/rss]}}\n"
    take_in.source = declare(take_in.folder, feeds=feeds)
    path = take_in.folder / "a.warc.gz"
    path.write_bytes(write_warc(CAPTURES))
    told = take_in(path)
    assert (told.outcome, told.new_statements) == ("faulty", 0)
    (issue,) = take_in.rows("SELECT message FROM issues")
    assert "needs 'id:', or a feed with 'links:'" in issue["message"]


def test_a_warc_file_that_is_cut_gives_what_comes_before(take_in: TakenIn) -> None:
    body = write_warc(CAPTURES)
    path = take_in.folder / "a.warc.gz"
    path.write_bytes(body[: len(body) * 2 // 3])
    told = take_in(path)
    assert (told.outcome, told.new_statements) == ("faulty", 1)
    (issue,) = take_in.rows("SELECT level, message FROM issues")
    assert issue["level"] == "error"
    assert "cannot be read on after byte" in issue["message"]


def test_a_zip_bomb_is_refused(take_in: TakenIn) -> None:
    path = take_in.folder / "bomb.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("archive/a.warc", b"WARC/1.0\r\n" + b"\0" * 60_000_000)
    told = take_in(path)
    assert (told.outcome, told.records) == ("faulty", 0)
    (issue,) = take_in.rows("SELECT message FROM issues")
    assert "zip bomb" in issue["message"]


def test_a_bomb_inside_a_capture_is_set_aside(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spiders.formats.warc.LARGEST", 1000)
    long: list[Any] = [(f"{HOST}/news/9", "2020-01-01T00:00:00Z", page(WORDS * 99), 200)]
    path = take_in.folder / "a.warc.gz"
    path.write_bytes(write_warc([*CAPTURES, *long]))
    told = take_in(path)
    assert (told.new_statements, told.quarantined) == (1, 1)


def test_pages_from_files_are_rebuilt(take_in: TakenIn) -> None:
    (take_in.folder / "a.warc.gz").write_bytes(write_warc(CAPTURES))
    take_in(take_in.folder / "a.warc.gz")
    (take_in.folder / "page.html").write_text(page("Other words.", CANONICAL))
    take_in(take_in.folder / "page.html")
    words = ["rebuild", "--to", "again.db", "--sources", "sources"]
    finished = onrecord(*words, cwd=take_in.folder)
    assert finished.returncode == 0, finished.stderr
    for sql in ("SELECT * FROM statements", "SELECT * FROM revisions ORDER BY revision"):
        assert rows(take_in.folder / "again.db", sql) == take_in.rows(sql)

"""PDF statements: their words page by page, and hostile files that harm nobody."""

import json
import random
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from loopback import Answer, Site, crawl, listing, release, rows, write_source
from pdf_writer import drawn, pdf, stream, written
from pypdf import PdfReader, PdfWriter
from rebuilt import assert_rebuilds_the_same

from archive.records import Capture
from spiders import pdf as reading
from spiders.items import StatementItem
from spiders.pdf import Pdf, UnreadablePdfError, is_pdf, read_pdf
from spiders.pipelines.validate import validate
from spiders.sourcefiles import read_source

FIRST = "Statement of the Ministry of Lighthouses\n\nWe thank (all) the keepers \u2014 today."
SECOND = "On the second page stand words as well."


def encrypted(body: bytes, user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(body)))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def looped_tree() -> bytes:
    pages = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"]
    return written(pages, b"/Root 1 0 R")


def bomb() -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    content = stream(b" " * 200_000_000)
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, content], b"/Root 1 0 R")


def drawing_itself() -> bytes:
    form = b"<< /XObject << /X 5 0 R >> >>"
    head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s " % form
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources %s /Contents 4 0 R >>" % form,
        stream(b"/X Do /X Do"),
        stream(b"/X Do /X Do").replace(b"<< ", head, 1),
    ]
    return written(objects, b"/Root 1 0 R")


def test_the_words_of_each_page_are_read_as_paragraphs() -> None:
    body = pdf(FIRST, "", SECOND, title="A lamp's title")
    assert read_pdf(body) == Pdf((FIRST, "", SECOND), "A lamp's title")


def test_a_file_that_is_only_locked_against_editing_is_read() -> None:
    assert read_pdf(encrypted(pdf(FIRST), "")).pages == (FIRST,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (encrypted(pdf(FIRST), "secret"), "is an encrypted PDF"),
        (pdf("", ""), "its pages are pictures, such as scans"),
        (pdf("\x02\x03\x04 \x05\x06\x07"), "do not say which letters they draw"),
        (pdf(*["a"] * 1001), "is a PDF of 1001 pages"),
        (pdf(FIRST)[:300], "cannot be read"),
        (b"%PDF-1.7\n" + b"\0" * 5000, "cannot be read"),
        (looped_tree(), "is a PDF"),
        (bomb(), "is a PDF"),
        (drawing_itself(), "is a PDF"),
    ],
    ids=["locked", "scan", "fonts", "long", "cut", "empty", "loop", "bomb", "self"],
)
def test_a_file_that_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePdfError, match=reason):
        read_pdf(body)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("[None for _ in iter(int, 1)]", "takes too long to read, or too much memory"),
        ("bytearray(4 << 30)", "MemoryError"),
        ("os.kill(os.getpid(), 9)", "takes too long to read, or too much memory"),
    ],
)
def test_time_and_memory_are_bounded(
    harm: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmful = f"import os, spiders.pdf as p; p._SECONDS = 1; p.extract = lambda _: {harm}; p.main()"
    monkeypatch.setattr(reading, "_PROGRAM", harmful)
    with pytest.raises(UnreadablePdfError, match=reason):
        read_pdf(pdf(FIRST))


def test_damage_anywhere_is_an_answer_and_no_accident() -> None:
    whole, chance = bytearray(pdf(FIRST, SECOND)), random.Random(3)
    for _ in range(12):
        damaged = whole.copy()
        for _ in range(40):
            damaged[chance.randrange(9, len(damaged))] = chance.randrange(256)
        with suppress(UnreadablePdfError):
            assert read_pdf(bytes(damaged)).pages


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b"%PDF-1.4", True),
        (b"\r\n %PDF-1.4", True),
        (b"<p>%PDF-1.4</p>", False),
        (b"", False),
    ],
)
def test_a_pdf_is_known_by_its_first_bytes(body: bytes, verdict: bool) -> None:
    assert is_pdf(body) is verdict


def test_a_page_begins_where_it_is_said_to_begin(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path, site)
    source = read_source(tmp_path / "xa" / "xa_light.yml")
    pages = (" \u200bOne  page\r\n\r\n\r\nof it ", "", "\u00a0", "Cafe\u0301", "\u0301The last")
    capture = Capture(
        id="1",
        url="",
        captured_at="2025-09-02T08:40:00Z",
        status=200,
        content_type=None,
        bytes=0,
        sha256="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        warc_sha256="",
    )
    item = StatementItem(
        native_id="1", url="", kind="speech", text="", pages=pages, route="#", capture=capture
    )
    statement = validate(item, source)
    starts = json.loads(statement.pages or "")
    assert statement.text == "One page\n\nof it\n\nCaf\u00e9\n\n\u0301The last"
    assert starts == sorted(starts)
    assert [statement.text[start : start + 3] for start in starts] == [
        "One",
        "\n\nC",
        "\n\nC",
        "Caf",
        "\u0301Th",
    ]


def test_a_list_may_link_to_pdf_files(tmp_path: Path) -> None:
    kinds = {"/a.pdf": "application/pdf", "/b": "application/octet-stream", "/c": "text/html"}
    with Site() as site:
        write_source(tmp_path / "sources", site)
        paths = dict.fromkeys([*kinds, "/scan.pdf", "/page"], "02/09/2025")
        site.html("/list", listing(paths))
        for path, kind in kinds.items():
            body = pdf(FIRST, f"{SECOND}\nAt {path}", title="Microsoft Word - lamp.doc")
            site.answers[path] = Answer(body, content_type=kind)
        site.answers["/scan.pdf"] = Answer(pdf("", title="x"), content_type="application/pdf")
        site.html("/page", release("A page among the files."))
        summary = crawl(site, tmp_path)
        assert (summary["new_statements"], summary["quarantined"], summary["exit"]) == (4, 1, 1)
        site.answers["/a.pdf"] = Answer(pdf(FIRST.replace("thank", "blame"), SECOND))
        assert crawl(site, tmp_path)["new_revisions"] == 1
    row = rows(tmp_path / "archive.db", "SELECT * FROM statements WHERE url LIKE '%/b'")[0]
    assert row["title"] == "Title of /b"
    assert (row["published_at"], row["published_precision"]) == ("2025-09-02", "date")
    assert row["text"] == f"{FIRST}\n\n{SECOND}\n\nAt /b"
    found = rows(
        tmp_path / "archive.db", "SELECT pages, text FROM revisions ORDER BY pages IS NULL"
    )
    for revision in found[:4]:
        starts = json.loads(revision["pages"])
        assert [revision["text"][start:].split("\n")[0] for start in starts] == [
            "Statement of the Ministry of Lighthouses",
            "On the second page stand words as well.",
        ]
    assert found[4]["pages"] is None
    (aside,) = rows(tmp_path / "archive.db", "SELECT DISTINCT reason FROM quarantine")
    assert "/scan.pdf is a PDF without words" in aside["reason"]
    assert_rebuilds_the_same(tmp_path)


def test_a_pdf_that_cannot_be_told_to_be_of_this_office_is_set_aside(tmp_path: Path) -> None:
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
        path = folder / "xa" / "xa_light.yml"
        only = "page: {only: {css: .office, matches: Lighthouses}, text: .words}"
        declared = path.read_text()
        path.write_text(
            declared[: declared.index("page: {")]
            + only
            + "\nprovenance: {from: a test, verified: never}\ncrawl: {delay: 0}\n"
        )
        site.html("/list", listing({"/a.pdf": ""}))
        site.answers["/a.pdf"] = Answer(pdf(FIRST))
        crawl(site, tmp_path)
    (aside,) = rows(tmp_path / "archive.db", "SELECT reason FROM quarantine")
    assert "'.office' cannot tell whose it is" in aside["reason"]


def test_the_writer_draws_what_it_is_told() -> None:
    assert drawn("a(b)\nc") == b"BT /F1 12 Tf 14 TL 72 770 Td (a\\(b\\)) Tj T* (c) Tj ET"

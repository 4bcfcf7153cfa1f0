"""The jsonlist channel: lists in JSON, from ten items to a catalogue of everything."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

from spiders.channels.jsonlist import JsonFields, values_at
from spiders.items import FaultItem
from spiders.offline import kept_response, open_channel, read_listing
from spiders.sourcefiles import read_source

PAGED = """\
  - channel: jsonlist
    kind: press_release
    urls: ["{url}/list?limit=2&offset=0"]
    items: items
    fields: {{link: link, title: headline, published: date}}
    total: itemsTotal
    next_url: "{url}/list?limit=2&offset={{offset}}"
    page_size: 2
    page: {{text: .words}}
"""
CATALOGUE = """\
  - channel: jsonlist
    kind: speech
    urls: ["{url}/speeches.json"]
    text: none
    fields:
      {{id: id, link: url, title: titre, published: en_ligne, delivered: dit, speaker: qui.nom}}
"""
HELD = """\
  - channel: jsonlist
    kind: statement
    urls: ["{url}/news.json"]
    items: feed.entry
    text: entry
    fields: {{link: link, title: title.rendered, text: body, language: lang, speaker: by}}
"""
SPEECH = {
    "id": "41",
    "titre": "Discours sur les phares",
    "url": "/discours/41",
    "en_ligne": "2025-09-03",
    "dit": "2025-09-02",
    "qui": [{"nom": "Ilse Marrant"}, {"nom": "Teun Arkady"}],
}


def as_json(body: object) -> Answer:
    return Answer(json.dumps(body).encode(), content_type="application/json")


def answers(site: Site, count: int) -> None:
    """Publish a list in pages of two, newest first, with a page for each item."""
    numbers = range(count, 0, -1)
    items = [
        {"headline": f"Lamp {n} &amp; oil", "link": f"/pr/{n}", "date": f"0{n}.09.2025"}
        for n in numbers
    ]
    for offset in range(0, count + 1, 2):
        page = {"itemsTotal": count, "items": items[offset : offset + 2]}
        site.answers[f"/list?limit=2&offset={offset}"] = as_json(page)
    for n in numbers:
        site.html(f"/pr/{n}", release(f"The lamp of harbour {n} is lit again."))


def read(tmp_path: Path, feeds: str, body: bytes) -> list[Any]:
    with Site() as site:
        write_source(tmp_path, site, feeds=feeds)
    channel = open_channel(read_source(tmp_path / "xa" / "xa_light.yml"))
    url = next(iter(channel.first_urls()))
    return read_listing(channel, kept_response(url, body, {}, datetime(2025, 9, 4, tzinfo=UTC)))


def test_a_list_is_paged_to_its_total_and_later_only_to_what_is_settled(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=PAGED)
        answers(site, 5)
        summary = crawl(site, tmp_path)
        assert (summary["exit"], summary["listed"], summary["new_statements"]) == (0, 5, 5)
        assert "/list?limit=2&offset=6" not in site.asked
        site.asked.clear()
        answers(site, 6)
        assert crawl(site, tmp_path)["new_statements"] == 1
        assert [path for path in site.asked if path.startswith("/list")] == [
            "/list?limit=2&offset=0",
            "/list?limit=2&offset=2",
        ]
    assert_rebuilds_the_same(tmp_path)
    first = rows(tmp_path / "archive.db", "SELECT * FROM statements WHERE url LIKE '%/pr/1'")[0]
    assert (first["title"], first["published_at"]) == ("Lamp 1 & oil", "2025-09-01")
    assert first["text"] == "The lamp of harbour 1 is lit again."


def test_a_catalogue_tells_who_spoke_where_and_repeats_itself_for_nothing(tmp_path: Path) -> None:
    nobody = SPEECH | {"id": "42", "titre": "Communiqué", "qui": [{"nom": None}]}
    many = [SPEECH | {"id": str(n), "titre": f"Discours {n}"} for n in range(100, 160)]
    with Site() as site:
        site.has_etags = True
        write_source(tmp_path / "sources", site, feeds=CATALOGUE)
        site.answers["/speeches.json"] = as_json([SPEECH, nobody, *many])
        summary = crawl(site, tmp_path)
        assert (summary["exit"], summary["new_statements"]) == (0, 62)
        assert crawl(site, tmp_path)["seen"] == 0  # the very same file
        changed = SPEECH | {"titre": "Discours sur les ports"}
        site.answers["/speeches.json"] = as_json([changed, nobody, *many, SPEECH | {"id": "43"}])
        summary = crawl(site, tmp_path)
        assert (summary["listed"], summary["seen"], summary["exit"]) == (63, 2, 0)
        assert (summary["new_statements"], summary["new_revisions"]) == (1, 1)
    statement = rows(tmp_path / "archive.db", "SELECT * FROM statements WHERE native_id = '41'")[0]
    assert statement["title"] == "Discours sur les ports"
    assert statement["text"] == ""
    assert statement["speaker"] == "Ilse Marrant, Teun Arkady"
    assert (statement["delivered_on"], statement["published_at"]) == ("2025-09-02", "2025-09-03")
    assert statement["kind"] == "speech"
    assert set(site.asked) == {"/robots.txt", "/speeches.json"}
    assert_rebuilds_the_same(tmp_path)


@pytest.mark.parametrize("bound", ["", "    max_megabytes: 40\n"])
def test_a_list_may_be_larger_than_a_page_where_its_source_says_so(
    bound: str, tmp_path: Path
) -> None:
    body = json.dumps([SPEECH]).encode().replace(b"{", b" " * (33 * 1024 * 1024) + b"{", 1)
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=CATALOGUE + bound)
        packed = {"Content-Encoding": "gzip"}
        site.answers["/speeches.json"] = Answer(gzip.compress(body, 1), headers=packed)
        assert crawl(site, tmp_path)["new_statements"] == (1 if bound else 0)


def test_an_item_may_hold_its_text(tmp_path: Path) -> None:
    entry = {"link": "https://a.example/1", "title": {"rendered": "A <b>title</b>"}, "by": "Ilse"}
    html = entry | {"body": "<p>One &amp; two.</p><p>Three.</p>", "lang": "fr-CA"}
    plain = entry | {"body": "One & two.\n\nThree < four.", "link": "/2"}
    found = read(tmp_path, HELD, json.dumps({"feed": {"entry": [html, plain]}}).encode())
    items = [entry.item for entry in found]
    assert [item.text for item in items] == ["One & two.\n\nThree.", "One & two.\n\nThree < four."]
    assert [item.title for item in items] == ["A title"] * 2
    assert [item.language for item in items] == ["fr", None]
    assert items[0].speaker == "Ilse"
    assert items[0].native_id == "a.example/1"
    assert items[1].url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sign in</body></html>", b'{"items": [', b"{'items': []}"]
)
def test_what_is_no_json_is_not_read_as_an_empty_list(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no list in JSON"):
        read(tmp_path, PAGED, body)


def test_one_bad_item_loses_no_other(tmp_path: Path) -> None:
    good = {"headline": "A", "link": "/pr/1"}
    bad = ["text", {"headline": "no link"}, {"link": "mailto:x@a.example"}, None, 7]
    found = read(tmp_path, PAGED, json.dumps({"items": [*bad, good]}).encode())
    faults = [each for each in found if isinstance(each, FaultItem)]
    assert len(found) - len(faults) == 1
    assert [fault.message.split(" of ")[0] for fault in faults] == [
        f"xa_light: item {n}" for n in range(1, 6)
    ]
    assert "has no link ('link')" in faults[1].message


def test_of_a_list_that_was_cut_the_items_before_the_cut_are_read(tmp_path: Path) -> None:
    items = [{"headline": f"Lamp {n}" * 2000, "link": f"/pr/{n}"} for n in range(20)]
    body = json.dumps({"items": items}).encode()
    found = read(tmp_path, PAGED, body[: -len(body) // 4])
    assert isinstance(found[-1], FaultItem)
    assert found[-1].level == "error"
    assert "is cut short or broken" in found[-1].message
    assert 5 < len(found) < 20


def test_a_byte_order_mark_is_no_part_of_the_list(tmp_path: Path) -> None:
    body = json.dumps({"items": [{"headline": "A", "link": "/pr/1"}]}).encode("utf-8-sig")
    assert len(read(tmp_path, PAGED, body)) == 1


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("a.b", [1]),
        ("a.c", []),
        ("x", []),
        ("list.name", ["p", "q"]),
        ("list", [{"name": "p"}, {"name": "q"}, {"other": 1}]),
        ("empty", []),
        ("null", []),
        ("a.b.c", []),
    ],
)
def test_a_dotted_path_leads_into_objects_and_through_lists(path: str, values: list[Any]) -> None:
    node = {
        "a": {"b": 1},
        "list": [{"name": "p"}, {"name": "q"}, {"other": 1}],
        "empty": [],
        "null": None,
    }
    assert values_at(node, path) == values


def test_every_field_is_documented() -> None:
    from test_sources import CHANNELS, documented

    assert documented("`fields`", CHANNELS) == set(JsonFields.model_fields)


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\ud83d\\ud83d", "\\ude00\\ud83d"])
def test_half_a_surrogate_pair_costs_its_item_and_no_other(tmp_path: Path, half: str) -> None:
    entry = '{"link": "/%d", "title": {"rendered": "Lamp %s"}, "body": "The lamp is lit at dusk."}'
    titles = [half, *["\\ud83d\\ude00"] * 4]
    whole = ", ".join(entry % each for each in enumerate(titles))
    body = ('{"feed": {"entry": [' + whole + "]}}").encode()
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=HELD)
        site.answers["/news.json"] = Answer(body, content_type="application/json")
        summary = crawl(site, tmp_path)
    assert (summary["new_statements"], summary["quarantined"], summary["faults"]) == (4, 1, 0)
    kept = rows(tmp_path / "archive.db", "SELECT DISTINCT title FROM statements")
    assert kept == [{"title": "Lamp 😀"}]

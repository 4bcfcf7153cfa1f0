"""The feed channel: whatever a feed is like, its entries are kept or told of."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree
from scrapy import Request

from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.items import FaultItem, StatementItem
from spiders.offline import kept_response, open_channel, read_listing
from spiders.sourcefiles import read_source

CASES = sorted((Path(__file__).parent / "feeds").glob("*.yml"))
URL = "https://tides.example/feeds/news.xml"
AT = datetime(2026, 11, 1, tzinfo=UTC)
SOURCE = """\
office: Ministry of Tides
country: xa
publisher: Government of Arvenna
url: https://tides.example/
language: en
timezone: Europe/Vienna
feeds:
  - {{channel: feed, urls: ["{url}"], text: {text}}}
provenance: {{from: the ministry's own list of feeds, verified: never}}
"""


def open_feed(tmp_path: Path, text: str) -> Channel:
    path = tmp_path / "xa" / "xa_tides.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SOURCE.format(url=URL, text=text), encoding="utf-8")
    return open_channel(read_source(path))


@pytest.fixture
def pages(tmp_path: Path) -> Channel:
    return open_feed(tmp_path, "page")


@pytest.fixture
def texts(tmp_path: Path) -> Channel:
    return open_feed(tmp_path, "entry")


def read(
    channel: Channel, body: bytes, content_type: str = "application/rss+xml"
) -> tuple[list[Entry], list[FaultItem]]:
    response = kept_response(URL, body, {"Content-Type": content_type}, AT)
    found = read_listing(channel, response)
    entries = [each for each in found if isinstance(each, Entry)]
    faults = [each for each in found if isinstance(each, FaultItem)]
    assert len(entries) + len(faults) == len(found)
    return entries, faults


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.stem))
def test_a_feed_gives_its_entries_and_tells_of_the_rest(case: Path, tmp_path: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load(case.read_text(encoding="utf-8"))
    channel = open_feed(tmp_path, expected["text"])
    entries, faults = read(channel, case.with_suffix(".xml").read_bytes())
    assert len(entries) == len(expected["entries"])
    for entry, fields in zip(entries, expected["entries"], strict=True):
        assert {name: getattr(entry, name) for name in fields} == fields
    assert len(faults) == len(expected["faults"])
    for fault, words in zip(faults, expected["faults"], strict=True):
        assert words in fault.message
        assert fault.message.startswith("xa_tides: ")
        assert (fault.url, fault.level) == (URL, "warning")


# Two hundred feeds of the edge.


def in_the_xml(body: bytes) -> int:
    """Count the entries another way: by the names of the elements, wherever they stand."""
    root = etree.fromstring(body)
    return sum(
        isinstance(each.tag, str) and etree.QName(each).localname.lower() in {"item", "entry"}
        for each in root.iter()
    )


def edge_feeds(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "api" / "feeds").glob("*.xml"))


@pytest.mark.parametrize("text", ["page", "entry"])
def test_200_edge_cases_lose_no_entry_in_silence(
    text: str, tmp_path: Path, shared_data: Path
) -> None:
    channel = open_feed(tmp_path, text)
    paths = edge_feeds(shared_data)
    assert len(paths) == 200
    lost = {}
    for path in paths:
        body = path.read_bytes()
        entries, faults = read(channel, body, "application/xml")
        without_address = [each for each in faults if ": it has no link" in each.message]
        assert without_address == faults, path.name
        if len(entries) + len(without_address) != in_the_xml(body):
            lost[path.name] = (len(entries), len(without_address))
    assert lost == {}


def test_200_edge_cases_keep_every_entry_that_has_an_address(
    tmp_path: Path, shared_data: Path
) -> None:
    """Nothing but a missing address may cost an entry: with one, all of them are kept."""
    channel = open_feed(tmp_path, "entry")
    kept = 0
    for path in edge_feeds(shared_data):
        body = re.sub(
            rb"(<(?:item|entry)\b[^>]*>)(?!.*<(?:id|guid)\b)",
            rb"\1<guid isPermaLink='false'>tide-1</guid>",
            path.read_bytes(),
            flags=re.DOTALL,
        )
        entries, faults = read(channel, body, "application/xml")
        assert (len(entries), faults) == (in_the_xml(body), []), path.name
        kept += len(entries)
    assert kept > 100


def test_raw_strings_of_the_edge_cases_are_as_published(pages: Channel, shared_data: Path) -> None:
    for path in edge_feeds(shared_data):
        body = path.read_bytes()
        for entry in read(pages, body, "application/xml")[0]:
            assert entry.url.startswith(("http://", "https://"))
            assert entry.published_raw is None or entry.published_raw.encode() in body


# A feed cut anywhere.

COUNT = 12
WHOLE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Tides</title>'
    + "".join(
        f"<item><title>Tide {at} &amp; wave</title><link>https://tides.example/{at}</link>"
        f"<pubDate>Tue, 02 Sep 2025 10:{at:02}:00 +0200</pubDate>"
        f"<description><![CDATA[<p>The tide of day {at} — high.</p>]]></description></item>\n"
        for at in range(COUNT)
    )
    + "</channel></rss>\n"
).encode()


@pytest.mark.parametrize("cut", range(300, len(WHOLE) - 40, 97))
def test_a_cut_feed_keeps_the_whole_entries_before_the_cut(cut: int, texts: Channel) -> None:
    body = WHOLE[:cut]
    entries, (fault,) = read(texts, body)
    assert len(entries) == body.count(b"</item>")
    for at, entry in enumerate(entries):
        assert entry.url == f"https://tides.example/{at}"
        assert (entry.title, entry.text) == (f"Tide {at} & wave", f"The tide of day {at} — high.")
        assert entry.published_raw == f"Tue, 02 Sep 2025 10:{at:02}:00 +0200"
    assert fault.level == "error"
    assert "it was cut short" in fault.message
    assert f"{len(entries)} entries before the cut were read" in fault.message


def test_the_whole_feed_is_read_without_a_word(texts: Channel) -> None:
    entries, faults = read(texts, WHOLE)
    assert (len(entries), faults) == (COUNT, [])


# What is no feed.


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html><title>News</title><body><p>Hi<br></body></html>", "an HTML page"),
        (b"<html><body><p>Just a moment</p></body></html>", "an HTML page"),
        (b'{"entries": []}', "JSON"),
        (b"  \n", "empty"),
        (b"Too many requests", "something else"),
        (b'<?xml version="1.0"?><urlset><url><loc>/1</loc></url></urlset>', "something else"),
    ],
    ids=["html", "xhtml", "json", "empty", "text", "sitemap"],
)
def test_what_is_no_feed_is_an_error_that_says_what_it_is(
    body: bytes, kind: str, pages: Channel
) -> None:
    response = kept_response(URL, body, {"Content-Type": "text/html"}, AT)
    (fault,) = pages.parse_listing(response, 1)
    assert isinstance(fault, FaultItem)
    assert fault.level == "error"
    assert fault.message == f"xa_tides: {URL} is no RSS, Atom or RDF feed, but {kind}"


def test_a_feed_cut_before_its_first_entry_ends_is_an_error(pages: Channel) -> None:
    response = kept_response(URL, WHOLE[:150], {"Content-Type": "text/xml"}, AT)
    (fault,) = pages.parse_listing(response, 1)
    assert isinstance(fault, FaultItem)
    assert fault.level == "error"
    assert f"{URL} is not a readable feed" in fault.message


def test_an_empty_feed_is_no_quiet_day(pages: Channel) -> None:
    body = b'<rss version="2.0"><channel><title>Tides</title></channel></rss>'
    (fault,) = pages.parse_listing(kept_response(URL, body, {}, AT), 1)
    assert isinstance(fault, FaultItem)
    assert "lists nothing. Has it changed?" in fault.message


# Encodings.

RUSSIAN = "Заявление министра приливов: новый паром через пролив, портовые пошлины"


def titled(title: str, declared: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item>'
        f"<title>{title}</title><link>/1</link></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("title", "declared", "encoding", "content_type"),
    [
        ("Déclaration", "utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("Déclaration", "iso-8859-1", "utf-8", "application/xml"),
        ("Déclaration", "iso-8859-1", "latin-1", "text/xml"),
        ("Déclaration", "utf-8", "utf-8-sig", "text/xml"),
        ("Déclaration", "utf-16", "utf-16", "application/xml"),
        ("हिन्दी", "utf-8", "utf-8", "text/html; charset=us-ascii"),
        (RUSSIAN, "utf-8", "cp1251", "text/xml; charset=utf-8"),
        (RUSSIAN, "windows-1251", "cp1251", "text/xml"),
    ],
)
def test_a_wrong_label_does_not_change_the_words(
    title: str, declared: str, encoding: str, content_type: str, pages: Channel
) -> None:
    entries, faults = read(pages, titled(title, declared).encode(encoding), content_type)
    assert ([entry.title for entry in entries], faults) == ([title], [])


@pytest.mark.parametrize("damage", [b"\x00", b"\xff\xfe", "\ufffd".encode()])
def test_damage_costs_only_the_entry_that_has_it(damage: bytes, texts: Channel) -> None:
    body = WHOLE.replace(b"day 3", b"day " + damage)
    entries, faults = read(texts, body)
    assert len(entries) == COUNT - 1
    assert "https://tides.example/3" not in {entry.url for entry in entries}
    assert any(
        "the entry 'Tide 3 & wave'" in fault.message and "damaged" in fault.message
        for fault in faults
    )


def test_a_damaged_title_is_left_to_the_page(pages: Channel) -> None:
    entries, _ = read(pages, WHOLE.replace(b"Tide 3", b"Tide \xff"))
    assert len(entries) == COUNT
    assert (entries[3].url, entries[3].title) == ("https://tides.example/3", None)


# From an entry to a statement.


def test_an_entry_is_followed_to_its_page(pages: Channel) -> None:
    response = kept_response(URL, WHOLE, {}, AT)
    found = list(pages.parse_listing(response, 1))
    assert all(isinstance(each, Request) for each in found)
    assert len(found) == COUNT


def test_an_entry_that_holds_the_text_is_a_statement(texts: Channel) -> None:
    response = kept_response(URL, WHOLE, {}, AT)
    first, *others = texts.parse_listing(response, 1)
    assert len(others) == COUNT - 1
    assert isinstance(first, StatementItem)
    assert (first.native_id, first.url) == ("tides.example/0", "https://tides.example/0")
    assert (first.title, first.text) == ("Tide 0 & wave", "The tide of day 0 — high.")
    assert first.published_raw == "Tue, 02 Sep 2025 10:00:00 +0200"

"""`onrecord sources try` on pages of every shape: what the file that it drafts reads."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_congress import AT, mark
from trial import try_pages

from analysis.dates import read_date
from onrecord.trying.address import Tried
from onrecord.trying.drafting import load
from spiders.offline import kept_response, open_channel

HERE = Path(__file__).parent
CONGRESS = sorted(path.parent for path in (HERE / "congress").glob("*/expected.json"))
CAPTURES = sorted(path.parent for path in (HERE / "captures").glob("*/*/request.json"))
FLOORS = {"lists": 13, "dates": 13, "captured lists": 0.9, "captured pages": 0.9}
"""Of how many of the 13 real lists every entry is found, and every date right; and the shares of
the frozen captures that a draft reads as the source's own file does."""


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def entries_of(tried: Tried, url: str, kind: str, body: bytes) -> list[Any]:
    """Read the list once more, by what the drafted file says."""
    channel = open_channel(load(tried.name, tried.source))
    return list(channel.read_entries(kept_response(url, body, {"Content-Type": kind}, AT)))


def try_congress(folder: Path, shared_data: Path) -> tuple[bool, bool]:
    """Tell whether the draft for one captured list finds each release, and dates it right."""
    expected = read_json(folder / "expected.json")
    capture = expected["capture"]
    kind = "application/rss+xml" if capture.endswith(".xml") else "text/html"
    body = (shared_data / "sites" / "us_congress" / capture).read_bytes()
    tried = try_pages({expected["url"]: (kind, body)}, expected["url"])
    source = load(tried.name, tried.source)
    found = entries_of(tried, expected["url"], kind, body)
    releases = expected["releases"]
    listed = [(each.url, mark(each.title)) for each in found]
    dates = [
        read_date(
            each.published_raw or "",
            timezone=source.timezone,
            order=source.date_order,
            languages=(source.language,),
            now=AT,
        )
        for each in found
    ]
    is_listed = listed == [(each["url"], each["title_sha256"]) for each in releases]
    printed = [each["published_at"] for each in releases]
    return is_listed, [date.at if date else None for date in dates] == printed


def test_real_lists_are_read_as_a_person_would_read_them(shared_data: Path) -> None:
    results = {folder.name: try_congress(folder, shared_data) for folder in CONGRESS}
    lists = [name for name, (is_listed, _) in results.items() if is_listed]
    dates = [name for name, (_, is_dated) in results.items() if is_dated]
    assert len(results) == 13
    assert len(lists) >= FLOORS["lists"], f"not whole: {results.keys() - {*lists}}"
    assert len(dates) >= FLOORS["dates"], f"not dated right: {results.keys() - {*dates}}"


PAGES = {
    "de_at_gov/auswaertiges-amt.de-Italien.html": ("auswaertiges-amt.de", "2021-11-04", True),
    "de_at_gov/bundeskanzleramt.gv.at-bundesminsterin.html": (
        *("bundeskanzleramt.gv.at", "2022-02-01"),
        True,
    ),
    "de_at_gov/bundespraesident.de.20030331.html": ("bundespraesident.de", "2003-03-31", True),
    "de_at_gov/bundesrat.de-erinnerungen.html": ("bundesrat.de", "2022-01-27", False),
    "other_gov/jis.gov.jm-investment.html": ("jis.gov.jm", "2022-04-26", True),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_real_page_of_one_text_is_read(shared_data: Path, name: str) -> None:
    host, day, has_title = PAGES[name]
    body = (shared_data / "sites" / name).read_bytes()
    tried = try_pages({f"https://{host}/a/b": ("text/html", body)}, f"https://{host}/a/b")
    source = load(tried.name, tried.source)
    reading = tried.reading
    assert tried.kind == "page"
    assert (len(reading.text) > 2500, bool(reading.title)) == (True, has_title)
    assert source.country == host.rpartition(".")[2]
    published = read_date(
        reading.published_raw or "",
        timezone=source.timezone,
        order=source.date_order,
        languages=(source.language,),
    )
    assert published
    assert published.at[:10] == day


def try_capture(case: Path) -> tuple[Tried, dict[str, Any], list[Any]]:
    request = read_json(case / "request.json")
    page = (request["content_type"], (case / "body").read_bytes())
    tried = try_pages({request["url"]: page}, request["url"])
    return tried, request, read_json(case / "expected.json")


def web_cases(found: str) -> list[Path]:
    """Name the captures, in the structure of real sites, in which something of a kind is read."""
    return [
        case
        for case in CAPTURES
        if case.parent.name[0] != "x"
        and read_json(case / "request.json").get("status", 200) == 200
        and any(found in each for each in read_json(case / "expected.json"))
    ]


def is_list_found(case: Path) -> bool:
    """Tell whether a draft lists what the source's own file lists, each with its date."""
    tried, request, expected = try_capture(case)
    wanted = [each["Entry"] for each in expected if "Entry" in each]
    body = (case / "body").read_bytes()
    found = entries_of(tried, request["url"], request["content_type"], body)
    urls = {each.url.rpartition("/")[2] for each in found}
    are_dated = all(each.get("published_raw") for each in wanted)
    is_whole = {each["url"].rpartition("/")[2] for each in wanted} <= urls
    return is_whole and (not are_dated or all(each.published_raw for each in found))


def test_lists_like_those_of_real_sites_are_found_whole() -> None:
    results = {name_of(case): is_list_found(case) for case in web_cases("Entry")}
    lost = sorted(name for name, is_found in results.items() if not is_found)
    assert len(results) >= 17
    assert len(lost) <= len(results) * (1 - FLOORS["captured lists"]), lost


def is_page_read(case: Path) -> bool:
    """Tell whether a draft reads the words, the title and a date where the source's own does."""
    tried, _, expected = try_capture(case)
    items = [each["StatementItem"] for each in expected if "StatementItem" in each]
    paragraphs = items[-1]["text"].split("\n\n")
    hit = sum(len(each) for each in paragraphs if each in tried.reading.text)
    is_titled = tried.reading.title == items[-1].get("title", tried.reading.title)
    is_whole = hit >= 0.95 * sum(map(len, paragraphs))
    is_dated = bool(tried.reading.published_raw) or not items[-1].get("published_raw")
    return is_whole and is_titled and is_dated


def test_pages_like_those_of_real_sites_are_read_whole() -> None:
    pages = [
        case
        for case in web_cases("StatementItem")
        if "html" in read_json(case / "request.json")["content_type"]
    ]
    results = {name_of(case): is_page_read(case) for case in pages}
    lost = sorted(name for name, is_read in results.items() if not is_read)
    assert len(results) >= 12
    assert len(lost) <= len(results) * (1 - FLOORS["captured pages"]), lost


def name_of(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


LIST = "<ul>" + "".join(
    f'<li><a href="/news/{n}-lamps">The keepers light lamp {n} again</a> <i>{n} May 2026</i></li>'
    for n in range(1, 8)
)
ARTICLE = "<h1>Lamp 1</h1><div class='words'>" + "<p>We thank the keepers of the light.</p>" * 12


def page(body: str, head: str = "") -> tuple[str, bytes]:
    return "text/html", f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>".encode()


def test_a_source_of_a_feed_takes_about_15_lines() -> None:
    feed = "<rss><channel><title>Ministry of Lights</title>" + "".join(
        f"<item><title>Lamp {n}</title><link>https://mol.gov.in/n/{n}</link>"
        f"<pubDate>Mon, 0{n} Jun 2026 08:00:00 +0530</pubDate></item>"
        for n in range(1, 6)
    )
    pages = {
        "https://www.mol.gov.in/feed": ("application/rss+xml", f"{feed}</channel></rss>".encode()),
        "https://mol.gov.in/n/1": page(ARTICLE),
    }
    tried = try_pages(pages, "https://www.mol.gov.in/feed")
    assert len(tried.source.splitlines()) <= 15
    assert yaml.safe_load(tried.source) == {
        "office": "Ministry of Lights",
        "country": "in",
        "publisher": "Ministry of Lights",
        "url": "https://www.mol.gov.in/",
        "language": "en",
        "timezone": "Asia/Kolkata",
        "feeds": [
            {
                "channel": "feed",
                "kind": "statement",
                "urls": ["https://www.mol.gov.in/feed"],
                "page": {"title": "h1", "text": ".words"},
            }
        ],
        "expect": {"min_listed": 2},
        "provenance": {
            "from": "onrecord sources try https://www.mol.gov.in/feed",
            "verified": datetime(2026, 11, 1, tzinfo=UTC).date(),
        },
    }
    assert tried.name == "in_mol"


def test_what_is_not_known_is_marked_and_the_file_loads() -> None:
    pages = {"https://lights.example/a": page(LIST)}
    tried = try_pages(pages, "https://lights.example/a")
    lines = {line.partition(":")[0]: line for line in tried.source.splitlines()}
    assert "FILL IN" in lines["publisher"]
    assert lines["country"] == "country: gb"  # by en-GB
    assert lines["timezone"] == "timezone: Europe/London # To be checked: by the country."
    assert load(tried.name, tried.source).feeds[0].options.model_dump()["entry"]
    nowhere = try_pages(
        {"https://lights.example/a": ("text/html", b"<ul></ul>")}, "https://lights.example/a"
    )
    assert "country: xx # FILL IN" in nowhere.source
    assert "timezone: UTC # FILL IN" in nowhere.source
    assert "office: FILL IN" in nowhere.source
    assert "no list was found" in nowhere.notes[-1]
    assert load(nowhere.name, nowhere.source).provenance.verified == "never"


def test_a_name_decides_the_country() -> None:
    pages = {"https://lights.example/a": page(LIST)}
    tried = try_pages(pages, "https://lights.example/a", name="nz_light")
    assert tried.source.startswith("# Save as nz/nz_light.yml")
    assert load("nz_light", tried.source).timezone == "Pacific/Auckland"


def test_the_feed_of_this_very_list_goes_before_others_and_the_list_behind_it() -> None:
    def feed(path: str) -> tuple[str, bytes]:
        items = "".join(
            f"<item><title>x{n}</title><link>https://l.gov.in{path.format(n)}</link></item>"
            for n in range(1, 20)
        )
        return "application/rss+xml", f"<rss><channel>{items}</channel></rss>".encode()

    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml">'
        for name in ("blog", "news", "comments/feed")
    )
    pages = {
        "https://l.gov.in/news": page(LIST, head),
        "https://l.gov.in/blog.xml": feed("/blog/{}"),
        "https://l.gov.in/news.xml": feed("/news/{}-lamps"),
        "https://l.gov.in/robots.txt": ("text/plain", b"Sitemap: https://l.gov.in/maps.xml\n"),
    }
    tried = try_pages(pages, "https://l.gov.in/news")
    (written,) = yaml.safe_load(tried.source)["feeds"]
    assert (written["channel"], written["urls"]) == ("feed", ["https://l.gov.in/news.xml"])
    assert [each["channel"] for each in written["fallback"]] == ["listing"]
    assert tried.feeds == ["https://l.gov.in/blog.xml", "https://l.gov.in/news.xml"]
    assert tried.sitemaps == ["https://l.gov.in/maps.xml"]


def test_texts_that_stand_only_in_the_feed_are_taken_from_it() -> None:
    words = "We thank the keepers of the lighthouse for their service. " * 9
    feed = (
        f"<rss><channel><item><title>x</title><link>https://l.gov.in/1</link><description>{words}\
</description><pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate></item></channel></rss>"
    )
    pages = {
        "https://l.gov.in/f": ("text/xml", feed.encode()),
        "https://l.gov.in/1": page("<div id='app'></div><script>render()</script>"),
    }
    tried = try_pages(pages, "https://l.gov.in/f")
    assert yaml.safe_load(tried.source)["feeds"][0]["text"] == "entry"
    assert tried.reading.text == words.strip()


def test_a_page_made_by_wordpress_says_so_and_guessing_finds_its_feed() -> None:
    feed = (
        "<rss><channel><item><title>x</title><link>https://l.gov.in/1</link></item></channel></rss>"
    )
    pages = {
        "https://l.gov.in/news": page(
            "<p>x</p>", '<link rel="https://api.w.org/" href="/wp-json/">'
        ),
        "https://l.gov.in/news/feed/": ("text/xml", feed.encode()),
    }
    assert try_pages(pages, "https://l.gov.in/news").feeds == []
    tried = try_pages(pages, "https://l.gov.in/news", guess=True)
    assert tried.is_wordpress
    assert tried.feeds == ["https://l.gov.in/news/feed/"]


def test_a_sitemap_and_a_list_in_json_are_read_as_such() -> None:
    places = "".join(f"<url><loc>https://l.gov.in/news/{n}</loc></url>" for n in range(100, 105))
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    rows = [
        {"a": {"title": f"Lamps {n}", "link": f"/n/{n}"}, "date": "2026-05-01"} for n in range(4)
    ]
    answer = json.dumps({"total": 4, "found": {"rows": rows}}).encode()
    pages = {
        "https://l.gov.in/s.xml": ("text/xml", sitemap.encode()),
        "https://l.gov.in/api": ("application/json", answer),
    }
    tried = try_pages(pages, "https://l.gov.in/s.xml")
    (written,) = yaml.safe_load(tried.source)["feeds"]
    assert (tried.kind, written["channel"], len(tried.reading.entries)) == ("sitemap", "sitemap", 5)
    assert written["links"] == r"l\.gov\.in/news/\d+/?(?:[?#]|$)"
    tried = try_pages(pages, "https://l.gov.in/api")
    (written,) = yaml.safe_load(tried.source)["feeds"]
    assert tried.reading.entries[0] == ("Lamps 0", "2026-05-01")
    assert written["items"] == "found.rows"
    assert written["fields"] == {"link": "a.link", "title": "a.title", "published": "date"}

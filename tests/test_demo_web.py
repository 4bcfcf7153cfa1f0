"""The demo's small web: it answers, it keeps its story, and it is fiction."""

import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import feedparser
import pytest
from scrapy.http import HtmlResponse

from analysis.normalise import normalise_text
from onrecord.demo.markup import to_html
from onrecord.demo.printed_dates import stamp
from onrecord.demo.social import profiles
from onrecord.demo.sources import write_sources
from onrecord.demo.statements import DAYS, SOURCES, Day, Statement, office
from onrecord.demo.story import expected, url_of
from onrecord.demo.web import DemoWeb
from spiders.channels.options import WebOptions
from spiders.pages import read_page
from spiders.pdf import extract, is_pdf
from spiders.prose import element_text
from spiders.source import Source
from spiders.sourcefiles import find_sources

API = "/api/search.json?filter_organisations=prime-ministers-office"
VOID = {"meta", "link", "br", "hr", "img", "input"}
REAL = set(
    re.findall(
        r"\S+",
        """
Algeria Argentina Armenia Australia Austria Azerbaijan Bangladesh Belarus Belgium Brazil Britain
Bulgaria Canada Chile China Croatia Cyprus Denmark Egypt England Estonia Europe Finland France
Georgia Germany Greece Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Japan Jordan
Kazakhstan Korea Kosovo Kyrgyzstan Latvia Lebanon Libya Lithuania Luxembourg Malta Mexico Moldova
Mongolia Montenegro Morocco Nepal Netherlands Nigeria Norway Pakistan Palestine Poland Portugal
Romania Russia Scotland Serbia Slovakia Slovenia Spain Sudan Sweden Switzerland Syria Taiwan
Tajikistan Tunisia Turkey Türkiye Ukraine Uzbekistan Vietnam Yemen
Allemagne Belgique Brésil Chine Espagne Inde Italie Japon Pologne Royaume-Uni Russie Suède Suisse
Turquie États-Unis américain britannique chinois russe ukrainien
American British Chinese French German Indian Iranian Israeli Japanese Pakistani Russian Ukrainian
Beijing Berlin Brussels Delhi Geneva Kyiv London Moscow Paris Tehran Tokyo Washington
EU NATO OSCE OTAN ONU SCO UN USA
Biden Erdogan Johnson Lavrov Macron Merkel Merz Modi Netanyahu Putin Scholz Singh Starmer Trump
Xi Zelensky Zelenskyy
Africa Arabia United Zealand
""",
    )
)


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as running:
        yield running


def get(web: DemoWeb, address: str) -> tuple[int, str, str]:
    """Ask for a path or an address: status, type, body."""
    try:
        with urlopen(urljoin(web.base_url, address)) as answer:
            body = answer.read()
            readable = body.decode("latin-1" if is_pdf(body) else "utf-8")
            return answer.status, answer.headers["Content-Type"], readable
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


class Page(HTMLParser):
    """Insist that every element is closed in its order; gather the links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def walk(web: DemoWeb) -> set[str]:
    """Follow every link from the home page; everything must answer and parse."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop().split("?from=")[0]
        if path in seen or path.startswith("#"):
            continue
        seen.add(path)
        status, content_type, body = get(web, path)
        assert status == 200, path
        if content_type.startswith("text/html"):
            assert body.startswith("<!doctype html>")
            waiting += Page(body).links
    return seen


def sources_of(web: DemoWeb, folder: Path) -> dict[str, Source]:
    write_sources(folder, web.base_url)
    sources, errors = find_sources([folder])
    assert errors == []
    return sources


def read_all(web: DemoWeb, sources: dict[str, Source]) -> dict[tuple[str, str], str]:
    """Read every statement of a day as a crawl would: by the selectors, or out of the API."""
    return {
        (source, each.id): normalise_text(read(web, sources[source], each))
        for source in SOURCES
        for each in office(source).published(web.day)
    }


def read(web: DemoWeb, source: Source, statement: Statement) -> str:
    url = url_of(source.name, statement, web.base_url)
    options = source.feeds[0].options
    if not isinstance(options, WebOptions):
        item = json.loads(get(web, url.replace("/government/", "/api/content/government/"))[2])
        assert item["links"]["speaker"][0]["title"] == statement.speaker
        return element_text(item["details"]["body"])
    if statement.is_pdf:
        return "\n\n".join(extract(get(web, url)[2].encode("latin-1")).pages)
    response = HtmlResponse(url, body=get(web, url)[2], encoding="utf-8")
    page = read_page(response, options.page, source.name)
    assert page is not None
    assert page.missed == ()
    assert (page.title, page.speaker) == (statement.title.replace("\u00a0", " "), statement.speaker)
    return page.text


def as_written(statement: Statement, day: Day) -> str:
    return normalise_text(element_text(f"<div>{to_html(statement.text_on(day))}</div>"))


@pytest.mark.parametrize("day", [1, 2, 3, 4])
def test_every_link_answers_and_every_statement_is_linked(web: DemoWeb, day: int) -> None:
    web.day = day
    walked = {web.base_url + path for path in walk(web)}
    published = {
        url_of(source, each, web.base_url)
        for source in SOURCES
        for each in office(source).published(web.day)
    }
    assert published <= walked
    assert get(web, "/robots.txt")[2] == "User-agent: *\nAllow: /\n"


def test_the_written_sources_read_exactly_the_words_of_the_offices(
    web: DemoWeb, tmp_path: Path
) -> None:
    texts = read_all(web, sources_of(web, tmp_path))
    assert len(texts) == 42
    for (source, identifier), text in texts.items():
        statement = office(source).find(identifier, 1)
        assert statement
        written = as_written(statement, 1)
        assert text == written or statement.is_pdf
        assert text.split() == [word for word in written.split() if word != "---"]
        assert "Read also" not in text


def test_source_files_carry_no_placeholder(tmp_path: Path) -> None:
    names = write_sources(tmp_path, "http://127.0.0.1:8010")
    paths = sorted(tmp_path.rglob("*.yml"))
    assert [f"{path.parent.name}/{path.stem}" for path in paths] == [
        f"{name[:2]}/{name}" for name in sorted(names)
    ]
    assert all("@BASE" not in path.read_text("utf-8") for path in paths)


def test_day_two_differs_exactly_where_told(web: DemoWeb, tmp_path: Path) -> None:
    sources, story = sources_of(web, tmp_path), expected(web.base_url)
    before = read_all(web, sources)
    vanished_before = get(web, story.vanished.url)[0]
    added_before = get(web, story.added.url)[0]
    web.day = 2
    after = read_all(web, sources)
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    returned = ("xt_pm", story.returned.url.rsplit("/", 1)[1])
    assert gone == {("xt_mod", story.vanished.native_id), returned}
    assert new == {("xo_mfa", story.added.native_id)}
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    noted = ("xt_pm", story.noted_edit.url.rsplit("/", 1)[1])
    silent = ("xt_mod", story.silent_edit.native_id)
    assert changed == {silent, noted}
    for key, edit in ((silent, story.silent_edit), (noted, story.noted_edit)):
        assert edit.old
        assert edit.new
        assert after[key] == before[key].replace(edit.old, edit.new)
    assert (vanished_before, get(web, story.vanished.url)[0]) == (200, 404)
    assert (added_before, get(web, story.added.url)[0]) == (404, 200)


def test_later_days_lose_more_and_bring_posts_back(web: DemoWeb) -> None:
    story = expected(web.base_url)
    seen = []
    for day in DAYS:
        web.day = day
        posts = sum(len(each.posts_on(day)) for each in profiles())
        lists = [
            json.loads(get(web, f"/api/v1/accounts/{n}/statuses?limit=99")[2]) for n in (9, 10)
        ]
        assert sum(map(len, lists)) == posts
        addresses = (story.vanished.url, story.returned.url, story.missed.url)
        seen.append((*(get(web, url)[0] for url in addresses), posts))
    assert seen == [
        (200, 200, 200, 151),
        (404, 404, 200, 146),
        (404, 404, 200, 142),
        (404, 200, 404, 147),
    ]


def test_a_visitor_is_told_how_long_ago_it_is(web: DemoWeb) -> None:
    web.ago = timedelta(hours=25)
    with urlopen(web.base_url) as answer:
        told = parsedate_to_datetime(answer.headers["Date"])
    assert timedelta(hours=24) < datetime.now(UTC) - told < timedelta(hours=26)


def test_the_silent_edit_leaves_the_date_and_the_noted_one_says_so(web: DemoWeb) -> None:
    story = expected(web.base_url)
    api = story.noted_edit.url.replace("/government/", "/api/content/government/")
    stamps, items = [], []
    for day in (1, 2):
        web.day = day
        stamps.append(re.findall(r"<time>(.*?)</time>", get(web, story.silent_edit.url)[2]))
        items.append(json.loads(get(web, api)[2]))
    assert stamps[0] == stamps[1] == ["12 DEC 2024 08:25PM"]
    assert items[0]["public_updated_at"] == items[0]["first_published_at"]
    assert items[1]["public_updated_at"] == "2026-10-30T07:30:00Z"
    assert items[1]["first_published_at"] == items[0]["first_published_at"]
    notes = [each["note"] for each in items[1]["details"]["change_history"]]
    assert notes == [story.noted_edit.note, "First published."]


def test_noise_differs_on_every_request_of_every_site(web: DemoWeb) -> None:
    for source in SOURCES:
        url = url_of(source, office(source).statements[-1], web.base_url)
        assert get(web, url) != get(web, url)
    for path in ("/defence/", "/foreign/", "/foreign/feed.xml"):
        assert get(web, path) != get(web, path)


def test_noise_is_the_same_in_the_same_place_of_the_story() -> None:
    first, second = DemoWeb(), DemoWeb()
    with first, second:
        pages = [get(web, "/defence/release/2412121")[2] for web in (first, second)]
    assert pages[0] == pages[1]


def test_listing_is_paged_by_next_links(web: DemoWeb) -> None:
    pages = ("", "?page=2", "?page=3", "?page=4")
    assert [_entries(web, page) for page in pages] == [5, 5, 5, 1]
    assert 'class="next"' not in get(web, "/defence/?page=4")[2]
    assert {get(web, f"/defence/?page={page}")[0] for page in ("5", "0", "x", "-1")} == {404}
    web.day = 2
    assert _entries(web, "?page=3") == 5
    assert get(web, "/defence/?page=4")[0] == 404


def _entries(web: DemoWeb, query: str) -> int:
    return get(web, f"/defence/{query}")[2].count("<li>")


def test_feed_has_numeric_zones_and_both_languages(web: DemoWeb) -> None:
    _, content_type, body = get(web, "/foreign/feed.xml")
    assert content_type.startswith("application/rss+xml")
    assert len(re.findall(r"<pubDate>\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0400<", body)) == 14
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert sorted({each.language for each in parsed.entries}) == ["en", "fr"]
    assert max(len(each.summary) for each in parsed.entries) < 120


def test_search_refuses_what_it_does_not_know(web: DemoWeb) -> None:
    for query in ("&surprise=1", "&count=1501", "&count=ten", "&start=-1", "&order=title"):
        status, content_type, body = get(web, API + query)
        assert status == 422, query
        assert content_type.startswith("application/json")
        assert json.loads(body)["error"]


def test_search_pages_through_every_original_once(web: DemoWeb) -> None:
    found: list[str] = []
    for start in (0, 4, 8, 12):
        answer = json.loads(get(web, f"{API}&count=4&start={start}")[2])
        assert (answer["total"], answer["start"]) == (10, start)
        found += [each["link"] for each in answer["results"]]
    assert len(found) == len(set(found)) == 10
    assert get(web, "/api/content/government/speeches/no-such-speech")[0] == 404
    for link in found:
        item = json.loads(get(web, f"/api/content{link}")[2])
        assert item["base_path"] == link


def test_search_filters_and_orders(web: DemoWeb) -> None:
    types = "&filter_content_store_document_type=oral_statement"
    types += "&filter_content_store_document_type=written_statement"
    results = json.loads(get(web, f"{API}{types}&order=public_timestamp")[2])["results"]
    times = [each["public_timestamp"] for each in results]
    assert len(times) == 3
    assert times == sorted(times)
    other = get(web, "/api/search.json?filter_organisations=somebody-else")[2]
    assert json.loads(other)["total"] == 0


def test_translations_share_the_content_id(web: DemoWeb) -> None:
    path = "/api/content/government/speeches/fiftieth-anniversary-of-the-treaty-of-casmere"
    english, french = (json.loads(get(web, path + ending)[2]) for ending in ("", ".fr"))
    assert english["content_id"] == french["content_id"]
    assert (english["locale"], french["locale"]) == ("en", "fr")
    listed = {each["base_path"] for each in english["links"]["available_translations"]}
    assert listed == {english["base_path"], french["base_path"]}


def test_story_counts_what_the_offices_publish() -> None:
    story = expected("http://127.0.0.1:1")
    assert dict(story.statements) == {"xt_mod": 88, "xo_mfa": 93, "xt_pm": 12}
    assert (story.day_one, story.day_two, story.revisions) == (193, 194, 197)
    assert (story.posts, story.earlier_wordings, len(story.speakers)) == (151, 1, 4)
    assert dict(story.languages) == {"en": 181, "fr": 11}
    days = [event.source for event in (story.silent_edit, story.noted_edit, story.added)]
    assert days == ["xt_mod", "xt_pm", "xo_mfa"]


STATEMENTS = [each for source in SOURCES for each in office(source).statements]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.id)
def test_statement_is_long_enough_and_fiction(statement: Statement) -> None:
    text = f"{statement.title}\n{statement.summary}\n{statement.text}"
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    assert 120 <= len(statement.text.split()) <= 350
    assert not set(words) & REAL
    assert not {"'", '"'} & set(text), "quotation marks are typographic"


def test_translations_follow_their_original_closely() -> None:
    by_id = {each.id: each for each in STATEMENTS}
    translations = [each for each in STATEMENTS if each.translation_of]
    assert len(translations) == 5
    for each in translations:
        original = by_id[each.original]
        assert (original.language, each.language) == ("en", "fr")
        assert original.text.count("\n\n") == each.text.count("\n\n")
        assert original.speaker == each.speaker


def test_one_notice_is_undated_and_one_name_is_written_from_the_right(web: DemoWeb) -> None:
    undated = [each for each in STATEMENTS if each.at is None]
    assert [each.id for each in undated] == ["1900004"]
    assert "<time>" not in get(web, "/defence/release/1900004")[2]
    assert sum("رُزين الهوباري" in each.text for each in STATEMENTS) == 1


def test_dates_are_printed_in_the_zone_of_the_country() -> None:
    at = office("xt_mod").find("2509021", 1)
    assert at
    assert at.at
    assert stamp(at.at, "Europe/Tallinn") == "02 SEP 2025 10:40AM"


def test_a_taken_port_is_an_os_error(web: DemoWeb) -> None:
    with pytest.raises(OSError, match="in use"), DemoWeb(port=int(web.host.split(":")[1])):
        pass


def test_the_port_is_free_afterwards_and_there_is_no_third_day() -> None:
    with DemoWeb() as web, pytest.raises(ValueError, match="not day 5"):
        web.day = 5
    with socket.socket() as visitor:
        assert visitor.connect_ex(("127.0.0.1", int(web.host.split(":")[1]))) != 0

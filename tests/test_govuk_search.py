"""The govuk channel: what the Search API answers, as it should and as it may."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from govuk_answers import KNOWN_ID, SITE, answer, know, open_examples
from scrapy import Request

from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.items import AnswerItem, FaultItem
from spiders.offline import read_listing


@pytest.fixture
def channel() -> Channel:
    return open_examples()


def search_page(total: int, *links: Any, start: int = 0) -> dict[str, Any]:
    results = [
        {"link": each, "title": "Eels", "public_timestamp": "2026-01-02T03:04:05Z"}
        if isinstance(each, str)
        else each
        for each in links
    ]
    return {"results": results, "total": total, "start": start, "facets": {}}


def follow_search(channel: Channel, pages: list[dict[str, Any]]) -> tuple[list[str], list[Any]]:
    """Answer one search after the other; give the item addresses asked for, and what else came."""
    (request,) = channel.start()
    asked: list[str] = []
    rest: list[Any] = []
    waiting = [request]
    while waiting:
        url = waiting.pop(0).url
        start = int(parse_qs(urlsplit(url).query)["start"][0])
        page = answer(url.removeprefix(SITE), pages[start // 3])
        for found in channel.parse_listing(page, start // 3 + 1):
            if not isinstance(found, Request):
                rest.append(found)
            elif "/api/search.json" in found.url:
                waiting.append(found)
            else:
                asked.append(found.url)
    return asked, rest


def test_the_search_asks_for_what_the_source_says(channel: Channel) -> None:
    (request,) = channel.start()
    assert parse_qs(urlsplit(request.url).query) == {
        "filter_organisations": ["any-department"],
        "filter_content_store_document_type": ["speech", "news_story"],
        "order": ["-public_timestamp"],
        "count": ["3"],
        "start": ["0"],
    }


def test_paging_goes_to_the_total_and_no_further(channel: Channel) -> None:
    links = [f"/government/news/{number}" for number in range(7)]
    pages = [search_page(7, *links[at : at + 3], start=at) for at in (0, 3, 6)]
    asked, rest = follow_search(channel, pages)
    assert asked == [f"{SITE}/api/content{link}" for link in links]
    assert rest == []
    assert channel.spider.listed == 7


def test_a_full_last_page_is_the_last(channel: Channel) -> None:
    asked, rest = follow_search(channel, [search_page(3, "/a", "/b", "/c")])
    assert (len(asked), rest) == (3, [])


def test_results_that_are_promised_and_missing_are_an_error(channel: Channel) -> None:
    pages = [search_page(9, "/a", "/b", "/c"), search_page(9, start=3)]
    asked, (fault,) = follow_search(channel, pages)
    assert len(asked) == 3
    assert fault.level == "error"
    assert "none of the 9 results" in fault.message


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("https://fisheries.example/elsewhere", "https://fisheries.example/elsewhere is elsewhere"),
        ("//fisheries.example/elsewhere", "is elsewhere"),
        ("https://www.gov.uk.example/a", "is elsewhere"),
        ({"title": "No link"}, "link: Field required"),
        ({"link": None}, "link: Field required"),
        (["a list"], "valid dictionary"),
    ],
)
def test_a_result_that_cannot_be_followed_is_told_and_its_neighbours_are_kept(
    result: object, reason: str, channel: Channel
) -> None:
    asked, (fault,) = follow_search(channel, [search_page(3, "/before", result, "/after")])
    assert asked == [f"{SITE}/api/content/before", f"{SITE}/api/content/after"]
    assert reason in fault.message
    assert fault.level == "warning"


@pytest.mark.parametrize("link", ["/a", f"{SITE}/a", "/a?utm_source=x#part", "a"])
def test_a_link_of_the_site_is_followed_by_its_path(link: str, channel: Channel) -> None:
    asked, rest = follow_search(channel, [search_page(1, link)])
    assert (asked, rest) == ([f"{SITE}/api/content/a"], [])


def test_a_known_document_is_listed_under_its_own_id(channel: Channel) -> None:
    know(channel, {KNOWN_ID: f"{SITE}/a"})
    (entry,) = read_listing(channel, answer("/api/search.json", search_page(1, "/a")))
    assert isinstance(entry, Entry)
    assert entry.native_id == KNOWN_ID


def listing_fault(channel: Channel, said: object, status: int = 200) -> FaultItem:
    page = answer("/api/search.json?count=3&start=0", said, status)
    (found,) = (each for each in channel.parse_listing(page, 1) if not isinstance(each, AnswerItem))
    assert isinstance(found, FaultItem)
    assert found.level == "error"
    assert "gb_examples: https://www.gov.uk/api/search.json?count=3" in found.message
    return found


def test_a_refused_search_is_told_in_the_apis_words(channel: Channel) -> None:
    fault = listing_fault(channel, {"error": "Unexpected parameters: filter_eels"}, 422)
    assert fault.message.endswith("answered 422: Unexpected parameters: filter_eels")


def test_no_results_are_no_quiet_day(channel: Channel) -> None:
    assert "lists nothing. Has it changed?" in listing_fault(channel, search_page(0)).message


@pytest.mark.parametrize("said", [b"<html>Sorry</html>", {"error": "busy"}, {"results": 3}, []])
def test_another_answer_than_results_is_a_fault(said: object, channel: Channel) -> None:
    assert "is not the JSON that was expected" in listing_fault(channel, said).message

"""500 hostile strings in every text of every table, on every page: none does anything."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from browsing import QUERIES, TABLES
from harm import live, trapped
from hostile import COUNT, bare_strings, hostile_strings
from served import served
from spoiled import build_spoiled
from walking import Walk
from watched import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

MOST_PAGES = 260
IN_AN_ADDRESS = 50


@pytest.fixture(scope="module", params=["what others write", "everything"])
def spoiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    archive = tmp_path_factory.mktemp("spoiled") / "archive.db"
    given = build_spoiled(archive, is_thorough=request.param == "everything")
    assert given == set(hostile_strings())
    with served(archive) as address:
        yield address


def test_there_are_as_many_strings_as_promised() -> None:
    assert len(set(hostile_strings())) == COUNT


def test_the_strings_do_harm_where_nothing_is_escaped(chromium: "Browser", small: str) -> None:
    ran_at_once, were_live = set(), set()
    off_origin: list[str] = []
    for string in bare_strings()[::3]:
        # A window of its own: some lead it elsewhere, at a time of their choice.
        with trapped(chromium, small) as (window, ran):
            page = f"<!doctype html><title>x</title><p>{string}</p>"
            window.page.route("**/raw", partial(answer, page))
            window.page.goto(f"{small}/raw", wait_until="domcontentloaded")
            if is_live(window.page):
                were_live.add(string)
            if ran:
                ran_at_once.add(string)
            off_origin += window.off_origin
    assert len(ran_at_once) > 15
    assert len(were_live | ran_at_once) > 25
    assert off_origin


def is_live(page: "Page") -> bool:
    from playwright.sync_api import Error

    try:
        return bool(live(page))
    except Error:  # It led the window elsewhere meanwhile.
        return True


def answer(page: str, route: "Route") -> None:
    route.fulfill(body=page, content_type="text/html; charset=utf-8")


def test_every_page_only_shows_what_is_archived(spoiled: str, chromium: "Browser") -> None:
    walk = Walk(starts(), MOST_PAGES)
    with trapped(chromium, spoiled) as (window, ran):
        faults = [fault for path in walk for fault in harm(window, ran, path, walk)]
    assert not faults, "\n".join(faults)
    assert len(walk.went) > len(TABLES) + len(QUERIES)


def test_every_page_only_shows_what_is_asked(small: str, chromium: "Browser") -> None:
    with trapped(chromium, small) as (window, ran):
        faults = [fault for path in reflecting() for fault in harm(window, ran, path)]
        strings = "\n\n".join(f"“{each}” said the minister." for each in hostile_strings()[:400])
        window.go("/-/check")
        window.page.get_by_label("Text of an article").fill(strings)
        window.page.get_by_label("Who speaks").fill(hostile_strings()[0])
        window.page.get_by_role("button", name="Check").click()
        window.page.wait_for_load_state()
        faults += told(window, ran, "/-/check, posted")
    assert not faults, "\n".join(faults)


def starts() -> list[str]:
    """Name what must be among the pages; the rest is found by following links."""
    tables = [f"/archive/{table}?_labels=on&_size=30" for table in TABLES]
    return ["/", "/archive", "/-/check", *tables, *(f"/archive/{query}" for query in QUERIES)]


def reflecting() -> Iterator[str]:
    """Give addresses that pages repeat."""
    texts = hostile_strings()
    parts = [texts[at : at + IN_AN_ADDRESS] for at in range(0, len(texts), IN_AN_ADDRESS)]
    for text in map(" ".join, parts):
        yield "/archive/statements?" + urlencode({"_search": text, "title__contains": text})
    text = " ".join(texts[::17])
    for path in ("", "archive/", "archive/statements/", "archive/nothing/", "-/", "-/people/"):
        yield f"/{path}{quote(text.replace('/', '~2F'), safe='')}"
    for name in ("_sort", "_facet", "_next", "_where", "_size", "_labels", text):
        yield "/archive/statements?" + urlencode({name: text})
    yield "/archive?" + urlencode({"sql": f"select '{text.replace(chr(39), '')}' as [{text[:99]}"})
    yield "/archive?" + urlencode({"sql": "select :text as text, :text", "text": text})
    yield "/-/check?" + urlencode({"text": text, "speaker": text, "url": text, "date": text})
    for query, told in QUERIES.items():
        if "params" in told:
            yield f"/archive/{query}?" + urlencode(dict.fromkeys(told["params"], text))


def harm(window: Window, ran: list[Any], path: str, walk: Walk | None = None) -> list[str]:
    window.go(path)
    if walk:
        walk.see(window.page)
    return told(window, ran, path)


def told(window: Window, ran: list[Any], path: str) -> list[str]:
    faults = [f"live: {each}" for each in live(window.page)]
    faults += [f"ran: {each}" for each in ran]
    faults += [f"asked for {url}" for url in window.off_origin]
    ran.clear()
    window.off_origin.clear()
    return [f"{path[:120]}: {fault}" for fault in faults]

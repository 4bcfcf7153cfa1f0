import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from browsing import HARBOUR, MARKUP, Site, build, close, open_site, row_path, rows

PAGES = (
    *("/", "/archive", "/archive/statements", row_path(HARBOUR), "/archive/captures", "/-/check"),
    *("/archive?sql=select+1", "/archive?sql=nonsense", "/-/plugins", "/nothing-here"),
    *("/archive/statements.json", "/archive/statements.csv", "/-/static/table.js", "/archive.db"),
    *("/archive/statements?_facet=office", "/archive/tone_of_speakers"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    tables = rows()
    for each in tables["statements"]:
        each["title"] = MARKUP
    site = open_site(build(tmp_path_factory.mktemp("headers") / "archive.db", tables))
    yield site
    close(site)


def policy(answer: Any) -> dict[str, list[str]]:
    directives = answer.headers["content-security-policy"].split("; ")
    return {name: values for name, *values in map(str.split, directives)}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_what_may_be_loaded_and_run(site: Site, path: str) -> None:
    answer = site.get(path)
    rules = policy(answer)
    assert rules["default-src"] == ["'none'"]
    for name in ("script-src", "style-src"):
        assert len(rules[name]) == 2
        assert rules[name][0] == "'self'"
        assert re.fullmatch(r"'nonce-[\w-]{20,}'", rules[name][1])
    assert rules["style-src-attr"] == ["'unsafe-inline'"]
    assert "unsafe" not in " ".join(str(rules[name]) for name in rules if name != "style-src-attr")
    for name in ("base-uri", "frame-ancestors", "object-src"):
        assert rules[name] == ["'none'"]
    for name in ("connect-src", "font-src", "form-action"):
        assert rules[name] == ["'self'"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert "camera=()" in answer.headers["permissions-policy"]


def test_the_mark_of_styles_is_new_with_every_answer_and_on_its_own_elements(site: Site) -> None:
    first, second = site.get("/archive/statements"), site.get("/archive/statements")
    marks = [policy(each)["style-src"][1].removeprefix("'nonce-")[:-1] for each in (first, second)]
    assert marks[0] != marks[1]
    assert re.findall(r'<style nonce="([^"]+)"', first.text) == [marks[0]]


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_script_or_style_that_the_policy_would_refuse(site: Site, path: str) -> None:
    answer = site.get(path)
    if "html" not in answer.headers["content-type"]:
        return
    for opened in re.findall(r"<script\b[^>]*>", answer.text):
        assert ' src="/' in opened or "application/json" in opened
    for opened in re.findall(r"<style\b[^>]*>", answer.text):
        assert re.search(r'nonce="[\w-]{20,}"', opened)
    assert not re.search(r"<[^>]+\son\w+=", answer.text)


def test_what_is_pasted_into_the_check_is_stored_nowhere(site: Site) -> None:
    assert "no-store" in site.get("/-/check").headers["cache-control"]


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The site on a port of loopback."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        config = uvicorn.Config(site.datasette.app(), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def test_pages_work_in_a_browser_without_a_word_on_its_console(
    address: str,
) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium is not here")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: _note_elsewhere(request.url, address, told))
        for path in ("/", "/archive", row_path(HARBOUR), "/-/check", "/archive/tone_of_speakers"):
            page.goto(address + path)

        page.goto(f"{address}/archive/captures")
        page.locator("th[data-column=url] .dropdown-menu-icon").click()
        page.locator("a.dropdown-facet").click()
        page.wait_for_url("**_facet=url*")
        assert page.locator(".facet-info").count()

        page.goto(f"{address}/archive?sql=select+1+as+one")
        page.locator("#sql-format").click()
        page.locator(".CodeMirror textarea").focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" limit 1")
        page.keyboard.press("Shift+Enter")
        page.wait_for_url("**limit*")
        assert page.locator("td").inner_text() == "1"
        browser.close()
    assert told == []


def _note_elsewhere(url: str, address: str, told: list[str]) -> None:
    if not url.startswith((address, "data:")):
        told.append(f"asked for {url}")

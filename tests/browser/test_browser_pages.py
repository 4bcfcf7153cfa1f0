"""Every page of pages.yml in a browser: by day and by night, on a desk and on a phone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from judged import blank, disordered_headings, inaccessible, scrolls_sideways
from loopback import rows as ask
from pictures import take
from watched import Window, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = yaml.safe_load((Path(__file__).parent / "pages.yml").read_text(encoding="utf-8"))
LARGEST = 200_000
# Colours do not hang on the width, nor anything else on the light: two of four views show all.
VIEWS = {"light desktop": (1280, 900), "dark phone": (390, 844)}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry["name"])
def test_a_page_is_fit_to_be_read(
    entry: dict[str, Any], chromium: "Browser", canvas: "Page", request: pytest.FixtureRequest
) -> None:
    site, path = found(entry, request)
    with opened(chromium, site) as window:
        answer = window.go(path)
        assert answer.status == entry.get("status", 200)
        faults = window.troubles() if answer.ok else window.off_origin
        if window.transferred() > LARGEST:
            faults.append(f"{window.transferred()} bytes to see it first")
        faults += unseen(window, entry)
        faults += disordered_headings(window.page, may_skip=entry.get("headings") == "theirs")
        faults += undrawn(window, entry, canvas)
        for view, (width, height) in VIEWS.items():
            window.page.set_viewport_size({"width": width, "height": height})
            window.page.emulate_media(color_scheme=view.split()[0])
            found_here = scrolls_sideways(window.page) + inaccessible(window.page)
            faults += [f"{view}: {each}" for each in found_here]
    assert not faults, "\n".join([f"{path}:", *faults])


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry["name"])
def test_a_page_is_readable_without_scripts(
    entry: dict[str, Any], chromium: "Browser", canvas: "Page", request: pytest.FixtureRequest
) -> None:
    site, path = found(entry, request)
    with opened(chromium, site, java_script_enabled=False) as window:
        window.go(path)
        faults = unseen(window, entry) + undrawn(window, entry, canvas)
    assert not faults, "\n".join([f"{path}:", *faults])


@pytest.mark.skipif("ONRECORD_PICTURES" not in os.environ, reason="no ONRECORD_PICTURES was named")
@pytest.mark.parametrize(
    "entry", [each for each in PAGES if each.get("picture")], ids=lambda entry: entry["name"]
)
def test_a_page_has_its_picture_taken(
    entry: dict[str, Any], chromium: "Browser", request: pytest.FixtureRequest
) -> None:
    site, path = found(entry, request)
    size = take(chromium, site + path, Path(os.environ["ONRECORD_PICTURES"]) / entry["name"])
    assert size <= 60_000


def found(entry: dict[str, Any], request: pytest.FixtureRequest) -> tuple[str, str]:
    """Give the site of an entry and the path to ask for, with what it finds in the archive."""
    archive = entry.get("archive", "demo")
    path: str = entry["path"]
    if "find" in entry:
        rows = ask(request.getfixturevalue(f"{archive}_archive"), entry["find"])
        assert rows, f"{entry['name']}: the archive has no such row"
        path = path.format(**rows[0])
    return request.getfixturevalue(archive), path


def unseen(window: Window, entry: dict[str, Any]) -> list[str]:
    words = window.page.locator("body").inner_text()
    return [f"does not show {text!r}" for text in entry["shows"] if text not in words]


def undrawn(window: Window, entry: dict[str, Any], canvas: "Page") -> list[str]:
    charts = window.page.locator(".chart").all()
    faults = [fault for chart in charts for fault in blank(chart, canvas)]
    if len(charts) < entry.get("charts", 0):
        faults.append(f"{len(charts)} charts, not {entry['charts']}")
    return faults

"""Small pictures of pages for the docs: WebP, which the browser itself writes."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VIEWPORT = {"width": 1000, "height": 720}
QUALITY = 60


def take(browser: "Browser", url: str, stem: Path) -> int:
    """Take a picture of the top of a page by day, and tell how many bytes it has."""
    context = browser.new_context(viewport=VIEWPORT, color_scheme="light", locale="en-GB")
    try:
        page = context.new_page()
        page.goto(url, wait_until="networkidle")
        shot = context.new_cdp_session(page).send(
            "Page.captureScreenshot",
            {"format": "webp", "quality": QUALITY, "optimizeForSpeed": False},
        )
    finally:
        context.close()
    picture = base64.b64decode(shot["data"])
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".webp").write_bytes(picture)
    return len(picture)

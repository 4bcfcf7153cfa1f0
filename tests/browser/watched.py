"""A window of the browser that notes what its page did, and keeps it on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route

PATIENCE = 30_000
"""Milliseconds; two cores may be busy with other tests."""


@dataclass
class Window:
    """A page, and what happened in it since it was opened."""

    page: "Page"
    origin: str
    asked: "list[Request]" = field(default_factory=list)
    off_origin: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What the console was told of as an error, and what no script caught."""

    def go(self, path: str) -> "Response":
        answer = self.page.goto(self.origin + path, wait_until="load")
        assert answer, path
        return answer

    def transferred(self) -> int:
        """Count the bytes that came in, with their headers, as they were sent."""
        sizes = [each.sizes() for each in self.asked if each.response()]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)

    def troubles(self) -> list[str]:
        """Tell what no page may do."""
        return [f"asked for {url}" for url in self.off_origin] + self.errors


@contextmanager
def opened(browser: "Browser", origin: str, **options: Any) -> Iterator[Window]:
    """Open a window with nothing kept from another, that lets no request off the origin."""
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    window = Window(page, origin)
    _watch(window)
    try:
        yield window
    finally:
        context.close()


def _watch(window: Window) -> None:
    context, page = window.page.context, window.page

    def passed(route: "Route") -> None:
        if route.request.url.startswith(f"{window.origin}/"):
            route.continue_()
        else:
            window.off_origin.append(route.request.url)
            route.abort()

    def told(said: "ConsoleMessage") -> None:
        if said.type == "error":
            window.errors.append(f"console: {said.text}")

    context.route("**/*", passed)
    context.on("request", lambda each: window.asked.append(each))  # noqa: PLW0108 - it must be ours
    context.on(
        "console",
        lambda said: (
            window.errors.append(f"console: {said.text}") if said.type == "error" else None
        ),
    )
    context.on("weberror", lambda each: window.errors.append(f"uncaught: {each.error}"))
    page.on("websocket", lambda socket: window.off_origin.append(socket.url))
    page.on("crash", lambda _: window.errors.append("the page crashed"))

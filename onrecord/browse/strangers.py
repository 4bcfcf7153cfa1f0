"""Strangers: what they may not do on a published site, and how they log in."""

import os
import re
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from onrecord.browse.headers import App, Receive, Scope, Send
from onrecord.publishing import NAME, PASSWORD, PLUGIN, Publishing, read_publishing

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

# How a site is run: where its files are, what is installed, what it lets others try.
_OWN = re.compile(
    r"/-/(databases|versions|plugins|settings|config|threads|metadata|permissions|messages|"
    r"allow-debug|patterns|password-tool)(\.\w+)?/?$"
)
_DENIED = frozenset(("execute-sql", "view-database-download"))


def metadata_of_password() -> dict[str, Any]:
    """Tell the plugin of passwords where its hash is; the hash itself is on no page."""
    if not os.environ.get(PASSWORD):
        return {}
    return {"plugins": {PLUGIN: {f"{NAME}_password_hash": {"$env": PASSWORD}}}}


def may(publishing: Publishing, actor: Any, action: str) -> bool | None:
    """Tell what a visitor may not do; None leaves it to others."""
    if publishing.has_password and actor is None:
        return False
    if publishing.is_public and action in _DENIED:
        return False
    return None


def lead_to_login(datasette: "Datasette", request: Request) -> Response | None:
    """Lead who is not logged in to the form; programs are told no."""
    if request.actor or not read_publishing().has_password or request.method != "GET":
        return None
    is_page = "." not in request.path.rpartition("/")[2]
    return Response.redirect(datasette.urls.path("/-/login")) if is_page else None


async def robots_txt() -> Response:
    """Tell search engines what they may read; answers to questions are for people."""
    refused = "/*?" if read_publishing().robots == "allow" else "/"
    return Response.text(f"User-agent: *\nDisallow: {refused}\n")


def closing_own_pages(app: App) -> App:
    """Close, on a site for others, the pages that say how it is run."""

    async def closed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _OWN.search(scope["path"]):
            publishing = read_publishing()
            if publishing.is_public or publishing.has_password:
                await Response.text(_CLOSED, 403).asgi_send(send)
                return
        await app(scope, receive, send)

    return closed


_CLOSED = "This site does not show how it is run"

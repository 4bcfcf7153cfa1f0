"""Publishing: what strangers may not do on a site, and who may enter at all.

The environment says it, so that it holds for `onrecord serve` and for `datasette` alike, and so
that a secret is in no file, no argument and no page.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from archive.errors import ArchiveError
from onrecord.browse.headers import App, Receive, Scope, Send

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

PUBLIC = "ONRECORD_PUBLIC"
ROBOTS = "ONRECORD_ROBOTS"
PASSWORD = "ONRECORD_PASSWORD_HASH"  # noqa: S105 - the name of a variable
NAME = "reader"
"""Who logs in: there is one password for the site."""

_PLUGIN = "datasette-auth-passwords"
_HASH = re.compile(r"pbkdf2_sha256\$[1-9][0-9]*\$[^$\s]+\$[A-Za-z0-9+/]+=*")

# How a site is run: where its files are, what is installed, what it lets others try.
_OWN = re.compile(
    r"/-/(databases|versions|plugins|settings|config|threads|metadata|permissions|messages|"
    r"allow-debug|patterns|password-tool)(\.\w+)?/?$"
)
_DENIED = frozenset(("execute-sql", "view-database-download"))


@dataclass(frozen=True, slots=True)
class Publishing:
    """What the environment says of a site."""

    is_public: bool
    has_password: bool
    robots: str
    """allow or none."""


def read_publishing() -> Publishing:
    """Read the environment.

    Raises:
        ArchiveError: a password is asked for and cannot be, or a variable is not understood.
    """
    return _understood(*(os.environ.get(name, "").strip() for name in (PUBLIC, PASSWORD, ROBOTS)))


@cache
def _understood(public: str, password: str, robots: str) -> Publishing:
    is_public, has_password = public not in {"", "0"}, bool(password)
    if has_password:
        _check_password(password)
    robots = robots or ("allow" if is_public and not has_password else "none")
    if robots not in {"allow", "none"}:
        raise ArchiveError(f"{ROBOTS} is neither allow nor none. Give one of them")
    return Publishing(is_public=is_public, has_password=has_password, robots=robots)


def _check_password(given: str) -> None:
    if find_spec("datasette_auth_passwords") is None:
        raise ArchiveError(
            f"{PASSWORD} is set, but {_PLUGIN} is not installed. "
            "Install On Record with its extra [web], or unset the variable"
        )
    if not _HASH.fullmatch(given):
        raise ArchiveError(f"{PASSWORD} is no hash. Make one with `datasette hash-password`")


def say_publishing(publishing: Publishing) -> list[str]:
    """Say what a site lets its visitors do, a sentence each."""
    said = []
    if publishing.is_public:
        said.append("Public: visitors run no SQL of their own, see no paths and download no file.")
    if publishing.has_password:
        said.append(f"Everybody must log in, as “{NAME}”.")
    if publishing.is_public or publishing.has_password:
        may = "may" if publishing.robots == "allow" else "are asked not to"
        said.append(f"Search engines {may} read it.")
    return said


def metadata_of(publishing: Publishing) -> dict[str, Any]:
    """Tell the plugin of passwords where its hash is; the hash itself is on no page."""
    if not publishing.has_password:
        return {}
    return {"plugins": {_PLUGIN: {f"{NAME}_password_hash": {"$env": PASSWORD}}}}


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

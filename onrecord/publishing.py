"""Publishing: what strangers may not do on a site, and who may enter at all.

The environment says it, so that it holds for `onrecord serve` and for `datasette` alike, and so
that a secret is in no file, no argument and no page.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from archive.errors import ArchiveError

PUBLIC = "ONRECORD_PUBLIC"
ROBOTS = "ONRECORD_ROBOTS"
PASSWORD = "ONRECORD_PASSWORD_HASH"  # noqa: S105 - the name of a variable
NAME = "reader"
"""Who logs in: there is one password for the site."""

PLUGIN = "datasette-auth-passwords"
_HASH = re.compile(r"pbkdf2_sha256\$[1-9][0-9]*\$[^$\s]+\$[A-Za-z0-9+/]+=*")


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
            f"{PASSWORD} is set, but {PLUGIN} is not installed. "
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

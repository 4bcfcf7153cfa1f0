"""What a source file says of an account on X."""

import re
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from spiders.channels.options import FeedOptions, Kind
from spiders.fields import Duration, check_url
from spiders.platforms.x_posts import id_text

_LOCAL = {"127.0.0.1", "::1", "localhost"}


def _check_account(name: str) -> str:
    if not re.fullmatch(r"@?\w{1,20}", name, re.ASCII):
        raise ValueError(f"is no name of an account on X, such as lighthouses: '{name}'")
    return name.removeprefix("@")


def _check_user_id(number: str) -> str:
    if id_text(number) is None:
        raise ValueError(f"is no id of an account on X, such as \"2244994945\": '{number}'")
    return number


def _check_base(url: str) -> str:
    host = urlsplit(check_url(url)).hostname
    if url.startswith("http://") and host not in _LOCAL:
        raise ValueError(f"must begin with https://, or anybody could read the token: '{url}'")
    return url.rstrip("/")


class XOptions(FeedOptions):
    """Which account's posts to read, and for how long to look at them again."""

    kind: Kind = "post"
    pages: int = Field(default=1000, ge=1, le=10_000)
    account: Annotated[str, AfterValidator(_check_account)]
    id: Annotated[str, AfterValidator(_check_user_id)] | None = None
    replies: bool = True
    reposts: bool = False
    recheck_plan: tuple[Duration, ...] = (
        timedelta(hours=1),
        timedelta(days=1),
        timedelta(days=7),
        timedelta(days=30),
    )
    retention: Literal["keep", "hash-only"] = "hash-only"
    base: Annotated[str, AfterValidator(_check_base)] = "https://api.x.com"

"""What the x channel asks of X's API v2, and what an address of it asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from archive.timelines import Gap

MOST_POSTS = 100
"""The most that one answer lists, and the most ids of one look-up."""

FEWEST_POSTS = 5
"""The fewest that X lets a timeline be asked for."""

POSTS_FOR_ONE = 8
"""What one post may bring: itself, five earlier versions, one it answers and one it quotes."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words for what a post consists of; X answers in the words it was asked in."""

    fields: str
    names: tuple[str, ...]
    expansions: tuple[str, ...]

    @property
    def query(self) -> dict[str, str]:
        """What to ask for, of posts and of their media."""
        return {
            self.fields: ",".join(self.names),
            "expansions": ",".join(self.expansions),
            "media.fields": "alt_text,media_key,preview_image_url,type,url,variants",
        }


_SHARED = ("attachments", "created_at", "entities", "id", "lang", "text", "withheld")
_MEDIA = ("attachments.media_keys", "attachments.poll_ids")
VOCABULARIES = (
    Vocabulary(
        "post.fields",
        (*_SHARED, "note_post"),
        (*_MEDIA, "edit_history_post_ids", "referenced_posts"),
    ),
    Vocabulary(
        "tweet.fields",
        (*_SHARED, "edit_history_tweet_ids", "note_tweet", "referenced_tweets"),
        (*_MEDIA, "edit_history_tweet_ids", "referenced_tweets.id"),
    ),
)
"""Those of OpenAPI 2.167, then the older ones. No user is asked for: that is charged for apart."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The posts of one user."""

    base: str
    user_id: str
    exclude: tuple[str, ...]

    @property
    def address(self) -> str:
        """What the addresses of all its pages begin with, and those of no other timeline."""
        return self._url(max_results="")

    def url(self, vocabulary: Vocabulary, size: int, gap: Gap, token: str | None = None) -> str:
        """Name a page."""
        bounds = {
            "since_id": gap.newer_than,
            "until_id": gap.older_than,
            "pagination_token": token,
        }
        given = {name: str(bound) for name, bound in bounds.items() if bound is not None}
        return self._url(max_results=str(size), **given, **vocabulary.query)

    def _url(self, **query: str) -> str:
        excluded = {"exclude": ",".join(self.exclude)} if self.exclude else {}
        written = urlencode(excluded | query, safe=",")
        return f"{self.base}/2/users/{self.user_id}/tweets?{written}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asked for."""

    path: str
    query: dict[str, str]

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address."""
        parts = urlsplit(url)
        return cls(parts.path, {name: each[0] for name, each in parse_qs(parts.query).items()})

    @property
    def is_user(self) -> bool:
        """Tell whether it asked who bears a name."""
        return "/users/by/username/" in self.path

    @property
    def gap(self) -> Gap:
        """The stretch of a timeline."""
        newer, older = (self.query.get(name) for name in ("since_id", "until_id"))
        return Gap(int(newer) if newer else None, int(older) if older else None)

    @property
    def token(self) -> str | None:
        """The page of a timeline."""
        return self.query.get("pagination_token")

    @property
    def ids(self) -> tuple[str, ...]:
        """The posts of a look-up."""
        return tuple(self.query.get("ids", "").split(","))


def user_asked(base: str, urls: Iterable[str]) -> str | None:
    """Tell whose timeline was asked for; None where it was nobody's or several users'."""
    found = (re.match(re.escape(base) + r"/2/users/(\d+)/tweets\?", url) for url in urls)
    ids = {each[1] for each in found if each}
    return ids.pop() if len(ids) == 1 else None


def lookup_url(base: str, vocabulary: Vocabulary, ids: list[str]) -> str:
    """Name a look-up of posts."""
    query: dict[str, Any] = {"ids": ",".join(ids)} | vocabulary.query
    return f"{base}/2/tweets?{urlencode(query, safe=',')}"


def user_url(base: str, username: str) -> str:
    """Name the look-up of a user."""
    return f"{base}/2/users/by/username/{username}"

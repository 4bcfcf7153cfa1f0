"""How the pages name a statement and an account: titles, first words, whose post a repost is of."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

NO_WORDS_SHA256 = hashlib.sha256(b"").hexdigest()
"""The hash of a text without words, which proves nothing."""

_HEADING = 90
"""A post has no title: its page is headed by as many of its first characters."""

_EXCERPT = 160

_PLATFORMS = {"x": "X", "youtube": "YouTube"}
_NAMING = {"mastodon", "telegram"}
"""Platforms where the text of a reference is whom it is of; on others it is the words."""

_IN_ADDRESS = (
    re.compile(r"//(?:www\.)?(?:x|twitter)\.com/(?!i/)(?P<name>\w+)"),
    re.compile(r"//bsky\.app/profile/(?P<name>[^/?#]+)"),
    re.compile(r"//(?P<host>[^/]+)/(?:@|users/)(?P<name>[^/?#@]+)"),
)


def excerpt(text: str, length: int = _EXCERPT) -> str:
    """Shorten a text at a word's end.

    >>> excerpt("Good morning to you all", 14)
    'Good morning …'
    """
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return f"{flat[:length].rsplit(' ', 1)[0]} …"


def say_heading(statement: Mapping[str, Any], linked: Sequence[Mapping[str, str]] = ()) -> str:
    """Head a page: by its title, its first words, or what it does where it has no words.

    >>> say_heading({"title": None, "text": "", "account": None}, [{"relation": "media"}])
    'Post without words of its own'
    """
    if statement["title"] or statement["text"]:
        return str(statement["title"] or excerpt(statement["text"], _HEADING))
    if statement["text"] is None or not linked:
        return "Untitled"
    reposted = next((each for each in linked if each.get("relation") == "repost"), None)
    if reposted is None:
        return "Post without words of its own"
    name = _author(reposted, statement.get("account"))
    return f"Repost of a post by {name}" if name else "Repost of another post"


def say_account(account: str | None) -> str:
    """Say which account posted, and where.

    >>> say_account("mastodon/ilse@social.example"), say_account(None)
    ('ilse@social.example on Mastodon', '')
    """
    platform, _, name = (account or "").partition("/")
    return f"{name} on {_PLATFORMS.get(platform, platform.capitalize())}" if name else platform


def say_no_words(statement: Mapping[str, Any], linked: Sequence[object]) -> str:
    """Say why nothing can be scored where there are no words; empty where there are some."""
    if statement["text"] or statement["text"] is None:
        return ""
    if linked:
        return "It has no words of its own, so there is nothing to score."
    return "Its words are not given, so there is nothing to score."


def _author(reposted: Mapping[str, str], account: str | None) -> str | None:
    if (account or "").partition("/")[0] in _NAMING and reposted.get("text"):
        return reposted["text"]
    address = reposted.get("url", "")
    found = next((match for each in _IN_ADDRESS if (match := each.search(address))), None)
    return "@".join(filter(None, (found["name"], found.groupdict().get("host")))) if found else None

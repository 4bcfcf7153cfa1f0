"""What the formats of X share: whose posts are the source's, and records of statements."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from spiders.formats.base import Context, Record
from spiders.platforms.x_posts import Origin, Post, statements
from spiders.source import Source


class OwnAccounts:
    """The accounts on X that a source declares; a source that declares none takes every post."""

    def __init__(self, source: Source) -> None:
        self._source = source.name
        declared = [each for each in source.accounts if each.platform == "x"]
        self._handles = {each.handle.casefold().lstrip("@"): each.handle for each in declared}
        self._by_id = {each.id: each.handle.lstrip("@") for each in declared if each.id}

    @property
    def only(self) -> str | None:
        """The one account, where there is just one."""
        handles = {*self._handles.values()}
        return next(iter(handles)).lstrip("@") if len(handles) == 1 else None

    def name_of(self, post: Post) -> str | None:
        """Name who posted it, as far as the post or the source says."""
        return post.username or self._by_id.get(post.author_id or "")

    def stranger(self, username: str | None) -> str | None:
        """Say why a post is not the source's; None where it may be."""
        if not self._handles or username is None or username.casefold() in self._handles:
            return None
        return (
            f"is by @{username}, who is no account of {self._source}: its words would be given to "
            "the wrong office. List the account under `accounts:` if it is the office's own"
        )


def records(
    versions: Sequence[Post], origin: Origin, own: OwnAccounts, place: str, read: int
) -> Iterator[Record]:
    """Make records of the versions of a post; the post of another account is set aside."""
    latest = versions[-1]
    username = own.name_of(latest) or origin.username
    stranger = own.stranger(username)
    if stranger:
        raw = f"post {latest.id}: {latest.text}"
        yield Record(place=place, read=read, problem=f"post {latest.id} {stranger}", raw=raw)
        return
    for item in statements(versions, replace(origin, username=username)):
        yield Record(place=place, read=read, item=item)


def origin_of(
    context: Context, name: str, reading: str, *, username: str | None, seen_at: str | None
) -> Origin:
    """Tell where a file's posts come from; nothing was seen after the file was taken in."""
    captured_at = context.capture.captured_at
    return Origin(
        capture=context.capture,
        place=f"import {name}",
        reading=reading,
        username=username,
        witness="import",
        seen_at=min(seen_at or captured_at, captured_at),
    )


def raw_json(found: Any) -> str:
    """Write down what stands there, for the table of what was set aside."""
    return json.dumps(found, ensure_ascii=False, default=str)


def has_all(start: bytes, *names: str) -> bool:
    """Tell whether the beginning of a file has all of some JSON names."""
    return all(f'"{name}"'.encode() in start for name in names)

"""The archive that Mastodon hands an account's owner: outbox.json, packed or unpacked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from spiders.formats.base import Context, Format, Record
from spiders.formats.json_records import Piece
from spiders.formats.json_streams import ObjectStream
from spiders.formats.tarred import is_tarred, open_tarred
from spiders.formats.x_records import raw_json
from spiders.formats.zipped import Zipped
from spiders.items import StatementItem
from spiders.platforms.activitystreams import Reading, post_statement, read_post, repost_statement
from spiders.platforms.mastodon import DIGEST
from spiders.source import Source

_MEMBER = re.compile(r"^(?:\./)?(?:[^/]+/)?outbox\.json$")
_GZIP = b"\x1f\x8b"
_PASSED_OVER = {"Like", "Delete", "Undo", "Follow", "Accept", "Reject", "Add", "Remove", "Block"}


class MastodonOutbox:
    """What an account sent, in the archive that its server makes of it.

    What was sent to followers or to single persons is no public statement and is passed over.
    """

    name = "mastodon_outbox"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell an outbox by its type, and a packed archive by holding one."""
        if start.startswith(b"PK"):
            try:
                with Zipped(path) as zipped:
                    return bool(zipped.names(_MEMBER))
            except ValueError:
                return False
        if start.startswith(_GZIP):
            return is_tarred(start)
        return b'"orderedItems"' in start and b'"OrderedCollection' in start

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read posts and reposts; an entry that is neither is set aside."""
        own = _own_names(context.source)
        how = Reading(route=f"import {self.name} #{DIGEST}", capture=context.capture)
        with _opened(path) as (stream, behind):
            for piece in ObjectStream(stream, path.name, "orderedItems"):
                read = behind or (lambda so_far: so_far)
                yield _record(piece, read(piece.read), own, how)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Any]]:
    """Open an outbox, with what tells how many bytes of its file are behind."""
    with path.open("rb") as file:
        start = file.read(65_536)
    if start.startswith(b"PK"):
        with Zipped(path) as zipped:
            members = zipped.names(_MEMBER)
            if not members:
                raise ValueError(f"{path.name} holds no outbox.json: is it an account's archive?")
            zipped.refuse_bombs(members[:1])
            with zipped.open(members[0]) as stream:
                yield stream, lambda so_far: zipped.behind(members[0], so_far)
    elif start.startswith(_GZIP):
        if not is_tarred(start):
            raise ValueError(f"{path.name} is packed, but is no tar file: unpack it first")
        with open_tarred(path, "outbox.json") as tarred:
            yield cast("IO[bytes]", tarred), lambda _: tarred.behind
    else:
        with path.open("rb") as stream:
            yield stream, None


def _record(piece: Piece, read: int, own: frozenset[str], how: Reading) -> Record:
    place = f"outbox.json entry {piece.number}"
    try:
        item = _item(piece.found, how)
        stranger = _stranger(item, own)
    except ValueError as error:
        raw = raw_json(piece.found)
        return Record(place=place, read=read, problem=f"it {error}", raw=raw)
    if stranger:
        return Record(place=place, read=read, problem=stranger, raw=raw_json(piece.found))
    return Record(place=place, read=read, item=item)


def _item(activity: Any, how: Reading) -> StatementItem | None:
    """Read an activity; None for one that says nothing to the public."""
    if not isinstance(activity, Mapping):
        raise ValueError("is no activity")  # noqa: TRY004 - not a bug of ours
    kind = activity.get("type")
    if kind in _PASSED_OVER:
        return None
    if kind == "Announce":
        item = repost_statement(activity, how)
    elif kind in {"Create", "Update"}:
        post = read_post(activity.get("object"))
        if not post.is_public:
            return None
        item = post_statement(post, how)
    else:
        raise ValueError(f"is an activity of a kind that is not known: {kind}")
    return replace(item, witness="import", seen_at=how.capture.captured_at)


def _own_names(source: Source) -> frozenset[str]:
    """Name the source's accounts, by its declaration and its feeds."""
    names = {
        name
        for account in source.accounts
        if account.platform == "mastodon"
        for name in account.names
    }
    for feed in source.feeds:
        options = feed.options
        handle = getattr(options, "handle", None)
        if options.channel == "mastodon" and handle:
            host = urlsplit(getattr(options, "server", "")).netloc
            plain = handle.lstrip("@").casefold()
            names.add(plain if "@" in plain else f"{plain}@{host}")
    return frozenset(names)


def _stranger(item: StatementItem | None, own: frozenset[str]) -> str | None:
    """Say why a post is not the source's; None where it may be."""
    name = (item.account or "").partition("/")[2] if item else ""
    if not own or not name or name.casefold() in own:
        return None
    return (
        f"it is by {name}, who is no account of the source: its words would be given to the wrong "
        "office. List the account under `accounts:` if it is the office's own"
    )


FORMAT: Format = MastodonOutbox()

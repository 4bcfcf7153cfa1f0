"""The archive that X hands an account's owner: tweets.js and its parts, zipped or unpacked.

Its form has drifted: Grailbird months until 2018, then tweet.js, tweets.js from 2022, in parts
where it is large, each entry wrapped as {"tweet": ...} or not; long posts have their whole text
in note-tweet.js.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spiders.formats.base import Context, Format, Record
from spiders.formats.json_records import Piece, entries
from spiders.formats.x_records import OwnAccounts, origin_of, raw_json, records
from spiders.formats.zipped import Zipped
from spiders.platforms.x_posts import (
    CLASSIC,
    Origin,
    Post,
    fields_in,
    moment,
    plain,
    text_in,
)
from spiders.platforms.x_v1 import read_post

_SCRIPT = re.compile(rb"\s*(?:window\.YTD\.(?:community_)?tweets?\.|Grailbird\.data\.tweets_)")
_MEMBER = re.compile(
    r"(?:^|/)(?:(?:community-)?tweets?(?:-part(\d+))?\.js|data/js/tweets/\d{4}_\d{2}\.js)$"
)
_ACCOUNT = re.compile(r"(?:^|/)(?:account|manifest|user_details)\.js$")
_NOTES = re.compile(r"(?:^|/)note-tweets?(?:-part\d+)?\.js$")
_CUT = re.compile(r"…(?: https://t\.co/\w+)?$")
_STEM = 60
"""Characters that must agree before a note is taken for the whole of a post cut short."""

_FULL = 270
"""Characters from which on a text that ends in dots was cut by X, and not by its author."""


@dataclass(slots=True)
class _About:
    """What the archive says of itself."""

    username: str | None = None
    made_at: str | None = None
    notes: dict[str, list[str]] = field(default_factory=dict)
    """The whole texts of long posts, by how they begin."""


class XArchive:
    """An account's own archive."""

    name = "x_archive"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell a script of posts by its first words, and a zip by holding one."""
        if start.startswith(b"PK"):
            try:
                with Zipped(path) as zipped:
                    return bool(zipped.names(_MEMBER))
            except ValueError:
                return False
        return bool(_SCRIPT.match(start.removeprefix(b"\xef\xbb\xbf")))

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read posts; an entry of a form that nobody knows is set aside."""
        own = OwnAccounts(context.source)
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
        if not is_zip:
            origin = origin_of(context, self.name, CLASSIC, username=own.only, seen_at=None)
            with path.open("rb") as stream:
                for piece in entries(stream, path.name):
                    yield from _read(piece, path.name, piece.read, origin, own, _About())
            return
        with Zipped(path) as zipped:
            yield from _read_zip(zipped, context, own)


def _read_zip(zipped: Zipped, context: Context, own: OwnAccounts) -> Iterator[Record]:
    members = sorted(zipped.names(_MEMBER), key=_part)
    if not members:
        raise ValueError(f"{zipped.name} holds no tweets.js: is it an account archive of X?")
    zipped.refuse_bombs([*members, *zipped.names(_NOTES)])
    about = _about(zipped)
    stranger = own.stranger(about.username)
    if stranger:
        raise ValueError(f"{zipped.name} {stranger}")
    username = about.username or own.only
    origin = origin_of(context, XArchive.name, CLASSIC, username=username, seen_at=about.made_at)
    for member in members:
        with zipped.open(member) as stream:
            for piece in entries(stream, member):
                behind = zipped.behind(member, piece.read)
                yield from _read(piece, member, behind, origin, own, about)


def _read(
    piece: Piece, name: str, behind: int, origin: Origin, own: OwnAccounts, about: _About
) -> Iterator[Record]:
    place = f"{name} entry {piece.number}"
    found = piece.found
    wrapped = found.get("tweet", found) if isinstance(found, dict) else found
    try:
        post = read_post(wrapped, is_archive=True)
    except ValueError as error:
        problem = f"{error}: X may have changed the form of its archives"
        yield Record(place=place, read=behind, problem=problem, raw=raw_json(found))
        return
    whole = _whole(post, about)
    yield from records([whole], origin, own, place, behind)


def _whole(post: Post, about: _About) -> Post:
    """Put the whole text of a long post in the place of its beginning, where just one fits."""
    stem = _CUT.sub("", post.text).rstrip()
    if stem == post.text or len(stem) < _STEM:
        return post
    fitting = {note for note in about.notes.get(stem[:_STEM], []) if note.startswith(stem)}
    if len(fitting) != 1:
        return replace(post, is_cut=post.is_cut or len(post.text) >= _FULL)
    return replace(post, text=fitting.pop(), is_cut=False)


def _about(zipped: Zipped) -> _About:
    about = _About()
    for member in sorted(zipped.names(_ACCOUNT)):
        told = zipped.script(member)
        first = told[0] if isinstance(told, list) and told else told
        holder = first if isinstance(first, dict) else {}
        account = fields_in(holder, "account") or fields_in(holder, "userInfo") or holder
        name = text_in(account, "username") or text_in(account, "userName")
        about.username = about.username or name or text_in(account, "screen_name")
        made = text_in(fields_in(holder, "archiveInfo"), "generationDate")
        about.made_at = about.made_at or moment(made)
    for member in zipped.names(_NOTES):
        with zipped.open(member) as stream:
            for piece in entries(stream, member):
                _add_note(piece.found, about)
    return about


def _add_note(found: Any, about: _About) -> None:
    holder = found if isinstance(found, dict) else {}
    note = fields_in(holder, "noteTweet") or holder
    text = text_in(fields_in(note, "core"), "text")
    if text:
        text = plain(text)
        about.notes.setdefault(text[:_STEM], []).append(text)


def _part(member: str) -> tuple[str, int]:
    found = _MEMBER.search(member)
    number = int(found[1]) if found and found[1] else 0
    return member.removesuffix(".js").partition("-part")[0], number


FORMAT: Format = XArchive()

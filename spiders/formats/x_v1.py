"""X's API v1.1 in files: an array of posts, one post, or a post a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spiders.formats.base import Context, Format, Record
from spiders.formats.json_records import pieces
from spiders.formats.x_records import OwnAccounts, has_all, origin_of, raw_json, records
from spiders.platforms.x_posts import CLASSIC
from spiders.platforms.x_v1 import read_post


class XV1:
    """Posts as X's API v1.1 gave them."""

    name = "x_v1"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell by names that only X's API v1.1 has."""
        is_json = path.suffix.lower() != ".js" and start.lstrip()[:1] in {b"{", b"[", b"\xef"}
        named = has_all(start, "full_text") or has_all(start, "text", "user", "screen_name")
        return is_json and named and has_all(start, "id_str")

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read posts; what is none is set aside."""
        own = OwnAccounts(context.source)
        origin = origin_of(context, self.name, CLASSIC, username=None, seen_at=None)
        for kind, piece in pieces(path):
            place = f"{kind} {piece.number}"
            if piece.problem:
                yield Record(place=place, read=piece.read, problem=piece.problem, raw=piece.raw)
                continue
            for found in _posts(piece.found):
                try:
                    post = read_post(found)
                except ValueError as error:
                    raw = raw_json(found)
                    yield Record(place=place, read=piece.read, problem=str(error), raw=raw)
                    continue
                yield from records([post], origin, own, place, piece.read)


def _posts(found: Any) -> list[Any]:
    """Take the posts of an answer of the search, or the one post that stands there."""
    statuses = found.get("statuses") if isinstance(found, dict) else None
    return statuses if isinstance(statuses, list) else [found]


FORMAT: Format = XV1()

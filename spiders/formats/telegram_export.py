"""The JSON export that Telegram's desktop program makes of a channel: result.json."""

import re
from collections.abc import Iterator
from pathlib import Path

from spiders.formats.base import Context, Format, Record
from spiders.formats.json_streams import ObjectStream
from spiders.formats.x_records import raw_json
from spiders.platforms.telegram_export import DIGEST, Origin, channel_of, message_statement
from spiders.source import Source

_BEGINNING = re.compile(rb'\s*\{[^\[]{0,4096}"messages"\s*:\s*\[')


class TelegramExport:
    """All messages of one channel."""

    name = "telegram_export"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell an export by what stands before its messages."""
        del path
        found = _BEGINNING.match(start.removeprefix(b"\xef\xbb\xbf"))
        return bool(found) and b'"type"' in start and b'"id"' in start

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read messages; service messages are passed over, what is no message is set aside."""
        origin: Origin | None = None
        with path.open("rb") as file:
            stream = ObjectStream(file, path.name, "messages")
            for piece in stream:
                origin = origin or _origin(stream, context)
                place = f"message {piece.number}"
                try:
                    item = message_statement(piece.found, origin)
                except ValueError as error:
                    raw = raw_json(piece.found)
                    yield Record(place=place, read=piece.read, problem=f"it {error}", raw=raw)
                    continue
                yield Record(place=place, read=piece.read, item=item)


def _origin(stream: ObjectStream, context: Context) -> Origin:
    channel_id, name = channel_of(stream.fields)
    return Origin(
        handle=_handle(context.source, channel_id),
        name=name,
        route=f"import {TelegramExport.name} #{DIGEST}",
        capture=context.capture,
    )


def _handle(source: Source, channel_id: str) -> str:
    """Find the channel's handle, which no export holds, in the source: by its id, or the only one.

    Raises:
        ValueError: the source names none, or several.
    """
    named = [each for each in source.accounts if each.platform == "telegram"]
    by_id = {each.handle.lstrip("@") for each in named if _plain_id(each.id) == channel_id}
    others = {each.handle.lstrip("@").lower() for each in named if each.id} - {
        each.lower() for each in by_id
    }
    handles = {each.handle.lstrip("@").lower(): each.handle.lstrip("@") for each in named}
    for main in source.feeds:
        for feed in (main, *main.fallback):
            handle = getattr(feed.options, "handle", None)
            if feed.options.channel == "telegram" and handle:
                handles.setdefault(handle.lstrip("@").lower(), handle.lstrip("@"))
    found = by_id or {handle for name, handle in handles.items() if name not in others}
    if len(found) != 1:
        raise ValueError(
            f"an export does not name its channel's handle, and {source.name} names "
            f"{'several' if found else 'none'}: list the channel under `accounts:` with its `id` "
            f"{channel_id}"
        )
    return found.pop()


def _plain_id(written: str | None) -> str:
    """Leave out what Telegram's interface for bots sets before a channel's id."""
    return re.sub(r"^-100", "", written or "")


FORMAT: Format = TelegramExport()

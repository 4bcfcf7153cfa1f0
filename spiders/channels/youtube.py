"""The youtube channel: the newest videos of a YouTube channel, with their descriptions."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import field_validator
from scrapy import Request
from scrapy.http import Response

from archive.memory import Remembered
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.feed_entries import parse_feed
from spiders.channels.options import FeedOptions, Kind
from spiders.items import FaultItem, Linked, StatementItem
from spiders.pages import declared_charset


class YoutubeOptions(FeedOptions):
    """Whose videos to read."""

    channel_id: str
    kind: Kind = "post"
    base: str = "https://www.youtube.com"

    @field_validator("channel_id")
    @classmethod
    def _is_an_id(cls, channel_id: str) -> str:
        if not re.fullmatch(r"UC[A-Za-z0-9_-]{22}", channel_id):
            raise ValueError(
                f"is not a channel's id, which is UC and 22 more characters: '{channel_id}' (its "
                "page has it as channelId)"
            )
        return channel_id


class YoutubeChannel(Channel):
    """Read the feed of a YouTube channel: what is kept of a video is its title and description.

    A video without a description is a post, whatever kind the feed is of: its only words are its
    title, and no speech can be read in it.
    """

    Options = YoutubeOptions
    evidence = Evidence(
        identity="the video's id",
        edits="title or description differ while the video is among the newest 15",
        deletions="none shows: the feed lists the newest 15 videos only, so older ones drop out",
    )

    @property
    def options(self) -> YoutubeOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, YoutubeOptions)
        return self.feed.options

    @property
    def reading(self) -> str:
        """Read every video in the same way."""
        return "title and description"

    @property
    def account(self) -> str:
        """Name the account as the source file does, or by its id."""
        named = (
            each.handle
            for each in self.source.accounts
            if each.platform == "youtube" and each.id == self.options.channel_id
        )
        return f"youtube/{next(named, self.options.channel_id)}"

    def first_urls(self) -> Iterable[str]:
        """Name the feed of the newest videos."""
        query = urlencode({"channel_id": self.options.channel_id})
        yield f"{self.options.base}/feeds/videos.xml?{query}"

    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read the videos; of a feed cut short, those before the cut."""
        parsed = parse_feed(response.body, declared_charset(response), response.url)
        if parsed.complaint:
            level: Literal["error", "warning"] = "error" if parsed.may_lack_entries else "warning"
            yield self._fault(parsed.complaint, response, level)
        for each in parsed.entries:
            try:
                item = self._video(each, response)
            except ValueError as error:
                yield self._fault(f"a video of {response.url} {error}", response, "error")
            else:
                yield Entry(native_id=item.native_id, url=item.url, title=item.title, item=item)

    def next_url(self, response: Response, page: int) -> str | None:
        """Have no older videos: the feed holds what it holds."""
        del response, page
        return None

    def recheck(self, known: Remembered) -> Request | None:
        """Look again at nothing: a video's own page answers the same whether it plays or not."""
        del known
        return None

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read nothing: the feed holds all."""
        del response, entry
        yield from ()

    def _video(self, parsed: Any, response: Response) -> StatementItem:
        """Read one video.

        Raises:
            ValueError: it has no id, or its words are damaged.
        """
        identifier = parsed.get("yt_videoid")
        if not identifier:
            raise ValueError("has no id. Has the feed changed?")
        title = " ".join((parsed.get("title") or "").split())
        text = (parsed.get("summary") or "").strip()
        if "\ufffd" in title + text:
            raise ValueError(f"({identifier}) is damaged: it holds characters that no text has")
        url = f"{self.options.base}/watch?{urlencode({'v': identifier})}"
        pictures = [each["url"] for each in parsed.get("media_thumbnail", ()) if each.get("url")]
        return StatementItem(
            native_id=identifier,
            url=parsed.get("link") or url,
            kind=self.options.kind if text else "post",
            title=title or None,
            text=text,
            published_raw=dict.get(parsed, "published"),  # whose own `get` would guess
            updated_raw=dict.get(parsed, "updated"),
            account=self.account,
            linked=(
                Linked(relation="media", id=identifier, url=url, text=title or None),
                *(Linked(relation="media", url=picture) for picture in pictures),
            ),
            route=self.route,
            capture=response.meta["capture"],
        )

    def _fault(
        self, message: str, response: Response, level: Literal["error", "warning"]
    ) -> FaultItem:
        return FaultItem(
            level=level,
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )


CHANNEL = YoutubeChannel

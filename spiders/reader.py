"""The spider: reads the feeds of one source through their channels."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, ClassVar

from scrapy import Spider
from sqlite_utils import Database

from spiders.channels import channel_class
from spiders.channels.base import Channel
from spiders.channels.entries import Found
from spiders.health.watch import Watch, feed_of
from spiders.source import Feed, Source


class SourceSpider(Spider):
    """Crawl one declared source; made from its file by the loader."""

    source: ClassVar[Source]
    handle_httpstatus_list = tuple(range(400, 600))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Mapping[str, str] = {}
        """Native id to address of every statement that the archive holds of this source."""
        self.known_by_url: Mapping[str, str] = {}
        self.settled: frozenset[str] = frozenset()
        """Native ids at which paging back may stop."""
        self.archive: Database | None = None
        """The archive, to read what is known; None outside a crawl."""
        self.no_browser: str | None = "only a crawl has one"
        """Why no page can be read that needs a browser; None where there is one."""
        self.has_worked = False
        """Whether a crawl before this one could read a statement."""
        self.is_replay = False
        self.captured: Sequence[str] = ()
        """The addresses of the captures that are replayed, in order."""
        self.listed = 0
        self.watch = Watch(self.source)
        self.left_alone: set[str] = set()
        """The hosts that failed too often in this crawl to be asked again."""
        self.is_healthy = True
        """Whether every feed could be read so far, by its preferred route."""
        self.channels = [self._channel(feed) for feed in self.source.feeds]
        self._routes = {id(feed): list(feed.fallback) for feed in self.source.feeds}

    async def start(self) -> AsyncIterator[Any]:
        """Ask every feed for its newest listings.

        Unlike Scrapy's own, these requests do not ask to be exempt from any filter.
        """
        for channel in self.channels:
            if channel.feed.options.when == "always":
                for found in channel.start():
                    yield found

    def start_asked(self) -> Iterator[Found]:
        """Ask the feeds that are read only where somebody asks for it."""
        for channel in self.channels:
            if channel.feed.options.when == "asked":
                yield from channel.start()

    @property
    def needs_browser(self) -> bool:
        """Tell whether a feed has pages that only a browser can read."""
        feeds = [feed for main in self.source.feeds for feed in (main, *main.fallback)]
        return any(getattr(feed.options, "javascript", False) for feed in feeds)

    def channel_of(self, route: str) -> Channel | None:
        """Give the channel of a route, preferred or not, however it reads pages now.

        None if the source has no such feed any more.
        """
        name = feed_of(route)
        feeds = [feed for main in self.source.feeds for feed in (main, *main.fallback)]
        channels = chain(self.channels, map(self._channel, feeds))
        return next((channel for channel in channels if channel.feed_name == name), None)

    def fallback(self, feed: Feed) -> Channel | None:
        """Open the next route of a feed that failed; None where there is none left."""
        routes = self._routes.get(id(feed))
        if not routes:
            return None
        following = routes.pop(0)
        self._routes[id(following)] = routes
        channel = self._channel(following)
        self.channels.append(channel)
        return channel

    def _channel(self, feed: Feed) -> Channel:
        return channel_class(feed.options.channel)(self, feed)

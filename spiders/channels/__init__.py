"""How a feed is read: one module per channel, found by its name in a source file."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiders.channels.base import Channel

NAMES = (
    "aspnet",
    "bluesky",
    "feed",
    "govuk",
    "jsonlist",
    "listing",
    "mastodon",
    "sitemap",
    "telegram",
    "wayback",
    "x",
    "youtube",
)


def channel_class(name: str) -> "type[Channel]":
    """Find the class that reads a channel; KeyError for a name that no channel has."""
    if name not in NAMES:
        raise KeyError(name)
    channel: type[Channel] = import_module(f"spiders.channels.{name}").CHANNEL
    return channel

"""Drafting a source file, and reading it back to see what it reads."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from scrapy.http import Response

from onrecord.trying.whereabouts import NOWHERE, timezone_of
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.items import FaultItem, StatementItem
from spiders.offline import open_channel
from spiders.source import Source
from spiders.sourcefiles import read_source

_WIDTH = 100
_START = 300


@dataclass(slots=True)
class Office:
    """What is known of the office that a file is drafted for."""

    name: str
    """The source's name."""
    office: str | None
    country: str | None
    url: str
    language: str | None
    date_order: str
    unverified: str | None = None
    """Why its servers are read though they cannot prove their names."""


@dataclass(slots=True)
class Reading:
    """What a drafted file reads now."""

    entries: list[tuple[str, str | None]] = field(default_factory=list)
    """Headline and printed date of each entry."""
    title: str | None = None
    published_raw: str | None = None
    text: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def text_start(self) -> str:
        """The start of the text, in one line."""
        return " ".join(self.text[:_START].split())


def draft(
    office: Office, feed: Mapping[str, Any], *, looked_at: str, listed: int, verified: date | None
) -> str:
    """Write a source file: what has to be filled in or looked at again is said beside it."""
    zone = timezone_of(office.country)
    known = office.office or "FILL IN"
    said: dict[str, tuple[str, str]] = {
        "office": (known, "To be checked." if office.office else "FILL IN: the office's own name."),
        "country": (
            office.country or NOWHERE,
            ""
            if office.country
            else "FILL IN: ISO 3166-1 code in lower case; rename the file too.",
        ),
        "publisher": (known, "FILL IN: who publishes the pages, such as a government."),
        "url": (office.url, ""),
        "language": (
            office.language or "en",
            "" if office.language else "FILL IN: ISO 639-1 code.",
        ),
        "timezone": (
            zone or "UTC",
            "To be checked: by the country." if zone else "FILL IN: such as Europe/Vienna.",
        ),
    }
    if office.date_order != "DMY":
        said["date_order"] = (office.date_order, "To be checked.")
    found: dict[str, Any] = {"feeds": [dict(feed)]}
    if listed > 1:
        found["expect"] = {"min_listed": listed // 2}
    if office.unverified:
        found["tls"] = {"unverified": office.unverified}
    found["provenance"] = {
        "from": f"onrecord sources try {looked_at}",
        "verified": verified or "never",
    }
    folder = f"{office.name[:2]}/{office.name}.yml"
    return (
        f"# Save as {folder} in a folder of your own.\n"
        + "".join(_line(key, *each) for key, each in said.items())
        + _dump(found, _WIDTH)
    )


class _Dumper(yaml.SafeDumper):
    """Indent lists below their key, as the source files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, False)


def _line(key: str, value: str, remark: str) -> str:
    text = _dump({key: value, "": []}, 10_000).partition("\n")[0]
    return f"{text} # {remark}\n" if remark else f"{text}\n"


def _dump(value: Any, width: int) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=None,
        sort_keys=False,
        allow_unicode=True,
        width=width,
    )
    return text


def load(name: str, text: str) -> Source:
    """Read a drafted file as a crawl would.

    Raises:
        SourceError: it cannot be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name[:2] / f"{name}.yml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return read_source(path)


def read_back(source: Source, listing: Response, item: Response | None) -> Reading:
    """Read the pages at hand by a source's first feed."""
    channel = open_channel(source)
    reading = Reading()
    entry = _read_list(channel, listing, reading)
    if channel.feed.options.model_dump().get("text") == "entry" and entry:
        _take(channel.follow(entry, listing), reading)
    elif item is not None:
        _take(channel.parse_item(item, entry_of(channel, item.url, entry)), reading)
    return reading


def entry_of(channel: Channel, url: str, entry: Entry | None) -> Entry:
    """Give the entry that led to a page, or make one for a page that no list led to."""
    return entry or Entry(native_id=channel.native_id(url), url=url)


def _read_list(channel: Channel, listing: Response, reading: Reading) -> Entry | None:
    first: Entry | None = None
    try:
        for found in channel.read_entries(listing):
            if isinstance(found, Entry):
                first = first or found
                reading.entries.append((found.title or found.url, found.published_raw))
            elif isinstance(found, FaultItem):
                reading.faults.append(found.message)
    except ValueError as error:
        reading.faults.append(str(error))
    return first


def _take(found: Any, reading: Reading) -> None:
    for each in found:
        if isinstance(each, StatementItem):
            reading.title, reading.text = each.title, each.text
            reading.published_raw = each.published_raw
        elif reason := getattr(each, "reason", None) or getattr(each, "message", None):
            reading.faults.append(reason)

"""The jsonlist channel: lists in JSON, however the publisher calls what it lists."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from html import unescape
from typing import Any, Literal, Self
from urllib.parse import urljoin

import ijson
from pydantic import Field, model_validator
from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from analysis.normalise import normalise_text
from archive.memory import Remembered, catalogued
from spiders.channels.entries import Entry, Found
from spiders.channels.options import Options, PageSelectors, WebOptions
from spiders.channels.webpage import WebChannel
from spiders.items import FaultItem, StatementItem
from spiders.json_values import json_values
from spiders.prose import element_text

_BOM = b"\xef\xbb\xbf"
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_MEGABYTE = 1024 * 1024
_SECONDS_PER_MEGABYTE = 3


class JsonFields(Options):
    """Where an item keeps its parts: names, joined by dots where one is inside another."""

    id: str | None = None
    link: str | None = None
    title: str | None = None
    text: str | None = None
    published: str | None = None
    delivered: str | None = None
    speaker: str | None = None
    language: str | None = None


class JsonOptions(WebOptions):
    """Where the list is, what its items hold, and where their texts are."""

    items: str = ""
    fields: JsonFields
    text: Literal["page", "entry", "none"] = "page"
    total: str | None = None
    base: str | None = None
    max_megabytes: int | None = Field(default=None, ge=1, le=1024)
    pages: int = Field(default=1000, ge=1, le=10_000)

    @model_validator(mode="after")
    def _parts_are_named(self) -> Self:
        if not (self.fields.link or (self.fields.id and self.text != "page")):
            raise ValueError("needs 'link' in 'fields', which leads to the items' pages")
        if (self.text == "entry") != (self.fields.text is not None):
            raise ValueError("needs 'text: entry' and 'text' in 'fields', both or neither")
        if self.text == "none" and not self.fields.title:
            raise ValueError("needs 'title' in 'fields': without texts that is all there is")
        if self.text == "page" and (self.fields.speaker or self.fields.delivered):
            raise ValueError("has 'speaker' or 'delivered' in 'fields': see 'page' for those")
        return self


class JsonChannel(WebChannel):
    """Read lists in JSON, a piece at a time: a list may be far larger than a page.

    With `text: none` the list is a catalogue of what was said where, without the words. What it
    says again as before is passed over, so that a long catalogue may be read every day.
    """

    Options = JsonOptions

    @property
    def options(self) -> JsonOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, JsonOptions)
        return self.feed.options

    @cached_property
    def _catalogued(self) -> Mapping[str, int]:
        archive = self.spider.archive
        return catalogued(archive, self.source.name) if archive else {}

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Name the words that the list has, where they are the ones that are kept."""
        own = self.options.fields
        if self.options.text == "page":
            return {} if selectors.title or not own.title else {"title": own.title}
        return {"title": own.title, "text": own.text}

    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read the items; of a list cut short, those before the cut."""
        body = response.body.removeprefix(_BOM)
        place = f"{self.options.items}.item".lstrip(".")
        count = 0
        try:
            for listed in json_values(body, place):
                count += 1
                try:
                    yield self._entry(listed, response)
                except ValueError as error:
                    yield self._fault(f"item {count} of {response.url} {error}", response)
        except ijson.JSONError as error:
            what = "is cut short or broken" if count else "is no list in JSON"
            message = f"{response.url} {what} ({error})"
            if not count:
                raise ValueError(message) from None
            yield self._fault(f"{message}; {count} items before that were read", response)

    def next_url(self, response: Response, page: int) -> str | None:
        """Count on, up to the total that the list tells."""
        total = None
        if self.options.total:
            body = response.body.removeprefix(_BOM)
            total = next(json_values(body, self.options.total), None)
        size = self.options.page_size
        listed = page * size if size else len(self._listed)
        is_all = isinstance(total, int) and listed >= total
        return None if is_all else self.counted_url(page)

    def recheck(self, known: Remembered) -> Request | None:
        """Look again at a page; what only ever stood in the list has none."""
        return super().recheck(known) if self.options.text == "page" else None

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Give what the list holds, or ask for the page; pass over what a catalogue repeats."""
        if entry.item or self.options.text == "page":
            yield from super().follow(entry, response)

    def _is_told_again(self, item: StatementItem) -> bool:
        if self.options.text != "none" or item.native_id not in self._catalogued:
            return False
        title = normalise_text(item.title or "") or None
        delivered = item.delivered_raw and item.delivered_raw[:10]
        told = item.url or None, title, item.published_raw, delivered, item.speaker
        return hash(told) == self._catalogued[item.native_id]

    def _entry(self, listed: Any, response: Response) -> Entry:
        """Read one item.

        Raises:
            ValueError: it lacks an id or an address, or is no object at all.
        """
        if not isinstance(listed, dict):
            raise ValueError(f"is {str(listed)[:40]!r}, not an object")  # noqa: TRY004 - as below
        own = self.options.fields
        told = {
            name: _line_at(listed, path)
            for name, path in own.model_dump(exclude={"text"}, exclude_none=True).items()
        }
        link, identifier = told.get("link"), told.get("id")
        url = _address(self.options.base or response.url, link)
        if url is None and (self.options.text == "page" or identifier is None):
            raise ValueError(f"has no link ({own.link!r})" if not link else f"links to {link!r}")
        entry = Entry(
            native_id=identifier or self.native_id(url or ""),
            url=url or response.url,
            title=told.get("title"),
            published_raw=told.get("published"),
            language=_language(told.get("language")),
        )
        if self.options.text == "page":
            return entry
        item = StatementItem(
            native_id=entry.native_id,
            url=entry.url,
            kind=self.options.kind,
            title=entry.title,
            text=_text_at(listed, own.text) if own.text else "",
            is_without_text=self.options.text == "none",
            published_raw=entry.published_raw,
            delivered_raw=told.get("delivered"),
            speaker=told.get("speaker"),
            language=entry.language,
            route=self.route,
            capture=response.meta["capture"],
        )
        if self._is_told_again(item):
            return Entry(native_id=entry.native_id, url=entry.url)
        return Entry(native_id=entry.native_id, url=entry.url, title=entry.title, item=item)

    def _listing_request(self, url: str, page: int) -> Request:
        request = super()._listing_request(url, page)
        if self.options.max_megabytes:
            bound = self.options.max_megabytes * _MEGABYTE
            seconds = self.options.max_megabytes * _SECONDS_PER_MEGABYTE
            request.meta["download_maxsize"] = request.meta["download_warnsize"] = bound
            request.meta["download_timeout"] = max(seconds, 60)
        return request

    def _fault(self, message: str, response: Response) -> FaultItem:
        return FaultItem(
            level="error",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )


def _address(base: str, link: str | None) -> str | None:
    """Complete a link, without the page's own <base>, for which all of it would be decoded."""
    url = safe_url_string(urljoin(base, link)) if link else ""
    return url if url.startswith(("http://", "https://")) else None


def values_at(node: Any, path: str) -> list[Any]:
    """Give what stands at a dotted path, which goes through every element of a list on its way.

    >>> values_at({"by": [{"name": "Ilse"}, {"name": None}, {"name": "Teun"}]}, "by.name")
    ['Ilse', 'Teun']
    """
    if isinstance(node, list):
        return [found for each in node for found in values_at(each, path)]
    if not path:
        return [] if node is None else [node]
    name, _, rest = path.partition(".")
    return values_at(node.get(name), rest) if isinstance(node, dict) else []


def _line_at(listed: dict[str, Any], path: str) -> str | None:
    """Give a value as one line of text; several are joined by commas."""
    words = [_plain(str(found)) for found in values_at(listed, path)]
    return ", ".join(filter(None, (" ".join(each.split()) for each in words))) or None


def _text_at(listed: dict[str, Any], path: str) -> str:
    return "\n\n".join(_plain(str(found)) for found in values_at(listed, path))


def _plain(written: str) -> str:
    """Give the words of a value that may be HTML or may be plain."""
    return element_text(written) if _MARKUP.search(written) else unescape(written)


def _language(written: str | None) -> str | None:
    return re.split("[-_]", written)[0].lower() if written else None


CHANNEL = JsonChannel

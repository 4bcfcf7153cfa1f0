"""The youtube channel: what a channel's feed says of its newest videos."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from loopback import Answer, Site, crawl, rows, write_source
from rebuilt import assert_rebuilds_the_same

from archive.errors import SourceError
from spiders.items import FaultItem, Linked
from spiders.offline import kept_response, open_channel, read_listing
from spiders.sourcefiles import read_source

CHANNEL = "UClighthousesofarvenna_x"
FEED = f"""\
  - channel: youtube
    channel_id: {CHANNEL}
    base: "{{url}}"
    kind: speech
accounts:
  - platform: youtube
    handle: ArvennaLights
    id: {CHANNEL}
    url: https://video.arvenna.example/lights
    proof: https://light.arvenna.example/
"""
PATH = f"/feeds/videos.xml?channel_id={CHANNEL}"
NAMES = (
    'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)
WORDS = "Speech of the minister <in full> & more.\n\nAt 01:15 she thanks the keepers of the lamps."


def video(identifier: str, title: str, description: str) -> str:
    return (
        f"<entry><id>yt:video:{identifier}</id><yt:videoId>{identifier}</yt:videoId>"
        f"<yt:channelId>{CHANNEL}</yt:channelId><title>{escape(title)}</title>"
        f'<link rel="alternate" href="https://www.youtube.com/watch?v={identifier}"/>'
        "<published>2025-09-02T08:40:00+00:00</published>"
        "<updated>2025-09-03T09:00:00+00:00</updated><media:group>"
        f"<media:title>{escape(title)}</media:title>"
        f'<media:content url="https://www.youtube.com/v/{identifier}?version=3"/>'
        f'<media:thumbnail url="https://i1.ytimg.com/vi/{identifier}/hqdefault.jpg"/>'
        f"<media:description>{escape(description)}</media:description>"
        '<media:community><media:statistics views="12"/></media:community></media:group></entry>'
    )


def feed(*videos: str) -> bytes:
    head = f"<title>Lights</title><yt:channelId>{CHANNEL[2:]}</yt:channelId>"
    return f'<?xml version="1.0"?><feed {NAMES}>{head}{"".join(videos)}</feed>'.encode()


def read(tmp_path: Path, body: bytes) -> list[Any]:
    with Site() as site:
        write_source(tmp_path, site, feeds=FEED)
    channel = open_channel(read_source(tmp_path / "xa" / "xa_light.yml"))
    url = next(iter(channel.first_urls()))
    return read_listing(channel, kept_response(url, body, {}, datetime(2025, 9, 4, tzinfo=UTC)))


def test_a_video_is_its_title_and_description_word_for_word(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, feed(video("lamp-Lit_01", "Lamps & <oil>", WORDS)))
    item = entry.item
    assert (item.native_id, item.title, item.text) == ("lamp-Lit_01", "Lamps & <oil>", WORDS)
    assert (item.kind, item.account) == ("speech", "youtube/ArvennaLights")
    assert item.url == "https://www.youtube.com/watch?v=lamp-Lit_01"
    assert item.published_raw == "2025-09-02T08:40:00+00:00"
    assert item.updated_raw == "2025-09-03T09:00:00+00:00"
    assert item.linked[1] == Linked(
        relation="media", url="https://i1.ytimg.com/vi/lamp-Lit_01/hqdefault.jpg"
    )


def test_a_video_without_a_description_is_a_post_whatever_its_feed_is(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, feed(video("lamp-Lit_01", "Lamps", "")))
    assert (entry.item.kind, entry.item.title, entry.item.text) == ("post", "Lamps", "")
    assert entry.item.linked


def test_a_damaged_video_loses_no_other(tmp_path: Path) -> None:
    whole = feed(
        video("a", "Lampes ét\u00e9 à l'écluse", WORDS), video("b", "Broken \u2014", WORDS)
    )
    found = read(tmp_path, whole.replace("\u2014".encode(), b"\xe2\x80"))
    assert [type(each).__name__ for each in found] == ["Entry", "FaultItem"]
    assert isinstance(found[1], FaultItem)
    assert "(b) is damaged" in found[1].message


def test_what_is_no_feed_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no RSS, Atom or RDF feed, but an HTML page"):
        read(tmp_path, b"<!DOCTYPE html><html><body>Before you continue</body></html>")


def test_a_channel_id_is_not_a_handle(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path, site, feeds=FEED.replace(f"channel_id: {CHANNEL}", "channel_id: L"))
    with pytest.raises(SourceError, match="channel_id"):
        read_source(tmp_path / "xa" / "xa_light.yml")


def test_videos_are_crawled_edited_and_rebuilt(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEED)
        first, second = video("a", "Lamps", WORDS), video("b", "Oil", "")
        site.answers[PATH] = Answer(feed(first, second), content_type="text/xml")
        summary = crawl(site, tmp_path)
        assert (summary["exit"], summary["new_statements"]) == (0, 2)
        edited = video("a", "Lamps", WORDS.replace("thanks", "blames"))
        site.answers[PATH] = Answer(feed(edited, second), content_type="text/xml")
        summary = crawl(site, tmp_path)
        assert (summary["exit"], summary["new_revisions"]) == (0, 1)
        assert set(site.asked) == {"/robots.txt", PATH}
    texts = "SELECT is_silent FROM revisions WHERE revision = 2"
    assert rows(tmp_path / "archive.db", texts) == [{"is_silent": 1}]
    assert_rebuilds_the_same(tmp_path)

"""GOV.UK's answers for the tests of its channel."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scrapy.http import Response

from spiders.channels.base import Channel
from spiders.offline import kept_response, open_channel
from spiders.sourcefiles import read_source

FOLDER = Path(__file__).parent / "govuk"
SITE = "https://www.gov.uk"
KNOWN_ID = "11111111-2222-4333-8444-555555555555:en"
AT = datetime(2026, 11, 1, tzinfo=UTC)


def open_examples() -> Channel:
    """Open the channel of a source to which nothing is known yet."""
    return open_channel(read_source(FOLDER / "gb" / "gb_examples.yml"))


def answer(path: str, said: object, status: int = 200) -> Response:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return kept_response(SITE + path, body, {"Content-Type": "application/json"}, AT, status)


def know(channel: Channel, known: Mapping[str, str]) -> None:
    channel.spider.known = known
    channel.spider.known_by_url = {url: identifier for identifier, url in known.items()}

"""A source and a capture for the tests of Bluesky that need no crawl."""

from typing import Any

from archive.records import Capture
from spiders.channels.bluesky_account import BlueskyOptions
from spiders.source import Feed, Provenance, Source

EVERYTHING = {
    "captures": "SELECT * FROM captures ORDER BY id",
    "checks": "SELECT statement_id, capture_id, checked_at, outcome, revision, evidence, witness "
    "FROM checks ORDER BY statement_id, checked_at, outcome, revision",
    "crawls": "SELECT * FROM crawls ORDER BY id",
    "issues": "SELECT source, crawl_id, level, message, url, capture_id, at FROM issues "
    "ORDER BY crawl_id, url, message",
    "ledger": "SELECT * FROM ledger ORDER BY seq",
    "quarantine": "SELECT native_id, reason, item FROM quarantine ORDER BY native_id, reason",
    "revisions": "SELECT * FROM revisions ORDER BY statement_id, revision",
    "statements": "SELECT * FROM statements ORDER BY id",
    "tone": "SELECT * FROM tone ORDER BY text_sha256, language",
    "sentences": "SELECT * FROM sentences",
    "mentions": "SELECT * FROM mentions",
    "entities": "SELECT * FROM entities",
}
"""Table to what a rebuild must bring again, without the numbers of rows."""

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
CAPTURE = Capture(
    id="c",
    url="https://pds.arvenna.example/xrpc/com.atproto.repo.listRecords",
    captured_at="2026-11-24T10:00:00Z",
    status=200,
    content_type=None,
    bytes=1,
    sha256="",
    warc_file="",
    warc_offset=0,
    warc_length=0,
    warc_sha256="",
)


def bluesky_source(accounts: Any = (), **options: Any) -> Source:
    """Declare an office with one account; its DID is only in the file where a test says so."""
    given = {"channel": "bluesky", "handle": "lights.arvenna.example"} | options
    return Source(
        name="xa_light",
        office="Ministry of Lighthouses",
        country="xa",
        publisher="Government of Arvenna",
        url="https://light.arvenna.example/",
        language="en",
        timezone="Europe/Vienna",
        accounts=tuple(accounts),
        feeds=(Feed(options=BlueskyOptions.model_validate(given)),),
        provenance=Provenance.model_validate({"from": "a test", "verified": "never"}),
    )

"""The report for scripts, as docs/check.schema.json describes it."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analysis.quotes.finding import Change
from onrecord.checking.checked import (
    CheckedArticle,
    CheckedQuote,
    Coverage,
    Match,
    SourceCoverage,
)

Json = dict[str, Any]


def as_dict(article: CheckedArticle) -> Json:
    """Give an article's quotations; of its own text nothing else is told, because it is private."""
    return {
        "article": {
            "url": article.url,
            "title": article.title,
            "published_on": article.published_on,
            "publisher": article.publisher,
        },
        "quotes": [quote_as_dict(quote) for quote in article.quotes],
        "checked_at": article.checked_at,
        "software": software(),
    }


def quote_as_dict(quote: CheckedQuote) -> Json:
    """Give one quotation; also what a line of `onrecord check --quotes --ndjson` is made of."""
    return {
        "quote": quote.quote,
        "start": quote.start,
        "end": quote.end,
        "parts": [list(part) for part in quote.parts],
        "speaker": quote.speaker,
        "speaker_id": quote.speaker_id,
        "verdict": quote.verdict,
        "severity": quote.severity,
        "changes": [_change(change) for change in quote.changes],
        "reasons": list(quote.reasons),
        "match": _match(quote.match) if quote.match else None,
        "others": [_match(other) for other in quote.others],
        "coverage": _coverage(quote.coverage) if quote.coverage else None,
    }


def software() -> Json:
    """Name what made a report; the version is null where it runs without being installed."""
    try:
        return {"name": "onrecord", "version": version("onrecord")}
    except PackageNotFoundError:
        return {"name": "onrecord", "version": None}


def _change(change: Change) -> Json:
    return {
        "kind": change.kind,
        "printed": change.printed,
        "said": change.said,
        "printed_at": list(change.printed_at),
        "said_at": list(change.said_at),
        "severity": change.severity,
        "flags": list(change.flags),
        "note": change.note,
    }


def _match(match: Match) -> Json:
    return {
        "statement": match.statement,
        "revision": match.revision,
        "url": match.url,
        "published_at": match.published_at,
        "captured_at": match.captured_at,
        "source": match.source,
        "office": match.office,
        "kind": match.kind,
        "title": match.title,
        "speaker": match.speaker,
        "speaker_id": match.speaker_id,
        "state": match.state,
        "state_since": match.state_since,
        "first_missed_at": match.first_missed_at,
        "text": match.text,
        "start": match.start,
        "end": match.end,
        "parts": [list(part) for part in match.parts],
    }


def _coverage(coverage: Coverage) -> Json:
    return {
        "speaker_id": coverage.speaker_id,
        "since": coverage.since,
        "until": coverage.until,
        "statements": coverage.statements,
        "note": coverage.note,
        "sources": [_source(source) for source in coverage.sources],
    }


def _source(source: SourceCoverage) -> Json:
    return {
        "source": source.source,
        "office": source.office,
        "statements": source.statements,
        "first_published_at": source.first_published_at,
        "last_published_at": source.last_published_at,
        "last_good_crawl_at": source.last_good_crawl_at,
        "gaps": list(source.gaps),
    }

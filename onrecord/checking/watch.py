"""A watch over the news: articles are checked and recorded while it holds the archive."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.article_records import ChangedVerdict, FindingRow, OpenQuote, Recorded
from archive.articles import (
    article_address,
    ledger_end,
    record_article,
    record_verdict,
)
from archive.clock import read_utc, utc_now, utc_text
from archive.errors import ArchiveError
from archive.passages.refreshing import refresh
from archive.records import Capture
from archive.store import Archive, open_for_reading
from onrecord.checking.article_rows import article_row, finding_row, known_then
from onrecord.checking.checked import CheckedArticle
from onrecord.checking.checking import Checker, Told
from onrecord.checking.fetching import Fetched
from onrecord.checking.speakers import Register
from onrecord.checking.verdict_words import ORDER, short_name
from spiders.articles import Article, ArticleError, article_of_file

Tell = Callable[[str], None]
"""Is told, in a sentence each, what went wrong and which verdicts changed."""

_WEIGHTS = {"minor": " (the wording)", "meaning": " (may change the meaning)"}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Watched:
    """What watching came to."""

    read: int = 0
    """Articles that were checked and recorded; none in a recheck."""

    new: int = 0
    """Those of them that were not recorded before."""

    edited: int = 0
    """Those of them whose text is another than when they were last read."""

    known: int = 0
    """Links of a feed that were left alone because their articles are recorded."""

    failed: int = 0
    """Articles, or in a recheck quotations, that could not be checked; why has been told."""

    changed: int = 0
    """Verdicts on recorded quotations that are not what they were."""

    verdicts: Mapping[str, int] = field(default_factory=dict)
    """How many quotations have each verdict, of those that were judged."""

    def as_dict(self) -> dict[str, Any]:
        """Give the counts for a script."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        return counts | {"quotes": sum(self.verdicts.values()), "verdicts": dict(self.verdicts)}

    def told(self) -> list[str]:
        """Say the counts, in lines for a reader."""
        lines = []
        if self.read or self.known:
            more = {"new": self.new, "edited": self.edited, "left alone": self.known}
            also = "".join(f", {count} {name}" for name, count in more.items() if count)
            lines.append(f"{_count(self.read, 'article')} read{also}")
        each = [f"{self.verdicts[key]} {short_name(key)}" for key in ORDER if key in self.verdicts]
        if each:
            judged = _count(sum(self.verdicts.values()), "quotation")
            lines.append(f"{judged}: {', '.join(each)}")
        if self.changed:
            lines.append(f"{_count(self.changed, 'verdict')} changed")
        if self.failed:
            lines.append(f"{self.failed} could not be checked")
        return lines or ["Nothing new to check"]


_COUNTS = ("read", "new", "edited", "known", "failed", "changed")


class Watch:
    """Checks and records articles while it holds the archive."""

    def __init__(self, archive: Archive, told: Told, tell: Tell) -> None:
        refresh(archive)
        self.archive = archive
        self.counts: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._seq = ledger_end(archive.db)
        self._checker = Checker(archive.db)
        self._register = Register.of(archive.db)
        self._told = told
        self._tell = tell

    def watched(self) -> Watched:
        """Give what it came to so far."""
        verdicts: dict[str, int] = {
            key: self._verdicts[key] for key in ORDER if self._verdicts[key]
        }
        return Watched(**{name: self.counts[name] for name in _COUNTS}, verdicts=verdicts)

    def take(self, fetched: Fetched, keep: Callable[[Response], Capture]) -> None:
        """Check and record an article of the web; `keep` gives the capture of its answer."""
        article, response = fetched.article, fetched.response
        if article is None or response is None:
            self._fail(str(fetched.error))
            return
        with self._going_on(fetched.url):
            checked = self._checker.check(article, self._told)
            addresses = addresses_of(fetched.url, response)
            checked = known_by(self.archive, checked, fetched.url)
            capture = keep(response)
            if read_utc(capture.captured_at) < read_utc(checked.checked_at):
                checked = replace(checked, checked_at=capture.captured_at)
            self._record(checked, addresses, capture)

    def read(self, path: Path) -> None:
        """Check and record an article of a file."""
        try:
            article = article_of_file(path)
        except ArticleError as error:
            self._fail(str(error))
            return
        with self._going_on(str(path)):
            title = article.title or path.name
            self._record(self._checker.check(_without_address(article, title), self._told))

    def judge_again(self, quotes: Sequence[OpenQuote]) -> None:
        """Judge recorded quotations again, and record what they are now with one commit."""
        found: list[tuple[OpenQuote, FindingRow]] = []
        for quote in quotes:
            with self._going_on(f"“{_shortened(quote.words)}” in {_named(quote)}"):
                found.append((quote, self._judged(quote)))
        at = utc_text(utc_now())
        with self.archive.transaction():
            changed = [
                (quote, record_verdict(self.archive, quote, now, at=at, checked_seq=self._seq))
                for quote, now in found
            ]
        self._verdicts.update(now.verdict for _, now in found)
        for quote, change in changed:
            if change:
                self._tell_change(change, _named(quote))

    def _judged(self, quote: OpenQuote) -> FindingRow:
        known = known_then(quote, self._register)
        on = date.fromisoformat(quote.published_on) if quote.published_on else None
        told = replace(self._told, on=on)
        checked = self._checker.checked(
            quote.words, quote.parts, quote.speaker, known, told, quote.breaks
        )
        return finding_row(checked)

    def _record(
        self, checked: CheckedArticle, addresses: Sequence[str] = (), capture: Capture | None = None
    ) -> None:
        row = article_row(checked, self._register, addresses=addresses, checked_seq=self._seq)
        recorded: Recorded = record_article(self.archive, row, capture)
        self.counts.update(read=1, new=recorded.is_new, edited=recorded.is_edited)
        self._verdicts.update(quote.verdict for quote in checked.quotes)
        for change in recorded.changed:
            self._tell_change(change, checked.url or checked.title or "an article")

    @contextmanager
    def _going_on(self, where: str) -> Iterator[None]:
        """Tell of what cannot be checked, and go on; raise what would keep the next out too."""
        try:
            yield
        except (ArchiveError, sqlite3.Error, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - one article must not keep the others out
            self._fail(f"{where} could not be checked: {type(error).__name__}: {error}")

    def _fail(self, why: str) -> None:
        self.counts["failed"] += 1
        self._tell(why)

    def _tell_change(self, change: ChangedVerdict, where: str) -> None:
        self.counts["changed"] += 1
        found = f" ({change.statement_id})" if change.statement_id else ""
        before, after = _say(change.before), _say(change.after)
        words = _shortened(change.words)
        self._tell(f"“{words}” in {where} was {before}, and is {after} now{found}")


@contextmanager
def open_watch(path: Path, told: Told, tell: Tell) -> Iterator[Watch]:
    """Hold an archive that is there for a watch."""
    open_for_reading(path).close()  # which does not make an archive where there is none
    with Archive.open(path) as archive:
        yield Watch(archive, told, tell)


def _without_address(article: Article, title: str) -> Article:
    return replace(article, url=None, title=title)


def known_by(archive: Archive, checked: CheckedArticle, asked: str) -> CheckedArticle:
    """Give an article the address that it is known by; a site's front page is none."""
    stated = checked.url if checked.url and urlsplit(checked.url).path.strip("/") else None
    return replace(checked, url=article_address(archive.db, asked, stated, checked.title))


def addresses_of(asked: str | None, response: Response | None) -> tuple[str, ...]:
    """Give the addresses that led to an article."""
    given = (asked, response.url if response else None)
    return tuple(each for each in given if each)


def _named(quote: OpenQuote) -> str:
    return quote.url or quote.title or "an article"


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()} …"


def _say(verdict: tuple[str, str]) -> str:
    return verdict[0].replace("_", " ") + _WEIGHTS.get(verdict[1], "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

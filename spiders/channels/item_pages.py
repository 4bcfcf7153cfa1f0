"""Item pages: what the address of one statement answers, judged and read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scrapy.http import Response

from analysis.normalise import normalise_text, normalised_sha256
from archive.memory import latest_sha256
from archive.records import Capture
from spiders.answers import Answer, led_away
from spiders.channels.entries import Entry, Found
from spiders.channels.judging import NOT_READ, answer_of, noted
from spiders.identity import is_same_page, leads_nowhere
from spiders.items import AbsenceItem, FaultItem, StatementItem, UnreadableItem
from spiders.selectors import SelectorError

if TYPE_CHECKING:
    from spiders.reader import SourceSpider
    from spiders.source import Feed

_OK = 200


class ItemPages(ABC):
    """Judge the pages of single statements."""

    def __init__(self, spider: "SourceSpider", feed: "Feed") -> None:
        self.spider = spider
        self.source = spider.source
        self.feed = feed

    @abstractmethod
    def first_urls(self) -> Iterable[str]:
        """Name the pages that list what was published lately."""

    @abstractmethod
    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a statement's own page.

        Raises:
            ValueError: the page cannot be read.
        """

    def item_url(self, entry: Entry) -> str:
        """Name the address to read an entry's text from."""
        return entry.url

    def words_of(self, response: Response) -> str | None:
        """Give the publisher's own words on an answer that is not what was asked for."""
        del response
        return None

    def missing_words(self, response: Response) -> str | None:
        """Give the words of a page that stands for a missing one, though the answer is a 200."""
        del response
        return None

    def parse_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge what an item's address answered, and read it if it is the item."""
        capture: Capture = response.meta["capture"]
        answer = self.answer_of(response)
        if answer.kind == "gone":
            evidence = f"HTTP {self._answer(response, answer)}"
            yield self._missing(entry, "absent", evidence, capture)
        elif response.status != _OK or answer.kind not in {"ok", "soft_404"}:
            yield self._refused(response, entry, answer)
        elif not self._is_answer_about(response, entry):
            yield from self._led_away(response, entry)
        elif said := self.missing_words(response):
            yield from noted(Answer("soft_404", said), response)
            yield self._missing(entry, "absent", f"HTTP 200, but the page says: {said}", capture)
        elif answer.kind == "soft_404" and answer.by == "source":
            evidence = f"HTTP 200, but it is {answer.reason}"
            yield self._missing(entry, "absent", evidence, capture)
        elif answer.kind == "soft_404":
            yield self._refused(response, entry, answer)
        else:
            try:
                yield from self.read_item(response, entry)
            except ValueError as error:
                if isinstance(error, SelectorError):
                    yield from self._is_laid_out_anew(str(error), response)
                yield UnreadableItem(
                    native_id=entry.native_id, url=response.url, reason=str(error), capture=capture
                )

    def _refused(self, response: Response, entry: Entry, answer: Answer) -> FaultItem:
        """Report what stands in the place of an item, and says nothing of it.

        A wall is the source's trouble, whichever page it was met at; that one known page cannot be
        read just now is less.
        """
        words = f"{response.url} answered {self._answer(response, answer)}"
        if response.status == _OK:
            words = f"{response.url} gave {answer.reason}: {NOT_READ}"
        is_wall = answer.by != "status" and answer.kind in {"blocked", "login_wall"}
        is_known = entry.native_id in self.spider.known
        return FaultItem(
            level="warning" if is_known and not is_wall else "error",
            message=f"{self.source.name}: {words}",
            url=response.url,
            capture=response.meta["capture"],
        )

    def _led_away(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge where an item's address leads instead; a log-in says nothing of the item."""
        answer = led_away(response.url, self.first_urls())
        yield from noted(answer, response)
        if answer.kind == "login_wall":
            yield self._refused(response, entry, answer)
        else:
            evidence, moved_to = f"redirected to {response.url}", self._moved_to(response, entry)
            capture: Capture = response.meta["capture"]
            yield self._missing(entry, "redirected", evidence, capture, moved_to)

    def answer_of(self, response: Response) -> Answer:
        """Say of what kind an answer is, by the source's rules among others."""
        return answer_of(response, self.source.answers)

    def _is_laid_out_anew(self, words: str, response: Response) -> Iterator[Found]:
        """Note that a page cannot be read by what has worked before, where anything has."""
        if self.spider.has_worked:
            yield from noted(Answer("layout_changed", words), response)

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Judge a redirect: lists link by detours, but what is known stays at its own address."""
        asked = self.item_url(entry)
        if response.url == asked or is_same_page(asked, response.url, self.source.id):
            return True
        return entry.native_id not in self.spider.known and not leads_nowhere(response.url)

    def _answer(self, response: Response, answer: Answer | None = None) -> str:
        words = self.words_of(response)
        if not words and answer and answer.by != "status":
            words = answer.reason
        return f"{response.status}: {words}" if words else str(response.status)

    def _moved_to(self, response: Response, entry: Entry) -> str | None:
        """Name the address that a statement's own led to, if the very same words stand there."""
        db = self.spider.archive
        if db is None or leads_nowhere(response.url) or entry.native_id not in self.spider.known:
            return None
        known = latest_sha256(db, self.source.name, entry.native_id)
        try:
            found = list(self.read_item(response, entry))
        except ValueError:
            return None
        items = (each for each in found if isinstance(each, StatementItem) and each.text)
        is_same = any(normalised_sha256(normalise_text(item.text)) == known for item in items)
        return response.url if is_same else None

    def _missing(
        self,
        entry: Entry,
        outcome: Any,
        evidence: str,
        capture: Capture,
        moved_to: str | None = None,
    ) -> Found:
        if entry.native_id in self.spider.known:
            return AbsenceItem(
                native_id=entry.native_id,
                outcome=outcome,
                evidence=evidence,
                capture=capture,
                moved_to=moved_to,
            )
        return FaultItem(
            level="warning",
            message=f"{self.source.name}: listed, but not there: {entry.url} ({evidence})",
            url=entry.url,
            capture=capture,
        )

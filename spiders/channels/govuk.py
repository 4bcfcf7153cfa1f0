"""The govuk channel: GOV.UK's Search API for discovery, its Content API for the texts."""

from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import urlencode, urljoin, urlsplit

from pydantic import Field, ValidationError
from scrapy import Request
from scrapy.http import Response

from archive.memory import Remembered
from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.govuk_documents import (
    Document,
    Refusal,
    Result,
    SearchAnswer,
    Withdrawal,
    first_problem,
    read_answer,
)
from spiders.channels.options import FeedOptions, Kind
from spiders.items import FaultItem, Linked, PublisherChange, StatementItem
from spiders.prose import element_text

_KINDS: dict[str, Kind] = {
    "authored_article": "article",
    "fatality_notice": "notice",
    "government_response": "statement",
    "news_article": "news",
    "news_story": "news",
    "oral_statement": "oral_statement",
    "press_release": "press_release",
    "speech": "speech",
    "world_news_story": "news",
    "written_statement": "written_statement",
}
_OWN_LANGUAGE = "en"


class GovukOptions(FeedOptions):
    """Which organisation's documents to read."""

    organisation: str
    document_types: tuple[str, ...] = Field(min_length=1)
    base: str = "https://www.gov.uk"
    page_size: int = Field(default=50, ge=1, le=1500)
    translations: bool = True


class GovukChannel(Channel):
    """Read what an organisation publishes on GOV.UK.

    A statement's native id is its content id and locale: a content id is shared by the
    language versions of a document and survives a change of its address.
    """

    Options = GovukOptions
    is_one_an_answer = True
    evidence = Evidence(
        identity="content id and locale, which survive a change of address",
        edits="the words differ; silent if neither `public_updated_at` nor the change notes moved",
        deletions="the Content API says `gone` or `redirect`, or answers 404 or 410: suspect",
    )

    @property
    def options(self) -> GovukOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, GovukOptions)
        return self.feed.options

    def first_urls(self) -> Iterable[str]:
        """Ask the Search API for the newest documents."""
        yield self._search_url(0)

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read a page of search results; one that cannot be followed is reported."""
        answer = read_answer(SearchAnswer, response)
        if not answer.results and answer.start < answer.total:
            yield self._fault(
                f"{response.url} has none of the {answer.total} results that it tells of",
                response,
                level="error",
            )
        for each in answer.results:
            try:
                yield self._entry(Result.model_validate(each))
            except ValidationError as error:
                yield self._fault(f"a result of {response.url}: {first_problem(error)}", response)
            except ValueError as error:
                yield self._fault(f"a result of {response.url}: {error}", response)

    def next_url(self, response: Response, page: int) -> str | None:
        """Ask for the next results, up to the total that the API tells."""
        start = page * self.options.page_size
        total = read_answer(SearchAnswer, response).total
        return self._search_url(start) if start < total else None

    def item_url(self, entry: Entry) -> str:
        """Name the Content API's address of a document."""
        return f"{self.options.base}/api/content{entry.url.removeprefix(self.options.base)}"

    def recheck(self, known: Remembered) -> Request | None:
        """Ask the Content API again; a statement of another site is not ours."""
        return super().recheck(known) if known.url.startswith(self.options.base) else None

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a document: a statement, or the API's word that it is gone or has moved."""
        document = read_answer(Document, response)
        capture: Capture = response.meta["capture"]
        identifier = f"{document.content_id}:{document.locale}"
        is_other = entry.native_id in self.spider.known and identifier != entry.native_id
        kind = _KINDS.get(document.document_type)
        if document.schema_name == "gone":
            yield self._missing(entry, "absent", _gone_words(document), capture)
        elif document.schema_name == "redirect":
            yield self._missing(entry, "redirected", _redirect_words(document), capture)
        elif document.content_id is None:
            raise ValueError(f"{response.url} is a {document.document_type} without a content_id")
        elif is_other:
            yield self._missing(entry, "redirected", _redirect_words(document), capture)
        elif kind is None:
            kinds = f"a {document.document_type}, which is no kind of statement"
            yield self._fault(f"{entry.url} is {kinds}", response)
        else:
            yield self._statement(document, identifier, kind, capture)
            yield from self._translations(document, response)

    def words_of(self, response: Response) -> str | None:
        """Give the API's own words on an answer that is not what was asked for."""
        try:
            refusal = read_answer(Refusal, response)
            return refusal.error or _gone_words(read_answer(Document, response))
        except ValueError:
            return None

    def _entry(self, result: Result) -> Entry:
        url = urljoin(f"{self.options.base}/", result.link)
        if not url.startswith(f"{self.options.base}/"):
            raise ValueError(f"{result.link} is elsewhere, where the Content API does not reach")
        url = self.options.base + urlsplit(url.removeprefix(self.options.base)).path
        return Entry(
            native_id=self.spider.known_by_url.get(url, url),
            url=url,
            title=result.title,
            published_raw=result.public_timestamp,
        )

    def _statement(
        self, document: Document, identifier: str, kind: Kind, capture: Capture
    ) -> StatementItem:
        details = document.details
        return StatementItem(
            native_id=identifier,
            url=self.options.base + document.base_path,
            kind=kind,
            title=document.title,
            text=element_text(details.html),
            published_raw=document.first_published_at or details.first_public_at,
            delivered_raw=details.delivered_on,
            updated_raw=document.public_updated_at,
            changes=tuple(
                PublisherChange(at=each.public_timestamp, note=each.note)
                for each in details.change_history
            ),
            language=document.locale,
            speaker=document.speaker,
            office=document.publisher,
            withdrawn=_withdrawn_words(document.withdrawn_notice),
            linked=tuple(self._versions(document)),
            route=self.route,
            capture=capture,
        )

    def _versions(self, document: Document) -> Iterator[Linked]:
        """Link the language versions: GOV.UK writes in English, and translates."""
        for each in document.links.available_translations:
            if each.locale and each.locale != document.locale:
                yield Linked(
                    relation="translation" if each.locale == _OWN_LANGUAGE else "version",
                    id=f"{document.content_id}:{each.locale}",
                    url=self.options.base + each.base_path if each.base_path else None,
                    text=each.locale,
                )

    def _translations(self, document: Document, response: Response) -> Iterator[Found]:
        if not self.options.translations:
            return
        for each in document.links.available_translations:
            if each.locale == document.locale or not each.base_path:
                continue
            url = self.options.base + each.base_path
            identifier = f"{document.content_id}:{each.locale}"
            yield from self.follow(Entry(native_id=identifier, url=url), response)

    def _fault(
        self, message: str, response: Response, level: Literal["warning", "error"] = "warning"
    ) -> FaultItem:
        return FaultItem(
            level=level,
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Leave the judgement to the document's own id."""
        del response, entry
        return True

    def _search_url(self, start: int) -> str:
        query = [("filter_organisations", self.options.organisation)]
        query += [
            ("filter_content_store_document_type", each) for each in self.options.document_types
        ]
        query += [("order", "-public_timestamp"), ("count", str(self.options.page_size))]
        query += [("start", str(start))]
        return f"{self.options.base}/api/search.json?{urlencode(query)}"


def _withdrawn_words(notice: Withdrawal) -> str | None:
    if not (notice.explanation or notice.withdrawn_at):
        return None
    return f"withdrawn {notice.withdrawn_at}: {element_text(notice.explanation)}".strip(": ")


def _gone_words(document: Document) -> str:
    words = element_text(document.details.explanation) or "no explanation"
    other = document.details.alternative_path
    return f"the Content API says gone: {words}" + (f" (see {other})" if other else "")


def _redirect_words(document: Document) -> str:
    targets = [each.destination for each in document.redirects]
    return f"the Content API redirects to {', '.join(targets) or document.base_path}"


CHANNEL = GovukChannel

"""The records of the news: an article, its quotations, and what each turned out to be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Change = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SpeakingOffice:
    """An office that an article gives words to, as the register knew it then."""

    sources: tuple[str, ...]
    person_ids: tuple[str, ...]
    """Who spoke for it."""


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage of the record, in characters of that revision's text."""

    statement_id: str
    revision: int
    said: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What a quotation turned out to be."""

    verdict: str
    severity: str
    changes: tuple[Change, ...]
    """Fields that JSON can hold."""

    reasons: tuple[str, ...]
    passage: PassageRow | None
    others: tuple[PassageRow, ...]
    """Further statements with the same words, and the other sources of a quotation of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """A quotation as an article prints it, with what it turned out to be."""

    words: str
    span: Span | None
    """Its place in the article's text, in characters; None for a post that is only shown."""

    parts: tuple[Span, ...]
    breaks: tuple[int, ...] = ()
    """The characters of `words` before which the article says something between two parts."""

    speaker: str | None
    speaker_id: str | None
    office: SpeakingOffice | None
    finding: FindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article as it was read."""

    url: str | None
    """What it is known by from now on; see `archive.articles.article_address`."""

    addresses: tuple[str, ...] = ()
    """Every address that leads to it."""

    title: str | None
    publisher: str | None
    published_on: str | None
    text_sha256: str
    read_at: str
    """UTC, as all times here."""

    checked_seq: int
    """The last line of the ledger whose text was searched; 0 if that is not known."""

    quotes: tuple[QuoteRow, ...]

    @property
    def id(self) -> str:
        """Its name for good: made from its address, or else from its text and who printed it."""
        named = self.url or f"{self.text_sha256}\n{self.publisher or ''}"
        return hashlib.sha256(named.encode("utf-8", "backslashreplace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class OpenQuote:
    """A recorded quotation that something collected later might settle."""

    article_id: str
    number: int
    words: str
    parts: tuple[Span, ...]
    breaks: tuple[int, ...]
    speaker: str | None
    speaker_id: str | None
    office: SpeakingOffice | None
    published_on: str | None
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A verdict that is not what it was."""

    words: str
    before: tuple[str, str]
    """Verdict and severity."""

    after: tuple[str, str]
    statement_id: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording an article did."""

    is_new: bool
    is_edited: bool
    """Whether its text is not the one that was read before."""

    changed: tuple[ChangedVerdict, ...]

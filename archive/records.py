"""The records an archive takes in: a capture, and a statement with its tone."""

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One response kept in a WARC file."""

    id: str
    """The WARC-Record-ID of the response record, without `urn:uuid:`."""

    url: str
    """The address asked for."""

    captured_at: str
    """When the response was complete: UTC, to the second."""

    status: int
    """The HTTP status; 200 for an imported file."""

    content_type: str | None
    """The Content-Type header as sent."""

    bytes: int
    """Length of the body as transferred, in bytes."""

    sha256: str
    """SHA-256 of the body as transferred (still compressed, if it was)."""

    warc_file: str
    """The WARC file's name inside the archive's WARC folder."""

    warc_offset: int
    """Where the record starts in that file, in bytes."""

    warc_length: int
    """Length of the stored record, in bytes."""

    warc_sha256: str
    """SHA-256 of the stored record, headers included."""

    etag: str | None = None
    """The ETag header as sent."""

    last_modified: str | None = None
    """The Last-Modified header as sent."""

    refers_to: str | None = None
    """The capture that holds the same bytes, where this one only says that nothing changed."""

    not_before: str | None = None
    """When the server wants to be asked again at the earliest: UTC, to the second."""

    request_sha256: str | None = None
    """SHA-256 of what was sent with the request, such as a form; None for a plain GET."""

    rendered_from: str | None = None
    """The capture of which a browser made this page, by running its scripts: no server sent it."""

    tls: str | None = None
    """Whether the server proved its name; None where nothing was encrypted, or nobody noted it."""

    clock_ahead_seconds: int | None = None
    """How far our clock was ahead of the server's; None where the server told no time."""

    answer: str | None = None
    """Of what kind the answer is, such as `ok` or `blocked`; None where it was never judged."""

    answer_reason: str | None = None
    """Which words, header or status show that."""


class SentenceRow(NamedTuple):
    """One sentence of a text, as the table `sentences` keeps it."""

    start_at: int
    end_at: int
    is_quoted: bool
    tone: float | None
    tone_label: str | None
    tone_confidence: float | None


class MentionRow(NamedTuple):
    """One place where a text names somebody, as the table `mentions` keeps it."""

    start_at: int
    end_at: int
    kind: str
    entity_id: str
    sentence: int
    target_tone: float | None
    target_tone_label: str | None
    target_tone_confidence: float | None
    target_tone_status: str


class EntityRow(NamedTuple):
    """What a mentioned country, person, organisation or office is called."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneScore:
    """What was read out of a text: its tone, its sentences and whom it names."""

    language: str
    """ISO 639-1; empty where it is not known."""

    tone_model: str
    textblob_version: str
    textblob_polarity: float | None = None
    textblob_subjectivity: float | None = None
    vader_compound: float | None = None
    tone: float | None = None
    tone_label: str | None = None
    tone_confidence: float | None = None
    tone_status: str
    tone_evidence: str = "[]"
    """JSON: a list of [words, weight]."""

    quoted_tone: float | None = None
    quoted_tone_label: str | None = None
    sentences: tuple[SentenceRow, ...] = ()
    mentions: tuple[MentionRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A validated statement, ready to be recorded."""

    source: str
    native_id: str
    url: str | None
    kind: str
    title: str | None
    text: str | None
    """The words; None where a takedown withholds them."""

    text_sha256: str
    language: str | None
    published_at: str | None
    published_raw: str | None
    published_precision: Literal["time", "date", "month", "year"] | None
    delivered_on: str | None
    speaker: str | None
    speaker_id: str | None = None
    """The person who said it, as the register names persons; None where it is not known."""

    holder_id: str | None = None
    """Who held the office on the day of publication; None where it is not known."""

    account: str | None = None
    """The account that posted it, as platform/handle."""

    office: str
    country: str
    publisher_updated_at: str | None
    publisher_changes: str | None
    """JSON: a list of {"at", "note"}; None where the publisher keeps no history."""

    corrections: str | None
    """JSON: {column: {"published", "used"}} for values that the source file corrects."""

    withdrawn: str | None
    route: str
    """The feed that led to it and how it reads: only words read in the same way are compared."""

    capture: Capture
    tone: ToneScore | None = None
    linked: str | None = None
    """JSON: a list of {"relation", "id", "url", "text"}; None where nothing is linked."""

    publisher_hash: str | None = None
    """The publisher's own hash of its record, such as a CID."""

    pages: str | None = None
    """JSON: where each page of a paged document begins in the text, in characters."""

    witness: str | None = None
    """Who saw this wording, where it was not us: `wayback`, or `publisher` for its own history."""

    seen_at: str = ""
    """When it was seen, in UTC; the time of the capture unless a witness saw it."""

    def __post_init__(self) -> None:
        if not self.seen_at:
            object.__setattr__(self, "seen_at", self.capture.captured_at)

    @property
    def id(self) -> str:
        """Name the statement for good: the same in every archive, shard and rebuild."""
        return statement_id(self.source, self.native_id)


_DERIVED = {"tls", "clock_ahead_seconds", "answer", "answer_reason"}


def evidence_of(capture: Capture) -> dict[str, Any]:
    """Give the fields of a capture that the ledger holds: what was kept, not what we make of it."""
    return {name: told for name, told in asdict(capture).items() if name not in _DERIVED}


def fields_of(statement: Statement) -> dict[str, Any]:
    """Give a statement's fields by their names."""
    return {each.name: getattr(statement, each.name) for each in fields(statement)}


_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32 = [first + second for first in _SIGNS for second in _SIGNS]
"""Ten bits in base32: base64.b32encode takes longer than all the rest of an id."""


def statement_id(source: str, native_id: str) -> str:
    """Derive a statement's id from its identity: the source's name and 80 bits of a hash.

    >>> statement_id("in_mod", "1650811")
    'in_mod-ibxilvurbz6k5mgr'
    """
    digest = hashlib.sha256(f"{source}\n{native_id}".encode()).digest()
    bits = int.from_bytes(digest[:10], "big")
    first = f"{_BASE32[bits >> 70]}{_BASE32[bits >> 60 & 1023]}{_BASE32[bits >> 50 & 1023]}"
    then = f"{_BASE32[bits >> 40 & 1023]}{_BASE32[bits >> 30 & 1023]}{_BASE32[bits >> 20 & 1023]}"
    return f"{source}-{first}{then}{_BASE32[bits >> 10 & 1023]}{_BASE32[bits & 1023]}"

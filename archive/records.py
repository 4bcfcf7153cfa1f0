"""The records an archive takes in: a capture, and a statement with its tone."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Literal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneScore:
    """What a scorer said about the wording of one revision."""

    scorer: str
    polarity: float | None
    subjectivity: float | None
    status: str
    evidence: str
    """JSON: a list of [words, polarity]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A validated statement, ready to be recorded."""

    source: str
    native_id: str
    url: str | None
    kind: str
    title: str | None
    text: str
    text_sha256: str
    language: str | None
    published_at: str | None
    published_raw: str | None
    published_precision: Literal["time", "date", "month", "year"] | None
    delivered_on: str | None
    speaker: str | None
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

    @property
    def id(self) -> str:
        """Name the statement for good: the same in every archive, shard and rebuild."""
        return statement_id(self.source, self.native_id)


def statement_id(source: str, native_id: str) -> str:
    """Derive a statement's id from its identity: the source's name and 80 bits of a hash.

    >>> statement_id("in_mod", "1650811")
    'in_mod-pwaxmkvdt7wizplh'
    """
    digest = hashlib.sha256(f"{source}\n{native_id}".encode()).digest()
    return f"{source}-{base64.b32encode(digest[:10]).decode().lower()}"

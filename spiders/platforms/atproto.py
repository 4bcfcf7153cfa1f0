"""AT Protocol: its identifiers, times and hashes, read strictly and without a network."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from libipld import decode_multibase, encode_cid, encode_dag_cbor

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?")
_NSID = re.compile(rf"[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(?:\.{_LABEL})+(?<!-)")
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,62}")
_RKEY = re.compile(r"[a-zA-Z0-9_~.:-]{1,512}")
_DATETIME = re.compile(
    r"(\d{4})(-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,20})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_LONGEST_DID = 2048
_LONGEST_HANDLE = 253
_LONGEST_NSID = 317

DAG_CBOR_SHA256 = b"\x01\x71\x12\x20"
"""How the CID of a record or of a node of a repository begins; its SHA-256 follows."""

RAW_SHA256 = b"\x01\x55\x12\x20"
"""How the CID of a blob begins."""

_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH = 13
_TID_CLOCK_BITS = 10


@dataclass(frozen=True, slots=True)
class AtUri:
    """The address of a record: whose, of what kind, and its key."""

    did: str
    collection: str
    rkey: str

    @classmethod
    def parse(cls, text: str) -> "AtUri":
        """Read the address of a record; one by handle is refused, since handles change.

        Raises:
            ValueError: it is none.
        """
        parts = text.removeprefix("at://").split("/")
        is_record = text.startswith("at://") and len(parts) == 3  # noqa: PLR2004 - did, kind, key
        if not (is_record and is_did(parts[0]) and is_nsid(parts[1]) and is_rkey(parts[2])):
            raise ValueError(f"{text!r} is no at:// address of a record by DID")
        return cls(*parts)

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def is_did(text: str) -> bool:
    """Tell whether a text is a DID, of any method."""
    return len(text) <= _LONGEST_DID and _DID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """Tell whether a text is a handle: a domain name."""
    return len(text) <= _LONGEST_HANDLE and _HANDLE.fullmatch(text) is not None


def is_nsid(text: str) -> bool:
    """Tell whether a text names a kind of record, such as app.bsky.feed.post."""
    authority, _, name = text.rpartition(".")
    return (
        len(text) <= _LONGEST_NSID
        and "." in authority
        and _NSID.fullmatch(authority) is not None
        and _NAME.fullmatch(name) is not None
    )


def is_rkey(text: str) -> bool:
    """Tell whether a text can be a record's key."""
    return text not in {".", ".."} and _RKEY.fullmatch(text) is not None


def is_datetime(text: str) -> bool:
    """Tell whether a text is a time as the protocol writes it, zone included, and exists.

    >>> is_datetime("2026-11-20T10:00:00.000Z"), is_datetime("2026-11-20T10:00:00")
    (True, False)
    """
    return _instant(text) is not None


def event_time(text: str) -> str | None:
    """Turn a time of the protocol into UTC to the second; None for what is none of this era."""
    instant = _instant(text)
    if instant is None or text.startswith("0000"):
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def tid_time(tid: str) -> str | None:
    """Read the time out of a revision's or a record's key, in UTC to the second.

    >>> tid_time("3n2wp2bkxxk2k"), tid_time("self")
    ('2026-11-22T22:46:45Z', None)
    """
    if len(tid) != _TID_LENGTH or any(digit not in _TID_DIGITS for digit in tid):
        return None
    number = 0
    for digit in tid:
        number = number * len(_TID_DIGITS) + _TID_DIGITS.index(digit)
    microseconds = number >> _TID_CLOCK_BITS
    try:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def cid_text(link: object) -> str | None:
    """Write a CID as text, from JSON's `$link`, from a block's bytes or from text; else None."""
    if isinstance(link, dict):
        link = link.get("$link")
    if isinstance(link, bytes) and link[:1] == b"\x01":
        return str(encode_cid(link))
    return link if isinstance(link, str) and link else None


def is_block_of(cid: bytes, block: bytes) -> bool:
    """Tell whether a block's SHA-256 is the one that its CID names."""
    return cid[4:] == hashlib.sha256(block).digest() and cid[:4] in {DAG_CBOR_SHA256, RAW_SHA256}


def record_cid(record: object) -> str | None:
    """Work out the CID of a record that came as JSON; None where it cannot be one."""
    try:
        block = encode_dag_cbor(_from_json(record))
    except (ValueError, TypeError, RecursionError):
        return None
    return str(encode_cid(DAG_CBOR_SHA256 + hashlib.sha256(block).digest()))


def _instant(text: str) -> datetime | None:
    found = _DATETIME.fullmatch(text)
    if found is None or found[3] == "-00:00":
        return None
    year, rest, zone = found.groups()
    is_year_zero = year == "0000"  # which Python has not, and the protocol has
    try:
        instant = datetime.fromisoformat(f"{'2000' if is_year_zero else year}{rest}{zone}")
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    is_before_all = is_year_zero and instant.year < 2000  # noqa: PLR2004 - stands for year 0
    return None if is_before_all else instant


def _from_json(value: object) -> object:
    """Turn the protocol's JSON into what its CBOR holds: links and bytes as bytes."""
    if isinstance(value, list):
        return [_from_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"$link"} and isinstance(value["$link"], str):
        return decode_multibase(value["$link"])[1]
    if value.keys() == {"$bytes"} and isinstance(value["$bytes"], str):
        packed = value["$bytes"]
        return base64.b64decode(packed + "=" * (-len(packed) % 4))
    return {name: _from_json(each) for name, each in value.items()}

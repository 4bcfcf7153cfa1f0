"""Looks: what a file of no known format seems to be, and what to do with it."""

from pathlib import Path

from spiders.formats import ndjson

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "is a PDF: a source's own channel reads those, an import does not"),
    (b"SQLite format 3", "is an SQLite database: write its rows out as CSV, and import that"),
    (b"PK\x03\x04", "is a ZIP file without anything in it that can be imported: unpack it"),
    (b"\x1f\x8b", "is gzipped and cannot be unpacked: is it whole?"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd: unpack it first"),
    (b"BZh", "is packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "is packed with xz: unpack it first"),
    (b"7z\xbc\xaf", "is packed with 7-Zip: unpack it first"),
)
_SHOWN = 60


def describe(path: Path, start: bytes) -> str:
    """Say what a file looks like, and what to say or do to have it imported."""
    from spiders.formats import csv

    for sign, words in _SIGNS:
        if start.startswith(sign):
            return words
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    told = _as_page(path, text) or _as_json(text, start) or csv.looks_like(path, start)
    if told:
        return told
    shown = text[:_SHOWN].decode("utf-8", "replace").splitlines()[0]
    return f"is of no format that can be imported. It begins with {shown!r}"


def _as_page(path: Path, text: bytes) -> str | None:
    if path.suffix.lower() in {".mht", ".mhtml"} or text[:13].lower() == b"mime-version:":
        return "is a page saved as MHTML: save it as HTML, and import that"
    if b"\x00" in text and not text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is no text, and of no format that can be imported"
    return None


def _as_json(text: bytes, start: bytes) -> str | None:
    if text.startswith(b"["):
        return (
            "looks like one JSON list, of no platform that is known here: write one object a "
            "line, such as `jq -c '.[]'` does, and import that"
        )
    if not text.startswith(b"{"):
        return None
    return ndjson.looks_like(start) or (
        "looks like JSON, of no platform that is known here: write one object a line, such as "
        "`jq -c .` does, and import that"
    )

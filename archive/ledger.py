"""The ledger: one line of canonical JSON for every event that adds evidence, never changed."""

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from sqlite_utils import Database

from archive.records import Capture, evidence_of


def canonical_json(fields: Mapping[str, object]) -> str:
    """Write JSON in one way only: sorted keys, no blanks, UTF-8.

    >>> canonical_json({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def append_event(
    db: Database,
    *,
    crawl_id: str,
    kind: str,
    key: str,
    capture: Capture,
    **fields: str | int | None,
) -> None:
    """Append an event with the capture that it rests on.

    The stored text is the leaf that a Merkle tree hashes, so it holds strings, integers and
    nulls only.
    """
    leaf = canonical_json({"kind": kind, "key": key, "capture": evidence_of(capture), **fields})
    append_leaf(db, crawl_id, kind, key, leaf)


def append_leaf(db: Database, crawl_id: str, kind: str, key: str, leaf: str) -> None:
    """Append a leaf that is written already."""
    db.execute(
        "INSERT INTO ledger (crawl_id, kind, key, leaf) VALUES (?, ?, ?, ?)",
        [crawl_id, kind, key, leaf],
    )


def imported_leaf(fields: Mapping[str, Any], key: str, revision: int) -> str:
    """Write the leaf of an imported revision, from the fields of its statement.

    A file brings very many, so this one only names the capture, which the leaf of the import
    describes, and leaves out what is not there. It is canonical JSON, put together by hand.
    """
    capture, quoted = fields["capture"], encode_basestring
    parts = [f'{{"capture":{quoted(capture.id)},"key":{quoted(key)},"kind":"revision"']
    parts.append(f',"native_id":{quoted(fields["native_id"])}')
    if fields["published_raw"] is not None:
        parts.append(f',"published_raw":{quoted(fields["published_raw"])}')
    if fields["publisher_hash"] is not None:
        parts.append(f',"publisher_hash":{quoted(fields["publisher_hash"])}')
    parts.append(f',"revision":{revision}')
    if fields["seen_at"] != capture.captured_at:
        parts.append(f',"seen_at":{quoted(fields["seen_at"])}')
    parts.append(f',"text_sha256":{quoted(fields["text_sha256"])},"witness":"import"}}')
    return "".join(parts)

"""The ledger: one line of canonical JSON for every event that adds evidence, never changed."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from sqlite_utils import Database

from archive.records import Capture


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
    leaf = canonical_json({"kind": kind, "key": key, "capture": asdict(capture), **fields})
    db.execute(
        "INSERT INTO ledger (crawl_id, kind, key, leaf) VALUES (?, ?, ?, ?)",
        [crawl_id, kind, key, leaf],
    )

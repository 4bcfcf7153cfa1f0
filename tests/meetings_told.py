"""A small archive in which two offices tell of one meeting, and of other matters that week."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from browsing import HERE, Rows, build

RECEIVED, VISITED = "xv_mfa-received", "xw_mfa-visited"
CONSULATE, SKATING = "xv_mfa-consulate", "xw_mfa-skating"
LATER, FRENCH, WITHHELD = "xw_mfa-later", "xw_mfa-rencontre", "xw_mfa-withheld"

Named = list[tuple[str, str, str]]
"""Kind, id and words of those whom a text names."""

NORLAND = ("country", "xw", "Norland")
VELDMARK = ("country", "xv", "Veldmark")
MARROW = ("person", "xv-ilse-marrow", "Ilse Marrow")
EBBING = ("person", "xw-tomas-ebbing", "Tomas Ebbing")


def account(case: str, name: str) -> str:
    return (HERE / "accounts" / case / f"{name}.txt").read_text(encoding="utf-8").strip()


def told() -> Rows:
    """Give the rows of the archive."""
    tables: Rows = yaml.safe_load((HERE / "browse" / "meetings.yml").read_text())
    ferry, ferry_too = account("one_meeting", "one"), account("one_meeting", "other")
    add(
        tables,
        RECEIVED,
        ferry,
        "2025-05-12",
        [NORLAND, MARROW, EBBING],
        title="Marrow receives Ebbing",
    )
    add(
        tables,
        VISITED,
        ferry_too,
        "2025-05-17",
        [VELDMARK, MARROW, EBBING],
        title="Visit to Veldmark",
        delivered_on="2025-05-13",
    )
    consulate, skating = account("another_matter", "one"), account("another_matter", "other")
    add(tables, CONSULATE, consulate, "2025-05-14", [NORLAND], title="A consulate is closed")
    add(tables, SKATING, skating, "2025-05-13", [VELDMARK], title="Congratulations")
    add(tables, LATER, ferry_too, "2025-05-16", [VELDMARK, MARROW], title="Talks in Tolva")
    words = account("two_languages", "other")
    add(tables, FRENCH, words, "2023-01-05", [], title="Rencontre", language="fr")
    add(tables, WITHHELD, None, None, [], title=None, language=None)
    return tables


def add(
    tables: Rows, key: str, text: str | None, day: str | None, named: Named, **values: Any
) -> None:
    """Add a statement and what is read of it; `named` stand in the text in this order."""
    source, _, native_id = key.partition("-")
    digest = sha256(key.encode()).hexdigest()
    row = {
        "id": key,
        "source": source,
        "native_id": native_id,
        "url": f"https://{source}.example/{native_id}",
        "kind": "statement",
        "text": text,
        "language": "en",
        "published_at": day and f"{day}T10:00:00Z",
        "published_precision": day and "time",
        "office": next(each["office"] for each in tables["sources"] if each["name"] == source),
        "country": source[:2],
        "first_seen_at": "2025-06-01T00:00:00Z",
        "last_seen_at": "2025-06-01T00:00:00Z",
        "state": "live",
        "revision": 1,
        "tone_status": "no evidence",
        "route": "listing https://ministry.example/",
        "capture_id": "c1",
        "text_sha256": digest,
    }
    tables.setdefault("statements", []).append(row | values)
    for number, (kind, name, words) in enumerate(named):
        start = (text or "").find(words)
        tables.setdefault("mentions", []).append(
            {
                "text_sha256": digest,
                "mention": number,
                "start_at": start,
                "end_at": start + len(words),
                "kind": kind,
                "entity_id": name,
                "sentence": 0,
                "target_tone_status": "mentioned, tone not scored",
            }
        )
        said = {"statement_id": key, "kind": kind, "target": name, "said_on": day}
        counts = {"country": source[:2], "mentions": 1, "scored": 0, "negative": 0}
        tables.setdefault("said_about", []).append(said | counts)


def build_told(path: Path) -> Path:
    """Make the archive."""
    return build(path, told())

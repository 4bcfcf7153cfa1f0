"""A desk on which a test writes what was said, as if it had been crawled and scored."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.rows import last_row, list_statements
from archive.store import Archive

SUMMARIES = (
    *("speaker_months", "office_months", "said_about", "target_periods", "turning_points"),
    *(
        "formulas",
        "similar",
        "similar_bands",
        "similar_sketches",
        "summary_marks",
        "summary_changes",
        "summary_due",
    ),
)
FEXLEY, NORLAND = "xa-odran-fexley", ("country", "xn")

About = tuple[str, str, float | None]
"""Kind and id of somebody, and the tone toward them."""


def label(tone: float | None) -> str | None:
    if tone is None:
        return None
    return "negative" if tone < -0.3 else "positive" if tone > 0.3 else "neutral"


@dataclass
class Desk:
    """Writes statements with tone, one sentence a line, whose mentions are of its first word."""

    archive: Archive

    def say(  # noqa: PLR0913 - columns
        self,
        key: str,
        on: str | None,
        text: str,
        *,
        tone: float | None = None,
        about: Sequence[About] = (),
        speaker: str | None = FEXLEY,
        source: str = "xa_mfa",
        country: str = "xa",
        language: str = "en",
        precision: str = "date",
        is_scored: bool = True,
        is_quoted: bool = False,
        linked: str | None = None,
    ) -> None:
        sha256 = self.read(text, about, is_quoted=is_quoted) if is_scored else None
        row = {
            "id": key,
            "source": source,
            "native_id": key,
            "kind": "statement",
            "text": text,
            "language": language,
            "published_at": on,
            "published_precision": precision if on else None,
            "speaker": None if speaker == FEXLEY else speaker,
            "speaker_id": FEXLEY if speaker == FEXLEY else None,
            "office": "Ministry",
            "country": country,
            "first_seen_at": "2031-01-01T00:00:00Z",
            "last_seen_at": "2031-01-01T00:00:00Z",
            "state": "live",
            "revision": 1,
            "tone": tone,
            "tone_label": label(tone),
            "tone_status": "scored" if tone is not None else "not scored: language",
            "text_sha256": sha256,
            "linked": linked,
            "route": "x",
            "capture_id": "c",
        }
        last = last_row(self.archive.db.conn)
        self.archive.db.table("statements").insert(row)
        list_statements(self.archive.db.conn, last)

    def read(self, text: str, about: Sequence[About], *, is_quoted: bool = False) -> str:
        """Write the sentences of a text, and whom they mention in place of what was there."""
        db, sha256 = self.archive.db, hashlib.sha256(text.encode()).hexdigest()
        for table in ("sentences", "mentions"):
            db.execute(f"DELETE FROM {table} WHERE text_sha256 = ?", [sha256])
        at = 0
        for number, line in enumerate(text.split("\n")):
            row: dict[str, Any] = {"text_sha256": sha256, "sentence": number, "start_at": at}
            row |= {"end_at": at + len(line), "is_quoted": int(is_quoted)}
            db.table("sentences").insert(row)
            at += len(line) + 1
        for number, (kind, entity, tone) in enumerate(about):
            row = {"text_sha256": sha256, "mention": number, "sentence": 0, "kind": kind}
            row |= {"start_at": 0, "end_at": len(text.split(maxsplit=1)[0]), "entity_id": entity}
            row |= {"target_tone": tone, "target_tone_label": label(tone)}
            row |= {"target_tone_confidence": None if tone is None else 0.9}
            row |= {"target_tone_status": "scored" if tone is not None else "not shown"}
            db.table("mentions").insert(row)
        return sha256

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.archive.db.execute(sql, list(values)).fetchall()

    def summaries(self) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.rows(f"SELECT * FROM {name} ORDER BY 1, 2, 3") for name in SUMMARIES[:6]}


@contextmanager
def desk(path: Path) -> Iterator[Desk]:
    """Open a desk over a new archive; its rows need no captures."""
    with Archive.open(path) as archive:
        archive.db.execute("PRAGMA foreign_keys = OFF")
        archive.db.execute("PRAGMA synchronous = OFF")
        people = {"id": FEXLEY, "name": "Odran Fexley"}
        archive.db.table("persons").insert(people)
        for key, name in (("xa", "Arvenna"), ("xn", "Norland"), ("xo", "Ostramere")):
            archive.db.table("entities").insert({"kind": "country", "id": key, "name": name})
        yield Desk(archive)

"""Finding: the archived texts in which a quotation may stand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.passages.pairs import count_pairs
from archive.passages.searching import Hit, Search, search
from archive.passages.speakers import Speakers
from archive.passages.stretches import Find, Span, find_stretches
from archive.passages.translations import says_it_is_translated

_POOL = 400
"""Texts whose statements are looked at, and as many again of the speakers asked for."""

_MOST_REVISIONS = 20

_PAIR = 0.3
"""What a pair of words weighs that stand as in the quotation; a run in one text only weighs 1."""

_MOST_CHARACTERS = 500_000
"""Of texts that are read to see in which order their words stand."""

_STATEMENTS = """
SELECT r.rowid AS row, s.id, s.speaker_id, s.speaker, s.account, s.published_at,
    s.published_precision, o.timezone
FROM revisions AS r
JOIN statements AS s ON s.id = r.statement_id
JOIN sources AS o ON o.name = s.source
WHERE r.rowid IN (SELECT value FROM json_each(?)) AND r.text IS NOT NULL
"""
_REVISIONS = """
SELECT rowid, statement_id FROM revisions
WHERE statement_id IN (SELECT value FROM json_each(?)) AND text IS NOT NULL
"""
_TEXTS = """
SELECT r.rowid AS row, s.id, r.revision,
    r.revision = s.revision OR EXISTS (
        SELECT 1 FROM edits AS e WHERE e.statement_id = s.id AND e.revision = s.revision
        AND e.is_held AND e.from_revision = r.revision
    ) AS is_latest,
    s.state, r.text, s.kind, s.language, s.published_at, s.linked, s.source, r.title, s.url,
    r.first_captured_at, s.speaker, s.office
FROM revisions AS r JOIN statements AS s ON s.id = r.statement_id
WHERE r.rowid IN (SELECT value FROM json_each(?)) AND r.text IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of the record in which a quotation may stand."""

    statement_id: str
    revision: int
    is_latest: bool
    """Whether it is the text of its statement that was last seen, or the one before an edit that is
    held: nobody has said yet that it was one."""

    state: str
    text: str
    kind: str
    language: str | None
    speaker_ids: frozenset[str]
    """Who speaks, by the register; empty if that is not sure. In a repost, who handed it on."""

    published_at: str | None
    is_repost: bool
    is_translation: bool
    """Whether the record links it to what it is a translation of, or it says so itself."""

    source: str
    title: str | None
    url: str | None
    captured_at: str
    """When this text was first captured."""

    speaker: str | None
    office: str
    shared: int
    """How many runs of four words it shares with the quotation."""

    stretches: tuple[Span, ...]
    """The stretches of the text that are worth reading, in order; all of a short one."""


@dataclass(slots=True)
class _Statement:
    """A statement with the texts of it that were found."""

    id: str
    speaker_ids: frozenset[str]
    published_at: str | None
    weight: float = 0.0

    @property
    def place(self) -> tuple[float, str, str]:
        """Its place among others: by weight, then the earliest publication."""
        return -self.weight, self.published_at or "~", self.id


def find_candidates(
    db: Database, quote: str, *, speaker_ids: frozenset[str] = frozenset(), limit: int = 30
) -> list[Passage]:
    """Find the statements that share most with a quotation, with every text of theirs that does.

    What the given persons said comes first, and half of the places are kept for it; then comes
    what shares most, then what was published first. `limit` is of statements. Nothing that is
    withheld is returned, nor anything that was recorded after the index was last refreshed.
    """
    if not db.table("passage_volumes").exists():
        return []
    speakers = Speakers(db)
    found = search(db, quote, [*speaker_ids, *speakers.accounts_of(speaker_ids)])
    hits = {each.text: each for each in found.best(_POOL)}
    if speaker_ids:
        hits |= {each.text: each for each in found.best(_POOL, own=True)}
    find = find_stretches(quote)
    statements = _statements(db, _weigh_order(db, quote, hits, find), speakers)
    chosen = _choose(statements, speaker_ids, limit)
    return _passages(db, chosen, _texts_of(db, found, chosen), find)


def _weigh_order(db: Database, quote: str, hits: Mapping[int, Hit], find: Find) -> dict[int, float]:
    """Give the weights of texts, with more for those that have the words in the same order."""
    weights, left = {text: hit.weight for text, hit in hits.items()}, _MOST_CHARACTERS
    count = count_pairs(quote)
    for text in sorted(hits, key=lambda text: -hits[text].weight):
        words = db.execute("SELECT text FROM revisions WHERE rowid = ?", [text]).fetchone()[0] or ""
        left -= len(words)
        if left < 0:
            break
        weights[text] += _PAIR * count(*(words[start:end] for start, end in find(words)))
    return weights


def _statements(
    db: Database, weights: Mapping[int, float], speakers: Speakers
) -> Iterable[_Statement]:
    statements: dict[str, _Statement] = {}
    for row in db.query(_STATEMENTS, [json.dumps([*weights])]):
        key = row["id"]
        if key not in statements:
            statements[key] = _Statement(key, speakers.of(row), row["published_at"])
        statements[key].weight = max(statements[key].weight, weights[row["row"]])
    return statements.values()


def _choose(
    statements: Iterable[_Statement], speaker_ids: frozenset[str], limit: int
) -> list[_Statement]:
    """Choose the best of the speakers' own and of the others'."""
    in_order = sorted(statements, key=lambda each: each.place)
    own = [each for each in in_order if each.speaker_ids & speaker_ids]
    others = [each for each in in_order if not each.speaker_ids & speaker_ids]
    own = own[: max(limit // 2, limit - len(others))]
    return own + others[: limit - len(own)]


def _texts_of(db: Database, found: Search, chosen: Sequence[_Statement]) -> dict[str, list[Hit]]:
    """Give for each statement its texts that share something, of equal ones the latest first."""
    texts: dict[str, list[int]] = {each.id: [] for each in chosen}
    for text, key in db.execute(_REVISIONS, [json.dumps([*texts])]):
        texts[key].append(text)
    return {
        key: sorted(found.hits(those), key=lambda hit: (-hit.weight, -hit.text))[:_MOST_REVISIONS]
        for key, those in texts.items()
    }


def _passages(
    db: Database, chosen: Sequence[_Statement], texts: Mapping[str, Sequence[Hit]], find: Find
) -> list[Passage]:
    wanted = [hit.text for hits in texts.values() for hit in hits]
    rows = {row["row"]: row for row in db.query(_TEXTS, [json.dumps(wanted)])}
    return [
        _passage(rows[hit.text], each, hit, find)
        for each in chosen
        for hit in texts[each.id]
        if hit.text in rows
    ]


def _passage(row: Mapping[str, Any], statement: _Statement, hit: Hit, find: Find) -> Passage:
    relations = {each.get("relation") for each in json.loads(row["linked"] or "[]")}
    is_translation = "translation" in relations or says_it_is_translated(
        row["title"], row["text"], is_post=row["kind"] == "post"
    )
    return Passage(
        statement_id=statement.id,
        revision=row["revision"],
        is_latest=bool(row["is_latest"]),
        state=row["state"],
        text=row["text"],
        kind=row["kind"],
        language=row["language"],
        speaker_ids=statement.speaker_ids,
        published_at=row["published_at"],
        is_repost="repost" in relations,
        is_translation=is_translation,
        source=row["source"],
        title=row["title"],
        url=row["url"],
        captured_at=row["first_captured_at"],
        speaker=row["speaker"],
        office=row["office"],
        shared=hit.shared,
        stretches=find(row["text"]),
    )

"""Tones: what was read out of a text, kept once for all statements that say the same words."""

import sqlite3
from typing import Any

from archive.records import ToneScore

NOT_SCORED = "not scored: not asked for"
"""The status of a tone that nobody asked for."""

_TONE = (
    *("language", "tone_model", "textblob_version", "textblob_polarity", "textblob_subjectivity"),
    *("vader_compound", "tone", "tone_label", "tone_confidence", "tone_status", "tone_evidence"),
    *("quoted_tone", "quoted_tone_label"),
)
_KEY = ("text_sha256", "language", "tone_model")
SHOWN = (
    *("textblob_polarity", "textblob_subjectivity", "tone", "tone_label", "tone_confidence"),
    "tone_status",
)


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names


_KEEP = _insert("tone", ("text_sha256", *_TONE)) + f" ON CONFLICT ({', '.join(_KEY)})"
# A text that was withheld and stands there again gets its words back.
_KEEP_ONCE = (
    f"{_KEEP} DO UPDATE SET tone_evidence = excluded.tone_evidence WHERE tone_evidence IS NULL"
)
_KEEP_AGAIN = f"{_KEEP} DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _TONE if name not in _KEY
)
_SENTENCE = _insert(
    "sentences",
    (
        *("text_sha256", "sentence", "start_at", "end_at", "is_quoted"),
        *("tone", "tone_label", "tone_confidence"),
    ),
)
_MENTION = _insert(
    "mentions",
    (
        *("text_sha256", "mention", "start_at", "end_at", "kind", "entity_id", "sentence"),
        *("target_tone", "target_tone_label", "target_tone_confidence", "target_tone_status"),
    ),
)
_ENTITY = _insert("entities", ("kind", "id", "name")) + (
    " ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name WHERE name != excluded.name"
)
_IN_ANOTHER_LANGUAGE = (
    "SELECT 1 FROM tone WHERE text_sha256 = ? AND language != ? AND tone_model = ? LIMIT 1"
)


def keep_tone(
    connection: sqlite3.Connection, text_sha256: str, score: ToneScore, *, again: bool = False
) -> None:
    """Keep what was read out of a text, unless the same model has read it before.

    Its sentences and mentions are those of the latest model; where one text counts as of two
    languages, those of the one that came first. `again` puts this reading in the place of an
    earlier one of the same model.
    """
    run = connection.execute
    row = [text_sha256, *(getattr(score, name) for name in _TONE)]
    if not run(_KEEP_AGAIN if again else _KEEP_ONCE, row).rowcount:
        return
    if run(_IN_ANOTHER_LANGUAGE, [text_sha256, score.language, score.tone_model]).fetchone():
        return
    run("DELETE FROM sentences WHERE text_sha256 = ?", [text_sha256])
    run("DELETE FROM mentions WHERE text_sha256 = ?", [text_sha256])
    connection.executemany(
        _SENTENCE, [(text_sha256, number, *row) for number, row in enumerate(score.sentences)]
    )
    if score.mentions:
        connection.executemany(
            _MENTION, [(text_sha256, number, *row) for number, row in enumerate(score.mentions)]
        )
        connection.executemany(_ENTITY, score.entities)


def shown_tone(score: ToneScore | None, text_sha256: str) -> dict[str, Any]:
    """Name the columns of a statement that tell the tone of its latest text.

    The hash leads to its sentences and mentions; it is left out where nothing was read, so that
    the index on it costs nothing then.
    """
    if score is None:
        return dict.fromkeys(SHOWN) | {"tone_status": NOT_SCORED, "text_sha256": None}
    return {name: getattr(score, name) for name in SHOWN} | {"text_sha256": text_sha256}


def withhold_words(connection: sqlite3.Connection, statement_id: str) -> None:
    """Let go of the words behind the tone of every text of a statement that is not kept elsewhere.

    Spans stay: they hold no words.
    """
    connection.execute(
        """
        UPDATE tone SET tone_evidence = NULL
        WHERE text_sha256 IN (SELECT text_sha256 FROM revisions WHERE statement_id = ?)
            AND NOT EXISTS (
                SELECT 1 FROM statements AS s
                WHERE s.text_sha256 = tone.text_sha256 AND s.text IS NOT NULL
            )
        """,
        [statement_id],
    )

"""Changes: which statements are new or changed since the last time, and what they touch."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from archive.store import Archive
from archive.summaries.similar import relate

_BATCH = 20_000
"""Statements that are taken in with one commit."""

IS_OWN = "(s.linked IS NULL OR NOT instr(s.linked, '\"repost\"'))"
"""A repost says the words of somebody else."""

_SPEAKER = "coalesce(s.speaker_id, s.speaker)"
_MONTH = "substr(s.published_at, 1, 7)"


class Monthly(NamedTuple):
    """A table of what was said by month, by somebody or somewhere."""

    table: str
    column: str
    """The column that says who or where."""

    who: str
    """What a statement `s` counts for now, as SQL ..."""

    before: str
    """... and what the change `c` of a statement `s` says that it counted for before."""


MONTHLY = (
    Monthly("speaker_months", "speaker", _SPEAKER, "c.speaker"),
    Monthly("office_months", "source", "s.source", "s.source"),
)

_IS_IN_A_MONTH = f"{{who}} IS NOT NULL AND s.published_precision <> 'year' AND {IS_OWN}"
_COUNT = f"""
INSERT INTO {{table}} ({{column}}, month, statements, not_scored)
SELECT {{who}}, {_MONTH}, count(*), count(*) FROM statements AS s
WHERE {{which}} AND {_IS_IN_A_MONTH} GROUP BY 1, 2
ON CONFLICT ({{column}}, month) DO UPDATE SET
    statements = statements + excluded.statements, not_scored = not_scored + excluded.not_scored
"""  # noqa: S608 - our own names
_TOUCHED_BEFORE = """
FROM summary_changes AS c CROSS JOIN statements AS s ON s.rowid = c.statement
WHERE c.statement IN (SELECT statement FROM temp.touched)
    AND {before} IS NOT NULL AND c.month IS NOT NULL
"""
_UNCOUNT = f"""
UPDATE {{table}} AS m SET statements = m.statements - o.n, not_scored = m.not_scored - o.n
FROM (SELECT {{before}} AS who, c.month, count(*) AS n {_TOUCHED_BEFORE} GROUP BY 1, 2) AS o
WHERE m.{{column}} = o.who AND m.month = o.month
"""  # noqa: S608 - our own names
_UNSCORED_DUE = f"""
INSERT OR IGNORE INTO summary_due SELECT '{{table}}', {{before}}, '', '', c.month {_TOUCHED_BEFORE}
"""
_SCORED_DUE = f"""
INSERT OR IGNORE INTO summary_due
SELECT '{{table}}', {{who}}, '', '', {_MONTH}
FROM temp.touched AS t CROSS JOIN statements AS s ON s.rowid = t.statement
WHERE {_IS_IN_A_MONTH}
"""  # noqa: S608 - our own names
_TOUCHED_WORDS = (
    "FROM temp.touched AS t CROSS JOIN statements AS s ON s.rowid = t.statement "
    "CROSS JOIN said_about AS a ON a.statement_id = s.id"
)
_ABOUT_DUE = tuple(
    f"INSERT OR IGNORE INTO summary_due SELECT {key} {_TOUCHED_WORDS} WHERE {which}"
    for key, which in (
        (
            "'target_periods', '', a.kind, a.target, substr(a.said_on, 1, 7)",
            "a.said_on IS NOT NULL",
        ),
        (
            "'target_periods', '', a.kind, a.target, date(a.said_on, 'weekday 0', '-6 days')",
            "length(a.said_on) = 10",
        ),
        ("'turning_points', a.speaker, a.kind, a.target, ''", "a.speaker IS NOT NULL"),
        (
            "'formulas', a.country, a.kind, a.target, ''",
            "a.kind = 'country' AND a.target <> a.country",
        ),
    )
)
_FORGET_ABOUT = """
DELETE FROM said_about WHERE statement_id IN (
    SELECT s.id FROM temp.touched AS t CROSS JOIN statements AS s ON s.rowid = t.statement
)
"""
_ABOUT = f"""
INSERT INTO said_about
SELECT
    id, kind, target, said_on, speaker, country, count(*), count(tone),
    count(*) FILTER (WHERE label = 'negative'), round(avg(tone), 6),
    CASE
        WHEN count(DISTINCT label) FILTER (WHERE label <> 'neutral') = 2 THEN 'mixed'
        ELSE coalesce(max(label) FILTER (WHERE label <> 'neutral'), max(label))
    END,
    max(confidence)
FROM (
    SELECT
        s.id, m.kind, m.entity_id AS target, {_SPEAKER} AS speaker, s.country,
        CASE WHEN s.published_precision <> 'year' THEN substr(s.published_at, 1, 10) END AS said_on,
        CASE WHEN q.is_quoted IS NOT 1 THEN m.target_tone END AS tone,
        CASE WHEN q.is_quoted IS NOT 1 THEN m.target_tone_label END AS label,
        CASE WHEN q.is_quoted IS NOT 1 THEN m.target_tone_confidence END AS confidence
    FROM temp.touched AS t
    CROSS JOIN statements AS s ON s.rowid = t.statement
    CROSS JOIN mentions AS m ON m.text_sha256 = s.text_sha256
    LEFT JOIN sentences AS q ON q.text_sha256 = m.text_sha256 AND q.sentence = m.sentence
    WHERE {IS_OWN}
)
GROUP BY id, kind, target
"""  # noqa: S608 - our own names


def take_in(archive: Archive) -> None:
    """Count what is new, read the texts that were scored, and note which groups that touches."""
    with archive.transaction() as db:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS touched (statement INTEGER PRIMARY KEY)")
        _count_new(db)
    changed = [row[0] for row in db.execute("SELECT statement FROM summary_changes ORDER BY 1")]
    for batch in _batches(changed):
        with archive.transaction() as db:
            _touch(db, batch)
            _count_again(db)
            _read(db, batch)
    for batch in _batches(_scored_since(db, _mark(db, "read"))):
        with archive.transaction() as db:
            _touch(db, batch)
            _read(db, batch)
            _set_mark(db, "read", batch[-1])
    with archive.transaction() as db:
        _set_mark(db, "read", _mark(db, "counted"))


def _count_new(db: Database) -> None:
    first = _mark(db, "counted")
    (last,) = db.execute("SELECT coalesce(max(rowid), 0) FROM statements").fetchone()
    if last > first:
        _each_month(db, _COUNT, "s.rowid > ?", [first])
        _set_mark(db, "counted", last)


def _touch(db: Database, statements: Sequence[int]) -> None:
    db.execute("DELETE FROM temp.touched")
    db.conn.executemany("INSERT INTO temp.touched VALUES (?)", [(each,) for each in statements])


def _count_again(db: Database) -> None:
    """Take the touched statements out of where they counted, and into where they count now."""
    _each_month(db, _UNCOUNT)
    _each_month(db, _UNSCORED_DUE)
    _each_month(db, _COUNT, "s.rowid IN (SELECT statement FROM temp.touched)")
    db.execute(
        "DELETE FROM summary_changes WHERE statement IN (SELECT statement FROM temp.touched)"
    )


def _scored_since(db: Database, first: int) -> list[int]:
    """List the new statements whose texts were read; the index holds no others."""
    rows = db.execute(
        "SELECT rowid FROM statements INDEXED BY statements_text "
        "WHERE text_sha256 IS NOT NULL AND rowid > ?",
        [first],
    )
    return sorted(row[0] for row in rows)


def _read(db: Database, statements: Sequence[int]) -> None:
    """Note what the touched statements say of whom and which others they are like."""
    for due in _ABOUT_DUE:
        db.execute(due)
    db.execute(_FORGET_ABOUT)
    db.execute(_ABOUT)
    for due in _ABOUT_DUE:
        db.execute(due)
    _each_month(db, _SCORED_DUE)
    relate(db, statements)


def _each_month(db: Database, sql: str, which: str = "", values: Sequence[int] = ()) -> None:
    for summary in MONTHLY:
        db.execute(sql.format(which=which, **summary._asdict()), list(values))


def _mark(db: Database, name: str) -> int:
    found: int = db.execute(
        "SELECT statement FROM summary_marks WHERE name = ?", [name]
    ).fetchone()[0]
    return found


def _set_mark(db: Database, name: str, statement: int) -> None:
    db.execute("UPDATE summary_marks SET statement = ? WHERE name = ?", [statement, name])


def _batches(statements: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(statements), _BATCH):
        yield statements[start : start + _BATCH]

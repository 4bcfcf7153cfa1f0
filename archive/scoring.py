"""Scoring: which texts of an archive still lack the tone of a model, and where it is written."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlite_utils import Database

from archive.records import ToneScore
from archive.tones import SHOWN, keep_tone

_MOST = 250
_MOST_CHARACTERS = 200_000

_SHOWN = ", ".join(("text_sha256", *SHOWN))
_DIFFERS = " OR ".join(f"s.{name} IS NOT t.{name}" for name in ("text_sha256", *SHOWN))
_TEXTS = f"""
    SELECT s.rowid, r.revision, r.text_sha256, coalesce(s.language, ''),
        CASE WHEN t.tone_evidence IS NULL OR :again THEN r.text END,
        r.text IS NULL,
        r.revision = s.revision AND (:again OR {_DIFFERS})
    FROM statements AS s
    JOIN revisions AS r ON r.statement_id = s.id
    LEFT JOIN tone AS t ON t.text_sha256 = r.text_sha256
        AND t.language = coalesce(s.language, '') AND t.tone_model = :model
    WHERE s.rowid >= :statement AND (s.rowid > :statement OR r.revision > :revision)
    ORDER BY s.rowid, r.revision
"""  # noqa: S608 - our own names
_SHOW = f"""
    UPDATE statements SET ({_SHOWN}) = (
        SELECT {_SHOWN} FROM tone WHERE text_sha256 = :sha256 AND language = :language
            AND tone_model = :model
    )
    WHERE rowid = :statement AND EXISTS (
        SELECT 1 FROM tone WHERE text_sha256 = :sha256 AND language = :language
            AND tone_model = :model
    )
"""  # noqa: S608 - our own names


class Text(NamedTuple):
    """A text to be read, with the language of its statement, empty where that is not known."""

    text_sha256: str
    language: str
    text: str


@dataclass(slots=True)
class Stretch:
    """Some statements in a row, and what is to be done about them."""

    texts: list[Text] = field(default_factory=list)
    """To be read."""

    shown_by: list[tuple[int, str, str]] = field(default_factory=list)
    """Statements (row, hash, language) that do not show the tone of their latest text yet."""

    rows: int = 0
    statements: int = 0
    scored_before: int = 0
    withheld: int = 0
    """Texts of which only the hash is kept."""

    characters: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether it is time for another; a long text is one by itself."""
        return self.rows >= _MOST or self.characters >= _MOST_CHARACTERS


def count_statements(db: Database) -> int:
    """Count the statements of an archive."""
    count: int = db.execute("SELECT count(*) FROM statements").fetchone()[0]
    return count


def unscored(db: Database, model: str, *, again: bool = False) -> Iterator[Stretch]:
    """Walk through an archive, and say what a model has not read; `again`, what it has read too.

    One stretch after another is looked up, so that memory does not grow with the archive. A text
    that comes again while it is being read is not given twice.
    """
    place, under_way = (0, 0), _UnderWay()
    while True:
        stretch, place = _stretch(db, model, place, under_way, again=again)
        if not stretch.rows:
            return
        yield stretch


class _UnderWay:
    """The keys of texts that were given lately and may not be written yet."""

    _MOST = 50_000

    def __init__(self) -> None:
        self._young: set[tuple[str, str]] = set()
        self._old: set[tuple[str, str]] = set()

    def is_new(self, key: tuple[str, str]) -> bool:
        """Note a key; False where it was noted before."""
        if key in self._young or key in self._old:
            return False
        self._young.add(key)
        if len(self._young) >= self._MOST:
            self._old, self._young = self._young, set()
        return True


def _stretch(
    db: Database, model: str, place: tuple[int, int], under_way: _UnderWay, *, again: bool
) -> tuple[Stretch, tuple[int, int]]:
    stretch = Stretch()
    asked = {"model": model, "again": again, "statement": place[0], "revision": place[1]}
    with closing(db.conn.execute(_TEXTS, asked)) as rows:
        for statement, revision, sha256, language, text, is_withheld, is_shown_late in rows:
            stretch.rows += 1
            stretch.statements += statement != place[0]
            place = (statement, revision)
            if text is None:
                stretch.withheld += is_withheld
                stretch.scored_before += not is_withheld
            elif under_way.is_new((sha256, language)):
                stretch.texts.append(Text(sha256, language, text))
                stretch.characters += len(text)
            if is_shown_late:
                stretch.shown_by.append((statement, sha256, language))
            if stretch.is_full:
                break
    return stretch, place


def keep_scores(
    db: Database, model: str, stretch: Stretch, scores: Sequence[ToneScore | None], *, again: bool
) -> None:
    """Write what was read in a stretch, and show it with its statements; None could not be read."""
    for text, score in zip(stretch.texts, scores, strict=True):
        if score is not None:
            keep_tone(db.conn, text.text_sha256, score, again=again)
    db.conn.executemany(_SHOW, _shown(model, stretch))


def _shown(model: str, stretch: Stretch) -> Iterable[dict[str, object]]:
    return (
        {"model": model, "statement": statement, "sha256": sha256, "language": language}
        for statement, sha256, language in stretch.shown_by
    )

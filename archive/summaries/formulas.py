"""Formulas: the standing phrases of one country about another, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.store import Archive
from archive.summaries.due import Group, work_off
from archive.summaries.intervals import share_interval
from archive.summaries.phrases import Passage, Phrase, find_phrases, words_of

LANGUAGE = "en"
"""The language in which phrases are looked for."""

FEWEST_PASSED_OVER = 5
"""Statements about the other country without a phrase before it can count as dropped."""

LIKELIEST_BY_CHANCE = 0.05
"""How likely such a silence may be if nothing has changed."""

NEAR = 0.5
"""How alike two phrases are (words in common, of all their words) to be one in other words."""

_BATCH = 50
_SAID = """
SELECT s.id, a.said_on, s.language = ? AND s.text IS NOT NULL, s.text, s.text_sha256
FROM said_about AS a JOIN statements AS s ON s.id = a.statement_id
WHERE a.kind = 'country' AND a.country = ? AND a.target = ? AND length(a.said_on) = 10
ORDER BY a.said_on, s.id
"""
_SENTENCES = """
SELECT DISTINCT q.sentence, q.start_at, q.end_at
FROM mentions AS m
JOIN sentences AS q ON q.text_sha256 = m.text_sha256 AND q.sentence = m.sentence
WHERE m.text_sha256 = ? AND m.kind = 'country' AND m.entity_id = ?
    AND q.is_quoted = 0
ORDER BY 1
"""
_NAMES = "SELECT sentence, start_at, end_at FROM mentions WHERE text_sha256 = ?"
_INSERT = f"INSERT INTO formulas VALUES ({', '.join('?' * 15)})"  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of one country that names the other."""

    id: str
    on: str


def sum_formulas(archive: Archive) -> None:
    """Look for the standing phrases of the pairs of countries that are due."""
    work_off(archive, "formulas", _BATCH, _sum_groups)


def _sum_groups(db: Database, groups: Sequence[Group]) -> None:
    for group in groups:
        key = [group.who, group.target]
        db.execute("DELETE FROM formulas WHERE country = ? AND target = ?", key)
        said, passages, not_read = _read(db, group)
        phrases = find_phrases(passages)
        rows = [(*key, *_row(phrase, said, phrases, not_read)) for phrase in phrases]
        db.conn.executemany(_INSERT, sorted(rows))


def _read(db: Database, group: Group) -> tuple[list[Said], list[Passage], int]:
    """Read the sentences of one country that name the other, with the names left out."""
    said: list[Said] = []
    passages: list[Passage] = []
    not_read = 0
    rows = db.execute(_SAID, [LANGUAGE, group.who, group.target]).fetchall()
    for key, day, is_readable, text, text_sha256 in rows:
        if not is_readable:
            not_read += 1
            continue
        names = db.execute(_NAMES, [text_sha256]).fetchall()
        for number, start, end in db.execute(_SENTENCES, [text_sha256, group.target]):
            spans = [(at - start, to - start) for of, at, to in names if of == number]
            passages.append(Passage(len(said), day, words_of(text[start:end], spans)))
        said.append(Said(key, day))
    return said, passages, not_read


def _row(
    phrase: Phrase, said: Sequence[Said], phrases: Sequence[Phrase], not_read: int
) -> tuple[Any, ...]:
    first, last = said[phrase.texts[0]], said[phrase.texts[-1]]
    n, chances = len(phrase.texts), phrase.texts[-1] - phrase.texts[0] + 1
    passed_over = len(said) - 1 - phrase.texts[-1]
    status, successor = "in use", None
    if is_dropped(n, chances, passed_over):
        successor = reworded(phrase, phrases)
        status = "reworded" if successor else "dropped"
    return (
        *(" ".join(phrase.words), n, chances, *share_interval(n, chances)),
        *(first.on, first.id, last.on, last.id),
        *(passed_over, not_read, status, successor),
    )


def is_dropped(n: int, chances: int, passed_over: int) -> bool:
    """Tell whether a phrase that was used n times in so many statements has fallen silent.

    >>> is_dropped(3, 3, 4), is_dropped(5, 8, 5), is_dropped(5, 50, 20)
    (False, True, False)
    """
    by_chance: float = (1 - n / chances) ** passed_over
    return passed_over >= FEWEST_PASSED_OVER and by_chance < LIKELIEST_BY_CHANCE


def reworded(phrase: Phrase, phrases: Sequence[Phrase]) -> str | None:
    """Name the nearest phrase that came up when this one was last used or later."""
    near = [
        (-likeness(phrase, other), " ".join(other.words))
        for other in phrases
        if other.texts[0] > phrase.texts[-1] and likeness(phrase, other) >= NEAR
    ]
    return min(near)[1] if near else None


def likeness(one: Phrase, other: Phrase) -> float:
    """Give the share of the words of two phrases that they have in common."""
    words, others = {*one.words}, {*other.words}
    return len(words & others) / len(words | others)

"""The page of changes: edits, silent ones first, what became of statements, and what waits."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from onrecord.browse import change_words
from onrecord.browse.cells import is_web_address
from onrecord.browse.moments import say_time
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars

_AT_ONCE = 25
_MOST_PAGES = 4000
_MOST_CHANGES = 3
_MOST_EVENTS = 20
_MOST_HELD = 10

CLASSES = (
    ("number", "a number or date"),
    ("name", "a name"),
    ("mention_removed", "somebody no longer named"),
    ("sentence_removed", "a sentence removed"),
    ("sentence_added", "a sentence added"),
    ("wording", "the wording"),
    ("typo", "a typing error"),
    ("formatting", "only the form"),
    ("withheld", "not known"),
    ("reverted", "back to earlier words"),
)

_EDITS = """
SELECT t.*, r.title AS later_title, r.text AS later_text, r.witness, s.title,
    substr(s.text, 1, 200) AS text, s.account, s.linked, s.speaker, s.office, s.language
FROM (
    SELECT * FROM told_edits
    WHERE (:class = '' OR instr(kinds, '"' || :class || '"')
            OR (:class = 'reverted' AND reverts_to IS NOT NULL))
        AND (:silent = '' OR is_silent IS 1)
        AND (:source = '' OR source = :source)
        AND (:country = '' OR source IN (SELECT name FROM sources WHERE country = :country))
        AND (:since = '' OR seen_at >= :since)
        AND (:until = '' OR seen_at < date(:until, '+1 day'))
    ORDER BY silent_first DESC, gravity, seen_at DESC, statement_id, revision
    LIMIT :most OFFSET :skip
) AS t
CROSS JOIN revisions AS r ON r.statement_id = t.statement_id AND r.revision = t.revision
CROSS JOIN statements AS s ON s.id = t.statement_id
ORDER BY t.silent_first DESC, t.gravity, t.seen_at DESC, t.statement_id, t.revision
"""
_TURNS = """
SELECT f.*, s.title, substr(s.text, 1, 200) AS text, s.account, s.linked, s.speaker, s.office,
    s.state AS state_now
FROM (
    SELECT rowid AS number, at, statement_id, state FROM fates AS t
    WHERE state <> 'suspect'
        AND (:source = '' OR substr(statement_id, 1, instr(statement_id, '-') - 1) = :source)
        AND (:country = '' OR substr(statement_id, 1, instr(statement_id, '-') - 1) IN (
            SELECT name FROM sources WHERE country = :country
        ))
        AND (:since = '' OR at >= :since)
        AND (:until = '' OR at < date(:until, '+1 day'))
        AND (state <> 'back' OR (
            SELECT state FROM fates
            WHERE statement_id = t.statement_id AND at < t.at AND state <> 'suspect'
            ORDER BY at DESC LIMIT 1
        ) IN ('gone', 'moved', 'withdrawn'))
    ORDER BY at DESC, statement_id, state
    LIMIT :most OFFSET :skip
) AS t
CROSS JOIN fates AS f ON f.rowid = t.number
CROSS JOIN statements AS s ON s.id = t.statement_id
ORDER BY t.at DESC, t.statement_id, t.state
"""
_EVENTS = """
SELECT * FROM events
WHERE state = 'waiting' AND (:source = '' OR source = :source)
    AND (:country = '' OR source IN (SELECT name FROM sources WHERE country = :country))
ORDER BY at DESC, id LIMIT :most
"""
_HELD = """
SELECT m.statement_id, m.evidence, m.first_at, m.at, s.title, substr(s.text, 1, 200) AS text,
    s.account, s.linked
FROM event_statements AS m JOIN statements AS s ON s.id = m.statement_id
WHERE m.event_id = :event ORDER BY m.statement_id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a visitor narrows the page down to; empty where they do not."""

    filters: dict[str, str]
    edits_page: int
    turns_page: int

    def narrowed(self, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
        return {name: self.filters[name] for name in self.filters if name not in without}


async def read_changes_page(reader: Reader) -> TemplateVars:
    """Read one page of edits and one of turns, and every event that waits."""
    asked = _asked(reader)
    filters = asked.filters
    edits = await reader.rows(_EDITS, **filters, **_window(asked.edits_page))
    narrowed = asked.narrowed(without=frozenset({"class", "silent"}))
    turns = await reader.rows(_TURNS, **narrowed, **_window(asked.turns_page))
    sources = await reader.rows("SELECT name, office, country FROM sources ORDER BY name")
    where = {name: filters[name] for name in ("source", "country")}
    events = await reader.rows(_EVENTS, **where, most=_MOST_EVENTS + 1)
    return {
        "asked": filters,
        "is_narrowed": any(filters.values()),
        "classes": CLASSES,
        "sources": sources,
        "countries": sorted({each["country"] for each in sources}),
        "edits": [_edit(each) for each in edits[:_AT_ONCE]],
        "edits_page": asked.edits_page,
        "edit_pages": _pages(reader, asked, "edits", has_more=len(edits) > _AT_ONCE),
        "turns": [_turn(each) for each in turns[:_AT_ONCE]],
        "turns_page": asked.turns_page,
        "turn_pages": _pages(reader, asked, "turns", has_more=len(turns) > _AT_ONCE),
        "narrowed_turns": {"turn": "", **narrowed},
        "events": [await _event(reader, each) for each in events[:_MOST_EVENTS]],
        "has_more_events": len(events) > _MOST_EVENTS,
        "is_web_address": is_web_address,
    }


def _asked(reader: Reader) -> _Asked:
    filters = {
        name: reader.asked(name).lower()
        for name in ("class", "silent", "country", "source", "since", "until")
    }
    for name in ("since", "until"):
        filters[name] = _day(filters[name])
    if filters["class"] not in {"", *(name for name, _ in CLASSES)}:
        raise NotThereError(f"No class of edits is named {filters['class']}")
    return _Asked(filters, _number(reader.asked("edits")), _number(reader.asked("turns")))


def _day(text: str) -> str:
    """Take a day as it is given by a date field; anything else is told."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise NotThereError(f"{text} is no day. Give it as 2031-03-05") from None


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else 1
    return min(max(number, 1), _MOST_PAGES)


def _window(page: int) -> dict[str, int]:
    return {"most": _AT_ONCE + 1, "skip": (page - 1) * _AT_ONCE}


def _pages(reader: Reader, asked: _Asked, name: str, *, has_more: bool) -> dict[str, str]:
    """Give the addresses of the page before and the one after, where there are some."""
    here = {"edits": asked.edits_page, "turns": asked.turns_page}
    steps = {"before": -1} if here[name] > 1 else {}
    steps |= {"after": 1} if has_more else {}
    return {
        step: _address(reader, asked, here | {name: here[name] + by}, name)
        for step, by in steps.items()
    }


def _address(reader: Reader, asked: _Asked, pages: dict[str, int], place: str) -> str:
    given = {name: value for name, value in asked.filters.items() if value}
    given |= {name: str(page) for name, page in pages.items() if page > 1}
    return reader.page("changes") + (f"?{urlencode(given)}" if given else "") + f"#{place}"


def _edit(row: Row) -> Row:
    """Put an edit into words."""
    later = {"title": row["later_title"], "text": row["later_text"]}
    changes = change_words.read_changes(row["changes"], later)
    return row | {
        "heading": change_words.say_name(row),
        "seen": say_time(row["seen_at"]),
        "told": change_words.say_told(row["is_silent"], row["witness"]),
        "classes": change_words.say_edit_classes(row),
        "shown": changes[:_MOST_CHANGES],
        "others": max(row["differences"] - _MOST_CHANGES, 0) if changes else 0,
        "is_kept": row["changes"] is not None,
    }


def _turn(row: Row) -> Row:
    return row | {
        "heading": change_words.say_name(row),
        "said": change_words.say_turn_at(row),
        "fully": change_words.say_turn_fully(row),
        "seen": say_time(row["at"]),
    }


async def _event(reader: Reader, event: Row) -> Row:
    held = await reader.rows(_HELD, event=event["id"], most=_MOST_HELD)
    return event | {
        "said": say_event(event),
        "raised": say_time(event["at"]),
        "held": [each | {"heading": change_words.say_name(each)} for each in held],
        "others": max(event["statements"] - len(held), 0),
    }


def say_event(event: Row) -> str:
    """Say what an event holds; what is held is neither called gone nor an edit.

    >>> say_event({"kind": "many_edits", "statements": 9, "of": 12, "source": "xa_mod"})
    '9 of 12 statements of xa_mod read otherwise at once'
    """
    what = {"many_gone": "were missed at once", "many_edits": "read otherwise at once"}
    of = f" of {event['of']}" if event["of"] else ""
    said = what.get(event["kind"], str(event["kind"]).replace("_", " "))
    return f"{event['statements']}{of} statements of {event['source']} {said}"


_TABLES = (
    *("statements", "revisions", "edits", "told_edits", "fates"),
    *("events", "event_statements", "sources"),
)
PAGES = (
    Page(path="changes", template="onrecord_changes.html", tables=_TABLES, read=read_changes_page),
)

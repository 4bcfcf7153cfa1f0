"""Changes in words: what an edit did, whether its publisher told, what became of a statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onrecord.browse.moments import say_time
from onrecord.browse.posts import excerpt, say_heading
from onrecord.browse.wording import read_json, read_linked, say_classes

_MOST_WORDS = 300
_AROUND = 60
_TOLD = {
    1: "Silent: the publisher's own date and notes stayed as they were",
    0: "The publisher's own date or notes changed with it",
    None: "The publisher gives neither a date nor a note of changes",
}
_TURNS = {
    "gone": "Gone",
    "moved": "Moved",
    "withdrawn": "Withdrawn by its publisher",
    "back": "Back",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A place that an edit changed, with the words before and after; either may be empty."""

    part: str
    """Where it is, `title` or `text`."""

    before: str
    after: str
    lead: str = ""
    """A few words that stand before it in the later text."""

    tail: str = ""
    """A few words that stand after it."""


def read_changes(
    changes: str | None, later: Mapping[str, str | None] | None = None
) -> list[Change]:
    """Read the stored changes of an edit; what is unreadable or withheld gives none.

    `later` is the later text by its parts, if the words around each place are wanted.
    """
    found = read_json(changes)
    if not isinstance(found, list):
        return []
    return [_change(each, later or {}) for each in found if isinstance(each, dict)]


def _change(stored: Mapping[str, Any], later: Mapping[str, str | None]) -> Change:
    part = str(stored.get("part") or "text")
    before, after = (str(stored.get(side) or "") for side in ("before", "after"))
    around = _around(later.get(part) or "", after, stored.get("after_at"))
    return Change(part, excerpt(before, _MOST_WORDS), excerpt(after, _MOST_WORDS), *around)


def _around(text: str, words: str, place: Any) -> tuple[str, str]:
    """Give a few words on both sides of a place; none where it does not hold what it should."""
    if not (isinstance(place, list) and len(place) == 2 and all(type(at) is int for at in place)):  # noqa: PLR2004 - where it begins and ends
        return "", ""
    start, end = place
    if not 0 <= start <= end <= len(text) or not text[start:end].startswith(words.rstrip("…")):
        return "", ""
    lead, tail = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    if start > _AROUND:
        lead = f"… {lead.partition(' ')[2]}"
    if end + _AROUND < len(text):
        tail = f"{tail.rpartition(' ')[0]} …"
    return " ".join(lead.split("\n")), " ".join(tail.split("\n"))


def say_change(change: Change) -> str:
    """Say one change in a sentence.

    >>> say_change(Change("text", "further", "furthering"))
    '“further” became “furthering”.'
    """
    place = " in the title" if change.part == "title" else ""
    if not change.before.strip() and not change.after.strip():
        return f"Only blanks changed{place}."
    if not change.before.strip():
        return f"“{change.after}” was added{place}."
    if not change.after.strip():
        return f"“{change.before}” was taken out{place}."
    return f"“{change.before}” became “{change.after}”{place}."


def say_told(is_silent: int | None, witness: str | None = None) -> str:
    """Say whether the publisher told its readers of an edit.

    >>> say_told(1)
    "Silent: the publisher's own date and notes stayed as they were"
    """
    if is_silent is None and witness:
        return "Whether the publisher told of it is not known"
    return _TOLD[is_silent]


def say_edit_classes(edit: Mapping[str, Any]) -> str:
    """Say of what class an edit is, and whether it went back to earlier words."""
    if edit["kind"] == "withheld":
        return "What changed is not known, because not both texts were kept."
    return say_classes({**edit, "is_held": 0})


def say_turn_at(turn: Mapping[str, Any]) -> str:
    """Say in a word or two what became of a statement; a post put right is not called gone.

    >>> say_turn_at({"state": "gone", "reposted_as": "xa_mod-b"})
    'Put right'
    """
    if turn["reposted_as"]:
        return "Put right"
    return _TURNS.get(turn["state"], str(turn["state"]))


def say_turn_fully(turn: Mapping[str, Any]) -> str:
    """Say what a turn rests on, and no more than that."""
    state, evidence = turn["state"], f" ({turn['evidence']})" if turn["evidence"] else ""
    if turn["reposted_as"]:
        return (
            "Taken away and posted again within the hour, in nearly the same words: a correction."
        )
    if state == "gone" and turn["event_id"]:
        return (
            f"Missed{evidence} with many others of its source since {say_time(turn['first_at'])}; "
            "a person accepted that they are gone."
        )
    if state == "gone":
        first = f", the first on {say_time(turn['first_at'])}" if turn["first_at"] else ""
        return (
            f"Not found at two looks a day or more apart{first}{evidence}, while the source was "
            "well. Who took it away, and why, is not known."
        )
    if state == "withdrawn":
        return f"Its publisher marks it so{evidence}."
    said = turn["evidence"] or "seen again where it was published"
    return f"{said[:1].upper()}{said[1:]}."


def say_name(statement: Mapping[str, Any]) -> str:
    """Name a statement in a list: by its title or first words, or that they are not kept.

    >>> say_name({"title": None, "text": None, "account": None})
    'Words not kept'
    """
    if statement["title"] is None and statement["text"] is None:
        return "Words not kept"
    return say_heading(statement, read_linked(statement.get("linked")))

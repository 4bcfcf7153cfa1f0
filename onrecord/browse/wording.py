"""The plain words in which the pages say what the archive knows, and what it does not."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.browse.moments import say_time


def say_state(statement: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> str:
    """Say in one sentence where the statement stands; `looks` are its checks, latest first."""
    state = statement["state"]
    if state == "suspect":
        return _say_suspect(statement, looks)
    last = say_time(statement["last_seen_at"])
    if state == "unchecked":
        return (
            f"Known from a file or from another archive, as of {last}. "
            "Whether it still stands where it was published was not looked at."
        )
    if state == "withdrawn":
        return f"Its publisher marks it as withdrawn; last seen on {last}."
    return f"Published when last looked at, on {last}."


def _say_suspect(statement: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> str:
    since_seen = [look for look in looks if look["checked_at"] > statement["last_seen_at"]]
    if not since_seen:
        return (
            "Not found at the last look; one look is no proof that it was removed. "
            f"Last seen on {say_time(statement['last_seen_at'])}."
        )
    latest = since_seen[0]
    found = "Led elsewhere" if latest["outcome"] == "redirected" else "Not found"
    at = say_time(latest["checked_at"])
    if len(since_seen) == 1:
        told = f"{found} at the last look on {at}; one look is no proof that it was removed."
    else:
        told = (
            f"{found} at the last {len(since_seen)} looks, the latest on {at}; "
            "this alone is no proof that it was removed."
        )
    return f"{told} Last seen on {say_time(statement['last_seen_at'])}."


_WITNESSES = {
    "wayback": "as another archive captured it",
    "publisher": "as its platform's own history of edits gives it",
    "import": "as an imported file gives it",
}
_SEEN = {
    "": "first captured on",
    "wayback": "captured by another archive on",
    "publisher": "not captured then: its platform's own history of edits dates it",
    "import": "known from an imported file as of",
}
_RELATIONS = {
    "reply_to": "Answers",
    "quote": "Quotes",
    "repost": "Reposts",
    "media": "Shows",
    "link": "Links to",
    "translation": "Is a translation of",
    "version": "Says the same in another language:",
    "mirror": "Stands elsewhere too:",
}


def say_edit(revision: Mapping[str, Any], *, is_first: bool) -> str:
    """Say whether the publisher told its readers of a change."""
    if is_first:
        return ""
    is_silent = revision["is_silent"]
    if is_silent is None and revision["witness"]:
        return "Changed."
    if is_silent is None:
        return "Changed. The publisher gives neither a date nor a note of changes."
    if is_silent:
        return "Changed silently: the publisher's own date and notes stayed as they were."
    return "Changed, and the publisher's own date or notes changed with it."


_CLASSES = {
    "number": "a number or date",
    "name": "a name",
    "mention_removed": "somebody is no longer named",
    "sentence_removed": "a sentence removed",
    "sentence_added": "a sentence added",
    "wording": "the wording",
    "typo": "a typing error",
    "formatting": "only the form",
}


def say_classes(edit: Mapping[str, Any] | None) -> str:
    """Say of what class a change was, the gravest first, and whether it is one at all."""
    if not edit:
        return ""
    kinds = read_json(edit["kinds"])
    told = [_CLASSES[kind] for kind in kinds if kind in _CLASSES] if kinds else []
    said = f"What changed: {', '.join(told)}." if told else ""
    if edit["reverts_to"]:
        said += f" It went back to the words of revision {edit['reverts_to']}."
    if edit["is_held"]:
        said += (
            " Not confirmed: the crawl that found it found too many changes at once, as after a "
            "redesign of the site. A person has to look."
        )
    return said.strip()


def say_witness(witness: str) -> str:
    """Say whose look it was that was not ours.

    >>> say_witness("wayback")
    'not our look: as another archive captured it'
    """
    return f"not our look: {_WITNESSES.get(witness, f'as {witness} gives it')}"


def say_seen(revision: Mapping[str, Any]) -> str:
    """Say who saw a text first, and when: a capture is only what was captured."""
    witness = revision["witness"] or ""
    return (
        f"{_SEEN.get(witness, f'seen by {witness} on')} {say_time(revision['first_captured_at'])}"
    )


def say_holder(
    person: Mapping[str, Any] | None, terms: Sequence[Mapping[str, Any]], day: str | None
) -> str:
    """Say who held the office on a day, which is not who spoke; `terms` are the person's."""
    if not person:
        return ""
    day = day or ""
    then = [each for each in terms if each["since"] <= day <= (each["until"] or day)]
    role = f" ({then[0]['role']})" if then else ""
    acting = ", acting," if then and then[0]["capacity"] == "acting" else ""
    when = "on that day" if len(day) == len("2031-03-05") else "at that time"
    said = f"{person['name']}{role} held the office{acting} {when}."
    return f"{said} The source does not say who spoke."


def read_linked(linked: str | None) -> list[dict[str, str]]:
    """Read what a post refers to, with a word for how."""
    try:
        found = json.loads(linked) if linked else []
    except ValueError:
        return []
    return [
        {name: str(text) for name, text in each.items()}
        | {"said": _RELATIONS.get(str(each.get("relation")), "Refers to")}
        for each in found
        if isinstance(each, dict)
    ]


def say_comparison(*, is_kept: bool, is_marked: bool) -> str:
    """Say why no word is marked in a comparison, if none is."""
    if not is_kept:
        return "The texts are not kept, so they cannot be compared here."
    return "" if is_marked else "The words are the same: only spacing or paragraphs changed."


def read_corrections(corrections: str | None) -> dict[str, tuple[str, str]]:
    """Read stored corrections as column, published value and used value."""
    columns = read_json(corrections)
    if not isinstance(columns, dict):
        return {}
    return {
        str(column): (str(values.get("published")), str(values.get("used")))
        for column, values in columns.items()
        if isinstance(values, dict)
    }


def read_notes(changes: str | None) -> list[tuple[str, str]]:
    """Read the publisher's change notes as time and note."""
    notes = read_json(changes)
    if not isinstance(notes, list):
        return []
    return [
        (say_time(str(note["at"])) if note.get("at") else "", str(note.get("note") or ""))
        for note in notes
        if isinstance(note, dict)
    ]


def read_json(text: str | None) -> Any:
    """Read stored JSON; what is empty or unreadable gives None."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return None

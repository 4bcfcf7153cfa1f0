"""The plain words in which the pages say what the archive knows, and what it does not."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onrecord.browse.moments import say_time

_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class ToneWord:
    """Words that moved a score: how often they occur and what each counts."""

    words: str
    polarity: float
    times: int


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
    "wayback": "As another archive captured it.",
    "publisher": "As its platform's own history of edits gives it.",
    "import": "As an imported file gives it.",
}
_RELATIONS = {
    "reply_to": "Answers",
    "quote": "Quotes",
    "repost": "Reposts",
    "media": "Shows",
    "link": "Links to",
}


def say_edit(revision: Mapping[str, Any], *, is_first: bool) -> str:
    """Say whether the publisher told its readers of a change, and who saw it if it was not us."""
    seen = _WITNESSES.get(revision["witness"] or "", "")
    if is_first:
        return seen or "As first captured."
    is_silent = revision["is_silent"]
    if is_silent is None:
        told = (
            "Changed."
            if seen
            else "Changed. The publisher gives neither a date nor a note of changes."
        )
    elif is_silent:
        told = "Changed silently: the publisher's own date and notes stayed as they were."
    else:
        told = "Changed, and the publisher's own date or notes changed with it."
    return f"{told} {seen}".strip()


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


def say_tone(status: str) -> str:
    """Explain a tone status, so that a missing number is not read as neutral."""
    if status == "scored":
        return "A count of words in a lexicon. It knows nothing of negation, irony or policy."
    if status == "no evidence":
        return "No word of the text is in the lexicon, so its 0.0 means nothing: it is not neutral."
    reasons = {
        "not scored: language": "Not scored: the scorer reads English only.",
        "not scored: too short": "Not scored: the text is too short.",
    }
    return reasons.get(status, f"{status[:1].upper()}{status[1:]}.")


def read_tone_words(evidence: str | None) -> list[ToneWord]:
    """Read stored evidence, the words that count most first; unreadable evidence gives none."""
    pairs = _parse(evidence)
    if not isinstance(pairs, list):
        return []
    counted = Counter(
        (str(pair[0]), float(pair[1]))
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], int | float)  # noqa: PLR2004 - a pair
    )
    words = [ToneWord(words, polarity, times) for (words, polarity), times in counted.items()]
    words.sort(key=lambda word: (-abs(word.polarity) * word.times, word.words))
    return words[:_MOST_WORDS]


def read_corrections(corrections: str | None) -> dict[str, tuple[str, str]]:
    """Read stored corrections as column, published value and used value."""
    columns = _parse(corrections)
    if not isinstance(columns, dict):
        return {}
    return {
        str(column): (str(values.get("published")), str(values.get("used")))
        for column, values in columns.items()
        if isinstance(values, dict)
    }


def read_notes(changes: str | None) -> list[tuple[str, str]]:
    """Read the publisher's change notes as time and note."""
    notes = _parse(changes)
    if not isinstance(notes, list):
        return []
    return [
        (say_time(str(note["at"])) if note.get("at") else "", str(note.get("note") or ""))
        for note in notes
        if isinstance(note, dict)
    ]


def _parse(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None

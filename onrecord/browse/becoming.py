"""What became of a statement, in plain words: suspect, gone, moved, withdrawn, back, withheld."""

from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.browse.moments import say_time

_TURNS = {
    "suspect": "Not found",
    "gone": "Not found again: gone",
    "moved": "Moved",
    "withdrawn": "Marked as withdrawn by its publisher",
    "back": "Seen again",
}
_NOT_WHO = "Who took it away, and why, is not known."


def say_gone(statement: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> str | None:
    """Say since when a statement is gone or moved; `turns` are its fates, latest first."""
    turn = next((each for each in turns if each["state"] == statement["state"]), None)
    if turn is None or statement["state"] not in {"gone", "moved"}:
        return None
    last = f"Last seen on {say_time(statement['last_seen_at'])}."
    if statement["state"] == "moved":
        return f"Since {say_time(turn['at'])}, {turn['evidence']}. {last}"
    if turn["reposted_as"]:
        return f"Taken away and posted again within the hour, in nearly the same words. {last}"
    first, evidence = say_time(turn["first_at"]), turn["evidence"]
    if turn["event_id"]:
        return (
            f"First missed on {first} ({evidence}), with many others of its source; "
            f"a person accepted on {say_time(turn['at'])} that they are gone. {last} {_NOT_WHO}"
        )
    looks = f"on {first} and on {say_time(turn['at'])} ({evidence})"
    return f"Not found at two looks, {looks}, while the source was well. {last} {_NOT_WHO}"


def say_turn(turn: Mapping[str, Any]) -> str:
    """Say one turn in a line, without its time.

    >>> say_turn({"state": "suspect", "evidence": "HTTP 404"})
    'Not found (HTTP 404)'
    """
    evidence = f" ({turn['evidence']})" if turn["evidence"] else ""
    return f"{_TURNS.get(turn['state'], turn['state'])}{evidence}"


def say_takedown(takedowns: Sequence[Mapping[str, Any]]) -> str:
    """Say that words are withheld, since when and why; empty where they are not."""
    if not takedowns:
        return ""
    at, reason = say_time(takedowns[0]["at"]), takedowns[0]["reason"]
    return (
        f"The words are withheld since {at}: {reason}. Their hashes are with each revision below."
    )

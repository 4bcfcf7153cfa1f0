"""X's API v2 in files: answers, and the lines that twarc writes, a page or a post each."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spiders.formats.base import Context, Format, Record
from spiders.formats.json_records import Piece, pieces
from spiders.formats.x_records import OwnAccounts, has_all, origin_of, raw_json, records
from spiders.platforms.x import Answer, read_answer
from spiders.platforms.x_posts import API, Fields, moment

_NAMES = re.compile(
    rb'"(?:__twarc|author_id|pinned_(?:tweet|post)_id|edit_history_(?:tweet|post)_ids|'
    rb'referenced_(?:tweets|posts))"'
)


class XV2:
    """Answers of X's API v2, one or many, whole or flattened."""

    name = "x_v2"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell by names that only X's API v2 has; lines of compliance jobs have their own."""
        is_json = path.suffix.lower() != ".js" and start.lstrip()[:1] in {b"{", b"[", b"\xef"}
        is_compliance = has_all(start, "action", "reason") and has_all(start, "id", "created_at")
        return is_json and (bool(_NAMES.search(start)) or is_compliance)

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read posts with the versions at hand; X's words on what it did not give are set aside."""
        own = OwnAccounts(context.source)
        for kind, piece in pieces(path):
            yield from _read(f"{kind} {piece.number}", piece, context, own)


def _read(place: str, piece: Piece, context: Context, own: OwnAccounts) -> Iterator[Record]:
    def problem(why: str, raw: str) -> Record:
        return Record(place=place, read=piece.read, problem=why, raw=raw)

    if piece.problem:
        yield problem(piece.problem, piece.raw)
        return
    if _is_compliance(piece.found):
        yield problem(_compliance_words(piece.found), raw_json(piece.found))
        return
    try:
        answer = read_answer(piece.found)
    except ValueError as error:
        yield problem(str(error), raw_json(piece.found))
        return
    before = 0
    for record in _records(answer, place, piece, context, own):
        before += 1
        yield record
    gives_nothing = not (answer.posts or answer.others)
    for told in answer.problems:
        if told.is_of_what_was_asked or gives_nothing:
            before += 1
            yield problem(f"X did not give {told.about or 'this'}: {told.words}", told.words)
    if answer.strange:
        raw = raw_json(answer.strange[:3])
        yield problem(f"{len(answer.strange)} of its parts are no posts", raw)
    elif not before:
        yield Record(place=place, read=piece.read)


def _records(
    answer: Answer, place: str, piece: Piece, context: Context, own: OwnAccounts
) -> Iterator[Record]:
    origin = origin_of(
        context,
        XV2.name,
        API,
        username=None,
        seen_at=moment(answer.retrieved_at),
    )
    for versions in answer.versions(_by_the_same(answer)):
        yield from records(versions, origin, own, place, piece.read)


def _by_the_same(answer: Answer) -> Iterator[Fields]:
    """Choose what was given along and is by those whom the answer is of, such as pinned posts."""
    authors = answer.asked_users | {str(each.get("author_id")) for each in answer.posts}
    return (each for each in answer.others if str(each.get("author_id")) in authors)


def _is_compliance(found: Any) -> bool:
    return isinstance(found, dict) and {"id", "action", "reason"} <= found.keys()


def _compliance_words(told: dict[str, Any]) -> str:
    return (
        f"is no post but the answer of a compliance job: {told['id']} is to be deleted, because "
        f"{told['reason']}. A crawl with the x channel asks X itself"
    )


FORMAT: Format = XV2()

"""What is sent to be checked: read from a form or JSON, and refused in words if it is no good."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils.asgi import Request

MOST_TEXT = 1_000_000
"""Bytes of a text in UTF-8."""

_MOST_BODY = 3 * MOST_TEXT + 50_000
"""Bytes of a request: forms and JSON may spell each byte of a text with three."""

_MOST_SPEAKER = 300
_MOST_ADDRESS = 2_000
_MOST_FIELDS = 20

JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class RefusedError(Exception):
    """Say why something is not checked, and what to do; `where` is the field at fault."""

    def __init__(self, status: int, where: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.where = where


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was sent, as it was typed; what was left out is empty."""

    text: str = ""
    url: str = ""
    speaker: str = ""
    date: str = ""
    post: bool = False
    """Whether the text is one post, all of which is to be checked."""

    @property
    def on(self) -> dt.date | None:
        """The day of the article.

        Raises:
            RefusedError: what was typed is no date.
        """
        if not self.date:
            return None
        try:
            day = dt.date.fromisoformat(self.date)
        except ValueError:
            day = None
        if day is None or day.isoformat() != self.date:
            raise RefusedError(400, "date", "The date is no date: write it as 2031-03-05")
        return day


_KNOWN = tuple(field.name for field in fields(Submitted))


async def read_submitted(request: Request) -> Submitted:
    """Read a request that posts a form or JSON.

    Raises:
        RefusedError: it is too large, of another kind, or says what is not asked for.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in {JSON, _FORM}:
        raise RefusedError(415, "content-type", f"Send {JSON}, or the fields of a form as {_FORM}")
    body = await _body(request)
    told = _read_json(body) if kind == JSON else _read_form(body)
    for name in told:
        if name not in _KNOWN:
            raise RefusedError(400, name, _unknown(name))
    return _submitted(told)


def check_submitted(submitted: Submitted, *, may_fetch: bool) -> None:
    """Refuse what cannot be checked, whatever the archive holds.

    Raises:
        RefusedError: says which field, what is wrong with it, and what to do.
    """
    if len(submitted.text.encode()) > MOST_TEXT:
        raise RefusedError(413, "text", f"The text is larger than {_MEGABYTE}: send a part of it")
    if submitted.url:
        _check_address(submitted, may_fetch=may_fetch)
    elif not submitted.text.strip():
        raise RefusedError(400, "text", "There is no text: paste the words of an article or a post")
    if len(submitted.speaker) > _MOST_SPEAKER:
        raise RefusedError(
            400, "speaker", f"The speaker has more than {_MOST_SPEAKER} characters: give a name"
        )
    _ = submitted.on


_MEGABYTE = f"{MOST_TEXT // 1_000_000} MB"


def _check_address(submitted: Submitted, *, may_fetch: bool) -> None:
    if not may_fetch:
        raise RefusedError(
            400,
            "url",
            "This server fetches no addresses: paste the text, or use the command "
            "“onrecord check URL”",
        )
    if submitted.text.strip():
        raise RefusedError(400, "url", "Both a text and an address: give one of them")
    if len(submitted.url) > _MOST_ADDRESS:
        raise RefusedError(400, "url", f"The address has more than {_MOST_ADDRESS} characters")


async def _body(request: Request) -> bytes:
    """Read a request, and no more of it than may be sent."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > _MOST_BODY:
        raise RefusedError(413, "body", _TOO_LARGE)
    body = bytearray()
    more = True
    while more:
        message = await request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST_BODY:
            raise RefusedError(413, "body", _TOO_LARGE)
    return bytes(body)


_TOO_LARGE = f"The request is larger than a text of {_MEGABYTE} can be: send a part of it"


def _read_form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise RefusedError(400, "body", "The form cannot be read: send it in UTF-8") from error
    told: dict[str, Any] = dict(pairs)
    told.pop("csrftoken", None)
    if "post" in told:
        told["post"] = told["post"] not in {"", "0", "false"}
    return told


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        where = f": {error}" if isinstance(error, json.JSONDecodeError) else ""
        raise RefusedError(400, "body", f"The body is no JSON in UTF-8{where}") from error
    if not isinstance(told, dict):
        raise RefusedError(
            400, "body", 'The body is no object: send JSON as {"text": "…", "speaker": "…"}'
        )
    return told


def _unknown(name: str) -> str:
    close = get_close_matches(name, _KNOWN, n=1)
    hint = f"did you mean “{close[0]}”?" if close else f"there are {', '.join(_KNOWN)}"
    return f"Unknown field “{name[:50]}” ({hint})"


def _submitted(told: Mapping[str, Any]) -> Submitted:
    given = {name: value for name, value in told.items() if value is not None}
    for name, value in given.items():
        wanted = bool if name == "post" else str
        if not isinstance(value, wanted):
            kind = "true or false" if wanted is bool else "a string"
            raise RefusedError(400, name, f"“{name}” must be {kind}")
        if isinstance(value, str) and not _is_whole(value):
            raise RefusedError(400, name, f"“{name}” holds half a character: send whole ones")
    return Submitted(
        given.get("text", ""),
        given.get("url", "").strip(),
        given.get("speaker", "").strip(),
        given.get("date", "").strip(),
        given.get("post", False),
    )


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

"""AT Protocol events: the frames of a repository stream, and what they say of one repository."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal

from libipld import decode_dag_cbor_multi

from spiders.platforms.atproto import cid_text, event_time
from spiders.platforms.atproto_repo import Car, Named, read_commit, walk

_AN_EVENT = 1
_AN_ERROR = -1


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of a stream."""

    kind: str
    """`#commit`, `#account` and others, or `error`."""

    body: Mapping[str, Any]

    @property
    def seq(self) -> int:
        """Its number in the stream; 0 where it has none."""
        seq = self.body.get("seq")
        return seq if isinstance(seq, int) else 0

    @property
    def did(self) -> str | None:
        """Whose repository or account it is about."""
        did = self.body.get("repo" if self.kind == "#commit" else "did")
        return did if isinstance(did, str) else None

    @property
    def rev(self) -> str:
        """The revision that the repository has after it."""
        rev = self.body.get("rev")
        return rev if isinstance(rev, str) else ""

    @property
    def at(self) -> str | None:
        """When the server sent it first, in UTC to the second."""
        time = self.body.get("time")
        return event_time(time) if isinstance(time, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one commit did to one record."""

    action: Literal["create", "update", "delete"]
    path: str
    seq: int
    at: str | None
    cid: str | None
    """The CID of the record as it is now; None where it was deleted."""

    prev: str | None
    """The CID of the record as it was before; older servers do not say."""

    record: Mapping[str, Any] | None


@dataclass(slots=True)
class Log:
    """What a stream says of one repository."""

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person should know: gaps, an account switched off, frames that are not right."""

    handle: str | None = None
    """The handle that the account took last, if it tells of one."""

    rev: str = ""
    """The revision up to which it tells."""

    passed_over: int = 0
    """Frames that came twice, out of order or while the account was switched off."""


def read_frames(packed: bytes) -> list[Frame]:
    """Read frames that stand one after another.

    Raises:
        ValueError: they are none.
    """
    try:
        parts = decode_dag_cbor_multi(packed)
    except RecursionError as error:
        raise ValueError("a frame is nested too deeply") from error
    if len(parts) % 2:
        raise ValueError("a frame has a header and no body")
    return [_frame(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def read_log(frames: Iterable[Frame], did: str) -> Log:
    """Put together what frames say of one repository, in order, each once."""
    log = Log()
    last, is_active = 0, True
    for frame in frames:
        if frame.kind in {"#info", "error"}:
            name = frame.body.get("name") or frame.body.get("error")
            log.notes.append(f"the server says {name}: {frame.body.get('message', '')}")
        elif frame.did == did and frame.seq <= last:
            log.passed_over += 1
        elif frame.did == did:
            last = frame.seq
            if frame.kind == "#account":
                is_active = frame.body.get("active") is True
                if not is_active:
                    status = frame.body.get("status", "switched off")
                    log.notes.append(f"the account was {status} ({_where(frame)})")
            elif frame.kind == "#identity" and isinstance(frame.body.get("handle"), str):
                log.handle = frame.body["handle"]
            elif frame.kind == "#commit":
                if not is_active or frame.rev <= log.rev:
                    log.passed_over += 1
                else:
                    log.rev = frame.rev
                    _read_changes(frame, log)
    return log


def _read_changes(frame: Frame, log: Log) -> None:
    """Read the changes of a commit, as far as the tree that it signs bears them out."""
    if frame.body.get("tooBig") is True:
        log.notes.append(f"a change was too big to be told ({_where(frame)})")
    try:
        car = Car(BytesIO(frame.body.get("blocks") or b""))
        commit = read_commit(car)
        if (commit.did, commit.rev) != (frame.did, frame.rev):
            raise ValueError("its blocks are of another commit")  # noqa: TRY301
    except (ValueError, TypeError) as error:
        log.notes.append(f"a frame is not right: {error} ({_where(frame)})")
        return
    tree = {each.path: each.cid for each in walk(car, commit.tree) if isinstance(each, Named)}
    listed = frame.body.get("ops")
    for each in listed if isinstance(listed, list) else []:
        try:
            log.changes.append(_change(each, frame, car, tree))
        except ValueError as error:
            log.notes.append(f"{error} ({_where(frame)})")


def _change(op: object, frame: Frame, car: Car, tree: Mapping[str, bytes]) -> Change:
    """Read one change of a commit.

    Raises:
        ValueError: it is none, or the commit's tree does not show it.
    """
    match op:
        case {"action": "create" | "update" | "delete" as action, "path": str(path), **rest}:
            cid = rest.get("cid")
        case _:
            raise ValueError("a change of an unknown kind")
    record = car.node(cid) if isinstance(cid, bytes) and tree.get(path) == cid else None
    if (record is None) != (action == "delete") or (record is None and path in tree):
        raise ValueError(f"{action} of {path}: the tree of the commit does not show it")
    return Change(
        action=action,
        path=path,
        seq=frame.seq,
        at=frame.at,
        cid=cid_text(cid),
        prev=cid_text(rest.get("prev")),
        record=record,
    )


def _frame(header: object, body: object) -> Frame:
    if not isinstance(header, dict) or not isinstance(body, dict):
        raise ValueError("a frame is no pair of mappings")  # noqa: TRY004 - one kind of trouble
    if header.get("op") == _AN_EVENT and isinstance(header.get("t"), str):
        return Frame(header["t"], body)
    if header.get("op") == _AN_ERROR:
        return Frame("error", body)
    raise ValueError(f"a frame has the unknown header {header}")


def _where(frame: Frame) -> str:
    return f"event {frame.seq} of {frame.at or 'an unknown time'}"

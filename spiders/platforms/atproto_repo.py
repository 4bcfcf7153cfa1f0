"""AT Protocol repositories: the blocks of a CAR, each checked, and the tree that names records."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, TypeGuard

from libipld import decode_dag_cbor, encode_cid

from spiders.platforms.atproto import DAG_CBOR_SHA256, RAW_SHA256, is_block_of, is_did

_CID_LENGTH = 36
_LONGEST_VARINT = 10
_LARGEST_HEADER = 64 * 1024
_DEEPEST = 64
"""Levels of a tree: one of a million records has about ten."""


class BlockError(ValueError):
    """Say that a block is missing or is not what its CID names."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What the root of a repository says."""

    did: str
    tree: bytes
    """The CID of the tree's top node."""

    rev: str | None
    """The revision, whose key holds its time; repositories of 2023 and before have none."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record as the tree names it; its block may be elsewhere."""

    path: str
    cid: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """A branch of the tree that cannot be read, and with it the names of its records."""

    reason: str


class Car:
    """The blocks of a CAR file by CID: where they lie is held, what they hold is read when asked.

    `cut_at` is the byte from which on the file is cut short or damaged; None for a whole one.
    """

    def __init__(self, file: IO[bytes]) -> None:
        """Index the file.

        Raises:
            ValueError: it is no CAR file.
        """
        self._file = file
        self._places: dict[bytes, tuple[int, int]] = {}
        self.cut_at: int | None = None
        self.size = file.seek(0, 2)
        file.seek(0)
        self.roots = _roots(file)
        start = file.tell()
        while start < self.size:
            following = self._add_block(start)
            if following is None:
                self.cut_at = start
                break
            start = following

    def block(self, cid: bytes) -> bytes:
        """Give a block whose hash is right.

        Raises:
            BlockError: it is missing, or is not what its CID names.
        """
        place = self._places.get(cid)
        if place is None:
            raise BlockError(f"the block {encode_cid(cid)} is not in the file")
        self._file.seek(place[0])
        block = self._file.read(place[1])
        if not is_block_of(cid, block):
            raise BlockError(f"the block {encode_cid(cid)} is damaged: its hash is another")
        return block

    def node(self, cid: bytes) -> dict[str, Any]:
        """Give a block as the mapping that it holds.

        Raises:
            BlockError: it is missing, damaged or holds something else.
        """
        try:
            held = decode_dag_cbor(self.block(cid))
        except BlockError:
            raise
        except (ValueError, RecursionError) as error:
            raise BlockError(f"the block {encode_cid(cid)} cannot be read: {error}") from error
        if not isinstance(held, dict):
            raise BlockError(f"the block {encode_cid(cid)} holds no mapping")
        return held

    def end_of(self, cid: bytes) -> int:
        """Tell where a block ends in the file; 0 for one that is missing."""
        return sum(self._places.get(cid, (0, 0)))

    def _add_block(self, start: int) -> int | None:
        """Note the block of the section at a byte; give where the next starts, None for a cut."""
        length = _varint(self._file)
        if length is None:
            return None
        inside = self._file.tell()
        end = inside + length
        cid = self._file.read(_CID_LENGTH)
        if length < _CID_LENGTH or end > self.size or end <= start:
            return None
        if cid[:4] in {DAG_CBOR_SHA256, RAW_SHA256}:
            self._places[cid] = inside + _CID_LENGTH, length - _CID_LENGTH
        self._file.seek(end)
        return end


def is_car(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a CAR of version 1."""
    try:
        _roots(BytesIO(start))
    except ValueError:
        return False
    return True


def read_commit(car: Car) -> Commit:
    """Read the root of a repository.

    Raises:
        ValueError: it is missing, damaged or none.
    """
    if not car.roots:
        raise ValueError("the file names no root: it is no repository")
    root = car.node(car.roots[0])
    did, tree, rev = root.get("did"), root.get("data"), root.get("rev")
    if not (isinstance(did, str) and is_did(did) and _is_cid(tree)):
        raise ValueError("the root of the file is no commit of a repository")
    return Commit(did, tree, rev if isinstance(rev, str) else None)


def walk(car: Car, node: bytes) -> Iterator[Named | Gap]:
    """Name the records below a node of the tree, in the order of their keys."""
    last = b""
    for found in _walk(car, node, 0):
        if isinstance(found, Gap):
            yield found
        elif found[0] <= last:
            yield Gap(f"the key {found[0]!r} is out of order")
        else:
            last = found[0]
            try:
                yield Named(last.decode("ascii"), found[1])
            except UnicodeDecodeError:
                yield Gap(f"the key {last!r} is none")


def _walk(car: Car, cid: bytes, depth: int) -> Iterator[tuple[bytes, bytes] | Gap]:
    if depth > _DEEPEST:
        yield Gap(f"the tree is deeper than {_DEEPEST} levels")
        return
    try:
        left, entries = _node(car.node(cid))
    except BlockError as error:
        yield Gap(str(error))
        return
    if left is not None:
        yield from _walk(car, left, depth + 1)
    key = b""
    for prefix, rest, record, right in entries:
        key = key[:prefix] + rest
        yield key, record
        if right is not None:
            yield from _walk(car, right, depth + 1)


def _node(node: dict[str, Any]) -> tuple[bytes | None, list[tuple[int, bytes, bytes, Any]]]:
    """Take a node of the tree apart.

    Raises:
        BlockError: it is none.
    """
    entries, left = node.get("e"), node.get("l")
    if not isinstance(entries, list) or not (left is None or _is_cid(left)):
        raise BlockError("a block is no node of a tree")
    found = []
    for each in entries:
        if not isinstance(each, dict):
            raise BlockError("an entry of a node of the tree is none")
        match each:
            case {"p": int(prefix), "k": bytes(rest), "v": record} if _is_cid(record):
                right = each.get("t")
            case _:
                raise BlockError("an entry of a node of the tree is damaged")
        if prefix < 0 or not (right is None or _is_cid(right)):
            raise BlockError("an entry of a node of the tree is damaged")
        found.append((prefix, rest, record, right))
    return left, found


def _is_cid(value: object) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == _CID_LENGTH and value[:2] == b"\x01\x71"


def _roots(file: IO[bytes]) -> tuple[bytes, ...]:
    length = _varint(file)
    if length is None or length > _LARGEST_HEADER:
        raise ValueError("it does not begin as a CAR file does")
    try:
        header = decode_dag_cbor(file.read(length))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it does not begin as a CAR file does: {error}") from error
    if not isinstance(header, dict) or header.get("version") != 1:
        raise ValueError("it is no CAR file of version 1")
    roots = header.get("roots")
    return tuple(each for each in roots if _is_cid(each)) if isinstance(roots, list) else ()


def _varint(file: IO[bytes]) -> int | None:
    """Read a number of 7 bits a byte, the last without the high bit; None at a cut."""
    number = 0
    for place in range(_LONGEST_VARINT):
        byte = file.read(1)
        if not byte:
            return None
        number |= (byte[0] & 0x7F) << (7 * place)
        if byte[0] < 0x80:  # noqa: PLR2004 - the high bit
            return number
    return None

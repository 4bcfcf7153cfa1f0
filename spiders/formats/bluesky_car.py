"""Bluesky repositories: the posts of a CAR file, as `getRepo` gives it to anyone."""

from collections.abc import Iterator
from pathlib import Path

from spiders.formats.base import Context, Record
from spiders.platforms.atproto import AtUri, cid_text, tid_time
from spiders.platforms.atproto_repo import Car, Commit, Gap, Named, is_car, read_commit, walk
from spiders.platforms.bluesky import DIGEST, POST, Origin, read_record


class BlueskyCar:
    """The tree of a repository names its records; every block must be what its CID stands for.

    A statement is dated to the revision of the repository: what the file shows stood there then.
    """

    name = "bluesky_car"

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell a CAR file by its first bytes."""
        del path
        return is_car(start)

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read the posts in the order of their keys; records of other kinds are passed over.

        Raises:
            ValueError: it is no repository, or another account's.
        """
        with path.open("rb") as file:
            car = Car(file)
            cut = f"the file is cut short or damaged at byte {car.cut_at} of {car.size}"
            try:
                commit = read_commit(car)
            except ValueError as error:
                raise ValueError(f"{cut}: {error}" if car.cut_at is not None else error) from error
            _require_own(commit, context)
            if car.cut_at is not None:
                told = "what the blocks before that name and hold is read. Fetch it again"
                yield Record(place=f"byte {car.cut_at}", read=0, problem=f"{cut}: {told}")
            yield from self._records(car, commit, context)

    def _records(self, car: Car, commit: Commit, context: Context) -> Iterator[Record]:
        origin = _origin(commit, context)
        gaps: list[Gap] = []
        missing: list[str] = []
        read = 0
        for each in walk(car, commit.tree):
            if isinstance(each, Gap):
                gaps.append(each)
            elif not each.path.startswith(f"{POST}/"):
                continue
            elif not car.end_of(each.cid):
                missing.append(each.path)
            else:
                read = max(read, car.end_of(each.cid))
                yield _post(each, car, origin, read)
        if gaps:
            yield Record(place="tree", read=car.size, problem=_incomplete(gaps))
        if not gaps or car.cut_at is not None:
            # else it is a part of a repository, which names the neighbours of what it holds
            for path in missing:
                yield Record(place=path, read=car.size, problem="its block is not in the file")


def _incomplete(gaps: list[Gap]) -> str:
    return (
        f"{len(gaps)} branches of the repository's tree cannot be read (the first: "
        f"{gaps[0].reason}), so that the records in them are not known. The file is a part of a "
        "repository, or damaged: fetch it whole with com.atproto.sync.getRepo"
    )


def _post(named: Named, car: Car, origin: Origin, read: int) -> Record:
    try:
        uri = AtUri.parse(f"at://{origin.did}/{named.path}")
        record = car.node(named.cid)
    except ValueError as error:
        return Record(place=named.path, read=read, problem=str(error))
    try:
        item, _ = read_record(uri, str(cid_text(named.cid)), record, origin)
    except ValueError as error:
        return Record(place=named.path, read=read, problem=str(error), raw=repr(record))
    return Record(place=named.path, read=read, item=item)


def _origin(commit: Commit, context: Context) -> Origin:
    captured_at = context.capture.captured_at
    at = tid_time(commit.rev) if commit.rev else None
    return Origin(
        source=context.source,
        did=commit.did,
        route=f"import {BlueskyCar.name} #{DIGEST}",
        capture=context.capture,
        witness="import",
        seen_at=min(at or captured_at, captured_at),
    )


def _require_own(commit: Commit, context: Context) -> None:
    """Refuse the repository of an account that is not the source's, where it names its accounts."""
    own = {each.id for each in context.source.accounts if each.platform == "bluesky" and each.id}
    own |= {
        str(did)
        for feed in context.source.feeds
        for each in (feed, *feed.fallback)
        if each.options.channel == "bluesky" and (did := getattr(each.options, "did", None))
    }
    if own and commit.did not in own:
        raise ValueError(
            f"it is the repository of {commit.did}, and {context.source.name} is of "
            f"{', '.join(sorted(own))}. Name the right source, or list the account in its file"
        )


FORMAT = BlueskyCar()

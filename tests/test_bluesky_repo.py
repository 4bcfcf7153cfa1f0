"""Repositories of Bluesky as CAR files: real ones whole, damaged ones as far as they go."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from bluesky_source import CAPTURE, DID, bluesky_source
from fake_pds import FakePds, car, cid_of, repository
from hypothesis import given, settings
from hypothesis import strategies as st
from libipld import decode_car, encode_dag_cbor

from spiders.formats.base import Context, Record
from spiders.formats.bluesky_car import FORMAT
from spiders.platforms.atproto_repo import Car, Gap, Named, read_commit, walk
from spiders.platforms.bluesky import DIGEST

CONTEXT = Context(bluesky_source(), CAPTURE)
REAL = {
    "fakermaker.repo.car": (26, None),
    "greenground.repo.car": (0, "2023-08-31T02:18:48Z"),
    "paul_staging.repo.car": (101, None),
    "bafyreieovfuizojpw3zresz7sx3nk4trm2by23pt5rxbey3jme4uo5ogiu.car": (5, None),
    "pds/getRepo.car": (2, "2026-11-22T22:46:45Z"),
}
"""File to posts in it, and the time of its revision where it has one."""


def read(path: Path, context: Context = CONTEXT) -> list[Record]:
    return list(FORMAT.read(path, context))


def words(records: list[Record]) -> list[str]:
    return [each.item.text for each in records if each.item]


def problems(records: list[Record]) -> dict[str, str]:
    return {each.place: each.problem for each in records if each.problem}


@pytest.fixture
def pds() -> FakePds:
    """An account of five posts and a repost; no server is started."""
    made = FakePds()
    for number in range(5):
        made.post(f"Lamp {number} is lit.")
    made.repost("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3n2wp2bh5vc2k")
    return made


@pytest.fixture
def file(tmp_path: Path, pds: FakePds) -> Path:
    path = tmp_path / "lights.car"
    path.write_bytes(pds.exported())
    return path


@pytest.mark.parametrize("name", REAL)
def test_real_repositories_are_read_without_loss(shared_data: Path, name: str) -> None:
    path = shared_data / "api" / "bluesky" / name
    records = read(path)
    count, at = REAL[name]
    assert problems(records) == {}
    assert len(words(records)) == len(records) == count
    blocks = decode_car(path.read_bytes())[1].values()
    posts = [each for each in blocks if each.get("$type") == "app.bsky.feed.post"]
    assert sorted(words(records)) == sorted(each["text"] for each in posts)
    assert {each.item.seen_at for each in records if each.item} <= {at or CAPTURE.captured_at}
    assert all(each.item.witness == "import" for each in records if each.item)
    assert FORMAT.fits(path, path.read_bytes()[:65_536])


@pytest.mark.parametrize("name", REAL)
def test_every_block_and_every_name_of_a_real_repository_holds(
    shared_data: Path, name: str
) -> None:
    with (shared_data / "api" / "bluesky" / name).open("rb") as opened:
        whole = Car(opened)
        found = list(walk(whole, read_commit(whole).tree))
        assert whole.cut_at is None
        assert not [each for each in found if isinstance(each, Gap)]
        named = [each for each in found if isinstance(each, Named)]
        assert [each.path for each in named] == sorted({each.path for each in named})
        for each in named:
            assert whole.node(each.cid)["$type"] == each.path.partition("/")[0]


def test_a_part_of_a_repository_gives_its_posts_and_says_so(shared_data: Path) -> None:
    records = read(shared_data / "api" / "bluesky" / "repo_slice.car")
    assert len(words(records)) == 1
    assert list(problems(records)) == ["tree"]
    assert "part of a repository, or damaged" in problems(records)["tree"]


def test_a_post_is_what_it_is_in_a_listing(file: Path, pds: FakePds) -> None:
    records = read(file)
    assert words(records) == [f"Lamp {number} is lit." for number in range(5)]
    first = records[0].item
    path = min(pds.records)
    assert first is not None
    assert (first.native_id, first.publisher_hash) == (pds.uri(path), pds.cid(path))
    assert first.url == f"https://bsky.app/profile/{DID}/post/{path.partition('/')[2]}"
    assert first.route == f"import bluesky_car #{DIGEST}"
    assert [each.read for each in records] == sorted(each.read for each in records)
    assert records[-1].read <= file.stat().st_size


def test_what_the_file_shows_is_dated_to_its_revision_but_not_ahead_of_us(file: Path) -> None:
    seen = {each.item.seen_at for each in read(file) if each.item}
    assert seen == {"2026-11-18T11:06:40Z"}
    early = replace(CAPTURE, captured_at="2026-01-01T00:00:00Z")
    seen = {each.item.seen_at for each in read(file, Context(CONTEXT.source, early)) if each.item}
    assert seen == {"2026-01-01T00:00:00Z"}


def test_a_damaged_record_is_a_problem_with_its_path(file: Path, pds: FakePds) -> None:
    path = sorted(pds.records)[2]
    file.write_bytes(file.read_bytes().replace(b"Lamp 2 is lit.", b"Lamp 2 is out."))
    records = read(file)
    assert words(records) == [f"Lamp {number} is lit." for number in (0, 1, 3, 4)]
    assert list(problems(records)) == [path]
    assert "is damaged: its hash is another" in problems(records)[path]


def test_a_missing_record_is_a_problem_with_its_path(tmp_path: Path, pds: FakePds) -> None:
    root, blocks = repository(pds.did, pds.records, pds.rev)
    kept = {cid: block for cid, block in blocks.items() if b"Lamp 4" not in block}
    file = tmp_path / "less.car"
    file.write_bytes(car(root, kept))
    records = read(file)
    assert len(words(records)) == 4
    assert problems(records) == {sorted(pds.records)[4]: "its block is not in the file"}


def test_a_record_of_another_kind_among_the_posts_is_a_problem(
    tmp_path: Path, pds: FakePds
) -> None:
    path = min(pds.records)
    pds.records[path] |= {"$type": "app.bsky.feed.lighthousePost"}
    file = tmp_path / "odd.car"
    file.write_bytes(pds.exported())
    records = read(file)
    assert len(words(records)) == 4
    assert "unknown kind 'app.bsky.feed.lighthousePost'" in problems(records)[path]


def test_a_file_cut_short_gives_what_stands_before_the_cut(tmp_path: Path, pds: FakePds) -> None:
    root, blocks = repository(pds.did, pds.records, pds.rev)
    tree_first = dict(reversed(blocks.items()))  # as servers send it: the root, then the rest
    whole = car(root, tree_first)
    file = tmp_path / "cut.car"
    at = whole.index(b"Lamp 1") + 3
    file.write_bytes(whole[:at])
    records = read(file)
    assert words(records) == [f"Lamp {number} is lit." for number in (2, 3, 4)]
    told = problems(records)
    cut = next(iter(told.values()))
    assert f"of {at}" in cut
    assert "cut short or damaged at byte" in cut
    missing = sorted(pds.records)[:2]
    assert {place: told[place] for place in missing} == dict.fromkeys(
        missing, "its block is not in the file"
    )


@given(at=st.integers(min_value=0, max_value=2000))
@settings(max_examples=60, deadline=None)
def test_wherever_a_file_is_cut_nothing_wrong_is_read(
    tmp_path_factory: pytest.TempPathFactory, at: int
) -> None:
    pds = FakePds()
    for number in range(5):
        pds.post(f"Lamp {number} is lit.")
    root, blocks = repository(pds.did, pds.records, pds.rev)
    whole = car(root, dict(reversed(blocks.items())))
    file = tmp_path_factory.getbasetemp() / "cut.car"
    file.write_bytes(whole[:at])
    if at < len(car(root, {root: blocks[root]})):
        with pytest.raises(ValueError, match=r"does not begin as a CAR|cut short|not in the"):
            read(file)
        return
    records = read(file)
    assert set(words(records)) <= {f"Lamp {number} is lit." for number in range(5)}
    assert at >= len(whole) or problems(records)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (b"", "does not begin as a CAR file does"),
        (b"\x00\x61\x73\x6d and more", "CAR file"),
        (b"\xff" * 40, "does not begin as a CAR file does"),
        (car(b"\x01\x71\x12\x20" + bytes(32), {}), "is not in the file"),
        (car(b"", {}), "names no root"),
    ],
)
def test_what_is_no_repository_is_refused(tmp_path: Path, start: bytes, reason: str) -> None:
    file = tmp_path / "other.car"
    file.write_bytes(start)
    with pytest.raises(ValueError, match=reason):
        read(file)


def test_the_repository_of_another_account_is_refused(file: Path) -> None:
    other = bluesky_source(did="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    with pytest.raises(ValueError, match=f"repository of {DID}, and xa_light is of did:plc:aaaa"):
        read(file, Context(other, CAPTURE))
    own = bluesky_source(did=DID)
    assert len(words(read(file, Context(own, CAPTURE)))) == 5


def test_a_tree_that_is_out_of_order_or_too_deep_is_a_gap() -> None:
    record = encode_dag_cbor({"a": 1})
    entry = {"k": b"app.bsky.feed.post/b", "v": cid_of(record), "p": 0, "t": None}
    twice = encode_dag_cbor({"l": None, "e": [entry, entry | {"k": b"app.bsky.feed.post/a"}]})
    found = list(walk(Car(BytesIO(car(cid_of(twice), {cid_of(twice): twice}))), cid_of(twice)))
    assert isinstance(found[0], Named)
    assert isinstance(found[1], Gap)
    blocks, below = {}, None
    for _ in range(80):
        node = encode_dag_cbor({"l": below, "e": []})
        below = cid_of(node)
        blocks[below] = node
    assert below is not None
    (gap,) = walk(Car(BytesIO(car(below, blocks))), below)
    assert isinstance(gap, Gap)
    assert "deeper" in gap.reason

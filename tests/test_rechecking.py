"""Looking again: often while young, rarely when old, and nothing is ever forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.clock import utc_text
from archive.rechecking import worth_rechecking
from archive.store import Archive

DAY = timedelta(days=1)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


class Desk:
    """A source whose statements are no longer listed, and a clock."""

    def __init__(self, archive: Archive) -> None:
        self.db = archive.db
        self.db.execute("PRAGMA foreign_keys = OFF")
        self.db.execute("PRAGMA synchronous = OFF")

    def add(self, name: str, published: datetime, seen: datetime, state: str = "live") -> None:
        self.db.table("statements").insert(
            {
                "id": name,
                "source": "xa_light",
                "native_id": name,
                "url": f"https://light.example/{name}",
                "kind": "speech",
                "text": "Lamps.",
                "published_at": utc_text(published),
                "published_precision": "time",
                "office": "Ministry of Lighthouses",
                "country": "xa",
                "first_seen_at": utc_text(seen),
                "last_seen_at": utc_text(seen),
                "state": state,
                "revision": 1,
                "tone_status": "not scored",
                "route": "listing x #1",
                "capture_id": "c",
            }
        )

    def look(self, name: str, at: datetime, outcome: str = "seen") -> None:
        if outcome == "seen":
            self.db.execute(
                "UPDATE statements SET last_seen_at = ? WHERE id = ?", [utc_text(at), name]
            )
            return
        row = {"statement_id": name, "capture_id": "c", "checked_at": utc_text(at)}
        self.db.table("checks").insert(row | {"outcome": outcome})

    def due(
        self, now: datetime, within: timedelta | None = None, *, always: bool = False
    ) -> list[str]:
        found = worth_rechecking(
            *(self.db, "xa_light"),
            now=now,
            unseen_since=now,
            every=DAY,
            at_least=90 * DAY,
            within=within,
            always=always,
        )
        return [each.native_id for each in found]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield Desk(archive)


@pytest.mark.parametrize(
    ("age", "wait"), [(1, 1), (3, 1), (40, 10), (200, 50), (4000, 90), (0.1, 1)]
)
def test_the_time_between_two_looks_grows_with_age(desk: Desk, age: float, wait: float) -> None:
    now = BEGAN + age * DAY
    desk.add("a", published=BEGAN, seen=now - 0.95 * wait * DAY)
    desk.add("b", published=BEGAN, seen=now - 0.8 * wait * DAY)
    assert desk.due(now) == ["a"]


def test_a_source_may_have_all_of_it_looked_at_always(desk: Desk) -> None:
    for number in range(5):
        desk.add(f"a{number}", published=BEGAN, seen=BEGAN + (40 - number) * DAY)
    found = desk.due(BEGAN + 41 * DAY, always=True)
    assert found == [f"a{number}" for number in reversed(range(5))]


def test_a_change_makes_it_young_again(desk: Desk) -> None:
    now = BEGAN + 400 * DAY
    desk.add("a", published=BEGAN, seen=now - 2 * DAY)
    assert desk.due(now) == []
    desk.db.table("revisions").insert(
        {
            "statement_id": "a",
            "revision": 2,
            "text_sha256": "",
            "first_captured_at": utc_text(now - 3 * DAY),
            "capture_id": "c",
        }
    )
    assert desk.due(now) == ["a"]


def test_suspects_come_first_but_only_a_day_after_they_were_missed(desk: Desk) -> None:
    now = BEGAN + 40 * DAY
    desk.add("late", published=BEGAN, seen=now - 30 * DAY)
    for name, hours in (("missed", 25), ("just", 23)):
        desk.add(name, published=BEGAN, seen=now - 9 * DAY, state="suspect")
        desk.look(name, now - timedelta(hours=hours), "absent")
    assert desk.due(now) == ["missed", "late"]
    for number in range(6):
        desk.add(f"lost{number}", published=BEGAN, seen=now - 3 * DAY, state="suspect")
    assert desk.due(now).index("late") == 3  # many of them starve nothing


def test_an_error_of_the_server_is_a_turn_too(desk: Desk) -> None:
    now = BEGAN + 40 * DAY
    desk.add("a", published=BEGAN, seen=now - 30 * DAY)
    assert desk.due(now) == ["a"]
    desk.db.table("captures").insert(
        {
            "id": "c2",
            "crawl_id": "w",
            "url": "https://light.example/a",
            "captured_at": utc_text(now - DAY),
            "status": 503,
            "bytes": 0,
            "sha256": "",
            "warc_file": "w",
            "warc_offset": 0,
            "warc_length": 0,
            "warc_sha256": "",
        }
    )
    assert desk.due(now) == []


def test_what_is_too_old_for_its_source_is_left_alone(desk: Desk) -> None:
    desk.add("a", published=BEGAN, seen=BEGAN)
    now = BEGAN + 100 * DAY
    assert (desk.due(now, within=99 * DAY), desk.due(now, within=101 * DAY)) == ([], ["a"])


@pytest.mark.parametrize(("budget", "most"), [(20, 95), (3, 240)])
def test_nothing_is_starved_in_simulated_years(desk: Desk, budget: int, most: int) -> None:
    """One new statement a day beside 400 old ones, a look a day, with budget enough and too little.

    With 3 looks a day for 400 statements, each must wait 133 days at the least.
    """
    seen: dict[str, datetime] = {}
    longest: dict[str, timedelta] = {}
    for number in range(400):
        name = f"old{number}"
        seen[name] = BEGAN
        desk.add(name, published=BEGAN - (100 + number) * DAY, seen=BEGAN)
    for day in range(500):
        now = BEGAN + day * DAY
        if day % 10 == 0:
            seen[f"new{day}"] = now
            desk.add(f"new{day}", published=now, seen=now)
        for name in desk.due(now)[:budget]:
            longest[name] = max(longest.get(name, DAY), now - seen[name])
            seen[name] = now
            desk.look(name, now)
    end = BEGAN + 500 * DAY
    waited = {name: max(longest.get(name, DAY), end - seen[name]) for name in seen}
    assert max(waited.values()) <= most * DAY
    young = [name for name in seen if name.startswith("new")]
    assert all(name in longest for name in young[:-5])

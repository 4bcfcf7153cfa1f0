"""When a statement is gone: the rules, by looks at chosen hours."""

from datetime import timedelta
from pathlib import Path

import pytest
from looked import START, Looks

from archive.clock import utc_text


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    return Looks(tmp_path, 20)


def test_two_looks_a_day_apart_make_it_gone_at_the_second(looks: Looks) -> None:
    looks.crawl(24, 1)
    assert looks.states() == {1: "suspect"}
    looks.crawl(47.9, 1)
    assert looks.states() == {1: "suspect"}
    looks.crawl(48, 1)
    assert looks.states() == {1: "gone"}
    looks.crawl(72, 1)
    assert looks.turns(1) == [("suspect", 24), ("gone", 48)]


def test_a_look_between_that_saw_it_begins_the_count_again(looks: Looks) -> None:
    looks.crawl(24, 1)
    looks.crawl(36)
    looks.crawl(60, 1)
    looks.crawl(72, 1)
    assert looks.turns(1) == [("suspect", 24), ("back", 36), ("suspect", 60)]
    looks.crawl(84, 1)
    assert looks.states() == {1: "gone"}


def test_what_a_source_missed_while_it_denied_another_proves_nothing(looks: Looks) -> None:
    looks.crawl(24, 1, 2)
    looks.crawl(48, 1)  # where 2 stands again: what was said at hour 24 proves nothing
    assert looks.states() == {1: "suspect"}
    looks.crawl(71, 1)
    assert looks.states() == {1: "suspect"}
    looks.crawl(72, 1)
    assert looks.states() == {1: "gone"}


def test_a_source_that_answers_at_random_is_not_believed(looks: Looks) -> None:
    looks.crawl(24, 3, 4)
    looks.crawl(48, 1)  # 3 and 4 were false alarms
    looks.crawl(72, 1, 2)  # and 2 may be one
    assert looks.states() == {1: "suspect", 2: "suspect"}
    looks.crawl(97, 1, 2)
    assert looks.states() == {1: "gone", 2: "gone"}


@pytest.mark.parametrize("outcome", ["faulty", "interrupted"])
def test_a_crawl_in_trouble_counts_for_nothing(looks: Looks, outcome: str) -> None:
    looks.crawl(24, 1, outcome=outcome)  # type: ignore[arg-type]
    looks.crawl(48, 1)
    assert looks.states() == {1: "suspect"}
    looks.crawl(80, 1, outcome=outcome)  # type: ignore[arg-type]
    assert looks.states() == {1: "suspect"}
    looks.crawl(90, 1)
    assert looks.states() == {1: "gone"}


def test_a_crawl_that_saw_no_neighbour_counts_for_nothing(looks: Looks) -> None:
    looks.crawl(24, 1, seen=[1])
    looks.crawl(48, 1)
    looks.crawl(73, 1, seen=[1])
    assert looks.states() == {1: "suspect"}
    looks.crawl(74, 1, seen=[2])
    assert looks.states() == {1: "gone"}


def test_a_neighbour_of_another_feed_is_none(tmp_path: Path) -> None:
    looks = Looks(tmp_path, 20)
    other = {"route": "bluesky desk #1"}
    for hours in (24, 48):
        looks.crawl(hours, 1, seen=[1], posts={99: other})
    assert looks.states() == {1: "suspect"}


def test_redirects_are_no_evidence(looks: Looks) -> None:
    for hours in (24, 48, 72):
        looks.crawl(hours, 1, how="redirected")
    assert looks.states() == {1: "suspect"}


def test_a_source_may_want_more_time(looks: Looks) -> None:
    for hours in (24, 48, 71):
        looks.crawl(hours, 1, gone_after=timedelta(days=2))
    assert looks.states() == {1: "suspect"}
    looks.crawl(72, 1, gone_after=timedelta(days=2))
    assert looks.states() == {1: "gone"}


def test_no_source_wants_less_than_a_day(looks: Looks) -> None:
    looks.crawl(24, 1, gone_after=timedelta(0))
    looks.crawl(25, 1, gone_after=timedelta(0))
    assert looks.states() == {1: "suspect"}


def test_three_at_once_are_gone_and_four_are_held(looks: Looks) -> None:
    for hours in (24, 48):
        looks.crawl(hours, 1, 2, 3)
    assert set(looks.states().values()) == {"gone"}
    for hours in (200, 224):
        looks.crawl(hours, 1, 2, 3, 4, 5, 6, 7)
    assert {number: state for number, state in looks.states().items() if number > 3} == (
        dict.fromkeys((4, 5, 6, 7), "suspect")
    )
    assert looks.events() == [("waiting", 4, None)]
    (of,) = looks.archive.db.execute("SELECT of FROM events").fetchone()
    assert of == 17


def test_more_than_a_fifth_of_a_small_source_is_held(tmp_path: Path) -> None:
    looks = Looks(tmp_path, 4)
    for hours in (24, 48):
        looks.crawl(hours, 1)
    assert looks.states() == {1: "suspect"}
    assert looks.events() == [("waiting", 1, None)]


def test_one_by_one_within_a_day_is_at_once(looks: Looks) -> None:
    """First missed at hours 20, 26, 32 and 38; the first of them is due when all are missed."""
    looks.crawl(20, 1)
    looks.crawl(26, 1, 2)
    looks.crawl(32, 1, 2, 3)
    looks.crawl(38, 1, 2, 3, 4)
    looks.crawl(44, 1, 2, 3, 4)
    looks.crawl(70, 1, 2, 3, 4)
    assert set(looks.states().values()) == {"suspect"}
    assert looks.events() == [("waiting", 4, None)]


def test_what_is_missed_soon_after_joins_the_event_and_later_things_do_not(looks: Looks) -> None:
    looks.crawl(24, 1, 2, 3, 4)
    looks.crawl(48, 1, 2, 3, 4, 5)
    looks.crawl(72, 1, 2, 3, 4, 5)
    assert looks.events() == [("waiting", 5, None)]
    for hours in (100, 124):
        looks.crawl(hours, 1, 2, 3, 4, 5, 6)
    assert looks.states()[6] == "gone"
    assert looks.events() == [("waiting", 5, None)]


def test_the_fourth_in_a_row_is_held_although_three_are_gone(looks: Looks) -> None:
    looks.crawl(24, 1, 2, 3)
    looks.crawl(48, 1, 2, 3)
    looks.crawl(50, 1, 2, 3, 4)
    looks.crawl(74, 1, 2, 3, 4)
    assert looks.states() == {1: "gone", 2: "gone", 3: "gone", 4: "suspect"}


def test_an_event_whose_statements_come_back_is_closed(looks: Looks) -> None:
    for hours in (24, 48):
        looks.crawl(hours, 1, 2, 3, 4, 5, 6)
    looks.crawl(72, 1)
    assert looks.events() == [("dismissed", 6, "what was missed at the same time was seen again")]
    assert looks.states() == {1: "suspect"}
    looks.crawl(97, 1)  # hour 72 is the first that counts
    assert looks.turns(1) == [("suspect", 24), ("gone", 97)]


POST = {
    "kind": "post",
    "published_precision": "time",
    "text": "The beacon of Ostrel burns again tonight, and we thank everybody who lit it.",
}


@pytest.mark.parametrize(
    ("minutes", "words", "account", "is_told"),
    [
        (20, POST["text"].replace("burns", "burn"), None, True),
        (20, "The council meets the harbour masters on Tuesday.", None, False),
        (90, POST["text"], None, False),
        (-40, POST["text"], None, False),
        (20, POST["text"], "x/another", False),
    ],
)
def test_a_post_with_a_slip_that_was_posted_again(
    looks: Looks, minutes: int, words: str, account: str | None, is_told: bool
) -> None:
    wrong = POST | {"published_at": "2026-03-01T07:30:00Z"}
    at = utc_text(START + timedelta(minutes=minutes))
    right = POST | {"text": words, "published_at": at, "account": account}
    looks.crawl(0, posts={50: wrong})
    looks.crawl(24, 50, posts={51: right})
    looks.crawl(48, 50, posts={51: right})
    told = looks.archive.db.execute(
        "SELECT native_id, f.state FROM fates AS f LEFT JOIN statements AS s ON s.id = reposted_as"
    ).fetchall()
    assert told == [("51" if is_told else None, state) for state in ("suspect", "gone")]

"""Whose words a statement holds, as far as the record is sure of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shelf import FEXLEY, MARROW, Shelf, shelf

from archive.passages.refreshing import refresh

FERRY = "The northern ferry will sail again from the first day of May, come fog or ice."


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Shelf]:
    with shelf(tmp_path / "archive.db") as made:
        yield made


def account(record: Shelf, handle: str, person: str | None, **more: str | None) -> None:
    row = {"source": "xa_mfa", "platform": "x", "handle": handle, "since": "", "until": None}
    row |= {"person_id": person, "url": f"https://x.example/{handle}", "proof": ""}
    record.archive.db.table("accounts").insert(row | more)


def speakers(record: Shelf, **columns: Any) -> set[str]:
    """Tell who speaks in a statement with some columns."""
    key = str(len(record.run("SELECT 1 FROM statements")))
    record.put(key, f"{FERRY} {key}", **columns)
    refresh(record.archive)
    found = {each.statement_id: each for each in record.find(f"{FERRY} {key}", limit=99)}
    return {*found[key].speaker_ids}


def test_who_is_named_speaks(record: Shelf) -> None:
    account(record, "fexley", FEXLEY)
    assert speakers(record, speaker="O. Fexley", speaker_id=FEXLEY) == {FEXLEY}
    assert speakers(record, speaker_id=MARROW, account="x/fexley") == {MARROW}


def test_what_an_office_publishes_is_nobodys(record: Shelf) -> None:
    account(record, "harbours", None)
    assert speakers(record, kind="press_release", holder_id=FEXLEY) == set()
    assert speakers(record, kind="speech", holder_id=FEXLEY) == set()
    assert speakers(record, kind="post", holder_id=FEXLEY, account="x/harbours") == set()
    assert speakers(record, kind="post", holder_id=FEXLEY, account="x/unknown") == set()


def test_an_account_speaks_for_its_person(record: Shelf) -> None:
    account(record, "OFexley", FEXLEY)
    assert speakers(record, kind="post", account="x/ofexley") == {FEXLEY}
    assert speakers(record, kind="post", account="x/OFexley", speaker="Odran FEXLEY") == {FEXLEY}
    assert speakers(record, kind="post", account="bluesky/ofexley") == set()
    assert speakers(record, kind="post", account="x/ofexley", speaker="The Premier") == set()


def test_on_mastodon_the_server_is_part_of_the_name(record: Shelf) -> None:
    account(record, "fexley", FEXLEY, platform="mastodon", url="https://social.example/@fexley")
    assert speakers(record, account="mastodon/fexley") == {FEXLEY}
    assert speakers(record, account="mastodon/fexley@social.example") == {FEXLEY}
    assert speakers(record, account="mastodon/fexley@elsewhere.example") == set()


def test_an_account_that_changes_hands_is_whose_it_was_on_the_day(record: Shelf) -> None:
    account(record, "minister", FEXLEY, until="2031-06-30")
    account(record, "minister", MARROW, since="2031-06-30")

    def speaks(at: str | None, precision: str | None) -> set[str]:
        columns = {"published_at": at, "published_precision": precision}
        return speakers(record, account="x/minister", **columns)

    assert speaks("2031-06-29", "date") == {FEXLEY}
    assert speaks("2031-06-30", "date") == set()
    assert speaks("2031-07-01", "date") == {MARROW}
    assert speaks("2031-06-30T22:30:00Z", "time") == {MARROW}  # after midnight in Vienna
    assert speaks("2031-07", "month") == set()
    assert speaks(None, None) == set()


def test_an_account_that_had_one_owner_for_some_time_is_nobodys_without_a_day(
    record: Shelf,
) -> None:
    account(record, "minister", FEXLEY, until="2031-06-30")
    undated = {"published_at": None, "published_precision": None}
    assert speakers(record, account="x/minister", **undated) == set()
    account(record, "fexley", FEXLEY)
    assert speakers(record, account="x/fexley", **undated) == {FEXLEY}


def test_ones_account_counts_as_ones_own(record: Shelf) -> None:
    for number in range(600):
        record.put(f"r{number}", FERRY, speaker_id=MARROW)
    record.put("own", FERRY, account="x/OFexley", published_at="2032-01-01")
    refresh(record.archive)
    assert record.find(FERRY, FEXLEY, limit=3)[0].speaker_ids == {MARROW}
    account(record, "ofexley", FEXLEY)  # declared since: the index need not know
    assert record.find(FERRY, FEXLEY, limit=3)[0].statement_id == "own"


def test_links_tell_of_reposts_and_translations(record: Shelf) -> None:
    record.put("a", FERRY, linked='[{"relation": "repost", "id": "1"}]', speaker_id=FEXLEY)
    record.put("b", FERRY, linked='[{"relation": "translation", "id": "2"}, {"relation": "link"}]')
    record.put("c", f"Unofficial translation\n\n{FERRY}")
    refresh(record.archive)
    told = {each.statement_id: each for each in record.find(FERRY)}
    assert {key for key, each in told.items() if each.is_repost} == {"a"}
    assert {key for key, each in told.items() if each.is_translation} == {"b", "c"}
    assert told["a"].speaker_ids == {FEXLEY}

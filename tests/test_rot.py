"""A source that is no longer read as it was: from outside, good crawls and then a redesign."""

from pathlib import Path

import pytest
from loopback import Site, crawl, listing, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

from archive.clock import utc_now

DAYS = {f"/pr/{number}": f"{number:02}/09/2025" for number in range(1, 7)}
WORDS = "We thank the keepers of lighthouse {0}, who saw {0} ships come home. " * 3


def good(site: Site, days: dict[str, str] = DAYS) -> None:
    site.html("/list", listing(days))
    for path in days:
        number = path.rpartition("/")[2]
        site.html(
            path, release(f"{WORDS.format(number)}</p><p>It was night {number}.", f"Title {number}")
        )


def crawl_well(site: Site, cwd: Path, times: int = 3) -> None:
    write_source(cwd / "sources", site)
    good(site)
    for _ in range(times):
        assert crawl(site, cwd)["outcome"] == "finished"


def drop_a_block(site: Site) -> None:
    for path in DAYS:
        site.html(path, release(WORDS.format(path[-1])[:40], f"Title {path[-1]}"))


def empty(site: Site) -> None:
    site.html("/list", "<ul></ul>")


def change_ids(site: Site) -> None:
    good(site, {f"/new{path}": day for path, day in DAYS.items()})


def list_less(site: Site) -> None:
    good(site, dict(list(DAYS.items())[:2]))


@pytest.mark.parametrize(
    ("redesign", "words"),
    [
        (empty, "lists nothing"),
        (change_ids, "all 6 listed items are unknown and most of them are not new"),
    ],
)
def test_a_redesign_is_told_in_the_same_crawl(redesign: object, words: str, tmp_path: Path) -> None:
    assert callable(redesign)
    with Site() as site:
        crawl_well(site, tmp_path)
        redesign(site)
        summary = crawl(site, tmp_path)
        assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
        assert words in summary["log"]
        again = crawl(site, tmp_path)
    assert again["outcome"] == "faulty"
    archive = tmp_path / "archive.db"
    assert not rows(archive, "SELECT * FROM statements WHERE state != 'live'")
    assert not rows(archive, "SELECT * FROM checks WHERE outcome != 'seen'")


def test_what_is_the_same_or_news_is_no_alarm(tmp_path: Path) -> None:
    with Site() as site:
        site.has_etags = True
        crawl_well(site, tmp_path)
        today = utc_now().strftime("%d/%m/%Y")
        good(site, {f"/pr/{number}": today for number in range(10, 16)})
        assert crawl(site, tmp_path)["outcome"] == "finished"
    assert not rows(tmp_path / "archive.db", "SELECT * FROM issues")


def test_a_rebuild_finds_the_same(tmp_path: Path) -> None:
    with Site() as site:
        crawl_well(site, tmp_path)
        drop_a_block(site)
        summary = crawl(site, tmp_path)
        assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
        assert "6 of 6 known statements have become much shorter" in summary["log"]
        assert crawl(site, tmp_path)["outcome"] == "faulty"  # though it is read as the last time
    assert_rebuilds_the_same(tmp_path)
    for sql in ("SELECT * FROM shapes ORDER BY crawl_id", "SELECT level, message FROM issues"):
        of_all = [rows(tmp_path / path, sql) for path in ("archive.db", "rebuilt/again.db")]
        assert of_all[0] == of_all[1]
        assert of_all[0]


def test_a_person_says_that_it_is_well_as_it_is_now(tmp_path: Path) -> None:
    with Site() as site:
        crawl_well(site, tmp_path)
        list_less(site)
        log = crawl(site, tmp_path)["log"]
        assert "only 2 items on the first page, where 6 used to be" in log
        said = log.partition("write `")[2].partition("`")[0]
        assert said.startswith("redesigned: 20")
        source = tmp_path / "sources" / "xa" / "xa_light.yml"
        source.write_text(source.read_text() + f"expect: {{{said}}}\n")
        assert crawl(site, tmp_path)["outcome"] == "finished"

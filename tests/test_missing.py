"""A site that answers 200 for a page that it lacks, in words that its source file knows."""

from pathlib import Path

from loopback import LISTING, Site, crawl, listing, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

FEEDS = LISTING.replace("page: {{", "page: {{missing: 'Sorry for\\s+the inconvenience', ")
WORDS = "The lamp of the harbour is lit again."


def test_an_apology_is_no_edit_but_makes_a_statement_suspect(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEEDS)
        site.html("/list", listing({"/pr/1": "02/09/2025", "/pr/2": "01/09/2025"}))
        site.html("/pr/1", release(WORDS))
        site.html("/pr/2", release(f"{WORDS} So is the other."))
        assert crawl(site, tmp_path)["new_statements"] == 2
        site.html("/pr/1", release("Sorry for\n  the inconvenience. Come back soon."))
        summary = crawl(site, tmp_path)
        assert (summary["absent"], summary["new_revisions"], summary["quarantined"]) == (1, 0, 0)
    row = rows(tmp_path / "archive.db", "SELECT * FROM statements WHERE url LIKE '%/pr/1'")[0]
    assert (row["state"], row["text"], row["revision"]) == ("suspect", WORDS, 1)
    (look,) = rows(tmp_path / "archive.db", "SELECT * FROM checks WHERE outcome = 'absent'")
    assert look["evidence"] == "HTTP 200, but the page says: Sorry for the inconvenience"
    assert_rebuilds_the_same(tmp_path)


def test_a_listed_page_that_was_never_there_is_told_and_not_recorded(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEEDS)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("Sorry for the inconvenience"))
        assert crawl(site, tmp_path)["new_statements"] == 0
    (issue,) = rows(tmp_path / "archive.db", "SELECT level, message FROM issues")
    assert issue["level"] == "warning"
    assert "listed, but not there" in issue["message"]

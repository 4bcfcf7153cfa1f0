"""Edits of whole crawls: many at once wait for a person, in an archive that is made again too."""

from pathlib import Path

from loopback import Site, crawl, listing, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

PAGES = {f"/pr/{number}": f"0{number}/09/2025" for number in range(1, 6)}


def test_a_redesign_is_no_edit_of_everything(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing(PAGES))
        for number, path in enumerate(PAGES):
            site.html(path, release(f"Lamp number {number} of the harbour is lit again."))
        assert crawl(site, tmp_path)["new_statements"] == len(PAGES)
        site.html("/pr/1", release("Lamp number 7 of the harbour is lit again."))
        assert crawl(site, tmp_path)["new_revisions"] == 1
        for number, path in enumerate(PAGES):
            site.html(path, release(f"Menu. Lamp number {number} of the harbour is lit again."))
        assert crawl(site, tmp_path)["new_revisions"] == len(PAGES)
    sql = "SELECT kind, is_held, count(*) AS n FROM edits GROUP BY 1, 2 ORDER BY is_held, n"
    found = [tuple(row.values()) for row in rows(tmp_path / "archive.db", sql)]
    assert found[0] == ("number", 0, 1)
    assert sum(each[2] for each in found if each[1]) == len(PAGES)
    (event,) = rows(tmp_path / "archive.db", "SELECT kind, statements, state FROM events")
    assert event == {"kind": "many_edits", "statements": len(PAGES), "state": "waiting"}
    assert_rebuilds_the_same(tmp_path)

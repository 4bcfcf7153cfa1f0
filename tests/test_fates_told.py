"""What readers are told of a statement's fate: on its page, and where a quotation is checked."""

import json
from pathlib import Path

import pytest
from browsing import close, open_site, row_path
from click.testing import CliRunner
from looked import Looks

from archive.decisions import decide
from archive.passages.refreshing import refresh
from archive.records import statement_id
from onrecord.cli import main

SPEECH = "We shall light every lamp along the northern coast before the first storm of autumn."


def _page(looks: Looks, number: int) -> str:
    looks.archive.close()
    site = open_site(looks.archive.path)
    try:
        return site.page(row_path(statement_id("xa_light", str(number))))
    finally:
        close(site)


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    return Looks(tmp_path, 20)


def test_the_page_of_what_is_gone_names_both_looks(looks: Looks) -> None:
    looks.crawl(24, 1)
    looks.crawl(49, 1)
    page = _page(looks, 1)
    assert "Not found at two looks, on 2 March 2026, 08:00 UTC and on 3 March 2026, 09:00" in page
    assert "Who took it away, and why, is not known." in page
    assert "What became of it" in page
    assert page.count(">first missed</a>") == 1


def test_the_page_of_what_came_back_tells_the_whole_story(looks: Looks) -> None:
    looks.crawl(24, 1)
    looks.crawl(49, 1)
    looks.crawl(73)
    page = _page(looks, 1)
    for words in ("Seen again", "Not found again: gone", "Not found (HTTP 404)"):
        assert words in page
    assert "Published when last looked at" in page


def test_the_page_of_withheld_words_gives_day_and_reason(looks: Looks) -> None:
    decide(looks.archive, "takedown", statement_id("xa_light", "2"), "<b>a court</b>", "test")
    page = _page(looks, 2)
    assert "The words are withheld since" in page
    assert "&lt;b&gt;a court&lt;/b&gt;" in page
    assert "lamp number 2" not in page


def test_a_checked_quotation_says_when_its_source_was_first_missed(looks: Looks) -> None:
    posts = {90: {"text": SPEECH, "speaker": "Teun Arkady"}}
    looks.crawl(20, posts=posts)
    looks.crawl(24, 90)
    looks.crawl(49, 90)
    refresh(looks.archive)
    looks.archive.close()
    article = f"Teun Arkady met the press.\n\n“{SPEECH.rstrip('.')},” Arkady said.\n"
    words = ["check", "--db", str(looks.archive.path), "-", "--date", "2026-03-05"]
    told = CliRunner().invoke(main, [*words, "--json"], input=article)
    (quote,) = json.loads(told.stdout)["quotes"]
    match = quote["match"]
    assert (match["state"], match["first_missed_at"]) == ("gone", "2026-03-02T08:00:00Z")
    assert match["state_since"] == "2026-03-03T09:00:00Z"
    plain = CliRunner().invoke(main, words, input=article)
    flat = " ".join(plain.output.replace("|", " ").split())
    assert "no longer published, first missed on 2026-03-02 08:00 UTC" in flat, flat

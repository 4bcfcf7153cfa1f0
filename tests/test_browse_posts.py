"""Pages of posts, of papers without a named speaker, and of printed pages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import HARBOUR, POST, Rows, Site, build, close, open_site, row_path, rows

from onrecord.browse import posts, wording

REPOST = (
    '[{"relation": "repost", "url": "https://social.example/@quay/7", "text": "quay@s.example"}]'
)
NO_WORDS = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def changed(tables: Rows, key: str, revision: int = 1, **columns: Any) -> None:
    """Change a statement and one of its revisions, each in the columns that it has."""
    (statement,) = (row for row in tables["statements"] if row["id"] == key)
    (seen,) = (
        row
        for row in tables["revisions"]
        if (row["statement_id"], row["revision"]) == (key, revision)
    )
    statement.update({name: value for name, value in columns.items() if name in statement})
    seen.update({name: value for name, value in columns.items() if name not in statement})
    seen.update({name: columns[name] for name in ("text", "text_sha256") if name in columns})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    tables = rows()
    changed(tables, POST, text="", text_sha256=NO_WORDS, linked=REPOST, pages=None)
    (repost,) = (row for row in tables["statements"] if row["id"] == POST)
    tables["statements"] += [
        repost | {"id": "xv_mod-2", "native_id": "2", "tone_status": "not scored: language"},
        repost | {"id": "xv_mod-3", "native_id": "3", "tone_status": "not scored: not prose"},
    ]
    changed(tables, HARBOUR, witness="publisher")
    changed(tables, HARBOUR, 3, speaker=None, speaker_id=None, pages="[0, 66, 66, 137]")
    opened = open_site(build(tmp_path_factory.mktemp("posts") / "archive.db", tables))
    yield opened
    close(opened)


def test_a_repost_says_whose_post_it_is_and_claims_no_words(site: Site) -> None:
    page = site.page(row_path(POST))
    assert ">Repost of a post by quay@s.example</h1>" in page
    assert NO_WORDS not in page
    (cited,) = re.findall(r'<blockquote class="citation">(.*?)</blockquote>', page, re.DOTALL)
    assert "Without words of its own, first captured on 5 March 2031" in cited
    assert "SHA-256" not in cited
    assert "\u00b7 no words</p>" in page
    assert 'class="prose"' not in page


@pytest.mark.parametrize("key", [POST, "xv_mod-2", "xv_mod-3"])
def test_a_repost_has_no_tone_because_it_has_no_words(site: Site, key: str) -> None:
    page = site.page(row_path(key))
    assert "It has no words of its own, so there is nothing to score." in page
    assert "has not been tested" not in page


def test_the_list_says_what_a_post_without_words_does(site: Site) -> None:
    assert ">Repost of a post by quay@s.example</span>" in site.page("/archive/statements")


def test_a_post_says_its_account(site: Site) -> None:
    assert "<dt>Account</dt><dd><bdi>ilse on Mastodon</bdi></dd>" in site.page(row_path(POST))
    assert "<dt>Account</dt>" not in site.page(row_path(HARBOUR))


def test_a_wording_that_only_its_platform_saw_is_not_called_captured(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    first = page[page.index("Revision 1</h3>") : page.index("Looks and captures")]
    dated = "its platform&#39;s own history of edits dates it 5 March 2031, 12:00 UTC."
    assert f"<p>Not captured then: {dated}" in first
    assert "irst captured on" not in first
    assert "First captured on 5 March 2031, 18:00 UTC." in page


def test_a_paper_without_a_speaker_names_who_held_the_office(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    assert (
        'No speaker named. <span class="aside"><bdi>Ilse Marrow (minister) held the office '
        "on that day. The source does not say who spoke.</bdi></span>"
    ) in page
    assert "held the office" not in site.page(row_path(POST))


def test_the_pages_of_a_printed_paper_are_numbered(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    prose = page[page.index('class="prose"') : page.index('id="cite"')]
    parts = re.findall(r">(Page \d|[A-Z]\w+ (?:\w+ )?)", prose)
    assert [part for part in parts if part.startswith("Page")] == ["Page 1", "Page 3", "Page 4"]
    assert prose.index("Page 1") < prose.index("The harbour") < prose.index("Page 3")
    assert prose.index("Page 3") < prose.index("We look") < prose.index("Page 4")
    assert prose.index("Page 4") < prose.index("The next meeting")
    assert "page-number" not in site.page(row_path("xv_mfa-lettre"))


@pytest.mark.parametrize(
    ("account", "reposted", "heading"),
    [
        ("x/ilse", {"url": "https://x.com/quay/status/7", "text": "Fog."}, "by quay"),
        ("x/ilse", {"url": "https://x.com/i/status/7", "text": "Fog."}, ""),
        (
            "bluesky/ilse.example",
            {"url": "https://bsky.app/profile/q.example/post/7"},
            "by q.example",
        ),
        ("mastodon/ilse", {"url": "https://s.example/users/quay/statuses/7"}, "by quay@s.example"),
        ("mastodon/ilse", {"url": "https://s.example/@quay/7"}, "by quay@s.example"),
        ("telegram/ilse", {"url": "https://t.me/quay/7", "text": "The Quay"}, "by The Quay"),
        ("telegram/ilse", {}, ""),
    ],
)
def test_a_repost_is_named_after_the_account_and_never_after_its_words(
    account: str, reposted: dict[str, str], heading: str
) -> None:
    statement = {"title": None, "text": "", "account": account}
    said = posts.say_heading(statement, [{"relation": "repost"} | reposted])
    assert said == (f"Repost of a post {heading}" if heading else "Repost of another post")


def test_what_has_no_words_and_links_nothing_is_a_catalogue_entry() -> None:
    entry = {"title": None, "text": "", "account": None}
    assert posts.say_heading(entry) == "Untitled"
    assert posts.say_no_words(entry, []).startswith("Its words are not given")
    assert posts.say_no_words(entry | {"text": None}, []) == ""
    assert posts.say_no_words(entry | {"text": "Fog."}, []) == ""


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("x/ilse", "ilse on X"),
        ("youtube/UC1", "UC1 on YouTube"),
        ("mastodon/ilse@s.example", "ilse@s.example on Mastodon"),
        ("ilse", "ilse"),
        (None, ""),
    ],
)
def test_an_account_is_said_with_its_platform(account: str | None, said: str) -> None:
    assert posts.say_account(account) == said


@pytest.mark.parametrize("witness", ["wayback", "publisher", "import", "{0}", None])
def test_only_our_own_captures_are_called_first_captured(witness: str | None) -> None:
    said = wording.say_seen({"witness": witness, "first_captured_at": "2031-03-05T12:00:00Z"})
    assert said.endswith(" 5 March 2031, 12:00 UTC")
    assert said.startswith("first captured on") is (witness is None)
    assert wording.say_witness(witness or "").startswith("not our look: as ")


TERM = {"role": "Minister", "capacity": "holder", "since": "2030-01-01", "until": "2031-01-01"}


@pytest.mark.parametrize(
    ("terms", "day", "said"),
    [
        ([TERM], "2030-05-01", "Ilse (Minister) held the office on that day. The"),
        ([TERM], "2030-05", "Ilse (Minister) held the office at that time. The"),
        (
            [TERM | {"capacity": "acting"}],
            "2030-05-01",
            "Ilse (Minister) held the office, acting, on",
        ),
        ([TERM], "2032-05-01", "Ilse held the office on that day. The"),
        ([], None, "Ilse held the office at that time. The"),
    ],
)
def test_who_held_the_office_is_a_fact_about_the_office(
    terms: list[dict[str, str]], day: str | None, said: str
) -> None:
    assert wording.say_holder({"name": "Ilse"}, terms, day).startswith(said)
    assert wording.say_holder(None, terms, day) == ""

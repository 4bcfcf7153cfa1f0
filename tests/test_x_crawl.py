"""The x channel against a fake X: paging, news, edits, deletions, refusals, and a rebuild."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_x import TOKEN, USER_ID, USERNAME, FakeX, age
from loopback import crawl, onrecord, rows, write_source

REVISIONS = "SELECT statement_id, revision, witness, is_silent, capture_id FROM revisions"
LOOKS = "SELECT statement_id, capture_id, outcome, evidence, witness FROM checks"
READS = "SELECT * FROM reads ORDER BY capture_id"
CAPTURES = "SELECT * FROM captures ORDER BY id"


@pytest.fixture(autouse=True)
def _with_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)


@pytest.fixture
def api() -> Iterator[FakeX]:
    with FakeX() as opened:
        yield opened


def declare(cwd: Path, api: Any, more: str = "", account: str = USERNAME) -> None:
    feed = f"  - {{channel: x, account: {account}, base: {api.url}{more}}}\n"
    write_source(cwd / "sources", api, feeds=feed.replace("{", "{{").replace("}", "}}"))


def statement(archive: Path, post_id: int) -> dict[str, Any]:
    (found,) = rows(archive, f"SELECT * FROM statements WHERE native_id = '{post_id}'")
    return found


def outcomes(archive: Path, post_id: int) -> list[str]:
    sql = "SELECT outcome FROM checks JOIN statements s ON s.id = statement_id WHERE native_id = "
    return [row["outcome"] for row in rows(archive, f"{sql}'{post_id}' ORDER BY checks.id")]


def test_all_pages_are_read_once_and_then_only_news(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api)
    for number in range(230):
        api.publish(f"Lamp {number} of the harbour is lit.")
    first = crawl(api, tmp_path)
    assert (first["outcome"], first["new_statements"], first["posts_read"]) == (
        "finished",
        230,
        230,
    )
    assert len(api.asked) == 4
    newest = api.publish("One more lamp is lit.")
    api.asked.clear()
    second = crawl(api, tmp_path)
    assert (second["new_statements"], second["posts_read"], second["users_read"]) == (1, 1, 0)
    assert [f"since_id={newest - 1_001}&" in each for each in api.asked] == [True]
    third = crawl(api, tmp_path)
    assert (third["outcome"], third["listed"], third["posts_read"]) == ("finished", 0, 0)
    row = statement(tmp_path / "archive.db", newest)
    assert row["url"] == f"https://x.com/{USERNAME}/status/{newest}"
    assert (row["account"], row["kind"], row["language"]) == (f"x/{USERNAME}", "post", "en")


def test_what_a_post_refers_to_is_kept(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api, ", reposts: true")
    theirs = api.publish("Rowing out now.")
    api.others[theirs] = api.posts.pop(theirs)
    answer = api.publish("@keeper Safe journey!", refers={"replied_to": theirs})
    quote = api.publish("Well done.", refers={"quoted": theirs})
    repost = api.publish("RT @keeper: Rowing out now.", refers={"retweeted": theirs})
    long = api.publish("The lamp…", note="The lamp of the tower is lit &amp; bright.")
    assert crawl(api, tmp_path)["new_statements"] == 4
    archive = tmp_path / "archive.db"
    for post_id, relation in ((answer, "reply_to"), (quote, "quote"), (repost, "repost")):
        linked = statement(archive, post_id)["linked"]
        assert f'"relation": "{relation}"' in linked
        assert "Rowing out now." in linked
    assert statement(archive, repost)["text"] == ""
    assert statement(archive, long)["text"] == "The lamp of the tower is lit & bright."


def test_replies_and_reposts_are_a_choice(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api, ", replies: false")
    mine = api.publish("Lit.")
    api.publish("@a Yes", refers={"replied_to": mine})
    api.publish("RT @a: Lit", refers={"retweeted": mine})
    assert crawl(api, tmp_path)["new_statements"] == 1
    declare(tmp_path, api, ", reposts: true")
    assert crawl(api, tmp_path)["new_statements"] == 2


def test_an_edit_is_a_revision_of_the_same_statement(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api)
    seen = api.publish("The lamp is lit.", hours_ago=0.3)
    unseen = api.publish("The boat is out.", hours_ago=0.2)
    latest = api.edit(unseen, "The boats are out.")
    first = crawl(api, tmp_path)
    assert (first["new_statements"], first["new_revisions"]) == (2, 1)
    last = api.edit(seen, "The lamp is out.")
    second = crawl(api, tmp_path)
    assert (second["new_statements"], second["new_revisions"], second["posts_read"]) == (0, 1, 2)
    archive = tmp_path / "archive.db"
    assert statement(archive, seen)["url"].endswith(f"/{last}")
    assert statement(archive, unseen)["url"].endswith(f"/{latest}")
    sql = (
        "SELECT text, witness, is_silent FROM revisions WHERE statement_id = '{}' ORDER BY revision"
    )
    texts = [
        [tuple(row.values()) for row in rows(archive, sql.format(statement(archive, each)["id"]))]
        for each in (seen, unseen)
    ]
    assert texts == [
        [("The lamp is lit.", None, None), ("The lamp is out.", None, 0)],
        [("The boat is out.", "publisher", None), ("The boats are out.", None, 0)],
    ]


@pytest.fixture(scope="module")
def looked_at_again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Crawl three times, a day apart; between the first two, posts disappear in four ways."""
    cwd = tmp_path_factory.mktemp("x")
    archive, kept = cwd / "archive.db", {}
    with pytest.MonkeyPatch.context() as patch, FakeX() as api:
        patch.setenv("X_BEARER_TOKEN", TOKEN)
        declare(cwd, api)
        posts = {each: api.publish(f"This {each}.", hours_ago=0.5) for each in WAYS}
        crawl(api, cwd)
        for each in WAYS[1:4]:
            api.posts[posts[each]].fate = each  # type: ignore[assignment]
        api.edit(posts["is edited"], "This was edited.")
        for day in (2, 3):
            age(archive, 25)
            api.asked.clear()
            kept[f"summary{day}"] = crawl(api, cwd)
            kept[f"asked{day}"] = list(api.asked)
            kept[f"day{day}"] = shutil.copy(archive, cwd / f"day{day}.db")
    return kept | {"cwd": cwd, "posts": posts}


WAYS = ("stands", "deleted", "left out", "kept back", "is edited")


def test_posts_are_looked_at_again_by_the_plan_in_one_request(
    looked_at_again: dict[str, Any],
) -> None:
    lookups = [each for each in looked_at_again["asked2"] if "/2/tweets?ids=" in each]
    assert len(lookups) == 1
    assert lookups[0].count(",190") >= 3
    assert looked_at_again["summary2"]["absent"] == 3


@pytest.mark.parametrize(
    ("way", "looks", "state"),
    [
        ("stands", ["seen", "seen"], "live"),
        ("deleted", ["seen", "deleted"], "suspect"),
        ("left out", ["seen", "absent"], "suspect"),
        ("kept back", ["seen", "absent"], "suspect"),
        ("is edited", ["seen", "seen", "seen"], "live"),
    ],
)
def test_what_a_look_finds_is_told_apart(
    way: str, looks: list[str], state: str, looked_at_again: dict[str, Any]
) -> None:
    archive, post_id = looked_at_again["day2"], looked_at_again["posts"][way]
    assert outcomes(archive, post_id) == looks
    assert statement(archive, post_id)["state"] == state
    assert statement(archive, post_id)["text"]


def test_a_text_is_withheld_when_two_looks_a_day_apart_find_it_deleted(
    looked_at_again: dict[str, Any],
) -> None:
    posts = looked_at_again["posts"]
    texts = {way: statement(looked_at_again["day3"], posts[way])["text"] for way in WAYS}
    assert [way for way, text in texts.items() if text is None] == ["deleted"]
    assert outcomes(looked_at_again["day3"], posts["deleted"]) == ["seen", "deleted", "deleted"]
    kinds = rows(looked_at_again["day3"], "SELECT kind FROM ledger WHERE kind = 'withheld'")
    assert len(kinds) == 1


def test_a_feed_may_keep_what_x_reports_deleted(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api, ", retention: keep")
    post = api.publish("This will be deleted.", hours_ago=0.5)
    crawl(api, tmp_path)
    api.posts[post].fate = "deleted"
    for _ in range(2):
        age(tmp_path / "archive.db", 25)
        crawl(api, tmp_path)
    assert outcomes(tmp_path / "archive.db", post) == ["seen", "deleted", "deleted"]
    assert statement(tmp_path / "archive.db", post)["text"] == "This will be deleted."


def test_a_notice_in_the_place_of_the_words_is_no_edit(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api)
    post = api.publish("Words that will be withheld.", hours_ago=0.5)
    crawl(api, tmp_path)
    api.posts[post].text = "@a's account has been withheld in Arvenna in response to a demand."
    api.posts[post].extra = {"withheld": {"country_codes": ["XA"], "scope": "user"}}
    age(tmp_path / "archive.db", 25)
    assert crawl(api, tmp_path)["new_revisions"] == 0
    assert statement(tmp_path / "archive.db", post)["text"] == "Words that will be withheld."
    (look,) = rows(tmp_path / "archive.db", "SELECT evidence FROM checks WHERE outcome = 'absent'")
    assert look["evidence"].startswith("withheld by X in XA (the user): @a's account")


def test_a_rebuild_makes_the_same_archive(looked_at_again: dict[str, Any], tmp_path: Path) -> None:
    cwd = looked_at_again["cwd"]
    shutil.copytree(cwd / "archive-warc", tmp_path / "archive-warc")
    words = ["rebuild", "--to", "again.db", "--sources", cwd / "sources"]
    finished = onrecord(*words, cwd=tmp_path, X_BEARER_TOKEN="")
    assert finished.returncode == 0, finished.stderr
    looks = f"{LOOKS} ORDER BY statement_id, capture_id, witness"
    for sql in (f"{REVISIONS} ORDER BY statement_id, revision", looks, READS, CAPTURES):
        assert rows(tmp_path / "again.db", sql) == rows(cwd / "archive.db", sql)
    states = (
        "SELECT id, url, state, revision, linked IS NULL FROM statements WHERE text IS NOT NULL"
    )
    kept = {row["id"]: row for row in rows(cwd / "archive.db", states)}
    again = {row["id"]: row for row in rows(tmp_path / "again.db", states)}
    assert {name: again[name] for name in kept} == kept


def test_the_token_is_nowhere(looked_at_again: dict[str, Any], tmp_path: Path) -> None:
    import gzip

    del tmp_path
    cwd = looked_at_again["cwd"]
    secret = TOKEN.encode()
    for path in [*cwd.glob("*.db*"), *cwd.rglob("*.yml")]:
        assert secret not in path.read_bytes(), path
    for path in (cwd / "archive-warc").iterdir():
        with gzip.open(path) as unpacked:
            assert secret not in unpacked.read(), path
    for day in (2, 3):
        assert TOKEN not in str(looked_at_again[f"summary{day}"])
        assert not any(TOKEN in each for each in looked_at_again[f"asked{day}"])


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "X_BEARER_TOKEN is not set: put the bearer token of an app on X into it"),
        ("stale-9f", "answered 401: Unauthorized: the token is expired, wrong or not allowed this"),
        ("two words", "X_BEARER_TOKEN holds characters that no token has: set it anew"),
    ],
)
def test_a_bad_token_is_named_and_nothing_is_marked(
    token: str, told: str, api: FakeX, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(tmp_path, api, f', id: "{USER_ID}"')
    post = api.publish("The lamp is lit.", hours_ago=0.5)
    crawl(api, tmp_path)
    api.posts[post].fate = "deleted"
    age(tmp_path / "archive.db", 25)
    monkeypatch.setenv("X_BEARER_TOKEN", token)
    refused = crawl(api, tmp_path, "--verbose")
    assert (refused["exit"], refused["outcome"], refused["absent"]) == (1, "faulty", 0)
    (issue,) = rows(tmp_path / "archive.db", "SELECT * FROM issues")
    assert told in issue["message"]
    assert not token or token not in issue["message"]
    assert statement(tmp_path / "archive.db", post)["state"] == "live"
    assert "canary" not in refused["log"]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (
            403,
            {"title": "Forbidden", "detail": "Your app may not."},
            "Your app may not.: the token",
        ),
        (200, {}, "is no answer of X's API (holds none of data, meta, errors, includes)"),
        (200, {"meta": {"result_count": 0}}, "lists nothing. Has the account no posts?"),
        (
            200,
            {"errors": [{"title": "Authorization Error", "detail": "Protected."}]},
            "X says Authorization Error: Protected.",
        ),
    ],
)
def test_what_is_no_timeline_is_told(
    status: int, body: dict[str, Any], told: str, api: FakeX, tmp_path: Path
) -> None:
    declare(tmp_path, api, f', id: "{USER_ID}"')
    api.whole_answer = status, body
    assert crawl(api, tmp_path)["outcome"] == "faulty"
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert told in issue["message"]


def test_an_unknown_account_is_told(api: FakeX, tmp_path: Path) -> None:
    declare(tmp_path, api, account="nobody")
    assert crawl(api, tmp_path)["outcome"] == "faulty"
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert "/2/users/by/username/nobody: X says Not Found Error" in issue["message"]


def test_an_api_of_the_older_words_is_asked_again_in_them(tmp_path: Path) -> None:
    with FakeX(speaks=["tweet.fields"]) as api:
        declare(tmp_path, api)
        posts = [api.publish(f"Lamp {n} is lit.", hours_ago=0.5) for n in range(120)]
        api.edit(posts[-1], "The last lamp is lit.")
        summary = crawl(api, tmp_path)
        assert (summary["outcome"], summary["new_statements"]) == ("finished", 120)
        assert sum("post.fields" in each for each in api.asked) == 1
        api.posts[posts[0]].fate = "deleted"
        age(tmp_path / "archive.db", 25)
        assert crawl(api, tmp_path)["absent"] == 1
    words = ["rebuild", "--to", "again.db", "--sources", tmp_path / "sources"]
    assert onrecord(*words, cwd=tmp_path).returncode == 0
    for sql in ("SELECT native_id, text, state FROM statements ORDER BY id", READS, CAPTURES):
        assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql)

"""Watching the news: feeds and folders of articles, recorded, read again and judged again."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, rows
from recorded import record_world

from archive.articles import knows_article
from archive.clock import read_utc
from archive.errors import ArchiveError
from archive.passages.refreshing import refresh
from archive.store import Archive
from archive.warc_reader import read_record
from onrecord.checking.checking import Checker, Told
from onrecord.checking.watch import Watched
from onrecord.checking.watching import keep_checked, recheck, watch_folder
from spiders.articles import article_of_text

CHECKOUT = Path(__file__).resolve().parents[1]
WORLD = CHECKOUT / "tests" / "articles" / "valmora"
REELS = "Our stretchers do not fit their helicopters. Their oil booms do not fit our reels"
LAW = "It does not change the law. It changes who answers the radio."
NEVER = "We shall paint every lighthouse of the northern coast in yellow stripes by the autumn"
VERDICTS = "SELECT verdict, severity, statement_id FROM verdicts ORDER BY article_id, quote, number"
FEED = """
import json, sys
from pathlib import Path
from archive.errors import ArchiveError
from onrecord.checking import watching

asked = json.loads(sys.argv[1])
try:
    if "folder" in asked:
        watched = watching.watch_folder(Path(asked["db"]), Path(asked["folder"]), tell=print)
    else:
        watched = watching.watch_feed(
            Path(asked["db"]), asked["feed"], allowed_hosts=asked["hosts"], again=asked["again"],
            tell=lambda told: print(told, file=sys.stderr),
        )
except ArchiveError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
print(json.dumps(watched.as_dict()))
"""


def story(*quotes: str, day: str = "2026-06-14", title: str = "A rescue nobody rehearsed") -> str:
    said = "".join(
        f"<p>“{quote}” Mr Ashdown, the Valmoran defence minister, said on the quay.</p>"
        for quote in quotes
    )
    ld = {"@type": "NewsArticle", "headline": title, "datePublished": day}
    about = (
        "<p>Kwame Ashdown spoke after the exercise that the navy of Valmora and the coast guard of "
        "Dourane have held together, and which ended with a rescue that nobody had rehearsed. The "
        "boats went home in the evening, and the crews were given soup on the pontoon.</p>"
    )
    return (
        f"<html lang='en'><head><title>{title}</title><script type='application/ld+json'>"
        f"{json.dumps(ld)}</script></head><body><article><h1>{title}</h1>{about}{said}{about}"
        "</article></body></html>"
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "archive.db"
    record_world(WORLD, path)
    with Archive.open(path) as archive:
        refresh(archive)
    return path


@pytest.fixture
def db(recorded: Path, tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    path.write_bytes(recorded.read_bytes())
    return path


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Give a folder of three articles, of which one is no article at all."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("messenger_steady_tide/article.txt", "express_relief_after_imre/article.html"):
        path = WORLD / name
        (folder / f"{path.parent.name}{path.suffix}").write_bytes(path.read_bytes())
    (folder / "Empty.HTM").write_text("")
    (folder / "notes.md").write_text(f"“{NEVER},” said Kwame Ashdown.")
    (folder / ".hidden.txt").write_text(f"“{NEVER},” said Kwame Ashdown.")
    return folder


def nothing(told: str) -> None:
    pytest.fail(told)


def run(db: Path, **asked: Any) -> subprocess.Popen[str]:
    asked = {"db": str(db), "again": False, "hosts": []} | asked
    return subprocess.Popen(
        [sys.executable, "-c", FEED, json.dumps(asked)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def feed(db: Path, site: Site, *, again: bool = False) -> tuple[dict[str, Any], str]:
    """Watch a feed as another process: Scrapy's reactor runs once in each."""
    running = run(db, feed=f"{site.url}/rss", hosts=[site.host], again=again)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    return json.loads(out), err


def lists(site: Site, *paths: str) -> None:
    items = "".join(
        f"<item><title>{path}</title><link>{site.url}{path}</link></item>" for path in paths
    )
    body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    site.answers["/rss"] = Answer(body.encode(), content_type="application/rss+xml")


def test_a_folder_is_recorded_without_its_text(db: Path, news: Path) -> None:
    told: list[str] = []
    watched = watch_folder(db, news, tell=told.append)
    assert (watched.read, watched.new, watched.failed, watched.changed) == (2, 2, 1, 0)
    assert len(told) == 1
    assert "Empty.HTM is empty" in told[0]
    articles = {each["title"]: each for each in rows(db, "SELECT * FROM articles")}
    assert set(articles) == {
        "messenger_steady_tide.txt",
        "Cyclone Imre toll rises to six in Valmora; Govt announces cash relief",
    }
    assert {each["url"] for each in articles.values()} == {None}
    counted = rows(db, "SELECT verdict, count(*) AS n FROM quotes GROUP BY 1")
    assert {row["verdict"]: row["n"] for row in counted} == watched.verdicts
    assert len(rows(db, VERDICTS)) == sum(watched.verdicts.values()) > 15
    for row in rows(
        db,
        "SELECT words, q.*, r.text FROM quotes q JOIN revisions r "
        "USING (statement_id, revision) WHERE verdict = 'verbatim'",
    ):
        said = row["text"][row["said_start"] : row["said_end"]]
        assert said.casefold().startswith(row["words"][:20].casefold().rstrip(",.")[:12])
    with Archive.open(db):  # and what is in the log of SQLite is in the file
        pass
    for path in db.parent.glob("archive.db*"):
        assert "had been reading each other" not in path.read_text("latin-1")
        assert b"ended on Friday with a rescue" not in path.read_bytes()
    assert rows(db, "PRAGMA foreign_key_check") == []


def test_a_folder_read_again_changes_nothing(db: Path, news: Path) -> None:
    (news / "Empty.HTM").unlink()
    first = watch_folder(db, news, told=Told(), tell=nothing)
    before = rows(db, VERDICTS)
    (news / "messenger_steady_tide.txt").rename(news / "renamed.txt")
    again = watch_folder(db, news, tell=nothing)
    assert (again.read, again.new, again.edited, again.changed) == (2, 0, 0, 0)
    assert again.verdicts == first.verdicts
    assert rows(db, VERDICTS) == before
    assert again.told()[0] == "2 articles read"
    assert first.told()[0] == "2 articles read, 2 new"
    assert recheck(db, tell=nothing) == Watched()
    assert Watched().told() == ["Nothing new to check"]


@pytest.mark.parametrize(("name", "why"), [("nowhere", "cannot be read"), (".", "holds no articl")])
def test_a_folder_without_articles_is_an_error(db: Path, name: str, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        watch_folder(db, db.parent / name, tell=nothing)
    with pytest.raises(ArchiveError, match="does not exist"):
        recheck(db.parent / "other.db", tell=nothing)
    assert not (db.parent / "other.db").exists()


def test_a_feed_is_read_once_and_one_that_fails_keeps_nobody_out(db: Path) -> None:
    with Site() as site:
        site.answers["/one?from=rss"] = Answer(story(REELS, LAW).encode())
        site.answers["/two"] = Answer(story(NEVER, title="Lighthouses").encode())
        lists(site, "/one?from=rss", "/gone", "/two")
        told, err = feed(db, site)
        assert (told["read"], told["new"], told["failed"], told["known"]) == (2, 2, 1, 0)
        assert f"{site.url}/gone is not there (404)" in err
        lists(site, "/one?from=rss", "/two")
        site.asked.clear()
        told, err = feed(db, site)
        assert (told["read"], told["known"], told["failed"], err) == (0, 2, 0, "")
        assert {"/one?from=rss", "/two"}.isdisjoint(site.asked)
    (kept,) = rows(db, "SELECT * FROM article_captures WHERE url LIKE '%/two'")
    record = read_record(db.parent / "archive-warc" / kept["warc_file"], kept["warc_offset"])
    assert record.body == story(NEVER, title="Lighthouses").encode()
    assert (record.capture.id, record.capture.sha256) == (kept["id"], kept["sha256"])
    assert rows(db, "SELECT count(*) AS n FROM articles WHERE capture_id IS NULL") == [{"n": 0}]
    assert rows(db, "SELECT * FROM captures WHERE url LIKE '%/two'") == []
    assert len(list((db.parent / "archive-warc").iterdir())) == 1
    assert {row["published_on"] for row in rows(db, "SELECT * FROM articles")} == {"2026-06-14"}


def test_an_article_that_is_read_again_keeps_what_it_no_longer_prints(db: Path) -> None:
    wrong = REELS.replace("do not fit our", "fit our")
    with Site() as site:
        lists(site, "/one")
        site.answers["/one"] = Answer(story(wrong, LAW).encode())
        feed(db, site)
        site.answers["/one"] = Answer(story(REELS, LAW).encode())
        told, _ = feed(db, site, again=True)
    assert (told["read"], told["new"], told["edited"], told["changed"]) == (1, 0, 1, 0)
    (article,) = rows(db, "SELECT * FROM articles")
    assert article["edited_at"] == article["last_read_at"]
    assert len(rows(db, "SELECT * FROM article_captures")) == 2
    quotes = {row["words"]: row for row in rows(db, "SELECT * FROM quotes ORDER BY quote")}
    printed = {words: row["is_printed"] for words, row in quotes.items()}
    assert printed == {wrong: 0, LAW: 1, REELS: 1}
    assert [row["quote"] for row in quotes.values()] == [0, 1, 2]
    assert (quotes[wrong]["verdict"], quotes[wrong]["severity"]) == ("altered", "meaning")
    assert quotes[REELS]["verdict"] == "verbatim"
    (first, *_) = rows(db, "SELECT * FROM quoted WHERE verdict = 'altered'")
    assert first["said"].startswith(REELS)
    assert first["article_url"] == f"{site.url}/one"


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """Record the world without the statement with the stretchers."""
    lines = (WORLD / "record.ndjson").read_text("utf-8").splitlines()
    for name in ("half", "rest"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "sources").symlink_to(WORLD / "sources")
        kept = [line for line in lines if (REELS in line) == (name == "rest")]
        (folder / "record.ndjson").write_text("\n".join(kept), "utf-8")
    path = tmp_path / "archive.db"
    record_world(tmp_path / "half", path)
    return path


def test_a_quotation_is_judged_again_when_its_statement_is_recorded(half: Path) -> None:
    folder = half.parent / "news"
    folder.mkdir()
    (folder / "story.html").write_text(story(REELS, NEVER), "utf-8")
    watched = watch_folder(half, folder, tell=nothing)
    assert watched.verdicts == {"not_on_record": 2}
    assert recheck(half, tell=nothing) == Watched()
    record_world(half.parent / "rest", half)
    told: list[str] = []
    watched = recheck(half, tell=told.append)
    assert (watched.changed, watched.verdicts) == (1, {"verbatim": 1, "not_on_record": 1})
    assert watched.told() == ["2 quotations: 1 verbatim, 1 not on record", "1 verdict changed"]
    (statement,) = rows(half, f"SELECT id FROM statements WHERE text LIKE '%{REELS}%' LIMIT 1")
    assert told[0].endswith(f"was not on record, and is verbatim now ({statement['id']})")
    (change,) = rows(half, "SELECT * FROM changed_verdicts")
    assert (change["before"], change["after"]) == ("not_on_record", "verbatim")
    assert change["statement_after"] == statement["id"]
    assert len(rows(half, VERDICTS)) == 3
    assert recheck(half, tell=nothing) == Watched()
    again = watch_folder(half, folder, tell=nothing)
    assert (again.changed, again.verdicts) == (0, watched.verdicts)


def test_a_recheck_of_everything_finds_what_was_found_with_the_articles(
    db: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for path in sorted(WORLD.glob("*/article.*")):
        (folder / f"{path.parent.name}{path.suffix}").write_bytes(path.read_bytes())
    watched = watch_folder(db, folder, tell=nothing)
    before = rows(db, "SELECT * FROM quotes ORDER BY article_id, quote")
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE quotes SET checked_seq = 0")
    again = recheck(db, tell=nothing)
    open_ones = set(watched.verdicts) - {"verbatim", "marked_edits", "trivial", "too_short"}
    assert again.verdicts == {key: watched.verdicts[key] for key in again.verdicts}
    assert set(again.verdicts) == open_ones
    after = rows(db, "SELECT * FROM quotes ORDER BY article_id, quote")
    for row in (*before, *after):
        del row["checked_at"], row["checked_seq"]
    assert after == before


def checks(monkeypatch: pytest.MonkeyPatch, trouble: Callable[[int], None]) -> None:
    """Let something happen before an article is checked, by its number from 1."""
    check, count = Checker.check, iter(range(1, 100))

    def troubled(self: Checker, *words: Any) -> Any:
        trouble(next(count))
        return check(self, *words)

    monkeypatch.setattr(Checker, "check", troubled)


def test_an_article_that_breaks_the_program_keeps_nobody_out(
    db: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_first(number: int) -> None:
        if number == 1:
            raise ZeroDivisionError("an accident")

    checks(monkeypatch, break_first)
    told: list[str] = []
    watched = watch_folder(db, news, tell=told.append)
    assert (watched.read, watched.failed) == (1, 2)
    assert told[1].endswith("could not be checked: ZeroDivisionError: an accident")
    assert watched.told()[-1] == "2 could not be checked"


def test_what_was_recorded_before_an_interrupt_stays(
    db: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (news / "Empty.HTM").unlink()

    def interrupt_second(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    checks(monkeypatch, interrupt_second)
    with pytest.raises(KeyboardInterrupt):
        watch_folder(db, news, tell=nothing)
    assert len(rows(db, "SELECT * FROM articles")) == 1
    watched = watch_folder(db, news, tell=nothing)
    assert (watched.read, watched.new, watched.changed) == (2, 1, 0)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02d}.html").write_text(story(REELS, LAW, f"{NEVER} {number}"), "utf-8")
    return folder


def test_a_kill_loses_nothing_that_was_recorded(db: Path, many: Path) -> None:
    running = run(db, folder=str(many))
    deadline = time.monotonic() + 60
    while len(rows(db, "SELECT id FROM articles")) < 3:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    count = len(rows(db, "SELECT id FROM articles"))
    assert 3 <= count <= 40
    halves = "SELECT article_id FROM quotes GROUP BY 1 HAVING count(*) <> 3"
    assert rows(db, halves) == []
    watched = watch_folder(db, many, tell=nothing)
    assert (watched.read, watched.new) == (40, 40 - count)
    assert rows(db, "SELECT count(*) AS n FROM verdicts") == [{"n": 120}]
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_two_at_once_is_one_and_75(db: Path, many: Path) -> None:
    with Archive.open(db):
        running = run(db, folder=str(many))
        _, err = running.communicate(timeout=60)
    assert running.returncode == 75
    assert "is being written by another process" in err
    assert rows(db, "SELECT * FROM articles") == []


def test_one_article_that_was_checked_is_kept_and_judged_again_later(db: Path) -> None:
    text = f"The lighthouses\n\n“{NEVER},” Kwame Ashdown said.\n\n“{LAW}” he added."
    with Archive.open(db) as archive:
        checked = Checker(archive.db).check(article_of_text(text))
    assert keep_checked(db, checked, asked="https://news.example/lights?x=1")
    assert not keep_checked(db, checked, asked="https://news.example/lights?x=1")
    with Archive.open(db) as archive:
        assert knows_article(archive.db, "https://news.example/lights?x=1")
        assert not knows_article(archive.db, "https://news.example/lights")
    assert recheck(db, tell=nothing).verdicts == {"not_on_record": 1}
    assert recheck(db, tell=nothing) == Watched()
    (article,) = rows(db, "SELECT * FROM articles")
    assert read_utc(article["first_read_at"]) <= read_utc(article["last_read_at"])

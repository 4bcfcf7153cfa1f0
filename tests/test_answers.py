"""Answers: what stands in the place of a page is known, and what a minister says stays said."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from loopback import LISTING, Answer, Site, crawl, listing, onrecord, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

from spiders.answer_rules import AnswerRule, known_walls
from spiders.answers import Seen, judge, known_wall, led_away
from spiders.articles import ArticleError
from spiders.articles.page import article_of_html

HERE = Path(__file__).parent / "answers"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "walls.yml").read_text(encoding="utf-8"))
WORDS = "We thank the keepers of the old lighthouse for their long service."


def seen(case: dict[str, Any], **other: Any) -> Seen:
    body = str(case["body"])
    if case.get("long"):
        body = body.replace("</body>", f"<p>{'lamp ' * (case['long'] // 5)}</p></body>")
    return Seen(
        url=case.get("url", "https://lights.example/news/1"),
        status=case.get("status", 200),
        headers={"content-type": "text/html; charset=utf-8"} | case.get("headers", {}),
        body=body.encode(case.get("encoding", "utf-8")),
        **other,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_an_answer_is_known_for_what_it_is(case: dict[str, Any]) -> None:
    answer = judge(seen(case))
    assert answer.kind == case["answer"], answer
    is_told = answer.reason is not None
    assert is_told or answer.kind == "ok"


def test_no_statement_and_no_article_that_was_ever_saved_here_is_taken_for_a_wall() -> None:
    pages = [*HERE.parent.glob("article_pages/*/page.html"), *HERE.parent.glob("captures/*/*/body")]
    assert len(pages) > 120
    taken = {}
    for page in pages:
        body = page.read_bytes()
        answer = judge(Seen("https://x.example/1", 200, {"content-type": "text/html"}, body))
        if answer.kind != "ok":
            taken[f"{page.parent.parent.name}/{page.parent.name}"] = answer.kind
    assert taken == {
        "article_pages/challenge_with_words": "blocked",
        "article_pages/login_page": "login_wall",
        "article_pages/missing_with_words": "soft_404",
        "us_war/refused": "blocked",
    }


def test_every_wall_that_a_crawl_knows_by_its_page_is_refused_as_an_article_too() -> None:
    refused = 0
    for case in CASES:
        page = replace(seen(case), headers={"content-type": "text/html; charset=utf-8"})
        rule = known_wall(page)
        if rule is None or "content-type" in case.get("headers", {}):
            continue
        words = "asks to sign in" if rule.answer == "login_wall" else f"is {rule.name}"
        with pytest.raises(ArticleError, match=re.escape(words)):
            article_of_html(page.body, page.url, "text/html; charset=utf-8")
        refused += 1
    assert refused > 25


def test_a_packed_wall_is_a_wall_and_a_cut_one_is_cut() -> None:
    case = next(each for each in CASES if each["name"] == "akamai")
    packed = gzip.compress(seen(case).body)
    headers = {"content-type": "text/html", "content-encoding": "gzip"}
    assert judge(Seen("https://x.example/", 200, headers, packed)).kind == "blocked"
    assert judge(Seen("https://x.example/", 200, headers, packed[:-9])).kind == "partial"
    assert judge(Seen("https://x.example/", 200, {}, b"whole", is_cut=True)).kind == "partial"


def test_the_source_file_has_the_first_word() -> None:
    case = next(each for each in CASES if each["name"] == "f5")
    ours = AnswerRule.model_validate({"answer": "ok", "title": "^request rejected$"})
    assert judge(seen(case, rules=[ours])).kind == "ok"
    gone = AnswerRule.model_validate({"answer": "soft_404", "words": "lamp is out"})
    answer = judge(Seen("https://x.example/", 200, {}, b"<html>The lamp is out", rules=[gone]))
    assert (answer.kind, answer.by) == ("soft_404", "source")


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        ("https://x.example/", "redirected_home"),
        ("https://x.example/index.html", "redirected_home"),
        ("https://x.example/news", "redirected_home"),
        ("https://x.example/login", "login_wall"),
        ("https://x.example/404.html", "soft_404"),
        ("https://x.example/news/2", "ok"),
    ],
)
def test_where_an_item_leads_is_told(answered: str, kind: str) -> None:
    assert led_away(answered, ["https://x.example/news"]).kind == kind


def test_every_known_wall_bears_a_name() -> None:
    assert all(rule.name and rule.answer != "ok" for rule in known_walls())


ANSWERS = """\
answers:
  - {answer: soft_404, title: ^notice withdrawn$}
"""
PAGES = {
    "/pr/0": Answer(
        b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
        b"<div class=words>Your support ID is: 1</div></body></html>"
    ),
    "/pr/1": Answer(b"<html><title>Notice withdrawn</title><div class=words>Not here</div></html>"),
    "/pr/2": Answer(b"", 302, {"Location": "/"}),
    "/pr/3": Answer(b"<html><h1>New clothes</h1><p>We were redesigned.</p></html>"),
    "/pr/4": Answer(b"<html><title>Page not found</title><div class=words>Sorry</div></html>"),
    "/pr/5": Answer(b"gone", 410),
    "/pr/6": Answer(b"", 302, {"Location": "/login"}),
    "/pr/7": Answer(b"", 302, {"Location": "/"}),
    "/pr/8": Answer(b"<html><div class=words>We thank", headers={"Content-Length": "999"}),
    "/": Answer(b"<html><h1>Welcome</h1></html>"),
    "/login": Answer(b"<html><h1>Who are you?</h1></html>"),
}
KINDS = {
    "/": "redirected_home",
    "/login": "login_wall",
    "/pr/0": "blocked",
    "/pr/1": "soft_404",
    "/pr/3": "layout_changed",
    "/pr/4": "soft_404",
    "/pr/5": "gone",
    "/pr/8": "partial",
    "/pr/9": "ok",
}


def test_what_is_no_page_is_no_edit_and_seldom_an_absence(tmp_path: Path) -> None:
    paths = [f"/pr/{number}" for number in range(10)]
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
        file = folder / "xa" / "xa_light.yml"
        file.write_text(file.read_text() + ANSWERS)
        site.html("/list", listing(dict.fromkeys(paths, "02/09/2025")))
        for path in paths:
            site.html(path, release(WORDS))
        assert crawl(site, tmp_path)["outcome"] == "finished"
        site.answers |= PAGES
        summary = crawl(site, tmp_path)
    archive = tmp_path / "archive.db"
    assert (summary["exit"], summary["outcome"], summary["new_revisions"]) == (1, "faulty", 0)
    assert "a block of an F5 firewall" in summary["log"]
    sql = "SELECT url, answer FROM captures WHERE crawl_id = (SELECT max(id) FROM crawls)"
    kinds = {row["url"].removeprefix(site.url): row["answer"] for row in rows(archive, sql)}
    assert {path: kinds[path] for path in KINDS} == KINDS
    sql = "SELECT url, outcome FROM checks JOIN statements ON statements.id = statement_id"
    looks = rows(archive, f"{sql} WHERE outcome <> 'seen' ORDER BY url")
    found = {row["url"].removeprefix(site.url): row["outcome"] for row in looks}
    assert found == {
        "/pr/1": "absent",
        "/pr/2": "redirected",
        "/pr/5": "absent",
        "/pr/7": "redirected",
    }
    assert rows(archive, "SELECT count(*) AS n FROM revisions") == [{"n": 10}]
    assert_rebuilds_the_same(tmp_path)


def test_a_listing_behind_a_wall_is_a_fault_that_names_it(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=LISTING)
        site.answers["/list"] = PAGES["/pr/0"]
        summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["faults"]) == (1, 1)
    assert "gave a block of an F5 firewall" in summary["log"]


def test_a_rule_that_looks_for_nothing_is_told(tmp_path: Path) -> None:
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
    file = folder / "xa" / "xa_light.yml"
    wrong = "answers:\n  - {answer: blocked}\n  - {answer: gone, title: x}\n"
    file.write_text(f"{file.read_text()}{wrong}  - {{answer: error, words: '('}}\n")
    checked = onrecord("sources", "check", "--offline", "--sources", folder, cwd=tmp_path)
    assert checked.returncode == 2
    for words in ("says nothing to look for", "is no regular expression", "'gone'"):
        assert words in checked.stderr

"""The aspnet channel: back day by day through a WebForms page, and the same again in a rebuild."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from loopback import Answer, Site, crawl, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

from archive.originals import last_kept
from archive.store import Archive
from archive.warc import Exchange, WarcFile, sent_sha256
from archive.warc_reader import read_records
from spiders.replay import NotCapturedError, Replayed

FEED = """\
  - channel: aspnet
    kind: press_release
    urls: ["{url}/allRel.aspx?reg=3"]
    days: 4
    form:
      __EVENTTARGET: ctl00$Body$ddlday
      ctl00$Body$ddlMinistry: "33"
      ctl00$Body$ddlday: "{{day}}"
      ctl00$Body$ddlMonth: "{{month:02}}"
      ctl00$Body$ddlYear: "{{year}}"
    entry: ul.num li
    title: a
    page: {{title: h1, text: .words}}
"""
PATH = "/allRel.aspx?reg=3"
OFFERED = "".join(f"<option>{n}</option>" for n in range(32))


class Bureau:
    """A press bureau: what it released, by how many days ago."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.days: dict[int, list[str]] = {}
        self.sent: list[dict[str, list[str]]] = []
        self.fields = ["ddlMinistry", "ddlday", "ddlMonth", "ddlYear"]
        self.etag: str | None = None
        site.forms[PATH] = self.choose

    def release(self, days_ago: int, *names: str) -> None:
        self.days.setdefault(days_ago, []).extend(names)
        for name in names:
            self.site.html(f"/pr/{name}", release(f"Of lamp {name}: it is lit.", f"Lamp {name}"))
        self.site.answers[PATH] = self.page(0, 0)

    def page(self, days_ago: int, turn: int) -> Answer:
        items = "".join(f'<li><a href="/pr/{n}">{n}</a></li>' for n in self.days.get(days_ago, ()))
        choices = "".join(f'<select name="ctl00$Body${n}">{OFFERED}</select>' for n in self.fields)
        body = (
            f'<form action="/search"><input name="q"></form><form method="post" action=".{PATH}">'
            f'<input type="hidden" name="__VIEWSTATE" value="turn {turn}+/=">'
            f'<input type="hidden" name="__EVENTVALIDATION" value="é{turn}">{choices}'
            '<input type="submit" name="ctl00$Search" value="Go"></form>'
            f'<ul class="num">{items}</ul>'
        )
        return Answer(f"<html><body>{body}</body></html>".encode(), headers={"ETag": self.etag})

    def choose(self, sent: str) -> Answer:
        chosen = parse_qs(sent, keep_blank_values=True)
        self.sent.append(chosen)
        year, month, day = (
            int(chosen[f"ctl00$Body$ddl{part}"][0]) for part in ("Year", "Month", "day")
        )
        today = datetime.now(ZoneInfo("Europe/Vienna")).date()
        turn = int(chosen["__VIEWSTATE"][0].split()[1].rstrip("+/="))
        return self.page((today - datetime(year, month, day, tzinfo=UTC).date()).days, turn + 1)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEED)
        yield Bureau(site)


def test_days_are_chosen_one_by_one_as_a_browser_would(bureau: Bureau, tmp_path: Path) -> None:
    bureau.release(0, "a", "b")
    bureau.release(2, "c")
    bureau.release(3, "d")
    bureau.release(9, "e")
    summary = crawl(bureau.site, tmp_path)
    assert (summary["exit"], summary["new_statements"]) == (0, 4)
    assert [chosen["__VIEWSTATE"] for chosen in bureau.sent] == [[f"turn {n}+/="] for n in range(4)]
    assert bureau.sent[2]["__EVENTVALIDATION"] == ["é2"]
    assert {chosen["__EVENTTARGET"][0] for chosen in bureau.sent} == {"ctl00$Body$ddlday"}
    assert {chosen["ctl00$Body$ddlMinistry"][0] for chosen in bureau.sent} == {"33"}
    assert "ctl00$Search" not in bureau.sent[0]
    assert_rebuilds_the_same(tmp_path)


def test_a_later_crawl_stops_at_a_settled_day(bureau: Bureau, tmp_path: Path) -> None:
    for days_ago, name in enumerate("abcd"):
        bureau.release(days_ago, name)
    assert crawl(bureau.site, tmp_path)["new_statements"] == 4
    bureau.sent.clear()
    bureau.release(0, "new")
    bureau.release(1, "late")
    assert crawl(bureau.site, tmp_path)["new_statements"] == 2
    assert len(bureau.sent) == 3  # today, yesterday, and the settled day before
    assert_rebuilds_the_same(tmp_path)


def test_a_bureau_that_is_quiet_for_days_is_a_fault(bureau: Bureau, tmp_path: Path) -> None:
    bureau.release(9, "e")
    summary = crawl(bureau.site, tmp_path)
    assert (summary["exit"], summary["listed"], len(bureau.sent)) == (1, 0, 4)


def renamed(bureau: Bureau) -> None:
    bureau.fields[1] = "ddlDay"
    bureau.release(0)


def no_form(bureau: Bureau) -> None:
    bureau.site.html(PATH, "<ul class=num><li><a href='/pr/a'>a</a></ul>")


def to_an_error_page(bureau: Bureau) -> None:
    bureau.site.html("/error.htm", "Sorry")
    bureau.site.forms[PATH] = lambda _: Answer(status=302, headers={"Location": "/error.htm"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (renamed, "has no 'ctl00$Body$ddlday'. Has it changed?"),
        (no_form, "has no form with a __VIEWSTATE"),
        (to_an_error_page, "redirects to"),
    ],
)
def test_a_form_that_has_changed_is_a_fault(
    change: Callable[[Bureau], None], reason: str, bureau: Bureau, tmp_path: Path
) -> None:
    bureau.release(0, "a")
    change(bureau)
    summary = crawl(bureau.site, tmp_path)
    assert (summary["exit"], summary["new_statements"]) == (1, 1)
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert reason in issue["message"]


def test_answers_to_a_form_are_told_apart_and_are_no_page_of_their_address(
    bureau: Bureau, tmp_path: Path
) -> None:
    bureau.release(0, "a")
    bureau.etag = '"the same for all"'
    crawl(bureau.site, tmp_path)
    captures = rows(
        tmp_path / "archive.db",
        "SELECT id, request_sha256, refers_to FROM captures WHERE url LIKE '%allRel%'",
    )
    assert len({row["request_sha256"] for row in captures}) == len(captures) == 5
    assert {row["refers_to"] for row in captures} == {None}
    with Archive.open(tmp_path / "archive.db") as archive:
        found = last_kept(archive, bureau.site.url + PATH)
    assert found is not None
    assert found[0].request_sha256 is None
    (warc,) = (tmp_path / "archive-warc").iterdir()
    kept = {each.capture.id: each.capture.request_sha256 for each in read_records(warc)}
    assert {row["id"]: row["request_sha256"] for row in captures}.items() <= kept.items()


def test_a_replay_gives_each_form_its_own_answer_whatever_is_sent_first(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "forms.warc.gz", {"crawl": "xa_light-1"})
    for method, sent in (("GET", b""), ("POST", b"day=1"), ("POST", b"day=2"), ("POST", b"")):
        warc.add_exchange(
            Exchange(
                url="http://bureau.example/list",
                method=method,
                request_headers=[],
                request_body=sent,
                status=200,
                reason="OK",
                protocol="HTTP/1.1",
                headers=[],
                body=f"{method} {sent.decode()}".encode(),
                ip=None,
                at=datetime(2025, 9, 2, tzinfo=UTC),
            )
        )
    warc.close()
    replayed = Replayed(tmp_path / "forms.warc.gz")
    for method, sent in (("POST", b"day=2"), ("POST", b""), ("POST", b"day=1"), ("GET", b"")):
        kept = replayed.take("http://bureau.example/list", sent_sha256(method, sent))
        assert kept.body == f"{method} {sent.decode()}".encode()
        assert kept.capture.request_sha256 == sent_sha256(method, sent)
    with pytest.raises(NotCapturedError):
        replayed.take("http://bureau.example/list")


def test_midnight_is_the_sources_own(bureau: Bureau, tmp_path: Path) -> None:
    far = datetime.now(UTC) + timedelta(hours=14)
    path = tmp_path / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace("Europe/Vienna", "Pacific/Kiritimati"))
    bureau.release(0, "a")
    crawl(bureau.site, tmp_path)
    assert bureau.sent[0]["ctl00$Body$ddlday"] == [str(far.day)]
    assert bureau.sent[0]["ctl00$Body$ddlMonth"] == [f"{far.month:02}"]

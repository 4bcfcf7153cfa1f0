"""What real archives answered: every line of an index is read, every capture judged."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml
from scrapy.http import Headers, HtmlResponse

from spiders.channels.wayback_index import read_index
from spiders.channels.wayback_mementos import (
    captured_address,
    leads_to,
    memento_time,
    original_of,
)

REPLAY = "https://web.archive.org/web"


@dataclass(frozen=True)
class Recorded:
    url: str
    response: HtmlResponse

    @property
    def text(self) -> str:
        return self.response.body.decode()


def recordings(folder: Path, name: str) -> Iterator[Recorded]:
    """Give every exchange of a cassette."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for exchange in yaml.load((folder / name).read_text(encoding="utf-8"), loader)["interactions"]:
        url, answer = exchange["request"]["uri"], exchange["response"]
        body: Any = answer["body"]["string"]
        body = body.encode() if isinstance(body, str) else body
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        headers = Headers(answer["headers"])
        status = answer["status"]["code"]
        yield Recorded(url, HtmlResponse(url, status=status, headers=headers, body=body))


@pytest.fixture(scope="session")
def cassettes(shared_data: Path) -> list[Recorded]:
    folder = shared_data / "api" / "wayback_cdx"
    names = sorted(path.name for path in folder.glob("*.yaml"))
    assert len(names) == 34
    return [each for name in names for each in recordings(folder, name)]


def test_no_line_of_a_recorded_index_is_lost(cassettes: list[Recorded]) -> None:
    """The recordings are in lines of columns; the key to go on with stands apart."""
    count = 0
    for each in cassettes:
        if "/cdx/" not in each.url or each.response.status != 200:
            continue
        index = read_index(each.text)
        lines, _, key = each.text.partition("\n\n")
        assert index.unread == ()
        assert len(index.snapshots) == len(lines.splitlines())
        assert index.resume_key == (key.strip() or None)
        for snapshot, line in zip(index.snapshots, lines.splitlines(), strict=True):
            columns = line.split(" ")
            assert [snapshot.timestamp, snapshot.original] == columns[1:3]
            assert [snapshot.mime, str(snapshot.status or "-")] == columns[3:5]
            assert snapshot.digest == columns[5]
        count += len(index.snapshots)
    assert count > 10_000


def test_the_key_of_one_page_asks_for_the_next_as_the_archives_own_client_did(
    cassettes: list[Recorded],
) -> None:
    pages = [each for each in cassettes if "url=cnn.com" in each.url]
    assert len(pages) > 10
    for page, following in pairwise(pages):
        key = read_index(page.text).resume_key
        assert key
        assert urlencode({"resumeKey": key}) in urlsplit(following.url).query
    assert read_index(pages[-1].text).snapshots == ()


def test_a_blocked_site_is_no_index(cassettes: list[Recorded]) -> None:
    (blocked,) = (each for each in cassettes if each.response.status == 403)
    assert "/cdx/" in blocked.url
    with pytest.raises(ValueError, match="is no index of captures"):
        read_index(blocked.text)


def test_every_recorded_capture_is_judged(cassettes: list[Recorded]) -> None:
    """A page is a capture by its Memento-Datetime alone: the archive's own come with 200 too."""
    judged = {"own": 0, "capture": 0, "archived": 0, "leads on": 0}
    for each in cassettes:
        if "/web/" not in each.url:
            continue
        asked = captured_address(each.url, REPLAY)
        assert asked
        time, target = memento_time(each.response), leads_to(each.response)
        if target:
            judged["leads on"] += 1
            found = captured_address(target, REPLAY)
            assert found
            assert time or found[0] != asked[0]
        elif time is None:
            judged["own"] += 1
            assert each.response.status in {200, 404, 429, 503}
        elif each.response.status == 200:
            judged["capture"] += 1
            assert original_of(each.response)
            assert "".join(filter(str.isdigit, time)) == asked[0]
        else:
            judged["archived"] += 1
    assert judged == {"own": 3, "capture": 34, "archived": 4, "leads on": 21}


@pytest.fixture
def pywb(shared_data: Path) -> Path:
    return shared_data / "api" / "wayback_pywb"


@pytest.mark.parametrize(
    "name",
    [
        "cdx_collapse",
        "cdx_empty",
        "cdx_filter",
        "cdx_filter_wb",
        "cdx_json",
        "cdx_numpages",
        "cdx_plain",
        "cdx_resume",
    ],
)
def test_no_line_of_pywbs_index_is_lost(pywb: Path, name: str) -> None:
    text = (pywb / f"{name}.body").read_text(encoding="utf-8")
    index = read_index(text)
    assert (index.unread, index.resume_key) == ((), None)
    assert len(index.snapshots) == len(text.splitlines())
    assert all(each.original.startswith("http://mod.gov.in/") for each in index.snapshots)
    statuses = {each.status for each in index.snapshots if each.mime == "warc/revisit"}
    assert statuses <= {None}


def test_lines_that_name_no_address_are_told(pywb: Path) -> None:
    text = (pywb / "cdx_fl.body").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="is no index of captures"):
        read_index(text)
    whole = (pywb / "cdx_json.body").read_text(encoding="utf-8")
    assert len(read_index(whole + text).unread) == len(text.splitlines())


@pytest.mark.parametrize("name", ["id_301", "id_404", "id_raw", "id_revisit"])
def test_pywbs_captures_tell_their_time(pywb: Path, name: str) -> None:
    status, *lines = (pywb / f"{name}.headers").read_text(encoding="utf-8").split("\n")
    pairs = [line.partition(": ") for line in lines if ": " in line]
    headers = {key: value.strip() for key, _, value in pairs}
    response = HtmlResponse(
        "http://localhost:58080/gov/20200902083000id_/http://mod.gov.in/pr/1",
        status=int(status.split()[1]),
        headers=headers,
    )
    time = memento_time(response)
    assert time
    assert time.startswith("2020-09-0")
    assert (original_of(response) or "").startswith("http://mod.gov.in/")
    target = leads_to(response)
    assert target == ("http://mod.gov.in/pr/1" if name == "id_301" else None)
    assert target is None or captured_address(target, "http://localhost:58080/gov") is None


def test_an_array_is_read_as_lines_are() -> None:
    text = """[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],
["xa,light)/1","20240305120000","http://light.example:80/1","text/html","200","AAAA","9"],
["xa,light)/1","20240306120000","https://light.example/1","warc/revisit","-","AAAA","9"],
["xa,light)/2","2024","https://light.example/2","text/html","200","BBBB","9"],
[],
["xa%2Clight%29%2F1+20240306120001"]]"""
    index = read_index(text)
    assert [each.status for each in index.snapshots] == [200, None]
    assert index.resume_key == "xa%2Clight%29%2F1+20240306120001"
    assert len(index.unread) == 1
    assert parse_qs(urlencode({"resumeKey": index.resume_key})) == {"resumeKey": [index.resume_key]}
    assert read_index("[]").snapshots == read_index("\n").snapshots == ()

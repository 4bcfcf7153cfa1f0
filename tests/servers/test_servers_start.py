"""Each real server starts, does what the tests of the channels need, and leaves nothing behind."""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import RemoteDisconnected
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError

import brotli
import pytest
from nginx import Nginx, running_nginx
from pds import POST, Pds, running_pds
from running import ask
from snac import Snac, running_snac
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from wayback import COLLECTION, Wayback, running_wayback

pytestmark = pytest.mark.servers

PAGE = "https://lighthouses.arvenna.example/speeches/1"
LAMPS = b"<html><body><p>The lamps stay lit.</p></body></html>"


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    path = tmp_path / "captures.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        for day, body in (("2026-11-20", LAMPS), ("2026-11-21", LAMPS.replace(b"stay", b"were"))):
            dated = {"WARC-Date": f"{day}T10:00:00Z"}
            record = writer.create_warc_record(
                PAGE,
                "response",
                BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict=dated,
            )
            writer.write_record(record)
    return path


def processes(folder: Path) -> list[int]:
    """Find who works in a folder, where each server is started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def listening(pid: int) -> set[str]:
    """Name the addresses that a process listens on, in the kernel's own writing."""
    held = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        # A connection may end while it is looked at; what listens does not.
        with suppress(FileNotFoundError):
            held.add(str(each.readlink()))
    lines = []
    for table in ("tcp", "tcp6"):
        lines += Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    sockets = [line.split() for line in lines]
    return {
        parts[1].partition(":")[0]
        for parts in sockets
        if parts[3] == "0A" and f"socket:[{parts[9]}]" in held
    }


@pytest.mark.parametrize("name", ["pds", "snac", "nginx", "wayback"])
def test_a_server_listens_on_loopback_only_and_stops(name: str, tmp_path: Path, warc: Path) -> None:
    starts: dict[str, Callable[[Path], AbstractContextManager[Pds | Snac | Nginx | Wayback]]] = {
        "pds": running_pds,
        "snac": running_snac,
        "nginx": running_nginx,
        "wayback": lambda folder: running_wayback(folder, [warc]),
    }
    folder = tmp_path / name
    folder.mkdir()
    with starts[name](folder) as server:
        (pid,) = processes(folder)
        assert listening(pid) == {"0100007F"}
        assert ask(server.url).status < 500
    assert processes(folder) == []
    with pytest.raises(URLError, match="refused"):
        ask(server.url)


def test_the_pds_reaches_nobody_outside(pds: Pds) -> None:
    account = pds.account("outward")
    reply = pds.xrpc("app.bsky.feed.getAuthorFeed", token=account.token, actor=account.did)
    assert (reply.status, reply.json()["error"]) == (502, "UpstreamFailure")


def test_an_account_posts_edits_and_deletes(pds: Pds) -> None:
    account = pds.account("lamps")
    first = account.post("The lamps stay lit.", langs=["en"])
    second = account.post("The pier is open.")
    edited = account.edit(first, "The lamps were lit.")
    assert edited.uri == first.uri
    assert edited.cid != first.cid
    listed = account.records()["records"]
    assert [each["uri"] for each in listed] == [second.uri, first.uri]
    assert listed[1]["value"]["text"] == "The lamps were lit."
    where: dict[str, Any] = {"repo": account.did, "collection": POST, "rkey": first.rkey}
    old = pds.xrpc("com.atproto.repo.getRecord", **where, cid=first.cid)
    assert (old.status, old.json()["error"]) == (400, "RecordNotFound")
    account.delete(edited)
    gone = pds.xrpc("com.atproto.repo.getRecord", **where)
    assert (gone.status, gone.json()["error"]) == (400, "RecordNotFound")
    assert [each["uri"] for each in account.records()["records"]] == [second.uri]


def test_records_come_in_pages_of_at_most_a_hundred(pds: Pds) -> None:
    account = pds.account("chapters")
    made = [account.post(f"Number {number}").uri for number in range(5)]
    read: list[str] = []
    cursor: dict[str, str] = {}
    while page := account.records(limit=2, **cursor)["records"]:
        read += [each["uri"] for each in page]
        cursor = {"cursor": page[-1]["uri"].rpartition("/")[2]}
    assert read == made[::-1]
    too_many: dict[str, Any] = {"repo": account.did, "collection": POST, "limit": 101}
    refused = pds.xrpc("com.atproto.repo.listRecords", **too_many)
    assert (refused.status, refused.json()["error"]) == (400, "InvalidRequest")


def test_an_account_logs_in_and_is_found_by_its_handle(pds: Pds) -> None:
    account = pds.account("keeper")
    token = account.log_in()
    assert pds.xrpc("com.atproto.server.getSession", token=token).json()["did"] == account.did
    found = pds.xrpc("com.atproto.identity.resolveHandle", handle=account.handle)
    assert found.json() == {"did": account.did}
    assert ask(f"{pds.plc}/{account.did}").json()["alsoKnownAs"] == [f"at://{account.handle}"]


def test_the_firehose_tells_every_change_with_the_cid_before_it(pds: Pds) -> None:
    account = pds.account("stream")
    first = account.post("The lamps stay lit.")
    edited = account.edit(first, "The lamps were lit.")
    account.delete(edited)
    ours = [each.body for each in pds.firehose() if each.body.get("repo") == account.did]
    changes = [(op["action"], op["cid"], op.get("prev")) for body in ours for op in body["ops"]]
    assert changes == [
        ("create", first.cid, None),
        ("update", edited.cid, first.cid),
        ("delete", None, edited.cid),
    ]
    assert b"The lamps stay lit." in ours[1]["blocks"]


def test_a_limited_pds_says_when_to_come_again(limited_pds: Pds) -> None:
    account = limited_pds.account("hasty")
    for number in range(5):
        account.post(f"Number {number}")

    def asked() -> tuple[int, dict[str, str]]:
        where: dict[str, Any] = {"repo": account.did, "collection": POST}
        reply = limited_pds.xrpc("com.atproto.repo.listRecords", limited=True, **where)
        return reply.status, {name.lower(): text for name, text in reply.headers.items()}

    answers = [asked() for _ in range(4)]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    headers = answers[-1][1]
    assert headers["ratelimit-limit"] == "3"
    assert headers["ratelimit-remaining"] == "0"
    assert headers["ratelimit-policy"] == "3;w=3"
    assert 0 <= int(headers["ratelimit-reset"]) - time.time() + 1 <= 4
    # This is all that it says: a Retry-After is not among its headers.
    assert "retry-after" not in headers
    time.sleep(3.1)
    assert asked()[0] == 200


def test_a_snac_user_posts_edits_and_deletes(snac: Snac) -> None:
    user = snac.user("lamps")
    first = user.post("The lamps stay lit.")
    user.post("The pier is open.")
    edited = user.edit(first, "The lamps were lit.")
    assert edited["uri"] == first["uri"]
    assert edited["id"] != first["id"]
    assert edited["created_at"] == first["created_at"]
    assert (first["edited_at"], bool(edited["edited_at"])) == (None, True)
    listed = user.statuses()
    assert {each["text"] for each in listed.json()} == {"The lamps were lit.", "The pier is open."}
    user.delete(edited)
    assert [each["text"] for each in user.statuses().json()] == ["The pier is open."]
    assert ask(first["uri"]).status == 404


def test_snac_gives_its_newest_256_whatever_is_asked(snac: Snac) -> None:
    user = snac.user("many")
    user.post_many([f"Number {number}" for number in range(260)])
    everything = user.statuses()
    assert "link" not in everything.headers
    listed = everything.json()
    assert [each["text"] for each in (listed[0], listed[-1])] == ["Number 259", "Number 4"]
    assert len(listed) == 256
    assert user.statuses("?limit=5").json() == listed
    assert user.statuses(f"?limit=40&max_id={listed[-1]['id']}").json() == listed


def test_nginx_answers_304_to_what_has_not_changed(nginx: Nginx) -> None:
    when = datetime(2026, 11, 20, 10, tzinfo=UTC)
    page = nginx.write("same/page.html", "<p>The lamps stay lit.</p>", when)
    first = ask(page)
    assert first.headers["Last-Modified"] == format_datetime(when, usegmt=True)
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = ask(page, headers=condition)
        assert (again.status, again.body) == (304, b"")
    nginx.write("same/page.html", "<p>The lamps were lit.</p>", when.replace(hour=11))
    assert ask(page, headers={"If-None-Match": first.headers["ETag"]}).status == 200


@pytest.mark.parametrize(
    ("coding", "open_"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_nginx_compresses(nginx: Nginx, coding: str, open_: Callable[[bytes], bytes]) -> None:
    words = "<p>The lamps stay lit.</p>" * 40
    reply = ask(nginx.write("long.html", words), headers={"Accept-Encoding": coding})
    assert reply.headers["Content-Encoding"] == coding
    assert open_(reply.body).decode() == words


@pytest.mark.parametrize(
    ("path", "status", "header", "value"),
    [
        ("moved/a.html", 301, "Location", "{}/a.html"),
        ("elsewhere/a.html", 302, "Location", "{}/a.html"),
        ("kept-method/a.html", 308, "Location", "{}/"),
        ("loop/a", 302, "Location", "{}/loop/b"),
        ("loop/b", 302, "Location", "{}/loop/a"),
        ("gone/a.html", 410, "Retry-After", None),
        ("forbidden/a.html", 403, "Retry-After", None),
        ("maintenance/a.html", 503, "Retry-After", "120"),
        ("nothing/a.html", 404, "Retry-After", None),
    ],
)
def test_nginx_answers_as_ministries_do(
    nginx: Nginx, path: str, status: int, header: str, value: str | None
) -> None:
    reply = ask(f"{nginx.url}/{path}")
    assert reply.status == status
    assert reply.headers[header] == (value and value.format(nginx.url))


def test_nginx_limits_closes_and_is_slow(nginx: Nginx) -> None:
    nginx.write("often/a.html", "x" * 1500)
    first, second = (ask(f"{nginx.url}/limited/often/a.html") for _ in range(2))
    assert (first.status, second.status) == (200, 429)
    assert second.headers["Retry-After"] == "1"
    time.sleep(1.1)
    assert ask(f"{nginx.url}/limited/often/a.html").status == 200
    with pytest.raises(RemoteDisconnected):
        ask(f"{nginx.url}/closed/")
    begun = time.monotonic()
    assert len(ask(f"{nginx.url}/slow/often/a.html").body) == 1500
    assert time.monotonic() - begun > 0.9


def test_nginx_signs_its_certificate_itself(nginx: Nginx) -> None:
    nginx.write("safe.html", "<p>The lamps stay lit.</p>")
    with pytest.raises(URLError, match="self-signed"):
        ask(f"{nginx.tls_url}/safe.html")
    assert ask(f"{nginx.tls_url}/safe.html", trust=nginx.certificate).status == 200


def test_pywb_indexes_and_replays_a_warc(
    replay: Callable[[list[Path]], Wayback], warc: Path
) -> None:
    wayback = replay([warc])
    lines = wayback.cdx(PAGE)
    assert [each["timestamp"] for each in lines] == ["20261120100000", "20261121100000"]
    assert {(each["url"], each["status"], each["mime"]) for each in lines} == {
        (PAGE, "200", "text/html")
    }
    raw = wayback.raw("20261120100000", PAGE)
    assert (raw.status, raw.body) == (200, LAMPS)
    around = ask(f"{wayback.url}/{COLLECTION}/20261120100000mp_/{PAGE}")
    assert around.body != LAMPS
    assert wayback.cdx("https://elsewhere.example/") == []
    assert wayback.raw("20261120100000", "https://elsewhere.example/").status == 404


@pytest.mark.parametrize(("wanted", "ending"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_missing_server_is_told(tmp_path: Path, wanted: str, ending: str) -> None:
    (tmp_path / "test_needs.py").write_text(
        "import running, pytest\n"
        f"running.INSTALLED = running.Path({str(tmp_path / 'none')!r})\n"
        "@pytest.fixture\ndef server(): return running.installed('debian/usr/bin/snac')\n"
        "def test_it(server): pass\n",
        encoding="utf-8",
    )
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env=os.environ | {"ONRECORD_SERVERS": wanted, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ending in finished.stdout
    assert "run tests/servers/install.sh" in finished.stdout

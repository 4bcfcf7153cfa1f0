import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from browsing import HARBOUR, Site, build, close, open_site, row_path, rows

from archive.errors import ArchiveError
from onrecord import publishing
from onrecord.publishing import PASSWORD, PUBLIC, ROBOTS, read_publishing, say_publishing
from onrecord.serving import datasette_arguments

HASH = "pbkdf2_sha256$480000$0123456789abcdef$" + "c2VjcmV0" * 5 + "c2U="
ABOUT_THE_SITE = (
    *("databases", "versions", "plugins", "settings", "config", "threads", "metadata"),
    *("permissions", "messages", "allow-debug", "patterns", "password-tool"),
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (PUBLIC, ROBOTS, PASSWORD):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PUBLIC, "1")


@pytest.fixture
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, HASH)
    monkeypatch.setattr(publishing, "find_spec", lambda _: object())
    publishing._understood.cache_clear()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = open_site(build(tmp_path / "archive.db", rows()))
    yield opened
    close(opened)


@pytest.mark.usefixtures("_public")
@pytest.mark.parametrize("name", ABOUT_THE_SITE)
@pytest.mark.parametrize("ending", ["", ".json", "/"])
def test_a_public_site_does_not_show_how_it_is_run(
    site: Site, tmp_path: Path, name: str, ending: str
) -> None:
    answer = site.get(f"/-/{name}{ending}")
    assert answer.status_code == 403
    assert str(tmp_path) not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.usefixtures("_public")
@pytest.mark.parametrize(
    "path",
    [
        "/archive?sql=select+1",
        "/archive.json?sql=select+1",
        "/archive.csv?sql=select+file+from+pragma_database_list",
        "/archive.db",
        "/archive/statements?_where=1%3D1",
    ],
)
def test_a_public_site_runs_no_sql_of_visitors_and_gives_no_file(site: Site, path: str) -> None:
    assert site.get(path).status_code == 403


@pytest.mark.usefixtures("_public")
def test_no_page_of_a_public_site_names_a_path(site: Site, tmp_path: Path) -> None:
    for path in ("/", "/.json", "/archive", "/archive.json", "/archive/statements", "/-/check"):
        answer = site.get(path)
        assert answer.status_code == 200
        assert str(tmp_path) not in answer.text
    for path in (row_path(HARBOUR), "/archive/tone_of_speakers", "/archive/statements.json"):
        assert site.get(path).status_code == 200


def test_a_site_of_ones_own_shows_all(site: Site) -> None:
    for path in ("/-/databases.json", "/archive.json?sql=select+1", "/-/metadata.json"):
        assert site.get(path).status_code == 200


@pytest.mark.usefixtures("_password")
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/archive", "/archive/statements", row_path(HARBOUR), "/archive?sql=select+1"),
        *("/archive/tone_of_speakers", "/archive/captures/nothing", "/archive.db"),
    ],
)
def test_who_has_not_logged_in_is_led_to_the_form(site: Site, path: str) -> None:
    answer = site.get(path)
    is_file = path.endswith(".db")
    assert answer.status_code == (403 if is_file else 302)
    assert is_file or answer.headers["location"] == "/-/login"


@pytest.mark.usefixtures("_password")
def test_programs_without_a_password_are_told_no(site: Site) -> None:
    for path in ("/.json", "/archive/statements.json", "/archive/statements.csv?_stream=on"):
        answer = site.get(path)
        assert answer.status_code == 403
        assert HARBOUR not in answer.text
    assert HARBOUR not in site.get("/-/check.json").text


@pytest.mark.usefixtures("_password")
def test_no_page_of_ours_is_open_to_who_has_not_logged_in(site: Site) -> None:
    from onrecord.browse.rooms import PAGES

    for page in PAGES:
        path = re.sub(r"\(\?P<\w+>[^)]*\)", "x", page.path).replace("\\", "")
        assert site.get(f"/-/{path}").status_code in {302, 403}, path


@pytest.mark.usefixtures("_password")
def test_who_has_logged_in_sees_all_and_no_hash(site: Site) -> None:
    cookies = {"ds_actor": site.datasette.sign({"a": {"id": "reader"}}, "actor")}
    for path in ("/", "/archive/statements", "/archive.json?sql=select+1"):
        answer = site.get(path, cookies=cookies)
        assert answer.status_code == 200
        assert HASH not in answer.text
    assert site.get("/-/metadata.json", cookies=cookies).status_code == 403
    assert HASH not in json.dumps(site.datasette.metadata())
    config = site.datasette.plugin_config("datasette-auth-passwords")
    assert config == {"reader_password_hash": HASH}


def test_a_password_needs_the_plugin_and_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, HASH)
    publishing._understood.cache_clear()
    monkeypatch.setattr(publishing, "find_spec", lambda _: None)
    with pytest.raises(ArchiveError, match=r"datasette-auth-passwords.*\[web\]") as refused:
        read_publishing()
    assert HASH not in str(refused.value)
    monkeypatch.setattr(publishing, "find_spec", lambda _: object())
    monkeypatch.setenv(PASSWORD, "open sesame")
    with pytest.raises(ArchiveError, match="hash-password") as refused:
        read_publishing()
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("public", "password", "robots", "expected"),
    [
        *(("", "", "", "none"), ("1", "", "", "allow"), ("1", HASH, "", "none")),
        *(("1", "", "none", "none"), ("", "", "allow", "allow"), ("0", "", "", "none")),
    ],
)
def test_search_engines_may_read_what_is_open_to_all(
    monkeypatch: pytest.MonkeyPatch, public: str, password: str, robots: str, expected: str
) -> None:
    monkeypatch.setattr(publishing, "find_spec", lambda _: object())
    publishing._understood.cache_clear()
    for name, value in ((PUBLIC, public), (PASSWORD, password), (ROBOTS, robots)):
        monkeypatch.setenv(name, value)
    assert read_publishing().robots == expected


def test_robots_that_are_neither_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROBOTS, "some")
    with pytest.raises(ArchiveError, match="neither allow nor none"):
        read_publishing()


def test_robots_txt(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.page("/robots.txt") == "User-agent: *\nDisallow: /\n"
    monkeypatch.setenv(ROBOTS, "allow")
    assert site.page("/robots.txt") == "User-agent: *\nDisallow: /*?\n"


def test_what_is_open_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say_publishing(read_publishing()) == []
    monkeypatch.setenv(PUBLIC, "1")
    assert say_publishing(read_publishing())[0].startswith("Public: visitors run no SQL")


def test_datasette_itself_is_told_too() -> None:
    arguments = datasette_arguments(Path("a.db"), host="::1", port=1, is_public=True)
    text = " ".join(arguments)
    assert "default_allow_sql off" in text
    assert "allow_download off" in text
    ordinary = datasette_arguments(Path("a.db"), host="::1", port=1)
    assert "default_allow_sql" not in " ".join(ordinary)


def test_the_form_is_ours_and_needs_no_style_of_its_own(site: Site) -> None:
    site.get("/")
    source, *_ = site.datasette.jinja_env.loader.get_source(
        site.datasette.jinja_env, "password_login.html"
    )
    assert "<style" not in source
    assert 'autocomplete="current-password"' in source


def serve(archive: Path, *arguments: str, **environment: str) -> tuple[Any, str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "onrecord", "serve", "--db", str(archive)]
    running = subprocess.Popen(
        [*command, "--port", str(port), *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            break
    return running, f"http://127.0.0.1:{port}"


def test_serve_says_what_it_lets_strangers_do(demo_archive: Path) -> None:
    import httpx

    running, address = serve(demo_archive, "--public", "--robots", "none")
    try:
        assert httpx.get(f"{address}/archive.json?sql=select+1").status_code == 403
        assert httpx.get(f"{address}/-/databases.json").status_code == 403
        assert httpx.get(f"{address}/archive/statements").status_code == 200
        assert "Disallow: /\n" in httpx.get(f"{address}/robots.txt").text
    finally:
        running.terminate()
        said, _ = running.communicate(timeout=20)
    assert "Public: visitors run no SQL of their own, see no paths and download no file." in said
    assert "Search engines are asked not to read it." in said


def test_serve_does_not_start_without_the_plugin(demo_archive: Path) -> None:
    if find_spec("datasette_auth_passwords"):
        pytest.skip("the plugin is installed")
    running, _ = serve(demo_archive, **{PASSWORD: HASH})
    said, _ = running.communicate(timeout=20)
    assert running.returncode == 2
    (line,) = said.splitlines()
    assert line.startswith(f"Error: {PASSWORD} is set, but datasette-auth-passwords is not")
    assert "[web]" in line
    assert HASH not in line

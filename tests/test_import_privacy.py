"""An owner's whole export also holds what is private: of it only the posts are taken in."""

import json
import zipfile
from pathlib import Path

import pytest
from loopback import Site, onrecord, rows, write_source

SECRET = "Call me on 555-0142, in confidence"
POST = {
    "tweet": {
        "id_str": "1300000000000000001",
        "created_at": "Wed Sep 02 05:10:00 +0000 2020",
        "full_text": "The lamp of the old harbour is lit again tonight.",
        "lang": "en",
    }
}


def export(path: Path) -> Path:
    parts = {
        "data/tweets.js": f"window.YTD.tweets.part0 = {json.dumps([POST])}",
        "data/account.js": 'window.YTD.account.part0 = [{"account": {"username": "lamps"}}]',
        "data/direct-messages.js": f'window.YTD.direct_messages.part0 = ["{SECRET}"]',
    }
    with zipfile.ZipFile(path, "w") as packed:  # stored as it is: a search would find it
        for name, text in parts.items():
            packed.writestr(name, text)
    return path


@pytest.mark.parametrize(("words", "is_kept"), [((), 0), (("--keep",), 1)])
def test_a_packed_export_is_kept_only_if_asked(
    tmp_path: Path, words: tuple[str, ...], is_kept: int
) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
    export(tmp_path / "twitter-2026.zip")
    arguments = ["import", "twitter-2026.zip", "--source", "xa_light", "--sources", "sources"]
    finished = onrecord(*arguments, *words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    archive = tmp_path / "archive.db"
    (statement,) = rows(archive, "SELECT text, account, state FROM statements")
    assert statement == {
        "text": POST["tweet"]["full_text"],
        "account": "x/lamps",
        "state": "unchecked",
    }
    assert rows(archive, "SELECT is_kept FROM imports") == [{"is_kept": is_kept}]
    assert SECRET.encode() not in archive.read_bytes()
    warcs = list(tmp_path.glob("archive-warc/*"))
    assert warcs
    assert any(SECRET.encode() in warc.read_bytes() for warc in warcs) is bool(is_kept)

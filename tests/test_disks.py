"""Disks that are full or fail, and files that other programs hold: a clear word, and no repair."""

import errno
import json
import os
import resource
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from imported import TakenIn, assert_sound, declare, post, write_lines
from loopback import Site, crawl, listing, onrecord, release, rows, write_source

from archive import store, warc_reader
from archive.errors import ArchiveBusyError, DiskError
from archive.store import Archive
from archive.warc import WarcFile
from archive.warc_reader import adopt

WORDS = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources", "--no-tone"]


def limited(cwd: Path, most: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program where no file may grow beyond so many bytes, as on a disk that is full."""
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )


def test_an_import_on_a_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    declare(tmp_path)
    path = write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(3000)])
    with Archive.open(tmp_path / "archive.db"):
        pass
    size = (tmp_path / "archive.db").stat().st_size
    for most in (path.stat().st_size // 100, size + 50_000):  # in the evidence, in the archive
        stopped = limited(tmp_path, most, *WORDS)
        assert stopped.returncode == 74, stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert "cannot be written: " in stopped.stderr
        assert "run the same command again" in stopped.stderr
    done = onrecord(*WORDS, "--json", cwd=tmp_path)
    assert (json.loads(done.stdout)["new_statements"], done.returncode) == (3000, 0)
    assert_sound(tmp_path / "archive.db")


def test_a_crawl_on_a_full_disk_stops_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
        pages = [f"/pr/{number}" for number in range(12)]
        site.html("/list", listing(dict.fromkeys(pages, "02/09/2025")))
        noise = "".join(f"<!-- {hash((n, 'x'))} -->" for n in range(4000))  # which packs badly
        for path in pages:
            site.html(path, release(f"We thank the keepers of the lighthouse at {path}.") + noise)
        words = ["crawl", "xa_light", "--sources", str(folder), "--allow-host", site.host]
        with Archive.open(tmp_path / "archive.db"):
            pass
        stopped = limited(tmp_path, 150_000, *words)
        assert stopped.returncode == 74, stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert stopped.stderr.count("cannot be written: ") == 2, stopped.stderr
        found = rows(tmp_path / "archive.db", "SELECT outcome, quarantined FROM crawls")
        assert found == [{"outcome": "interrupted", "quarantined": 0}]
        assert rows(tmp_path / "archive.db", "SELECT * FROM quarantine") == []
        summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["exit"]) == ("finished", 0)
    assert rows(tmp_path / "archive.db", "SELECT count(*) AS n FROM revisions") == [{"n": 12}]
    assert_sound(tmp_path / "archive.db")


def test_a_file_whose_sync_failed_is_never_called_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel tells of lost bytes once: the fsync after that succeeds without them."""
    warc = WarcFile(tmp_path / "a.warc.gz", {"software": "test"})
    warc.add_metadata("urn:test", {"a": "b"}, datetime(2026, 3, 5, tzinfo=UTC))
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", _raise(errno.EIO))
        with pytest.raises(DiskError, match=r"a\.warc\.gz cannot be written: the disk cannot"):
            warc.sync()
    with pytest.raises(DiskError):
        warc.sync()
    with pytest.raises(DiskError):
        warc.add_metadata("urn:test", {"a": "b"}, datetime(2026, 3, 5, tzinfo=UTC))
    warc.close()


def test_each_new_folder_survives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    WarcFile(tmp_path / "new" / "archive-warc" / "a.warc.gz", {"software": "test"}).close()
    folders = {str(tmp_path), str(tmp_path / "new"), str(tmp_path / "new" / "archive-warc")}
    assert folders <= set(synced)


def test_a_copy_that_was_cut_short_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"x" * 1000)
    copyfile = warc_reader.shutil.copyfile

    def half(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[:500])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", _raise(errno.EXDEV))
    monkeypatch.setattr(warc_reader.shutil, "copyfile", half)
    with pytest.raises(DiskError, match="the disk is full"):
        adopt(path, tmp_path / "other")
    monkeypatch.setattr(warc_reader.shutil, "copyfile", copyfile)
    adopt(path, tmp_path / "other")
    assert [each.name for each in (tmp_path / "other").iterdir()] == ["a.warc.gz"]
    assert (tmp_path / "other" / "a.warc.gz").read_bytes() == path.read_bytes()


def test_another_programs_lock_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_BUSY_TIMEOUT_MS", 20)
    with Archive.open(tmp_path / "archive.db") as archive:
        other = sqlite3.connect(archive.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusyError, match="by another program"), archive.transaction():
            pass
        other.execute("ROLLBACK")
        other.close()
        with archive.transaction():
            pass


def test_two_rebuilds_of_one_archive_do_not_spoil_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = TakenIn(tmp_path, monkeypatch)
    take_in(write_lines(tmp_path / "posts.ndjson", [post(1)]))
    words = ["rebuild", "--to", "again.db", "--sources", "sources"]
    with store.locked(tmp_path / "again.db"):
        second = onrecord(*words, cwd=tmp_path)
    assert (second.returncode, "is being written by another process" in second.stderr) == (75, True)
    assert onrecord(*words, cwd=tmp_path).returncode == 0


def test_how_a_crawl_ended_is_in_its_evidence_before_the_archive_says_so(tmp_path: Path) -> None:
    """Else what a rebuild says of a crawl that was killed at its end is not what was said."""
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/1": "02/09/2025"}))
        site.html("/1", release("We thank the keepers of the lighthouse."))
        killed = onrecord_killed_at_finish(tmp_path, site)
        assert killed.returncode == -9
        again = crawl(site, tmp_path)
    assert again["outcome"] == "finished"
    (tmp_path / "archive-warc").rename(tmp_path / "kept-warc")
    (tmp_path / "archive.db").rename(tmp_path / "kept.db")
    words = ["rebuild", "--db", "kept.db", "--to", "archive.db", "--sources", "sources"]
    assert onrecord(*words, cwd=tmp_path).returncode == 0
    outcomes = "SELECT outcome FROM crawls ORDER BY id"
    assert rows(tmp_path / "archive.db", outcomes) == [{"outcome": "finished"}] * 2


def onrecord_killed_at_finish(cwd: Path, site: Site) -> subprocess.CompletedProcess[str]:
    program = (
        "import os, signal; from archive.recording import Recorder; whole = Recorder.finish\n"
        "def finish(*words, **told):\n"
        "    whole(*words, **told)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Recorder.finish = finish\n"
        "from onrecord.cli import main; main()"
    )
    words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _raise(number: int) -> Any:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail

"""Importing JSON lines: all kept, the bad ones set aside, the file itself kept as evidence."""

import json
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, onrecord, rows, write_source

GOOD: list[dict[str, Any]] = [
    {
        "native_id": "1650811",
        "url": "https://lights.example/1650811",
        "speaker": "Ilse Marrant",
        "published_at": "2025-09-02T10:40:00+02:00",
        "text": "The lamp of the old harbour is lit again tonight, and we are proud of it.",
        "language": "en",
        "kind": "statement",
    },
    {"native_id": 9007199254740993, "text": "La lampe du vieux port est rallumée ce soir."},
]
BAD = {
    "not json": "this is no line",
    "no object": "[1, 2]",
    "no id": '{"text": "Words without an id."}',
    "no text": '{"native_id": "3"}',
    "bad kind": '{"native_id": "4", "text": "Words.", "kind": "poem"}',
    "bad type": '{"native_id": "5", "text": {"en": "Words."}}',
    "surrogate": '{"native_id": "6", "text": "Half a sign: \\ud83d"}',
    "nul": '{"native_id": "7", "text": "Cut \\u0000 off."}',
    "future": '{"native_id": "8", "text": "Words to come.", "published_at": "2199-01-01"}',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Site() as site:
        write_source(tmp_path / "sources", site)
    return tmp_path


def import_lines(folder: Path, lines: list[str], *words: str) -> dict[str, Any]:
    (folder / "posts.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources"]
    finished = onrecord(*arguments, "--json", *words, cwd=folder)
    assert "Traceback" not in finished.stderr, finished.stderr
    counts: dict[str, Any] = json.loads(finished.stdout)
    return counts | {"exit": finished.returncode}


def test_good_lines_become_statements(folder: Path) -> None:
    counts = import_lines(folder, [json.dumps(line) for line in GOOD])
    assert (counts["records"], counts["new_statements"], counts["exit"]) == (2, 2, 0)
    first, second = rows(folder / "archive.db", "SELECT * FROM statements ORDER BY native_id")
    assert first["published_at"] == "2025-09-02T08:40:00Z"
    assert (first["speaker"], first["kind"]) == ("Ilse Marrant", "statement")
    assert first["textblob_polarity"] is not None
    assert second["native_id"] == "9007199254740993"
    assert (second["kind"], second["url"], second["language"]) == ("post", None, "fr")
    assert (second["textblob_polarity"], second["tone_status"]) == (None, "not scored: language")


def test_importing_again_adds_nothing_and_an_edit_one_revision(folder: Path) -> None:
    lines = [json.dumps(line) for line in GOOD]
    import_lines(folder, lines)
    again = import_lines(folder, lines)
    assert (again["new_statements"], again["new_revisions"], again["unchanged"]) == (0, 0, 2)
    edited = import_lines(folder, [json.dumps(GOOD[0] | {"text": "The lamp is out."})])
    assert (edited["new_statements"], edited["new_revisions"]) == (0, 1)
    assert rows(folder / "archive.db", "SELECT count(*) AS n FROM revisions") == [{"n": 3}]


def test_bad_lines_are_set_aside_with_their_number_and_stop_nobody(folder: Path) -> None:
    lines = [*BAD.values(), json.dumps(GOOD[0])]
    counts = import_lines(folder, lines)
    assert counts["quarantined"] == len(BAD)
    assert (counts["new_statements"], counts["exit"]) == (1, 1)
    found = rows(folder / "archive.db", "SELECT reason, item FROM quarantine ORDER BY id")
    for number, (row, line) in enumerate(zip(found, BAD.values(), strict=True), start=1):
        assert row["reason"].startswith(f"line {number}: ")
        assert json.loads(row["item"])["text"].strip() == line


def test_an_unreadable_date_is_said(folder: Path) -> None:
    import_lines(folder, [json.dumps(GOOD[0] | {"published_at": "one fine day"})])
    (issue,) = rows(folder / "archive.db", "SELECT level, message FROM issues")
    assert issue["level"] == "warning"
    assert "line 1: the date 'one fine day' cannot be read for sure" in issue["message"]


def test_the_file_is_kept_as_evidence(folder: Path) -> None:
    import hashlib

    import_lines(folder, [json.dumps(line) for line in GOOD])
    (capture,) = rows(folder / "archive.db", "SELECT * FROM captures")
    assert capture["sha256"] == hashlib.sha256((folder / "posts.ndjson").read_bytes()).hexdigest()
    assert (folder / "archive-warc" / capture["warc_file"]).exists()


def test_many_lines_are_all_kept(folder: Path) -> None:
    lines = [
        json.dumps({"native_id": str(n), "text": f"The lamp number {n} is lit."})
        for n in range(1201)
    ]
    counts = import_lines(folder, lines)
    assert (counts["new_statements"], counts["quarantined"]) == (1201, 0)

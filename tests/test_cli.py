"""The commands that scripts and newcomers meet first."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import Site, listing, onrecord, release, rows, write_source

COMMANDS = [
    "check",
    "crawl",
    "demo",
    "import",
    "rebuild",
    "schedule",
    "score",
    "serve",
    "sources",
    "tone",
    "who",
]
SUBCOMMANDS = ["list", "check", "try", "record"]


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys, click; from onrecord.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'scrapy', 'twisted', 'datasette', 'sqlite_utils', 'textblob', 'numpy', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert finished.stderr.strip() == "[]"
    for name in COMMANDS:
        assert f"\n  {name} " in finished.stdout


@pytest.mark.parametrize(
    "words", [[name] for name in COMMANDS] + [["sources", name] for name in SUBCOMMANDS]
)
def test_every_command_explains_itself_with_an_example(tmp_path: Path, words: list[str]) -> None:
    finished = onrecord(*words, "--help", cwd=tmp_path)
    assert finished.returncode == 0
    if words != ["sources"]:
        assert re.search(r"(?m)^  Examples?:$", finished.stdout)
        assert re.search(rf"(?m)^    onrecord {' '.join(words)}", finished.stdout)


@pytest.mark.parametrize(
    ("words", "least"), [(["score"], 15), (["--debug", "crawl"], 15), (["coverage"], 0)]
)
def test_long_work_stands_behind_readers(tmp_path: Path, words: list[str], least: int) -> None:
    program = (
        f"import os, sys; sys.argv = {['onrecord', *words, '--db', 'none.db']}\n"
        "from onrecord.cli import run\n"
        "try: run()\n"
        "except SystemExit: print(os.nice(0))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert int(finished.stdout.split()[-1]) == max(least, os.nice(0))


def test_the_version_is_told(tmp_path: Path) -> None:
    assert onrecord("--version", cwd=tmp_path).stdout.startswith("onrecord, version ")


def test_scrapy_itself_lists_and_crawls_the_sources(tmp_path: Path) -> None:
    checkout = Path(__file__).resolve().parents[1]
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers of the lighthouse."))
        settings = ["-s", f"SOURCE_FOLDERS={tmp_path / 'sources'}"]
        settings += ["-s", f"ARCHIVE_DB={tmp_path / 'own.db'}", "-s", f"ALLOWED_HOSTS={site.host}"]
        scrapy = [sys.executable, "-m", "scrapy"]
        listed = subprocess.run(
            [*scrapy, "list", *settings], cwd=checkout, capture_output=True, text=True, check=True
        )
        crawled = subprocess.run(
            [*scrapy, "crawl", "xa_light", *settings],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
    assert {"gb_fcdo", "in_mod", "xa_light"} <= set(listed.stdout.split())
    assert "Traceback" not in crawled.stderr
    assert rows(tmp_path / "own.db", "SELECT text FROM statements") == [
        {"text": "We thank the keepers of the lighthouse."}
    ]


def test_a_crawl_opens_no_port(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers of the lighthouse."))
        words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
        log = onrecord(*words, "--verbose", cwd=tmp_path).stderr
    assert "Spider opened" in log
    assert "listening" not in log.lower()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("cron", "*/15 * * * *"), ("systemd", "SuccessExitStatus=75"), ("github", "runs-on:")],
)
def test_a_schedule_names_the_archive_and_the_command(
    tmp_path: Path, kind: str, words: str
) -> None:
    (tmp_path / "own").mkdir()
    options = ["--db", "press.db", "--sources", "own"]
    printed = onrecord("schedule", kind, *options, cwd=tmp_path).stdout
    assert words in printed
    assert re.search(r"--sources \S*own$", printed, re.MULTILINE)
    assert "crawl --due --db" in printed
    assert "press.db" in printed


def test_the_github_schedule_is_valid_yaml(tmp_path: Path) -> None:
    import yaml

    workflow = yaml.safe_load(onrecord("schedule", "github", cwd=tmp_path).stdout)
    steps = workflow["jobs"]["crawl"]["steps"]
    assert any("cache/save" in step.get("uses", "") for step in steps if step.get("if"))
    assert any("onrecord crawl --due" in step.get("run", "") for step in steps)
    assert "${{ github.run_id }}" in str(steps)


def test_a_recorded_page_is_a_test_case(tmp_path: Path) -> None:
    from onrecord.freezing import read_case
    from spiders.sourcefiles import read_source

    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/pr/7", release("We thank the keepers of the lighthouse.", by="Ilse Marrant"))
        words = ["sources", "record", "xa_light", f"{site.url}/pr/7", "--to", "captures"]
        words += ["--sources", "sources", "--allow-host", site.host]
        finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    (case,) = (tmp_path / "captures" / "xa_light").iterdir()
    expected = json.loads((case / "expected.json").read_text())
    assert expected[0]["StatementItem"]["text"] == "We thank the keepers of the lighthouse."
    assert expected[0]["StatementItem"]["speaker"] == "Ilse Marrant"
    source = read_source(tmp_path / "sources" / "xa" / "xa_light.yml")
    assert read_case(source, case) == expected


def test_sources_are_listed_and_their_files_checked(tmp_path: Path) -> None:
    listed = json.loads(onrecord("sources", "list", "--json", cwd=tmp_path).stdout)
    assert {"gb_fcdo", "in_mod", "ru_kremlin"} <= {source["name"] for source in listed}
    checked = onrecord("sources", "check", "--offline", cwd=tmp_path)
    assert checked.returncode == 0
    assert checked.stdout.endswith("usable, 0 not\n")
    assert not (tmp_path / "archive.db").exists()


def test_a_list_of_sources_is_short_enough_to_read(tmp_path: Path) -> None:
    whole = onrecord("sources", "list", cwd=tmp_path).stdout.splitlines()
    assert "India (in)" in whole
    assert whole[whole.index("India (in)") + 1].startswith("  in_")
    ours = onrecord("sources", "list", "DEFENCE", "--country", "in", cwd=tmp_path).stdout
    country, office, count = ours.splitlines()
    assert (country, count) == ("India (in)", "Sources: 1. Countries and organisations: 1")
    assert office.startswith("  in_mod            Ministry of Defence  [")
    told = json.loads(onrecord("sources", "list", "telegram", "--json", cwd=tmp_path).stdout)
    assert all("telegram" in json.dumps(source["feeds"]) for source in told)
    assert told

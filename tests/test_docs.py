"""The documentation runs: its help texts, tables, commands, queries and links are true."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from browsing import close, open_site
from sqlite_utils import Database

from archive.schema import migrations
from onrecord.cli import main
from onrecord.docs import command_paths
from spiders import settings
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

CHECKOUT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("docs/decisions/*.md")]
)
GENERATED = re.compile(r"(?<=\]\]\] -->\n).*?(?=<!-- \[\[\[end)", re.DOTALL)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
KNOWN_LANGUAGES = {"", "console", "ini", "json", "ndjson", "python", "sql", "text", "yaml"}
PROGRAMS = ("make", "onrecord", "scrapy", "datasette", "sqlite-utils")
ON_THE_NETWORK = (
    *("onrecord crawl", "onrecord sources check", "onrecord sources try"),
    "onrecord sources record",
)
OFFLINE = {"--replay", "--offline"}
FINDS = "onrecord coverage"
"""Ends with exit code 1 where there is a gap, and the demo has some."""

SERVES = ("onrecord serve", "onrecord demo")
INSTALLS = {"cd", "git", "pipx", "uv"}
OF_A_MACHINE = re.compile(
    r"(?<![\w.:/~-])/(?:home|root|tmp|work|Users)/\w|\bpypi\.|python[h]osted|index[-]url"
)


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def written(path: Path) -> str:
    """A page as a person wrote it, without what cog put in."""
    return GENERATED.sub("", path.read_text(encoding="utf-8"))


def blocks(path: Path, *languages: str) -> list[str]:
    found = FENCE.findall(path.read_text(encoding="utf-8"))
    return [block for language, block in found if language in languages]


def commands(path: Path) -> Iterator[str]:
    for block in blocks(path, "console"):
        yield from re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    for block in blocks(path, ""):
        yield from re.findall(rf"^((?:{'|'.join(PROGRAMS)}) .+)$", block, re.MULTILINE)


def command_cases() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for line in commands(path):
            yield name(path), line


def test_there_is_something_to_check() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/cli.md"} <= {name(path) for path in PAGES}
    assert len(list(command_cases())) > 20


@pytest.mark.parametrize("columns", ["40", "200"])
def test_pages_are_as_the_program_is(columns: str) -> None:
    pages = ["README.md", *(name(path) for path in PAGES if path.parent.name == "docs")]
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", *pages],
        cwd=CHECKOUT,
        env=os.environ | {"COLUMNS": columns, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, f"run `make docs`\n{checked.stdout}{checked.stderr}"


def test_every_command_is_documented() -> None:
    page = (CHECKOUT / "docs" / "cli.md").read_text(encoding="utf-8")
    for words in command_paths():
        assert page.count(f"$ {' '.join(['onrecord', *words, '--help'])}\n") == 1, words
    # A raw docstring would leave click's mark in the text and fold the examples into one line.
    assert r"\b" not in page


def test_every_table_and_column_is_documented() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    page = (CHECKOUT / "docs" / "schema.md").read_text(encoding="utf-8")
    for table in db.tables:
        if table.name.startswith(("statements_fts", "_sqlite")):
            assert table.name.startswith("statements_fts_") or table.name in page
            continue
        section = page.partition(f"### `{table.name}`\n")[2].partition("\n### ")[0]
        assert section, table.name
        for column in table.columns:
            assert f"| `{column.name}` | {column.type}" in section, (table.name, column.name)


def test_the_index_names_every_page() -> None:
    index = (CHECKOUT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {target for target, _ in LINK.findall(index)}
    assert {path.name for path in PAGES if path.parent.name == "docs"} - {"README.md"} <= linked


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_are_short(path: Path) -> None:
    limit = 60 if path.parent.name == "decisions" else 300
    assert len(written(path).splitlines()) <= limit


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_blocks_are_valid(path: Path) -> None:
    for language, block in FENCE.findall(path.read_text(encoding="utf-8")):
        assert language in KNOWN_LANGUAGES, f"what is a block of {language}?"
        if language == "yaml":
            assert yaml.safe_load(block)
        elif language == "json":
            assert json.loads(block)
        elif language == "ndjson":
            assert all(isinstance(json.loads(line), dict) for line in block.splitlines())
        elif language == "console":
            assert block.startswith("$ ")
        elif language == "python":
            compile(block, name(path), "exec")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for target, place in LINK.findall(text):
        page = path.parent / target if target else path
        assert page.exists(), target
        if place:
            assert place in anchors(page), f"{target}#{place}"


def anchors(path: Path) -> set[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_five_questions_are_answered(demo_archive: Path) -> None:
    queries = blocks(CHECKOUT / "docs" / "schema.md", "sql")
    assert len(queries) == 5
    db = Database(demo_archive)
    site = open_site(demo_archive)
    for query in queries:
        found = list(db.query(query))
        assert found, query
        answer = site.get("/archive.json", params={"sql": query, "_shape": "array"})
        assert answer.json() == found
    close(site)
    db.close()


@pytest.fixture
def desk(demo_archive: Path, tmp_path: Path) -> Path:
    """A folder as the pages suppose: an archive, own sources, and a checkout's two files."""
    shutil.copy(demo_archive, tmp_path / "archive.db")
    shutil.copytree(demo_archive.with_name("archive-warc"), tmp_path / "archive-warc")
    shutil.copytree(demo_archive.with_name("archive-sources"), tmp_path / "my-sources")
    for each in ("metadata.yml", "scrapy.cfg", "constraints.txt"):
        shutil.copy(CHECKOUT / each, tmp_path)
    source = tmp_path / "my-sources" / "xa" / "xa_fisheries.yml"
    source.parent.mkdir()
    source.write_text(blocks(CHECKOUT / "docs" / "adding.md", "yaml")[0], encoding="utf-8")
    lines = blocks(CHECKOUT / "docs" / "running.md", "ndjson")[0]
    (tmp_path / "posts.ndjson").write_text(lines, encoding="utf-8")
    (tmp_path / "my-files").mkdir()
    return tmp_path


@pytest.mark.parametrize(("page", "line"), list(command_cases()))
def test_commands_work(page: str, line: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, *words = shlex.split(re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line), comments=True)
    said = " ".join([program, *words])
    if program in INSTALLS:
        assert all((CHECKOUT / each).is_file() for each in re.findall(r"\S+\.txt", said))
    elif program == "make":
        run(f"make --dry-run {' '.join(words)}", CHECKOUT)
    elif said.startswith(SERVES) or (said.startswith(ON_THE_NETWORK) and not OFFLINE & {*words}):
        monkeypatch.chdir(desk)
        understand(words, desk, monkeypatch)
    elif said.startswith("scrapy crawl"):
        check_scrapy(words, desk)
    elif program == "datasette":
        run(f"{said} --get /archive/statements.json?_size=1", desk)
    else:
        assert program in PROGRAMS, f"{page} uses {program}, which no test can run"
        run(line, desk)


def run(line: str, folder: Path) -> None:
    programs = Path(sys.executable).parent
    finished = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=os.environ
        | {"PATH": f"{programs}:{os.environ['PATH']}", "ONRECORD_SOURCES": "my-sources"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    fine = {0, 1} if line.startswith(FINDS) else {0}
    assert finished.returncode in fine, f"{line}\n{finished.stdout}{finished.stderr}"


def understand(words: list[str], desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let click read a command that would use the network or serve, and check its source names."""
    command = main.get_command(click.Context(main), words[0])
    if isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words[1])
    assert command is not None, words
    called: list[dict[str, Any]] = []
    monkeypatch.setattr(command, "callback", lambda **options: called.append(options))
    main.main(words, standalone_mode=False)
    (options,) = called
    names = [*options.get("names", ()), *([options["name"]] if "name" in options else [])]
    assert {*names} <= {*known_sources(desk)}


def known_sources(desk: Path) -> dict[str, Source]:
    sources, errors = find_sources([BUILT_IN, desk / "my-sources"])
    assert errors == []
    return sources


def check_scrapy(words: list[str], desk: Path) -> None:
    assert words[1] in known_sources(desk)
    for option, setting in zip(words[2::2], words[3::2], strict=True):
        assert option == "-s"
        assert hasattr(settings, setting.partition("=")[0])


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is no list of its files")
    for each in listed.stdout.decode().split("\0")[:-1]:
        if not (CHECKOUT / each).is_file():
            continue
        text = (CHECKOUT / each).read_bytes().decode("utf-8", "replace")
        found = OF_A_MACHINE.search(text)
        assert found is None, f"{each}: {found and found.group()!r}"

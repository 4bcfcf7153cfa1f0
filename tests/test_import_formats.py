"""What files are taken for, and what is said of those of no format: tables, lines, the rest."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from imported import TakenIn, post, write_lines
from loopback import onrecord

from archive.errors import ArchiveError
from spiders.formats import NAMES, detect_format, file_format
from spiders.formats.columns import LONGEST

WORDS = "The lamp of the harbour is lit again tonight."


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def problem(take_in: TakenIn, path: Path, **wish: Any) -> str:
    with pytest.raises(ArchiveError) as caught:
        take_in(path, **wish)
    assert not take_in.archive.exists()
    return str(caught.value)


def refused(take_in: TakenIn) -> list[str]:
    return [row["reason"] for row in take_in.rows("SELECT reason FROM quarantine ORDER BY id")]


def test_every_format_has_its_name() -> None:
    assert [file_format(name).name for name in NAMES] == list(NAMES)
    with pytest.raises(KeyError):
        file_format("poem")


TABLES = {
    "comma.csv": f'native_id,text\n1,"{WORDS}"\n',
    "semicolon.csv": f"native_id;text\r\n1;{WORDS}\r\n",
    "tab.tsv": f"native_id\ttext\n1\t{WORDS}",
    "bar.txt": f"native_id|text|url\n1|{WORDS}|\n",
    "mac.csv": f"native_id,text\r1,{WORDS}\r",
    "blank.csv": f"\n\nnative_id,text\n\n1,{WORDS}\n\n",
}
LINES = {
    "lines.txt": json.dumps({"native_id": 1, "text": WORDS}),
    "crlf.ndjson": f'\r\n{{"native_id": "1", "text": "{WORDS}"}}\r\n\r\n',
}
FILES = [(name, TABLES[name], code) for name in TABLES for code in ("utf-8", "utf-8-sig", "utf-16")]
FILES += [(name, LINES[name], code) for name in LINES for code in ("utf-8", "utf-8-sig")]


@pytest.mark.parametrize(("name", "content", "encoding"), FILES)
@pytest.mark.parametrize("is_packed", [False, True])
def test_tables_and_lines_are_told_apart(
    take_in: TakenIn, name: str, content: str, encoding: str, *, is_packed: bool
) -> None:
    body = content.encode(encoding)
    path = take_in.folder / (f"{name}.gz" if is_packed else name)
    path.write_bytes(gzip.compress(body) if is_packed else body)
    told = take_in(path)
    assert (told.new_statements, told.quarantined) == (1, 0)
    assert take_in.rows("SELECT native_id, text FROM statements") == [
        {"native_id": "1", "text": WORDS}
    ]


def test_a_table_with_other_columns_is_read_by_their_names(take_in: TakenIn) -> None:
    table = take_in.folder / "talks.csv"
    table.write_text(
        "Nr.,Said on,Minister,Full words,Where\n"
        '9007199254740993,02/09/2025,Ilse Marrant,"Two lines,\nand a ""word"".",https://x.example/1\n'
    )
    assert "has no column 'native_id'" in problem(take_in, table, format="csv")
    said = problem(take_in, table)
    assert "looks like a table with the columns Nr., Said on, Minister, Full words, Where" in said
    assert "--format csv --column native_id=... --column text=..." in said
    columns = {"native_id": "Nr.", "text": "Full words", "published_at": "Said on"}
    columns |= {"speaker": "Minister", "url": "Where"}
    take_in(table, columns=columns)
    (row,) = take_in.rows("SELECT * FROM statements")
    assert row["text"] == 'Two lines,\nand a "word".'
    assert (row["native_id"], row["published_at"]) == ("9007199254740993", "2025-09-02")
    assert (row["speaker_id"], row["url"]) == ("xa-ilse-marrant", "https://x.example/1")


def test_lines_with_other_fields_are_read_by_their_names(take_in: TakenIn) -> None:
    line = {"id": 7, "body": WORDS, "by": {"name": "Ilse Marrant"}, "a.b": "2025-09-02"}
    path = write_lines(take_in.folder / "posts.jsonl", [line, line | {"id": 8, "by": None}])
    said = problem(take_in, path)
    assert "looks like lines of JSON with the fields id, body, by, a.b" in said
    assert "--format ndjson --column native_id=... --column text=..." in said
    columns = {"native_id": "id", "text": "body", "speaker": "by.name", "published_at": "a.b"}
    take_in(path, columns=columns)
    found = take_in.rows("SELECT native_id, speaker, published_at FROM statements")
    assert [tuple(row.values()) for row in found] == [
        ("7", "Ilse Marrant", "2025-09-02"),
        ("8", None, "2025-09-02"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", f"native_id,text\n1,{WORDS}\n"), ("a.ndjson", json.dumps(post(1)))],
)
def test_a_column_that_is_not_there_is_named(take_in: TakenIn, name: str, content: str) -> None:
    path = take_in.folder / name
    path.write_text(content)
    said = problem(take_in, path, columns={"title": "headline"})
    assert "has no" in said
    assert "'headline'" in said
    assert "text" in said


def test_bad_rows_are_set_aside_with_their_lines(take_in: TakenIn) -> None:
    table = take_in.folder / "posts.csv"
    table.write_text(
        "native_id,text,kind,published_at\n"
        f"1,{WORDS},,\n"
        "2,too,few\n"
        "3,one,too,many,cells\n"
        f'"4","{WORDS}"x,post,\n'
        "5,,post,\n"
        f'6,"{WORDS}\n\nIn three lines.",post,2025-09-02\n'
        f"7,{WORDS},poem,\n"
        f"8,{WORDS},post,2199-01-01\n"
        '9,"A quotation mark that is never closed,post,\n'
        f"10,{WORDS},post,\n"
    )
    told = take_in(table)
    assert (told.new_statements, told.quarantined, told.records) == (2, 7, 9)
    reasons = refused(take_in)
    assert [reason.partition(": ")[0] for reason in reasons] == [
        *("line 3", "line 4", "line 5", "line 6", "line 10", "line 11", "lines 12 to 13")
    ]
    assert "has 3 cells, but the header has 4" in reasons[0]
    assert "unknown kind 'poem'" in reasons[4]
    (last,) = take_in.rows("SELECT item FROM quarantine ORDER BY id DESC LIMIT 1")
    assert json.loads(last["item"])["text"].endswith(f"10,{WORDS},post,")


def test_the_encoding_of_a_table_is_found(take_in: TakenIn) -> None:
    words = "Die Leuchtfeuer der Küste sind für alle Schiffe da, sagte die Ministerin heute früh. "
    body = f"native_id;text\n1;{words * 3}Grüße aus Tönning über Büsum.\n".encode("cp1252")
    path = take_in.folder / "old.csv"
    path.write_bytes(body)
    take_in(path)
    assert take_in.texts()[0].startswith("Die Leuchtfeuer der Küste")


def test_a_few_broken_bytes_cost_only_their_rows(take_in: TakenIn) -> None:
    rows = [f"{n},Das Leuchtfeuer der Küste für alle Schiffe {n}" for n in range(50)]
    body = "\n".join(["native_id,text", *rows]).encode()
    broken = body.replace("Küste für alle Schiffe 17".encode(), b"K\xc3ste f\xfcr 17")
    path = take_in.folder / "broken.csv"
    path.write_bytes(broken)
    told = take_in(path)
    assert (told.new_statements, told.quarantined) == (49, 1)
    assert refused(take_in)[0].startswith("line 19: ")


def test_a_huge_line_is_set_aside_without_being_held(take_in: TakenIn) -> None:
    path = take_in.folder / "posts.ndjson"
    with path.open("w") as file:
        file.write(json.dumps(post(1)) + "\n")
        file.write('{"native_id": "2", "text": "' + "lamp " * (LONGEST // 4) + '"}\n')
        file.write(json.dumps(post(3)) + "\n")
    told = take_in(path)
    assert (told.new_statements, told.quarantined, told.records) == (2, 1, 3)
    assert refused(take_in) == ["line 2: is longer than 16 MiB"]
    (kept,) = take_in.rows("SELECT length(item) AS n FROM quarantine")
    assert kept["n"] < 100_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.ndjson", b"", "is empty"),
        ("blank.csv", b"\n \n", "is empty"),
        ("bom.ndjson", b"\xef\xbb\xbf\n", "is empty"),
        ("list.json", b'[{"native_id": 1, "text": "x"}]', "write one object a line"),
        ("one.json", b'{\n "posts": []\n}', "looks like JSON"),
        ("paper.pdf", b"%PDF-1.7", "is a PDF"),
        ("rows.db", b"SQLite format 3\x00", "is an SQLite database"),
        ("page.mht", b"From: x\r\nMIME-Version: 1.0", "saved as MHTML: save it as HTML"),
        ("bytes.bin", b"\x01\x00\x02", "is no text"),
        ("prose.txt", b"Dear sir, or madam", "is of no format that can be imported. It begins"),
        ("packed.gz", b"\x1f\x8b\x08\x00cut", "cannot be unpacked"),
    ],
)
def test_what_is_of_no_format_is_described(
    take_in: TakenIn, name: str, content: bytes, words: str
) -> None:
    path = take_in.folder / name
    path.write_bytes(content)
    said = problem(take_in, path)
    assert words in said
    assert name in said


def test_a_zip_without_posts_is_described(take_in: TakenIn) -> None:
    path = take_in.folder / "photos.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("1.jpg", b"no posts")
    assert "is a ZIP file without anything in it" in problem(take_in, path)
    assert detect_format(path) is None


@pytest.mark.parametrize("form", ["csv", "x_v2", "mastodon_outbox", "telegram_export"])
def test_a_wrong_format_is_refused_before_anything_is_kept(take_in: TakenIn, form: str) -> None:
    path = write_lines(take_in.folder / "posts.ndjson", [post(n) for n in range(200)])
    said = problem(take_in, path, format=form)
    assert "posts.ndjson" in said


def test_a_gzip_bomb_is_refused(take_in: TakenIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spiders.formats.opened._SMALL", 100_000)
    path = take_in.folder / "bomb.ndjson.gz"
    lines = json.dumps(post(1)) + "\n" + " " * 60_000_000
    path.write_bytes(gzip.compress(lines.encode()))
    told = take_in(path)
    assert (told.outcome, told.new_statements) == ("faulty", 1)
    (issue,) = take_in.rows("SELECT level, message FROM issues")
    assert issue["level"] == "error"
    assert "unpacks to more than it may" in issue["message"]


def test_a_gzip_that_is_cut_gives_what_is_there(take_in: TakenIn) -> None:
    lines = "".join(json.dumps(post(n)) + "\n" for n in range(3000))
    path = take_in.folder / "cut.ndjson.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-2000])
    told = take_in(path)
    assert told.outcome == "faulty"
    assert 500 < told.new_statements < 3000
    (issue,) = take_in.rows("SELECT message FROM issues")
    assert "cannot be unpacked any further" in issue["message"]


def test_a_folder_is_one_import_of_its_files(take_in: TakenIn) -> None:
    folder = take_in.folder / "many"
    (folder / "deeper").mkdir(parents=True)
    write_lines(folder / "b.ndjson", [post(1), "no line"])
    write_lines(folder / "deeper" / "c.ndjson", [post(2)])
    write_lines(folder / "a.ndjson", [post(3)])
    (folder / ".hidden.ndjson").write_text(json.dumps(post(4)))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    told = take_in(folder)
    assert (told.file, told.records, told.new_statements) == ("many", 4, 3)
    assert take_in.texts()[0] == post(3)["text"]
    assert refused(take_in)[0].startswith("many/b.ndjson line 2: ")
    assert len(take_in.rows("SELECT * FROM captures")) == 3
    assert take_in(folder).outcome == "unchanged"
    write_lines(folder / "d.csv", ["native_id,text", "9,Words."])
    with pytest.raises(ArchiveError, match=r"csv \(1\), ndjson \(3\). Say which"):
        take_in(folder)
    assert take_in(folder, format="csv").new_statements == 1


def test_an_empty_folder_and_a_missing_file_are_named(take_in: TakenIn) -> None:
    (take_in.folder / "empty").mkdir()
    assert "holds no file that can be imported" in problem(take_in, take_in.folder / "empty")
    assert "does not exist" in problem(take_in, take_in.folder / "nowhere.ndjson")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "poem"], "there is no format 'poem' (there are ndjson, csv, "),
        (["--column", "txt=body"], "there is no field 'txt' (did you mean 'text'?)"),
        (["--column", "text"], "write OURS=THEIRS"),
        (["--source", "xa_none"], "no usable source is named 'xa_none'"),
    ],
)
def test_slips_of_the_command_are_named(take_in: TakenIn, words: list[str], said: str) -> None:
    write_lines(take_in.folder / "posts.ndjson", [post(1)])
    command = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources"]
    finished = onrecord(*command, *words, cwd=take_in.folder)
    assert finished.returncode == 2
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not take_in.archive.exists()


def test_a_dry_run_shows_what_would_become_of_it(take_in: TakenIn) -> None:
    write_lines(take_in.folder / "posts.ndjson", [post(1), "no line", post(3)])
    command = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources"]
    finished = onrecord(*command, "--dry-run", cwd=take_in.folder)
    assert finished.returncode == 0, finished.stderr
    assert "posts.ndjson is read as ndjson" in finished.stdout
    assert f"  text: {post(1)['text']}" in finished.stdout
    assert "line 2: is no JSON" in finished.stdout
    assert not take_in.archive.exists()


def test_packed_lines_of_a_platform_are_read(take_in: TakenIn) -> None:
    lines = [
        {"id": "13000000000000000" + str(n), "text": f"{WORDS} {n}", "author_id": "77"}
        | {"created_at": "2025-09-02T05:10:00.000Z", "edit_history_tweet_ids": [str(n)]}
        for n in range(30, 33)
    ]
    path = take_in.folder / "flat.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    told = take_in(path)
    assert (told.format, told.new_statements, told.quarantined) == ("x_v2", 3, 0)

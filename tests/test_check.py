"""`onrecord check`: an article in, verdicts out, and a clear word where that cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from recorded import record_world

from analysis.quotes import extract_quotes
from onrecord.cli import main

WORLD = Path(__file__).parent / "articles" / "valmora"
SAID = "We are asking both fleets to fish on either side of it under one set of rules."
ALTERED = "We are asking both fleets to fish on both sides of it under one set of rules."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "archive.db"
    record_world(WORLD, path)
    return path


def check(made: Path, *options: str, sent: str = "") -> Result:
    return CliRunner().invoke(main, ["check", "--db", str(made), *options], input=sent)


def article(words: str) -> str:
    opening = "Rowan Aldecott, the foreign minister of Valmora, met the press."
    return f"{opening}\n\n“{words.rstrip('.')},” Aldecott said.\n"


SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "check.schema.json").read_text("utf-8"))


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_verdict_with_its_passage(made: Path) -> None:
    (quote,) = told(check(made, "-", "--json", "--date", "2026-04-19", sent=article(SAID)))[
        "quotes"
    ]
    assert (quote["verdict"], quote["speaker_id"]) == ("verbatim", "xv-rowan-aldecott")
    match = quote["match"]
    assert match["text"][match["start"] : match["end"]] == SAID.rstrip(".")
    assert match["url"].startswith("https://")
    assert match["published_at"]
    assert match["captured_at"]


@pytest.mark.parametrize("name", ["wire_reshuffle", "review_half_a_year_in_quotations"])
def test_the_json_is_what_its_schema_says(made: Path, name: str) -> None:
    (path,) = (WORLD / name).glob("article.*")
    answer = told(check(made, str(path), "--json"))
    assert len(answer["quotes"]) > 5
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(answer)


def test_fail_on(made: Path) -> None:
    options = ("-", "--date", "2026-04-19", "--fail-on", "altered")
    assert check(made, *options, sent=article(SAID)).exit_code == 0
    result = check(made, *options, sent=article(ALTERED))
    assert result.exit_code == 3
    assert "“both sides” is printed where “either side” was said" in result.stdout


def test_what_is_not_on_record_says_what_was_covered(made: Path) -> None:
    words = "The lighthouse keepers of Hallow will get a brass band each before Michaelmas."
    (quote,) = told(check(made, "-", "--json", "--date", "2026-04-19", sent=article(words)))[
        "quotes"
    ]
    assert quote["verdict"] == "not_on_record"
    assert quote["match"] is None
    assert quote["coverage"]["sources"]
    assert "Rowan Aldecott" in quote["coverage"]["note"]


def test_near_leaves_older_statements_out(made: Path) -> None:
    options = ("-", "--json", "--date", "2026-06-19", "--near", "10")
    (quote,) = told(check(made, *options, sent=article(SAID)))["quotes"]
    assert quote["verdict"] == "not_on_record"


def test_a_page_and_json_ld_are_written(made: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    options = ("-", "--date", "2026-04-19", "--html", str(page), "--claim-review")
    reviews = told(check(made, *options, sent=article(ALTERED)))
    (review,) = reviews["@graph"]
    assert review["claimReviewed"] == ALTERED.replace(".", ",")
    assert "altered" in review["reviewRating"]["alternateName"]
    assert "<mark" in page.read_text(encoding="utf-8")


def test_a_pasted_post_is_looked_for_as_a_whole(made: Path) -> None:
    rows = [
        json.loads(line)
        for line in (WORLD / "record.ndjson").read_text(encoding="utf-8").splitlines()
    ]
    post = next(
        row for row in rows if row["kind"] == "post" and row["state"] == "live" and row["account"]
    )
    options = (
        "-",
        "--post",
        "--json",
        "--speaker",
        post["account"],
        "--date",
        post["published_at"][:10],
    )
    (quote,) = told(check(made, *options, sent=post["texts"][-1]["text"]))["quotes"]
    assert quote["verdict"] in {"verbatim", "trivial"}
    unseen = "Nobody has ever posted that the harbour lamps of Ostrel are made of cheese and twine."
    (quote,) = told(check(made, *options, sent=unseen))["quotes"]
    assert quote["verdict"] == "not_on_record"
    assert "covered since" in " ".join(quote["reasons"])


def test_lines_of_quotations(made: Path) -> None:
    lines = [
        {"id": 1, "quote": SAID, "speaker": "Rowan Aldecott", "date": "2026-04-19"},
        {"id": 2, "quote": ALTERED, "speaker": "Rowan Aldecott"},
        {"id": 3, "quote": "so be it"},
        {"id": 4},
    ]
    sent = "\n".join(map(json.dumps, lines))
    result = check(made, "--quotes", "--ndjson", sent=sent)
    assert result.exit_code == 1
    assert '"quote" is missing' in result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["verdict"] for each in answers] == ["verbatim", "altered", "too_short"]
    assert [each["id"] for each in answers] == [1, 2, 3]


def test_the_seed_article(tmp_path: Path, shared_data: Path) -> None:
    seed = shared_data / "seed" / "article.txt"
    first, _, second = extract_quotes(seed.read_text(encoding="utf-8"))
    tweets = [first.text, second.text.replace("furthering", "further").rstrip(",") + "."]
    posts, db = tmp_path / "tweets.ndjson", tmp_path / "archive.db"
    posts.write_text(
        "".join(
            json.dumps(
                {
                    "native_id": str(number),
                    "text": text,
                    "speaker": "Rajnath Singh",
                    "published_at": "2020-09-02T05:10:00Z",
                    "kind": "post",
                }
            )
            + "\n"
            for number, text in enumerate(tweets)
        )
    )
    words = ["import", str(posts), "--source", "in_mod", "--db", str(db), "--no-tone"]
    assert CliRunner().invoke(main, words).exit_code == 0
    quotes = told(check(db, str(seed), "--json", "--date", "2020-09-02"))["quotes"]
    assert [each["verdict"] for each in quotes] == ["verbatim", "too_short", "altered"]
    assert [each["speaker"] for each in quotes] == ["Rajnath Singh", "sources", "Rajnath Singh"]
    assert quotes[0]["speaker_id"] == quotes[2]["speaker_id"] == "in-rajnath-singh"
    (change,) = quotes[2]["changes"]
    assert (change["printed"], change["said"]) == ("furthering", "further")


def test_the_seed_article_where_nobody_of_it_is_known(made: Path, shared_data: Path) -> None:
    seed = shared_data / "seed" / "article.txt"
    quotes = told(check(made, str(seed), "--json", "--date", "2020-09-02"))["quotes"]
    assert [each["verdict"] for each in quotes] == ["not_on_record", "too_short", "not_on_record"]
    assert quotes[0]["speaker"] == quotes[2]["speaker"] == "Rajnath Singh"


@pytest.mark.parametrize(
    ("named", "content", "word"),
    [
        ("missing.html", None, "is no file"),
        ("empty.txt", "", "empty"),
        ("list.html", "<html><body><a href='/a'>A</a></body></html>", "no article"),
    ],
)
def test_what_cannot_be_read_gets_a_clear_word(
    made: Path, tmp_path: Path, named: str, content: str | None, word: str
) -> None:
    path = tmp_path / named
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = check(made, str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert named in result.stderr
    assert word in result.stderr


def test_no_archive_and_nothing_to_do(tmp_path: Path, made: Path) -> None:
    result = check(tmp_path / "none.db", "-", sent=article(SAID))
    assert (result.exit_code, "does not exist" in result.stderr) == (2, True)
    assert "say one thing to do" in check(made).stderr
    assert "say one thing to do" in check(made, "-", "--recheck").stderr


def test_no_quotation_and_another_language(made: Path) -> None:
    assert "No quotations." in check(made, "-", sent="The ferry sailed at noon, as ever.").stdout
    german = "Der Minister sprach gestern in der Hauptstadt über die Fischerei und die Küste."
    assert "read in English only" in check(made, "-", sent=german).stderr


def test_recorded_articles_are_counted(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(article(ALTERED), encoding="utf-8")
    result = check(made, str(folder), "--date", "2026-04-19", "--json")
    counts = told(result)
    assert counts["new"] == 1
    assert counts["verdicts"] == {"altered": 1}
    assert told(check(made, str(folder), "--date", "2026-04-19", "--json"))["new"] == 0
    assert told(check(made, "--recheck", "--json"))["changed"] == 0

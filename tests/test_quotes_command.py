"""`onrecord check --extract --ndjson`: lines of articles in, lines of quotations out."""

import json
import time
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analysis.quotes import extract_quotes
from onrecord.commands.check import command

ARTICLE = "Mara Ode met the press.\n\n“We will go,” she said, “and we will not return.”"


def check(*lines: str | bytes) -> Result:
    sent = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    return CliRunner().invoke(command, ["--extract", "--ndjson"], input=sent)


def line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)


def test_a_line_is_answered() -> None:
    done = check(line(id="a1", text=ARTICLE))
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["id"] == "a1"
    (quote,) = answer["quotes"]
    start, end = quote["speaker_start"], quote["speaker_end"]
    assert quote["quote"] == "We will go, and we will not return."
    assert [ARTICLE[a:b] for a, b in quote["parts"]] == ["We will go,", "and we will not return."]
    assert (quote["start"], quote["end"]) == (quote["parts"][0][0], quote["parts"][1][1])
    assert (quote["speaker"], quote["speaker_words"]) == ("Mara Ode", "she")
    assert ARTICLE[start:end] == "she"
    assert [ARTICLE[slice(*quote["named_at"])], quote["cue"]] == ["Mara Ode", "said"]
    assert (quote["how"], quote["is_short"]) == ("after", False)


def test_no_quotation_is_an_empty_list_and_an_unknown_speaker_null() -> None:
    done = check(
        line(id=1, text=""), "", line(id=2, text="Somebody wrote there “go home now all”.")
    )
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {"id": 1, "quotes": []}
    assert done.exit_code == 0
    assert second["id"] == 2
    assert len(second["quotes"]) == 1


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{", "not JSON"),
        ("[]", "expected an object"),
        ('{"id": 1}', '"text" is missing'),
        ('{"id": 1, "text": 5}', '"text" is missing or no string'),
        ('{"id": 1, "text": "a\\ud800"}', "surrogate"),
        (b"\xff", "not UTF-8"),
        ('{"id": 1, "text": "abc", "blocks": [[2, 9]]}', '"blocks" must be'),
    ],
)
def test_a_bad_line_is_named_and_the_others_answered(bad: str | bytes, why: str) -> None:
    done = check(line(id=1, text=ARTICLE), bad, line(id=3, text=ARTICLE))
    assert [json.loads(each)["id"] for each in done.stdout.splitlines()] == [1, 3]
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: line 2: ")
    assert why in done.stderr


def test_what_is_not_built_is_a_usage_error() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2


@pytest.mark.parametrize(
    "unit",
    ['"', "“", "”", "'a ", '"a b c d" ', "“a\n", "“a b” ", "“a, he said. ", ' "a b c", said '],
)
def test_marks_without_end_take_time_in_proportion(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        begun = time.process_time()
        extract_quotes(text)
        return time.process_time() - begun

    small = min(seconds(10_000) for _ in range(3))
    assert seconds(80_000) < 8 * 4 * small + 0.2


def test_five_megabytes_of_prose_are_read() -> None:
    text = (ARTICLE + " The harbour was quiet and the ships lay still. " * 20 + "\n\n") * 4_900
    assert len(text) > 5_000_000
    quotes = extract_quotes(text)
    assert len(quotes) == 4_900
    assert {quote.speaker for quote in quotes} == {"Mara Ode"}

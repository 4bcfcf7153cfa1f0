"""`onrecord tone`: what a text and what many lines get, and what is said of bad ones."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from loopback import onrecord
from textblob import TextBlob

from onrecord.commands.tone import _lines
from onrecord.toning import Toning

GOOD = "The talks with India were cordial and very productive today."
COLUMNS = [
    *("id", "textblob_polarity", "textblob_subjectivity", "tone", "tone_label"),
    *("tone_confidence", "tone_status", "tone_evidence", "language", "mentions"),
]
TARGET = ["target_tone", "target_tone_label", "target_tone_confidence", "target_tone_status"]


@pytest.fixture(scope="module")
def toning() -> Toning:
    return Toning()


def answer(toning: Toning, **fields: Any) -> dict[str, Any]:
    return toning.answer(json.dumps({"id": 1} | fields).encode())


def test_a_text_shows_score_words_and_status(tmp_path: Path) -> None:
    text = f"{GOOD} We strongly condemn this heinous attack on innocent civilians."
    told = json.loads(onrecord("tone", text, "--json", cwd=tmp_path).stdout)
    polarity, subjectivity = TextBlob(text).sentiment
    assert (told["textblob_polarity"], told["textblob_subjectivity"]) == (polarity, subjectivity)
    assert told["tone_status"] == "scored"
    assert sum(weight for _, weight in told["tone_evidence"]) == pytest.approx(told["tone"])
    first, second = told["sentences"]
    assert text[first["start"] : first["end"]] == GOOD
    assert first["tone"] > 0 > second["tone"]
    shown = onrecord("tone", text, cwd=tmp_path).stdout
    assert f"{told['tone']:+.3f}  {told['tone_label']}" in shown
    assert f"polarity {polarity:+.3f}" in shown
    for words, weight in told["tone_evidence"]:
        assert f"{weight:+.3f}  {words}\n" in shown
    assert "sentences\n" in shown
    assert "country in (India)" in shown


def test_a_text_may_come_from_standard_input(tmp_path: Path) -> None:
    finished = onrecord("tone", "--json", cwd=tmp_path, stdin=GOOD)
    assert json.loads(finished.stdout)["tone_label"] == "positive"


def test_lines_keep_ids_and_order_and_bad_ones_are_named(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": GOOD},
        {"id": "b", "text": "Wir danken den Wärtern des Leuchtturms für ihren Dienst."},
    ]
    bad = ["oops", "[]", '{"text": 3}', '{"text": "a", "target": [0, 2]}', '{"text": "a", "ta']
    stdin = "".join(json.dumps(line) + "\n" for line in lines) + "\n".join(["", *bad])
    finished = onrecord("tone", "--ndjson", cwd=tmp_path, stdin=stdin)
    told = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [line["id"] for line in told] == [1, "b"]
    assert [list(line) for line in told] == [COLUMNS, COLUMNS]
    assert told[0]["tone"] > 0
    assert (told[1]["tone"], told[1]["tone_status"]) == (None, "not scored: language")
    assert told[1]["textblob_polarity"] is None
    assert finished.returncode == 1
    for number in range(4, 9):
        assert f"Error: line {number}: " in finished.stderr
    assert "line 3" not in finished.stderr


def test_many_lines_are_answered_on_all_cores_in_order(tmp_path: Path) -> None:
    lines = [{"id": n, "text": f"Lamp {n} is {'good' if n % 2 else 'bad'}."} for n in range(3_000)]
    lines[1_500]["target"] = "nowhere"
    stdin = "".join(json.dumps(line) + "\n" for line in lines)
    finished = onrecord("tone", "--ndjson", "--language", "en", cwd=tmp_path, stdin=stdin)
    told = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [line["id"] for line in told] == [n for n in range(3_000) if n != 1_500]
    assert [line["textblob_polarity"] > 0 for line in told[:10]] == [False, True] * 5
    assert finished.stderr.count("Error: ") == 1
    assert "Error: line 1501: " in finished.stderr


def test_who_reads_no_further_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "lines.ndjson"
    path.write_text("".join(json.dumps({"id": n, "text": GOOD}) + "\n" for n in range(3_000)))
    program = f"{sys.executable} -m onrecord tone --ndjson < lines.ndjson | head -n 1"
    finished = subprocess.run(
        ["bash", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert len(finished.stdout.splitlines()) == 1
    assert finished.stderr == ""


def test_an_answer_comes_before_the_next_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "onrecord", "tone", "--ndjson"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin
        assert running.stdout
        for number in range(3):
            running.stdin.write(json.dumps({"id": number, "text": GOOD}) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(timeout=60) == 0


class Drops:
    """A stream that gives a few bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read1(self, _: int) -> bytes:
        given, self._left = self._left[:3], self._left[3:]
        return given


def test_lines_are_put_together_from_what_comes() -> None:
    lines = [each for some in _lines(Drops(b'{"a": 1}\n\n\n{"b": "\n"}\nc')) for each in some]
    assert lines == [(1, b'{"a": 1}'), (4, b'{"b": "'), (5, b'"}'), (6, b"c")]


def test_a_target_always_gets_a_label(toning: Toning) -> None:
    text = "  India\u200b is our excellent friend.  The  weather in Norland was what it was."
    for name in ("India", "Norland", "weather"):
        start = text.index(name)
        told = answer(toning, text=text, target=[start, start + len(name)])
        assert list(told) == [*COLUMNS, *TARGET]
        assert told["target_tone_label"] in {"negative", "neutral", "positive"}
        assert -1 <= told["target_tone"] <= 1
        assert 0 < told["target_tone_confidence"] <= 1
        assert told["target_tone_status"] in {"scored", "mentioned, tone not scored"}


def test_no_target_is_read_in_another_language(toning: Toning) -> None:
    told = answer(toning, text="Wir danken Frankreich für seine Hilfe.", target=[11, 21])
    assert {told[name] for name in TARGET[:3]} == {None}
    assert told["target_tone_status"] == "not scored: language"


@pytest.mark.parametrize(
    "target", [[5, 2], [0, 99], [-1, 3], [0], "India", [0.0, 5.0], [True, 5], [3, 3], [0, 1]]
)
def test_a_target_that_is_no_place_in_the_text_is_refused(toning: Toning, target: Any) -> None:
    with pytest.raises(ValueError, match="target"):
        answer(toning, text=" India is our friend.", target=target)


def test_places_are_those_of_the_text_as_given(toning: Toning) -> None:
    text = (
        "\ufeff  Thanks\u00a0\u00a0to\r\n\r\n\r\n\u200bIndia  and  Fra\u200bnce. \x07 "
        "A good day, India."
    )
    told = answer(toning, text=text)
    named = [(text[each["start"] : each["end"]], each["id"]) for each in told["mentions"]]
    assert named == [("India", "in"), ("Fra\u200bnce", "fr"), ("India", "in")]
    sentences = toning.tell(text)["sentences"]
    assert text[sentences[-1]["start"] : sentences[-1]["end"]].endswith("A good day, India.")


def test_a_language_may_be_said(toning: Toning) -> None:
    assert answer(toning, text="Guten Morgen, ihr alle")["tone_status"] == "not scored: language"
    assert answer(toning, text="Great talks today.")["language"] == "en"
    assert answer(toning, text=GOOD, language="de")["tone_status"] == "not scored: language"
    assert Toning(language="de").tell(GOOD)["language"] == "de"
    with pytest.raises(ValueError, match="language"):
        answer(toning, text=GOOD, language=3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "https://lights.example/a",
        "#Norland #Peace 👍",
        "\x00\x01\ud800 \x07",
        "مرحبا بكم في وزارة الخارجية today",
        "Hum aatankwad ki kadi ninda karte hain aur shanti chahte hain",
        "सब को good morning Привет",
        "x" * 100_000,
    ],
    ids=range(9),
)
def test_no_text_is_too_strange(toning: Toning, text: str) -> None:
    told = answer(toning, text=text)
    json.dumps(told)
    assert told["tone_status"] != "scored"
    assert told["tone"] is None


def test_signs_that_no_text_holds_are_passed_over(toning: Toning) -> None:
    told = answer(toning, text=f"\x00\ud800 \x07{GOOD}")
    assert told["tone_label"] == "positive"


def test_ndjson_takes_no_text(tmp_path: Path) -> None:
    finished = onrecord("tone", "--ndjson", "words", cwd=tmp_path)
    assert finished.returncode == 2
    assert "takes no TEXT" in finished.stderr

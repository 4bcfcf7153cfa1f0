"""Sentences: where they begin and end, in any text and in time that grows with it."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.normalise import normalise_text
from analysis.sentences import split_sentences

LONG_QUOTE = (
    "“We came to Norland with open hands and great hopes for the fisheries of both our coasts. "
    "We will stay until the last net is mended and the last boat is home again in the harbour. "
    "That is what friends are for,” Ode said. “We go.”"
)


def split(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n", []),
        ("We met today", ["We met today"]),
        (" We met. They left! ", ["We met.", "They left!"]),
        (
            "Gen. Ode met the U.S. team at 5 p.m. today.",
            ["Gen. Ode met the U.S. team at 5 p.m. today."],
        ),
        ("Shri. Ode met Smt. Ferrant. Good.", ["Shri. Ode met Smt. Ferrant.", "Good."]),
        ("Agenda\n- peace\n- trade.\n\nEnd", ["Agenda", "- peace", "- trade.", "End"]),
        ("A line that\ngoes on. End.", ["A line that\ngoes on.", "End."]),
        ("We met.\nthey left.", ["We met.", "they left."]),
        ("He said “No. Never.” and left. End.", ["He said “No. Never.” and left.", "End."]),
        ("भारत आगे। बहुत अच्छा।", ["भारत आगे।", "बहुत अच्छा।"]),
        ("今天很好。我们见面了！", ["今天很好。", "我们见面了！"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_long_quotation_is_many_sentences_and_keeps_its_marks() -> None:
    sentences = split(LONG_QUOTE)
    assert sentences[0].startswith("“We came")
    assert sentences[2:] == ["That is what friends are for,” Ode said.", "“We go.”"]


@pytest.mark.parametrize("language", [None, "xx", "hi", "de"])
def test_any_language_is_split(language: str | None) -> None:
    assert split("We met today. They left.", language) == ["We met today.", "They left."]


@given(st.text(alphabet='aB .!?\n"“”.-नि。', max_size=400))
def test_all_but_blanks_is_in_one_sentence_each(raw: str) -> None:
    text = normalise_text(raw)
    spans = split_sentences(text, "en")
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize("unit", ["word ", "Shri. ", "“No. ", "a\nb\n", "“a", '"A. '])
def test_a_megabyte_of_anything_is_split(unit: str) -> None:
    text = normalise_text(unit * (1_000_000 // len(unit)))
    spans = split_sentences(text, "en")
    assert spans[-1][1] == len(text)

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.masking import PLACEHOLDER, Masked, mask_names

TRAINING = Path(__file__).resolve().parents[1] / "training"


def _column(file: str, column: str) -> list[str]:
    with (TRAINING / file).open(encoding="utf-8", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines)]


NAMES = _column("names.csv", "name")
TEMPLATES = _column("templates.csv", "template")
ODD_TEXTS = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [
                *(
                    "Grace",
                    "Hope",
                    "may",
                    "May",
                    "Will",
                    "I",
                    "The",
                    "the",
                    "a",
                    "of",
                    "and",
                    "al-",
                ),
                *("-led", "'s", "\u2019", ".", ",", ":", '"', "(", "@", "#", "http://A.B/C", "Mr."),
                *("Dr", "S.", "U.S.", "PUTIN", "Putin", "Russian", "NOT", "Great", "great"),
                *("namex", "🇷🇺", "भारत", "É", "d'", "O'Brien", "\n"),
            ]
        )
    ).map(" ".join),
)


def _masked(text: str) -> str:
    return mask_names(text).text


def test_there_are_200_names_and_50_templates() -> None:
    assert len(set(NAMES)) >= 200
    assert len(set(TEMPLATES)) >= 50
    assert all("{name}" in template for template in TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_swapping_the_name_changes_nothing(template: str) -> None:
    texts = {name: _masked(template.replace("{name}", name)) for name in NAMES}
    expected = _masked(template.replace("{name}", "Norland"))
    assert {name: text for name, text in texts.items() if text != expected} == {}
    assert PLACEHOLDER in expected


def test_spans_of_a_gazetteer_are_names_whatever_they_look_like() -> None:
    text = "we love pakistan and the czechs"
    assert mask_names(text, [(8, 16), (25, 31)]).text == "we love namex and namex"
    assert mask_names(text, [(8, 16), (8, 16), (9, 12)]).text == "we love namex and the czechs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Welcome President Ilves to Arvenna!", "Welcome namex to namex!"),
        ("Deeply saddened by the loss.", "Deeply saddened by the loss."),
        ("Strongly condemn the attack.", "Strongly condemn the attack."),
        ("Great to meet Ilves.", "Great to meet namex."),
        ("Happy to be here. Terrible floods.", "Happy to be here. Terrible floods."),
        ("Proud of our troops. Shameful.", "Proud of our troops. Shameful."),
        ("Heinous attack in Norland", "Heinous attack in namex"),
        ("Heartbroken. Gutted. Unbelievable.", "Heartbroken. Gutted. Unbelievable."),
        ("We will NOT accept a GREAT injustice.", "We will NOT accept a GREAT injustice."),
        ("Hope to see you. Love wins? Young people", "Hope to see you. namex wins? Young people"),
        ("May the dead rest. Will you come?", "May the dead rest. Will you come?"),
        ("Justice for the victims.", "Justice for the victims."),
        ("Don't go. It's good. I'm glad.", "Don't go. It's good. I'm glad."),
        ('He said: "Excellent work."', 'He said: "Excellent work."'),
        ("Congratulations Minister Ilves", "Congratulations namex"),
        ("#peace and #sad stay", "#peace and #sad stay"),
    ],
)
def test_words_of_tone_survive(text: str, expected: str) -> None:
    assert _masked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Great Patriotic War veterans came.", "namex veterans came."),
        ("They fought in the Great Patriotic War.", "They fought in namex."),
        ("A speech in the Peace Palace on Victory Day", "A speech in namex on namex"),
        ("The Ministry of Defence said no.", "namex said no."),
        ("a wreath at the War Memorial", "a wreath at namex"),
        ("We met foreign minister Ilves.", "We met namex."),
        ("PUTIN CONDEMNS ATTACK ON NATO BASE", "namex CONDEMNS ATTACK ON namex BASE"),
        ("Ilves Condemns Attack In Norland", "namex Condemns Attack In namex"),
        ("anti-Russian and NATO-led forces", "anti-namex and namex-led forces"),
        ("He left the U.S. We stayed.", "He left namex. We stayed."),
        ("the U.S. Congress and U.S. troops", "namex and namex troops"),
        ("Russia, Norland and Arvenna", "namex, namex and namex"),
        ("see https://t.co/AbC Norland", "see https://t.co/AbC namex"),
    ],
)
def test_names_are_masked(text: str, expected: str) -> None:
    assert _masked(text) == expected


def test_the_placeholder_has_no_tone() -> None:
    from textblob import TextBlob
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    assert TextBlob(PLACEHOLDER).sentiment_assessments.assessments == []
    analyser = SentimentIntensityAnalyzer()
    assert PLACEHOLDER not in analyser.lexicon
    for text in ("{} is a good friend.", "We do not trust {} at all!", "{}, we mourn with you"):
        unknown = analyser.polarity_scores(text.format("qwrt"))
        assert analyser.polarity_scores(text.format(PLACEHOLDER)) == unknown


def test_masked_words_lead_back_to_the_original() -> None:
    text = "We told the Russian President's aides no."
    masked = mask_names(text)
    assert masked.text == "We told namex aides no."
    assert masked.names == ((8, 31),)
    at = masked.text.index("aides no")
    start, end = masked.original(at, at + 8)
    assert text[start:end] == "aides no"
    start, end = masked.original(8, 13)
    assert text[start:end] == "the Russian President's"
    assert masked.original(0, len(masked.text)) == (0, len(text))


@pytest.mark.parametrize("text", ["", " ", ".", "@", "#", "namex", "🇷🇺", "A", "I"])
def test_the_smallest_texts(text: str) -> None:
    assert isinstance(mask_names(text), Masked)


@given(ODD_TEXTS)
def test_every_word_outside_names_is_kept(text: str) -> None:
    masked = mask_names(text)
    assert len(masked.places) == len(masked.names)
    for (_, end), (start, _) in pairwise(masked.names):
        assert end <= start
    rebuilt, done = [], 0
    for (start, end), (first, last) in zip(masked.places, masked.names, strict=True):
        assert masked.text[start:end] == PLACEHOLDER
        assert masked.original(start, end) == (first, last)
        rebuilt += [text[done:first], PLACEHOLDER]
        done = last
    assert "".join([*rebuilt, text[done:]]) == masked.text
    assert masked.original(0, len(masked.text)) == (0, len(text))


@given(ODD_TEXTS)
def test_placeholders_stay_placeholders(text: str) -> None:
    once = mask_names(text).text
    twice = mask_names(once)
    places = [place.span() for place in re.finditer(rf"\b{PLACEHOLDER}\b", once)]
    assert all(any(s <= start and end <= e for s, e in twice.names) for start, end in places)
    assert all(PLACEHOLDER not in once[end:start] for (_, end), (start, _) in pairwise(twice.names))


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=5), ODD_TEXTS)
def test_any_spans_may_be_given(names: list[tuple[int, int]], text: str) -> None:
    masked = mask_names(text, names)
    assert masked.original(0, len(masked.text)) == (0, len(text))


def test_long_texts_take_time_in_proportion() -> None:
    from time import process_time

    mask_names("warm up")

    def seconds(text: str) -> float:
        start = process_time()
        mask_names(text)
        return process_time() - start

    for part in ("Ilves met the S. R. Prime Minister of Norland. ", "A. ", "al-", "Grace ", "A "):
        short = min(seconds(part * (100_000 // len(part) + more)) for more in range(3))
        assert seconds(part * (1_000_000 // len(part))) < 40 * short + 0.1

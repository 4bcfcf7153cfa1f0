import csv
import re
from pathlib import Path

import pytest

from analysis.masking import PLACEHOLDER, mask_names

CHECKOUT = Path(__file__).resolve().parents[1]
LEXICON = CHECKOUT / "analysis" / "tone" / "lexicon.csv"
GAZETTEER = CHECKOUT / "analysis" / "mentions"
WORD = re.compile(r"[a-zà-ÿ]+(?:[-'][a-zà-ÿ]+)*\*?")
GAZETTEER_COLUMNS = {
    "capitals.csv": "forms",
    "demonyms.csv": "forms",
    "groups.csv": "forms",
    "metonyms.csv": "forms",
    "names.csv": "forms",
    "organisations.csv": "forms",
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = _rows(LEXICON)
POLARITY = {row["word"]: float(row["polarity"]) for row in ROWS}


def test_every_entry_is_well_formed_and_has_a_reason() -> None:
    assert len(ROWS) >= 600
    assert list(ROWS[0]) == ["word", "polarity", "reason", "source"]
    for row in ROWS:
        assert all(WORD.fullmatch(word) for word in row["word"].split(" ")), row
        assert -1 <= float(row["polarity"]) <= 1, row
        assert len(row["reason"]) > 15, row
        assert row["source"].strip(), row


def test_words_are_sorted_and_stand_once() -> None:
    words = [row["word"] for row in ROWS]
    assert words == sorted(set(words))


def test_no_name_demonym_or_religion_is_rated() -> None:
    banned = {row["name"].lower() for row in _rows(CHECKOUT / "training" / "names.csv")}
    banned |= {name.removeprefix("the ") for name in banned}
    # Names that are words stand in the list of names to show that masking sees them as names.
    banned -= {
        row["name"].lower()
        for row in _rows(CHECKOUT / "training" / "names.csv")
        if row["kind"] == "word"
    }
    for file, column in GAZETTEER_COLUMNS.items():
        if not (path := GAZETTEER / file).exists():
            pytest.skip(f"the gazetteer's {file} is not here")
        for row in _rows(path):
            forms = (form.strip("=*").lower() for form in row[column].split(";"))
            banned.update(form for form in forms if len(form) > 3)
    assert {word for word in POLARITY if word.rstrip("*") in banned} == set()


def test_no_entry_is_masked_as_a_name_where_it_opens_a_sentence() -> None:
    names = {
        word
        for word in POLARITY
        if POLARITY[word] and PLACEHOLDER in mask_names(f"{word.capitalize()} of it.").text
    }
    assert names == set()


@pytest.mark.parametrize(
    "word",
    [
        "condemn",
        "terrorist",
        "attack",
        "war",
        "sorrow",
        "concern",
        "threat",
        "strong protest",
        "was summoned",
        "sanctions",
        "violence",
        "aggression",
        "provocation",
        "unacceptable",
        "not be tolerated",
        "hold responsible",
        "mourn",
        "regret",
        "deplore",
        "denounce",
        "reject",
        "grave",
        "heinous",
        "failed",
        "shambles",
        "disgrace",
        "cuts",
        "broken promises",
        "food banks",
        "candid",
        "frank talks",
        "let down",
        "misled",
        "hypocrisy",
        "waste",
        "poverty",
        "chaos",
    ],
)
def test_what_textblob_lacks_or_turns_round_is_bad(word: str) -> None:
    assert POLARITY[word] < 0


@pytest.mark.parametrize(
    "word",
    [
        "cordial",
        "productive",
        "fruitful",
        "privileged strategic partners",
        "welcome",
        "friendship",
        "cooperation",
        "partnership",
        "commend",
        "congratulate",
        "pay tribute",
        "peace",
        "ceasefire",
        "proud",
        "delighted",
        "thank",
        "grateful",
        "excellent work",
        "hard-working",
        "praise",
    ],
)
def test_praise_is_good(word: str) -> None:
    assert POLARITY[word] > 0


@pytest.mark.parametrize(
    "word",
    [
        "laid a wreath",
        "war memorial",
        "full capacity",
        "first half",
        "new year",
        "exercises",
        "great patriotic war",
        "deterrence",
        "right honourable",
        "critical infrastructure",
        "sick leave",
        "cancer research centre",
        "killed the bill",
        "mass of people",
    ],
)
def test_terms_and_titles_say_nothing(word: str) -> None:
    assert POLARITY[word] == 0

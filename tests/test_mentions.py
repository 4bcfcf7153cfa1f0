"""Countries, organisations, offices and persons are found where they are meant."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from analysis.mentions import (
    Gazetteer,
    Held,
    Mention,
    Person,
    Place,
    entity_names,
    find_mentions,
    static_names,
)
from analysis.mentions.tables import TABLES, rows_of
from analysis.normalise import normalise_text
from spiders.sourcefiles import find_sources

HERE = Path(__file__).parent
SOURCES = HERE.parent / "spiders" / "sources"
FLOORS = json.loads((HERE / "gate" / "floors.json").read_text(encoding="utf-8"))["mentions"]
MARK = re.compile(r"\[([^\[\]|]*)\|([a-z]+)\]")

FERRANT = Person(
    "xa-odalys-ferrant",
    "Odalys Ferrant",
    ("O. Ferrant",),
    "xa",
    (Held("xa_mod", "Minister of Defence", date(2024, 1, 1)),),
)
SINGH = Person(
    "in-vikram-singh", "Vikram Singh", (), "in", (Held("in_mod", "Minister of Defence"),)
)
OTHER_SINGH = Person(
    "in-harpal-singh", "Harpal Singh", (), "in", (Held("in_pm", "Prime Minister"),)
)
WANG = Person("cn-wang-ode", "Wang Ode", (), "cn", (Held("cn_mfa", "Minister of Foreign Affairs"),))
GAZETTEER = Gazetteer((FERRANT, SINGH, OTHER_SINGH, WANG))


def unmark(marked: str) -> tuple[str, set[tuple[int, int, str]]]:
    """Take `[Russia|ru]` apart into the text and the spans that it should have."""
    text, spans, last = "", set(), 0
    for found in MARK.finditer(marked):
        text += marked[last : found.start()]
        spans.add((len(text), len(text) + len(found[1]), found[2]))
        text += found[1]
        last = found.end()
    return text + marked[last:], spans


def gold() -> list[tuple[str, str, str]]:
    with (HERE / "mentions" / "gold.csv").open(encoding="utf-8", newline="") as file:
        return [(row["set"], row["language"], row["marked"]) for row in csv.DictReader(file)]


def countries(text: str, language: str | None = "en") -> set[tuple[int, int, str]]:
    found = find_mentions(text, language, GAZETTEER)
    return {(each.start, each.end, each.id) for each in found if each.kind == "country"}


def named(text: str, kind: str) -> list[tuple[str, str]]:
    found = find_mentions(text, "en", GAZETTEER)
    return [(text[each.start : each.end], each.id) for each in found if each.kind == kind]


def test_the_gold_set_is_as_large_and_as_hard_as_told() -> None:
    rows = gold()
    assert len(rows) >= 320
    assert len({marked for *_, marked in rows}) == len(rows)
    assert sum(language != "en" for _, language, _ in rows) >= 40
    assert sum(kind == "hard" for kind, *_ in rows) >= 0.25 * len(rows)
    assert sum(not MARK.search(marked) for *_, marked in rows) >= 0.2 * len(rows)


def test_country_mentions_are_right_and_complete() -> None:
    right = found = told = 0
    wrong = []
    for _, language, marked in gold():
        text, expected = unmark(marked)
        got = countries(text, language)
        right += len(got & expected)
        found += len(got)
        told += len(expected)
        if got != expected:
            wrong.append((text, got ^ expected))
    assert right / found >= FLOORS["country_precision"], wrong
    assert right / told >= FLOORS["country_recall"], wrong


def test_all_in_the_seed_article_are_found(shared_data: Path) -> None:
    text = normalise_text((shared_data / "seed" / "article.txt").read_text(encoding="utf-8"))
    people: dict[str, Person] = {}
    for name, source in find_sources([SOURCES])[0].items():
        for each in source.holders:
            held = Held(name, each.role, each.since, each.until)
            known = people.get(each.id or "")
            offices = (*known.offices, held) if known else (held,)
            people[each.id or ""] = Person(
                each.id or "", each.name, each.aliases, source.country, offices
            )
    found = find_mentions(text, "en", Gazetteer(people.values()))
    expected = {
        "country": {"ru", "in", "cn", "kz", "kg", "pk", "tj", "uz"},
        "organisation": {"sco", "csto", "cis"},
        "office": {"in_mea"},
        "person": {"in-rajnath-singh", "ru-sergei-shoigu", "in-s-jaishankar"},
    }
    assert {kind: {each.id for each in found if each.kind == kind} for kind in expected} == expected
    words = [text[each.start : each.end] for each in found]
    for word in ("Russian", "Moscow", "Chinese", "Pakistani", "Shoigu", "S Jaishankar", "SCO"):
        assert words.count(word) == len(re.findall(rf"\b{word}\b", text)) or word == "Shoigu"
    singhs = [each for each in found if each.id == "in-rajnath-singh"]
    assert len(singhs) == text.count("Singh")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ferrant said no.", []),
        ("Odalys Ferrant met us. Ferrant said no.", ["Odalys Ferrant", "Ferrant"]),
        ("my counterpart Gen Ferrant", ["Ferrant"]),
        ("O. Ferrant’s visit; Ms Ferrant spoke.", ["O. Ferrant", "Ferrant"]),
        ("ODALYS FERRANT IN NORLAND", ["ODALYS FERRANT"]),
        ("Luca Ferrant said no.", []),
        ("@OdalysFerrant wrote", []),
        ("Odalys Ferrant's adviser Ferrant Ode", ["Odalys Ferrant"]),
        ("Mr Singh came.", []),
        ("Defence Minister Singh came.", ["Singh"]),
        ("Vikram Singh came. Singh spoke.", ["Vikram Singh", "Singh"]),
        ("Vikram Singh met Harpal Singh. Singh spoke.", ["Vikram Singh", "Harpal Singh"]),
        ("Manjeet Singh came.", []),
        ("Chinese Foreign Minister Wang called", ["Wang"]),
    ],
)
def test_persons_need_a_full_name_or_a_title(text: str, expected: list[str]) -> None:
    assert [words for words, _ in named(text, "person")] == expected


def test_a_day_tells_two_of_one_name_apart() -> None:
    old = Person(
        "a", "Ann Ode", (), "no", (Held("no_pm", "PM", date(2000, 1, 1), date(2001, 1, 1)),)
    )
    new = Person("b", "Ben Ode", (), "no", (Held("no_pm", "PM", date(2020, 1, 1)),))
    both = Gazetteer((old, new))
    text = "Prime Minister Ode spoke."
    assert not find_mentions(text, "en", both)
    assert find_mentions(text, "en", both, date(2022, 1, 1)) == (Mention(15, 18, "person", "b"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Russian defence minister", [("Russian defence minister", "ru_mod")]),
        ("the Defence Minister of Russia", [("Defence Minister of Russia", "ru_mod")]),
        ("Russia's foreign ministry", [("Russia's foreign ministry", "ru_mfa")]),
        ("India’s External Affairs Minister", [("India’s External Affairs Minister", "in_mea")]),
        ("the External Affairs Minister", [("External Affairs Minister", "in_mea")]),
        ("the UK Foreign Secretary", [("UK Foreign Secretary", "gb_fcdo")]),
        ("the US Secretary of State", [("US Secretary of State", "us_state")]),
        ("the German Chancellor", [("German Chancellor", "de_kanzler")]),
        ("the new Irish Prime Minister", [("Irish Prime Minister", "ie_pm")]),
        ("Deputy Foreign Minister of Iran", []),
        ("Vice President of the United States", []),
        ("the Russian counterpart", []),
    ],
)
def test_offices_are_named_by_country_and_title(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text, "office") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Shanghai Cooperation Organization (SCO)", ["sco", "sco"]),
        ("NATO, the UN Security Council and the EU", ["nato", "unsc", "eu"]),
        ("the WHO said so. WHO is there? He who waits", ["who"]),
        ("BRICS, ASEAN, G20 and the African Union", ["brics", "asean", "g20", "au-org"]),
        ("Quad leaders met; a quad bike", ["quad"]),
        ("Brussels must decide", ["eu"]),
        ("We met in Brussels", []),
        ("unite, union, asean", []),
    ],
)
def test_organisations(text: str, expected: list[str]) -> None:
    assert [each for _, each in named(text, "organisation")] == expected


def test_brussels_is_a_city_where_somebody_is() -> None:
    assert countries("We met in Brussels") == {(10, 18, "be")}


@pytest.mark.parametrize(
    "text",
    ["", " ", "#", "@", "🙏🙏", "\u202e\u0000", "https://in.example/russia", "#\n#", "🇷", "US" * 3],
)
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert find_mentions(text, None, GAZETTEER) == ()


def test_masks_get_names_of_all_kinds_but_no_things() -> None:
    text = "Muslims and Kurds in Jordan, the South China Sea, NATO, French fries."
    assert [text[start:end] for start, end in static_names(text)] == [
        "Muslims",
        "Kurds",
        "Jordan",
        "South China Sea",
        "NATO",
    ]


ARVENNA = Place(
    "xa", ("Arvenna", "Arvennan", "Arvennans", "\u0410\u0440\u0432\u0435\u043d\u043d\u0430")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arvenna\u2019s ports and an Arvennan pilot", ["Arvenna", "Arvennan"]),
        ("Welcome, #Arvenna!", ["Arvenna"]),
        ("Arvennaport, arvenna, @Arvenna, https://x.example/Arvenna, info@Arvenna.example", []),
        (
            "\u0410\u0440\u0432\u0435\u043d\u043d\u0430 \u043d\u0430 \u043c\u043e\u0440\u0435",
            ["\u0410\u0440\u0432\u0435\u043d\u043d\u0430"],
        ),
    ],
)
def test_a_country_that_no_table_names_is_found_by_its_declared_names(
    text: str, expected: list[str]
) -> None:
    found = find_mentions(text, "en", Gazetteer(places=[ARVENNA]))
    assert [text[each.start : each.end] for each in found] == expected
    assert {(each.kind, each.id) for each in found} <= {("country", "xa")}


def test_what_the_tables_name_keeps_its_meaning() -> None:
    both = Gazetteer(places=[Place("xa", ("Georgia", "NATO", "Arvenna"))])
    found = find_mentions("Georgia, NATO and Arvenna met.", "en", both)
    assert [each.id for each in found] == ["ge", "nato", "xa"]


def test_a_declared_country_has_offices_and_people_near_it() -> None:
    found = find_mentions(
        "The Arvennan Defence Minister met my Arvennan counterpart Singh.",
        "en",
        Gazetteer([Person("xa-ode-singh", "Ode Singh", (), "xa", SINGH.offices)], [ARVENNA]),
    )
    assert [(each.kind, each.id) for each in found if each.kind != "country"] == [
        ("office", "xa_mod"),
        ("person", "xa-ode-singh"),
    ]


def test_the_version_is_of_names_and_persons() -> None:
    assert Gazetteer((FERRANT, SINGH)).version == Gazetteer((SINGH, FERRANT)).version
    assert Gazetteer((FERRANT,)).version != Gazetteer((SINGH,)).version
    assert Gazetteer(places=[ARVENNA]).version != Gazetteer().version
    assert re.fullmatch("[0-9a-f]{8}", Gazetteer().version)


def test_all_that_can_be_found_has_a_name_to_show() -> None:
    names = entity_names()
    ids = {code for _, _, marked in gold() for *_, code in unmark(marked)[1]}
    assert all(("country", code) in names for code in ids)
    assert names["country", "ru"] == "Russia"
    assert names["organisation", "sco"] == "Shanghai Cooperation Organisation"


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_no_row_twice_and_no_empty_names(table: str) -> None:
    rows = rows_of(table)
    assert len(set(rows)) == len(rows)
    width = len(rows[0])
    assert all(len(row) == width for row in rows)
    assert all(name.strip() == name for row in rows for name in row)


def test_names_in_a_long_text_are_found_in_time_that_grows_with_it() -> None:
    text = "Norland thanks Russia and Prime Minister of Japan. @x #IndiaRussia " * 2_000
    assert len(find_mentions(text, "en", GAZETTEER)) == 2_000 * 5

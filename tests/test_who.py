"""Who held an office on a day: by source or by words, with acting holders and handovers."""

import json
from datetime import date
from pathlib import Path

import pytest
from loopback import onrecord

from onrecord.offices import Term, handovers, on_day, terms_of
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

SOURCE = """
office: {office}
country: {country}
publisher: Government
url: https://lights.example/
language: en
timezone: Europe/Vienna
holders: [{holders}]
feeds: [{{channel: feed, urls: ["https://lights.example/feed.xml"]}}]
provenance: {{from: a test, verified: never}}
"""
LIGHTS = """
  {name: Ilse Marrant, role: Minister of Lighthouses, since: 2020-01-01, until: 2022-06-30},
  {name: Odo Fennick, role: Minister of Lighthouses, capacity: acting, since: 2022-06-30,
   until: 2022-09-01},
  {name: Teun Arkady, role: Minister of Lighthouses, since: 2022-09-01},
  {name: Ada Quill, role: Spokesperson, capacity: spokesperson, since: 2022-01-01},
  {name: Low Tide, role: Deputy Minister of Lighthouses, since: 2020-01-01}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "xa_light", "Ministry of Lighthouses", LIGHTS)
    write(
        tmp_path,
        "xb_light",
        "Department of Lights",
        "{name: Brand Rost, role: Secretary of Lighthouses, since: 2021-01-01}",
    )
    write(tmp_path, "xb_fog", "Ministry of Fog", "")
    return tmp_path / "sources"


def write(tmp_path: Path, name: str, office: str, holders: str) -> None:
    path = tmp_path / "sources" / name[:2] / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE.format(office=office, country=name[:2], holders=holders))


@pytest.fixture
def sources(folder: Path) -> dict[str, Source]:
    sources, errors = find_sources([folder])
    assert errors == []
    return sources


def names(terms: list[Term]) -> list[str]:
    return [term.holder.name for term in terms]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 31), []),
        (date(2020, 1, 1), ["Ilse Marrant"]),
        (date(2022, 6, 30), ["Ilse Marrant", "Odo Fennick", "Ada Quill"]),
        (date(2022, 7, 1), ["Odo Fennick", "Ada Quill"]),
        (date(2026, 1, 1), ["Teun Arkady", "Ada Quill"]),
    ],
)
def test_a_day_names_who_held_stood_in_and_spoke(
    sources: dict[str, Source], day: date, expected: list[str]
) -> None:
    terms = terms_of("minister of lighthouses", sources, "xa")
    assert names(on_day(terms, day)) == expected


@pytest.mark.parametrize(
    "words",
    ["lighthouses minister", "the Minister for LIGHTHOUSES", "Ministry of Lighthouses", "xa_light"],
)
def test_words_find_the_office_and_not_its_deputy(sources: dict[str, Source], words: str) -> None:
    found = names(on_day(terms_of(words, sources, None), date(2020, 5, 1)))
    assert "Ilse Marrant" in found
    assert ("Low Tide" in found) == (words == "xa_light")


def test_without_a_country_every_country_answers(sources: dict[str, Source]) -> None:
    found = on_day(terms_of("lighthouses minister", sources, None), date(2021, 5, 1))
    assert names(found) == ["Ilse Marrant", "Brand Rost"]


def test_a_deputy_is_found_by_its_own_words(sources: dict[str, Source]) -> None:
    found = on_day(terms_of("deputy minister of lighthouses", sources, "xa"), date(2021, 5, 1))
    assert names(found) == ["Low Tide"]


def test_a_handover_names_both(sources: dict[str, Source]) -> None:
    day = date(2022, 9, 1)
    ((leaving, coming),) = handovers(on_day(terms_of("xa_light", sources, None), day), day)
    assert (leaving.holder.name, coming.holder.name) == ("Odo Fennick", "Teun Arkady")
    assert handovers(on_day(terms_of("xa_light", sources, None), date(2022, 9, 2)), day) == []


@pytest.mark.parametrize(
    ("words", "country", "day", "source"),
    [
        ("defence minister", "in", "2020-09-02", "in_mod"),
        ("defense secretary", "us", "2024-01-01", "us_war"),
        ("foreign minister", "in", "2020-09-02", "in_mea"),
        ("foreign minister", "us", "2022-01-01", "us_state"),
        ("Secretary of State", "us", "2022-01-01", "us_state"),
        ("foreign minister", "gb", "2022-01-01", "gb_fcdo"),
        ("prime minister", "it", "2023-01-01", "it_pm"),
        ("PM", "in", "2020-09-02", "in_pm"),
        ("defence minister", "fr", "2021-01-01", "fr_mod"),
    ],
)
def test_offices_of_one_kind_are_called_differently(
    words: str, country: str, day: str, source: str
) -> None:
    sources, _ = find_sources([BUILT_IN])
    found = on_day(terms_of(words, sources, country), date.fromisoformat(day))
    assert [term.source.name for term in found] == [source]


def test_the_defence_minister_of_the_seed_story(tmp_path: Path) -> None:
    words = ["who", "defence minister", "--country", "in", "--on", "2020-09-02"]
    finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0
    assert finished.stdout.startswith("Rajnath Singh, Defence Minister, Ministry of Defence (in)\n")
    assert "holder since 2019-05-31" in finished.stdout
    (person,) = json.loads(onrecord(*words, "--json", cwd=tmp_path).stdout)["people"]
    assert (person["person_id"], person["source"]) == ("in-rajnath-singh", "in_mod")


def test_a_handover_is_told(tmp_path: Path, folder: Path) -> None:
    words = ["who", "xa_light", "--on", "2022-06-30", "--sources", folder]
    told = onrecord(*words, cwd=tmp_path).stdout
    assert "2022-06-30 is a day of handover from Ilse Marrant to Odo Fennick" in told
    assert "acting since 2022-06-30, until 2022-09-01" in told
    assert "spokesperson since 2022-01-01, not known to have ended" in told
    as_json = json.loads(onrecord(*words, "--json", cwd=tmp_path).stdout)
    assert as_json["handovers"] == [["xa-ilse-marrant", "xa-odo-fennick"]]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ["xa_light", "--on", "2019-01-01"],
            1,
            "2020-01-01 to 2022-06-30: Ilse Marrant (xa_light)",
        ),
        (["xb_fog"], 1, "xb_fog names no holders"),
        (["minister of tides"], 1, "No office is known by the words 'minister of tides'"),
        (["xa_ligth"], 2, "did you mean 'xa_light'?"),
        (["xa_light", "--on", "yesterday"], 2, "'yesterday' does not match"),
        (["minister of lighthouses", "--country", "XA"], 2, "no source is of the country 'XA'"),
    ],
)
def test_nobody_known_is_said(
    tmp_path: Path, folder: Path, words: list[str], code: int, told: str
) -> None:
    finished = onrecord("who", *words, "--sources", folder, cwd=tmp_path)
    assert finished.returncode == code
    assert finished.stdout == ""
    assert told in finished.stderr
    assert "Traceback" not in finished.stderr

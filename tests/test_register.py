"""The register: enough offices in enough countries, each saying where its addresses are from."""

import re
from datetime import date
from pathlib import Path

import pytest

from onrecord import register
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"
SCO = "in ru cn pk kz kg tj uz"
G20 = "ar au br ca cn fr de in id it jp kr mx ru sa za tr gb us"
HIGH = re.compile(
    r"foreign|external|state|defen[cs]e|war\b|president|prime|premier|chancell|head|king|pal[aá]c"
    r"|white house|secretary-general|commission|council|international relations|europe",
    re.IGNORECASE,
)
SOURCES, ERRORS = find_sources([BUILT_IN])


def of_country(code: str) -> list[Source]:
    return [source for source in SOURCES.values() if source.country == code]


def test_there_are_enough_sources_in_enough_countries() -> None:
    assert ERRORS == []
    assert len(SOURCES) >= 120
    assert len({source.country for source in SOURCES.values()} - {"eu", "un"}) >= 50


@pytest.mark.parametrize("code", sorted({*SCO.split(), *G20.split(), "eu", "un"}))
def test_an_office_that_speaks_for_its_country_is_there(code: str) -> None:
    offices = [f"{source.office} {source.publisher}" for source in of_country(code)]
    assert any(HIGH.search(office) for office in offices), offices


def test_no_country_of_the_register_is_fictional() -> None:
    assert not [source for source in SOURCES.values() if source.country.startswith("x")]


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: str(source.name))
def test_every_source_says_where_its_addresses_are_from(source: Source) -> None:
    assert len(source.provenance.from_) > 10
    verified = source.provenance.verified
    assert verified == "never" or (isinstance(verified, date) and verified.year >= 2026)
    written = (BUILT_IN / source.country / f"{source.name}.yml").read_text(encoding="utf-8")
    assert re.search(r"\bverified: ", written)


def test_the_page_lists_every_source_once() -> None:
    page = PAGE.read_text(encoding="utf-8")
    linked = re.findall(r"\[`(\w+)`\]\(\.\./spiders/sources/(\w\w)/(\w+)\.yml\)", page)
    assert sorted(name for name, _, _ in linked) == list(SOURCES)
    assert all(name == stem and stem.startswith(f"{code}_") for name, code, stem in linked)
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {9}
    assert f"{len(SOURCES)} sources in " in page


def test_countries_are_called_by_name() -> None:
    names = [heading for heading, _ in register.by_country(SOURCES.values())]
    assert {"India (in)", "European Union (eu)", "United Nations (un)"} <= {*names}
    assert register.country_name("xa") == "xa"
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["in_mod"], {"in_mod"}),
        (["india", "DEFENCE"], {"in_mod"}),
        (["govuk"], {"gb_fcdo", "gb_mod", "gb_pm"}),
        (["no such words"], set()),
    ],
)
def test_words_choose_among_the_sources(words: list[str], expected: set[str]) -> None:
    assert {each.name for each in SOURCES.values() if register.bears(each, words)} == expected


def test_holders_are_counted_as_persons_with_the_years_of_their_terms() -> None:
    row = next(line for line in register.table().splitlines() if "[`us_whitehouse`]" in line)
    assert "| 3, 2009 to open |" in row  # one of them twice

"""People and offices: who held an office on a day, and whose words a statement is."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, release, rows, write_source

from analysis.mentions import find_mentions
from analysis.names import name_slug, plain_name
from archive.errors import SourceError
from spiders.items import StatementItem
from spiders.naming import Names
from spiders.offline import kept_response
from spiders.people import read_register
from spiders.pipelines.validate import validate
from spiders.source import Source
from spiders.sourcefiles import read_source

FEEDS = "  - {{channel: feed, urls: [{url}/feed]}}"
PEOPLE = """
holders:
  - {name: Odalys Ferrant, role: Minister of Lighthouses, since: 2021-03-01, until: 2024-02-29}
  - {name: Teun Arkady, role: Minister of Lighthouses, since: 2024-03-05, aliases: [T. Arkady]}
  - name: Inga Vall
    role: Minister of Lighthouses
    capacity: acting
    since: 2024-03-01
    until: 2024-03-04
  - {name: Bram Holt, role: Spokesman, capacity: spokesperson, since: 2020-01-01}
accounts:
  - {platform: mastodon, handle: light, url: "https://s.example/@light", proof: "https://l.example/c"}
  - platform: x
    handle: OFerrant
    id: "12"
    person: Odalys Ferrant
    until: 2024-02-29
    url: https://x.example/OFerrant
    proof: https://l.example/c
  - platform: x
    handle: FormerMinister
    id: "12"
    person: Odalys Ferrant
    since: 2024-03-01
    url: https://x.example/FormerMinister
    proof: https://l.example/c
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return read(tmp_path)


def read(folder: Path, more: str = "", people: str = PEOPLE) -> Source:
    with Site() as site:
        write_source(folder, site, feeds=FEEDS)
    path = folder / "xa" / "xa_light.yml"
    path.write_text(path.read_text(encoding="utf-8") + people + more, encoding="utf-8")
    return read_source(path)


def test_a_country_that_no_table_names_is_named_by_its_sources(tmp_path: Path) -> None:
    source = read(tmp_path, "country_names: [Arvenna, Arvennan]\n")
    assert source.country_names == ("Arvenna", "Arvennan")
    names = Names(read_register([tmp_path]))
    found = find_mentions(
        "An Arvennan boat, and Arvenna's minister of defence", "en", names.gazetteer
    )
    assert {(each.kind, names.name_of(each.kind, each.id)) for each in found} >= {
        ("country", "Arvenna")
    }
    assert names.name_of("office", "xa_light") == "Arvenna: Ministry of Lighthouses"


def test_a_country_that_the_tables_name_is_not_named_again(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="country_names name 'jp', whose names are known"):
        read_source(_in_japan(tmp_path))


@pytest.mark.parametrize("name", ["' '", "' Arvenna'", "A", "'12'"])
def test_what_is_no_name_is_refused_as_one_of_a_country(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="country_names hold"):
        read(tmp_path, f"country_names: [Arvenna, {name}]\n")


def _in_japan(folder: Path) -> Path:
    read(folder)
    written = (folder / "xa" / "xa_light.yml").read_text(encoding="utf-8")
    path = folder / "jp" / "jp_light.yml"
    path.parent.mkdir()
    path.write_text(
        written.replace("country: xa", "country: jp") + "country_names: [Japan]\n", encoding="utf-8"
    )
    return path


def statement(source: Source, published: str | None, **rest: Any) -> Any:
    response = kept_response("https://l.example/1", b"", {}, datetime(2026, 1, 1, tzinfo=UTC))
    return validate(
        StatementItem(
            native_id="1",
            url="https://l.example/1",
            kind="statement",
            text="The lamp of the old harbour is lit again tonight.",
            route="feed x #1",
            capture=response.meta["capture"],
            published_raw=published,
            **rest,
        ),
        source,
    )


@pytest.mark.parametrize(
    ("day", "holder"),
    [
        ("2021-02-28", None),
        ("2021-03-01", "xa-odalys-ferrant"),
        ("2024-02-29", "xa-odalys-ferrant"),
        ("2024-03-02", "xa-inga-vall"),
        ("2024-03-05", "xa-teun-arkady"),
        ("2026-01-01", "xa-teun-arkady"),
    ],
)
def test_who_held_the_office(source: Source, day: str, holder: str | None) -> None:
    found = source.holder_on(date.fromisoformat(day))
    assert (found.id if found else None) == holder
    assert statement(source, day).holder_id == holder


def test_nobody_is_named_on_a_day_of_two_terms(tmp_path: Path) -> None:
    both = PEOPLE.replace("until: 2024-02-29}", "until: 2024-03-05}").replace(
        ", capacity: acting", ""
    )
    source = read(tmp_path, people=both)
    assert source.holder_on(date(2024, 3, 5)) is None
    assert source.holder_on(date(2024, 3, 6)) is not None


@pytest.mark.parametrize(
    ("printed", "day", "person"),
    [
        ("Odalys Ferrant", "2022-01-01", "xa-odalys-ferrant"),
        ("The Rt Hon. Odalys FERRANT MP", "2022-01-01", "xa-odalys-ferrant"),
        ("Odalys Ferrant", "2026-01-01", "xa-odalys-ferrant"),
        ("T. Arkady", "2025-01-01", "xa-teun-arkady"),
        ("Minister of Lighthouses", "2022-01-01", "xa-odalys-ferrant"),
        ("minister of lighthouses", "2025-01-01", "xa-teun-arkady"),
        ("Minister of Lighthouses", None, None),
        ("Bram Holt", "2025-01-01", "xa-bram-holt"),
        ("Somebody Else", "2025-01-01", None),
        ("Ferrant", "2022-01-01", None),
    ],
)
def test_a_printed_name_finds_its_person(
    source: Source, printed: str, day: str | None, person: str | None
) -> None:
    found = statement(source, day, speaker=printed)
    assert found.speaker == printed, "what is printed stays as it is"
    assert found.speaker_id == person


@pytest.mark.parametrize(
    ("account", "day", "person"),
    [
        ("x/OFerrant", "2022-01-01", "xa-odalys-ferrant"),
        ("x/@oferrant", "2022-01-01", "xa-odalys-ferrant"),
        ("x/OFerrant", "2025-01-01", None),
        ("x/FormerMinister", "2025-01-01", "xa-odalys-ferrant"),
        ("mastodon/light", "2025-01-01", None),
        ("mastodon/OFerrant", "2022-01-01", None),
    ],
)
def test_an_account_finds_its_person(
    source: Source, account: str, day: str, person: str | None
) -> None:
    found = statement(source, day, account=account)
    assert (found.account, found.speaker_id) == (account, person)
    assert found.speaker == (person and "Odalys Ferrant")


def test_the_day_is_that_of_the_office(source: Source) -> None:
    """Half past eleven at night in UTC is the next day in Vienna."""
    assert statement(source, "2024-02-29T22:30:00Z").holder_id == "xa-odalys-ferrant"
    assert statement(source, "2024-02-29T23:30:00Z").holder_id == "xa-inga-vall"


def test_words_are_nobodys_where_nobody_is_named(source: Source) -> None:
    found = statement(source, "2025-01-01")
    assert (found.speaker, found.speaker_id) == (None, None)
    assert found.holder_id == "xa-teun-arkady"


def test_an_account_of_a_stranger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="name Odalys Ferant, who is not in 'holders:'"):
        read(tmp_path, people=PEOPLE.replace("person: Odalys Ferrant", "person: Odalys Ferant"))


def test_a_name_without_latin_letters_needs_an_id(tmp_path: Path) -> None:
    person = "\nholders:\n  - {name: ياسمين, role: Minister, since: 2020-01-01}\n"
    with pytest.raises(SourceError, match="needs an 'id:'"):
        read(tmp_path, people=person)
    named = person.replace("role:", "id: xa-yasmin, role:")
    assert read(tmp_path, people=named).holders[0].id == "xa-yasmin"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Shri Odalys Ferrant", "odalys ferrant"),
        ("Dr. Tïeun Ärkady, MP", "tieun arkady"),
        ("H.E. Ms Inga Vall", "inga vall"),
        ("Łukasz Øster", "lukasz oster"),
        ("General", "general"),
    ],
)
def test_names_are_folded(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    assert name_slug(name) == plain.replace(" ", "-")


def test_the_archive_keeps_people_and_accounts(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEEDS)
        path = tmp_path / "sources" / "xa" / "xa_light.yml"
        path.write_text(path.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
        link = f"<link>{site.url}/1</link><title>Lamp</title><pubDate>2 Mar 2024</pubDate>"
        feed = f"<rss version='2.0'><channel><item>{link}</item></channel></rss>"
        site.answers["/feed"] = Answer(feed.encode(), content_type="application/rss+xml")
        site.html("/1", release("The lamp of the old harbour is lit again tonight, and burns."))
        for _ in range(2):
            assert crawl(site, tmp_path)["outcome"] == "finished"
    archive = tmp_path / "archive.db"
    found = rows(
        archive,
        "SELECT p.name, h.capacity FROM statements AS s JOIN persons AS p ON p.id = s.holder_id "
        "JOIN holders AS h ON h.person_id = p.id",
    )
    assert found == [{"name": "Inga Vall", "capacity": "acting"}]
    assert len(rows(archive, "SELECT * FROM holders")) == 4
    accounts = rows(archive, "SELECT handle, person_id FROM accounts ORDER BY handle")
    assert [each["person_id"] for each in accounts] == ["xa-odalys-ferrant"] * 2 + [None]
    (arkady,) = rows(archive, "SELECT aliases FROM persons WHERE id = 'xa-teun-arkady'")
    assert arkady["aliases"] == '["T. Arkady"]'
    (channel,) = rows(archive, "SELECT * FROM channels")
    assert channel["name"] == "feed"
    assert all(told for name, told in channel.items() if name != "ids")  # a feed counts nothing

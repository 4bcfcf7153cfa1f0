"""Whom an article's words for a speaker mean in the register: a person, an office, or nobody."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from recorded import record_world

from analysis.quotes import extract_quotes
from archive.register import keep_source
from archive.store import Archive, open_for_reading
from onrecord.checking.speakers import Known, Register
from spiders.declaration import source_row
from spiders.sourcefiles import BUILT_IN, find_sources

HERE = Path(__file__).parent / "speakers"
PRONOUNS = yaml.safe_load((HERE / "pronouns.yml").read_text("utf-8"))
CASES = yaml.safe_load((HERE / "cases.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    path = tmp_path_factory.mktemp("speakers") / "archive.db"
    record_world(HERE / "world", path)
    db = open_for_reading(path)
    try:
        return Register.of(db)
    finally:
        db.close()


def told(known: Known) -> str:
    """Write an answer as the cases do."""
    if known.why_not is not None:
        return f"why not: {known.why_not}"
    if known.offices:
        speakers = "".join(f" {each}" for each in sorted(known.person_ids))
        return f"office {' '.join(sorted(known.offices))}" + f" of{speakers}" * bool(speakers)
    return str(known.person_id)


@pytest.mark.parametrize(
    ("speaker", "article", "on", "expected"),
    CASES,
    ids=[f"{n} {each[0]}" for n, each in enumerate(CASES)],
)
def test_who(
    register: Register, speaker: str | None, article: str, on: date | None, expected: str
) -> None:
    known = register.who(speaker, article, on)
    if expected.startswith("why not: "):
        assert told(known).startswith("why not: ")
        assert expected.removeprefix("why not: ") in told(known)
        assert not known.person_ids
        assert known.person_id is None
        assert not known.offices
    else:
        assert told(known) == expected
        assert known.person_id is None or known.person_ids == {known.person_id}
        assert known.names


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize(("article", "expected"), PRONOUNS)
def test_a_pronoun_is_no_guess(article: str, expected: str | None) -> None:
    assert extract_quotes(article)[-1].speaker == expected


@pytest.fixture(scope="module")
def built_in(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The register of the sources that come with On Record."""
    sources, errors = find_sources([BUILT_IN])
    assert not errors
    with Archive.open(tmp_path_factory.mktemp("built_in") / "archive.db") as archive:
        with archive.transaction() as db:
            for source in sources.values():
                keep_source(db, source_row(source))
        return Register.of(archive.db)


@pytest.mark.parametrize(
    ("speaker", "source"),
    [
        ("the Indian external affairs minister", "in_mea"),
        ("India's foreign minister", "in_mea"),
        ("External Affairs Minister of India", "in_mea"),
        ("the German foreign minister", "de_aa"),
        ("the British foreign secretary", "gb_fcdo"),
        ("the US secretary of state", "us_state"),
        ("the UN secretary-general", "un_sg"),
    ],
)
def test_offices_of_the_built_in_sources(built_in: Register, speaker: str, source: str) -> None:
    day = date(2025, 6, 30)
    known = built_in.who(speaker, f"So says {speaker}.", day)
    holders = find_sources([BUILT_IN], [source])[0][source].holders
    (held,) = [each for each in holders if each.capacity == "holder" and each.is_in_office(day)]
    assert (known.person_id, known.why_not) == (held.id, None)

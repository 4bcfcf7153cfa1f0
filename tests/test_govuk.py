"""The govuk channel: every example of the Content API, and what became of known documents."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from govuk_answers import FOLDER, KNOWN_ID, SITE, answer, know, open_examples
from lxml import html
from marks import mark
from scrapy import Request

from archive.records import Statement
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.items import AbsenceItem, FaultItem, StatementItem, UnreadableItem
from spiders.offline import read_item
from spiders.pipelines.validate import QuarantineError, validate

EXAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(
    (FOLDER / "examples.yml").read_text(encoding="utf-8")
)
OF_THE_STATEMENT = ("published_at", "published_precision", "delivered_on", "publisher_updated_at")
OF_THE_ITEM = ("native_id", "title", "kind", "speaker", "office", "withdrawn")


def marked(field: str, value: str | None) -> str | None:
    is_words = field in {"title", "withdrawn"}
    return mark(value.split()) if value and is_words else value


@pytest.fixture
def channel() -> Channel:
    return open_examples()


def example(shared_data: Path, name: str) -> dict[str, Any]:
    path = shared_data / "sites" / "gov_uk" / f"{name}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def read_example(channel: Channel, shared_data: Path, name: str) -> list[Any]:
    document = example(shared_data, name)
    return read_item(channel, answer(f"/api/content{document['base_path']}", document))


def statement_of(found: list[Any]) -> StatementItem:
    statements = [each for each in found if isinstance(each, StatementItem)]
    assert len(statements) == 1, found
    return statements[0]


# The Content API's examples.


def test_no_example_is_forgotten(shared_data: Path) -> None:
    folders = ("speech", "news_article", "fatality_notice")
    site = shared_data / "sites" / "gov_uk"
    found = {
        f"{path.parent.name}/{path.stem}" for each in folders for path in site.glob(f"{each}/*")
    }
    assert found == set(EXAMPLES)
    assert sum(name.startswith("speech/") for name in EXAMPLES) == 13


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in EXAMPLES for field in OF_THE_ITEM]
)
def test_a_field_as_published(name: str, field: str, channel: Channel, shared_data: Path) -> None:
    item = statement_of(read_example(channel, shared_data, name))
    assert marked(field, getattr(item, field)) == EXAMPLES[name].get(field)


def validated(name: str, channel: Channel, shared_data: Path) -> Statement:
    return validate(statement_of(read_example(channel, shared_data, name)), channel.source)


ACCEPTED = [name for name in EXAMPLES if "quarantined" not in EXAMPLES[name]]


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, field) for name in ACCEPTED for field in (*OF_THE_STATEMENT, "language", "withdrawn")],
)
def test_a_field_as_recorded(name: str, field: str, channel: Channel, shared_data: Path) -> None:
    statement = validated(name, channel, shared_data)
    assert marked(field, getattr(statement, field)) == EXAMPLES[name].get(field)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_text_is_whole_and_in_paragraphs(
    name: str, channel: Channel, shared_data: Path
) -> None:
    text = statement_of(read_example(channel, shared_data, name)).text
    begins, ends = EXAMPLES[name]["begins"], EXAMPLES[name]["ends"]
    assert mark(text.split()[: int(begins.split()[0])]) == begins
    assert mark(text.split()[-int(ends.split()[0]) :]) == ends
    assert len(text.split("\n\n")) == EXAMPLES[name]["paragraphs"]
    assert text.split() == words_of(example(shared_data, name)["details"]["body"])


def words_of(body: str) -> list[str]:
    """Read the words of a body another way: its text nodes, with a blank after every block."""
    root = html.fromstring(body)
    for element in root.iter("p", "h2", "h3", "li", "td", "th", "br", "div", "figcaption"):
        element.tail = " " + (element.tail or "")
    words: str = root.text_content()
    return words.split()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_address_is_the_readers(name: str, channel: Channel, shared_data: Path) -> None:
    item = statement_of(read_example(channel, shared_data, name))
    assert item.url == SITE + EXAMPLES[name]["url"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_publishers_own_change_history_is_kept(
    name: str, channel: Channel, shared_data: Path
) -> None:
    item = statement_of(read_example(channel, shared_data, name))
    published = example(shared_data, name)["details"].get("change_history") or []
    assert len(item.changes) == EXAMPLES[name]["changes"] == len(published)
    assert [each.at for each in item.changes] == [each["public_timestamp"] for each in published]
    if "newest_change" in EXAMPLES[name]:
        assert mark(item.changes[0].note.split()) == EXAMPLES[name]["newest_change"]
    if item.changes:
        assert item.changes[-1].note == "First published."


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_translations_are_followed_each_with_an_id_of_its_own(
    name: str, channel: Channel, shared_data: Path
) -> None:
    found = read_example(channel, shared_data, name)
    requests = [each for each in found if isinstance(each, Request)]
    entries = [request.cb_kwargs["entry"] for request in requests]
    content_id = EXAMPLES[name]["native_id"].split(":")[0]
    expected = EXAMPLES[name].get("translations", {})
    assert {each.native_id: each.url for each in entries} == {
        f"{content_id}:{language}": SITE + path for language, path in expected.items()
    }
    assert [each.url for each in requests] == [
        f"{SITE}/api/content{path}" for path in expected.values()
    ]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in ACCEPTED])
def test_what_says_that_it_is_from_1881_is_set_aside(
    name: str, channel: Channel, shared_data: Path
) -> None:
    item = statement_of(read_example(channel, shared_data, name))
    assert item.published_raw == EXAMPLES[name]["quarantined"]
    with pytest.raises(QuarantineError, match="published before 1990-01-01: '1881-02-27"):
        validate(item, channel.source)


def test_the_original_and_its_translation_are_two_statements(
    channel: Channel, shared_data: Path
) -> None:
    names = ("news_article/news_article", "news_article/news_article_news_story_translated_arabic")
    english, urdu = (validated(name, channel, shared_data) for name in names)
    assert english.id != urdu.id
    assert (english.language, urdu.language) == ("en", "ur")
    told = [(each["relation"], each["text"]) for each in json.loads(urdu.linked or "[]")]
    assert told == [("translation", "en")]


# What became of a document that is known already.

GONE = ["gone/gone", "gone/gone_with_alternative_path"]


def look_again(channel: Channel, document: Any, *, known: bool, status: int = 200) -> list[Any]:
    url = SITE + document["base_path"]
    if known:
        know(channel, {KNOWN_ID: url})
    entry = Entry(native_id=KNOWN_ID if known else url, url=url)
    path = f"/api/content{document['base_path']}"
    return read_item(channel, answer(path, document, status), entry)


@pytest.mark.parametrize("status", [200, 410])
@pytest.mark.parametrize("name", GONE)
def test_gone_is_an_absence_in_the_apis_words(
    name: str, status: int, channel: Channel, shared_data: Path
) -> None:
    document = example(shared_data, name)
    (found,) = look_again(channel, document, known=True, status=status)
    assert isinstance(found, AbsenceItem)
    assert (found.native_id, found.outcome) == (KNOWN_ID, "absent")
    assert "the Content API says gone: Incorrect title" in found.evidence
    assert ("(see /government/example)" in found.evidence) == (name == GONE[1])
    assert ("HTTP 410" in found.evidence) == (status == 410)


def test_a_bare_404_is_an_absence_too(channel: Channel) -> None:
    url = f"{SITE}/government/speeches/opening-of-the-eel-market"
    know(channel, {KNOWN_ID: url})
    page = answer("/api/content/government/speeches/opening-of-the-eel-market", b"", 404)
    (found,) = read_item(channel, page, Entry(native_id=KNOWN_ID, url=url))
    assert isinstance(found, AbsenceItem)
    assert (found.outcome, found.evidence) == ("absent", "HTTP 404")


def test_redirect_is_an_absence_that_names_the_destination(
    channel: Channel, shared_data: Path
) -> None:
    (found,) = look_again(channel, example(shared_data, "redirect/redirect"), known=True)
    assert isinstance(found, AbsenceItem)
    assert (found.native_id, found.outcome) == (KNOWN_ID, "redirected")
    assert "/maritime-safety-weather-and-navigation/register-406-mhz-beacons" in found.evidence


@pytest.mark.parametrize("name", [*GONE, "redirect/redirect"])
def test_what_was_never_known_cannot_vanish(name: str, channel: Channel, shared_data: Path) -> None:
    (found,) = look_again(channel, example(shared_data, name), known=False)
    assert isinstance(found, FaultItem)
    assert "listed, but not there" in found.message


def test_another_document_at_the_address_is_no_new_revision(
    channel: Channel, shared_data: Path
) -> None:
    (found,) = look_again(channel, example(shared_data, "speech/speech"), known=True)
    assert isinstance(found, AbsenceItem)
    assert found.outcome == "redirected"


def test_a_document_that_moved_is_the_same_statement(channel: Channel, shared_data: Path) -> None:
    document = example(shared_data, "speech/speech")
    identifier = EXAMPLES["speech/speech"]["native_id"]
    old = f"{SITE}/government/speeches/an-older-address"
    know(channel, {identifier: old})
    page = answer(f"/api/content{document['base_path']}", document)
    found = statement_of(read_item(channel, page, Entry(native_id=identifier, url=old)))
    assert (found.native_id, found.url) == (identifier, SITE + document["base_path"])


SPEECH: dict[str, Any] = {
    "content_id": "0a0a0a0a-0000-4000-8000-000000000001",
    "base_path": "/government/speeches/eels",
    "locale": "en",
    "schema_name": "speech",
    "document_type": "speech",
    "title": "Eels",
    "first_published_at": "2026-01-02T03:04:05Z",
    "details": {"body": "<p>Eels are back in the river.</p>"},
    "links": {},
}


def read_speech(channel: Channel, **changed: Any) -> list[Any]:
    return read_item(channel, answer("/api/content/government/speeches/eels", SPEECH | changed))


def test_nulls_are_absent_values(channel: Channel) -> None:
    details = SPEECH["details"] | {"change_history": None, "emphasised_organisations": None}
    links = {"organisations": None, "speaker": None}
    found = statement_of(
        read_speech(channel, details=details, links=links, withdrawn_notice=None, locale=None)
    )
    assert (found.text, found.office, found.speaker) == ("Eels are back in the river.", None, None)


def test_a_body_in_several_forms_is_read_as_html(channel: Channel) -> None:
    forms = [
        {"content_type": "text/govspeak", "content": "Eels are **back**."},
        {"content_type": "text/html", "content": "<p>Eels are <b>back</b>.</p>"},
    ]
    assert statement_of(read_speech(channel, details={"body": forms})).text == "Eels are back."


@pytest.mark.parametrize(
    ("links", "emphasised", "office"),
    [
        ({"primary_publishing_organisation": ["Tides"], "organisations": ["Eels"]}, ["e"], "Tides"),
        ({"organisations": ["Mussels", "Eels"]}, ["e"], "Eels"),
        ({"organisations": ["Mussels", "Eels"]}, ["e", "m"], "Eels"),
        ({"organisations": ["Mussels", "Eels"]}, ["x"], "Mussels"),
        ({"worldwide_organisations": ["Mission to Ost"]}, [], "Mission to Ost"),
        ({}, [], None),
    ],
)
def test_the_office_is_the_lead_organisation(
    links: dict[str, list[str]], emphasised: list[str], office: str | None, channel: Channel
) -> None:
    linked = {
        relation: [{"title": title, "content_id": title[0].lower()} for title in titles]
        for relation, titles in links.items()
    }
    details = SPEECH["details"] | {"emphasised_organisations": emphasised}
    assert statement_of(read_speech(channel, links=linked, details=details)).office == office


def test_an_unknown_kind_of_document_is_told(channel: Channel) -> None:
    (found,) = read_speech(channel, schema_name="guide", document_type="guide")
    assert isinstance(found, FaultItem)
    assert "is a guide, which is no kind of statement" in found.message


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"content_id": None}, "without a content_id"),
        ({"base_path": None}, "base_path: Field required"),
        ({"details": "a text"}, "details: "),
        ({"details": {"body": 7}}, "details.body"),
        ({"links": {"speaker": [{"title": ["a"]}]}}, "links.speaker.0.title"),
    ],
)
def test_a_document_of_another_shape_is_set_aside(
    changed: dict[str, Any], reason: str, channel: Channel
) -> None:
    (found,) = read_speech(channel, **changed)
    assert isinstance(found, UnreadableItem)
    assert reason in found.reason
    assert "/api/content/government/speeches/eels" in found.reason


@pytest.mark.parametrize("body", [b"<html>Just a moment</html>", b"[1]", b"", b'{"base_path": "/a'])
def test_an_answer_that_is_no_document_is_set_aside(body: bytes, channel: Channel) -> None:
    (found,) = read_item(channel, answer("/api/content/a", body))
    assert isinstance(found, UnreadableItem)
    assert "https://www.gov.uk/api/content/a is not the JSON that was expected" in found.reason

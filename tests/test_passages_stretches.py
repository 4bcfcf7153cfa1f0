"""Stretches: of long texts only what may hold a quotation is read, and the verdict is the same."""

import random
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from shelf import FEXLEY, shelf
from test_judge import ASKED, Text

from analysis.quotes.judge import judge
from analysis.quotes.tokens import read_stretches, read_tokens
from archive.passages.finding import find_candidates
from archive.passages.refreshing import refresh
from archive.passages.stretches import SHORT, Span, find_stretches

COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "for",
    "is",
    "on",
    "we",
    "our",
    "that",
    "will",
    "not",
]
SOUNDS = [f"{one}{two}" for one in "bdfgklmnprst" for two in "aeiou"]
RARE = [f"{one}{other}n" for one in SOUNDS for other in SOUNDS]
FERRY = "The northern ferry will sail again from the first day of May, come fog or ice."


def speech(seed: int, words: int = 4_000) -> str:
    """Make sentences in which, as in any language, half of the words are always the same."""
    chance = random.Random(seed)
    text = ""
    while words > 0:
        count = chance.randrange(6, 24)
        said = [chance.choice(chance.choice((COMMON, RARE))) for _ in range(count)]
        text += f"{' '.join(said).capitalize()}. "
        words -= count
    return text.strip()


def cut(text: str, share: float, words: int) -> tuple[str, Span]:
    """Cut words out of a text, and say where they were."""
    start = text.index(" ", int(share * len(text))) + 1
    quote = " ".join(text[start:].split()[:words])
    return quote, (start, start + len(quote))


def is_in(place: Span, stretches: tuple[Span, ...]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in stretches)


def rarity(word: str) -> float:
    return 0.1 if word in COMMON else 0.8


def read(text: str, stretches: tuple[Span, ...]) -> float:
    """Give the share of a text that is read."""
    assert all(one[1] < other[0] for one, other in pairwise(stretches))
    return sum(end - start for start, end in stretches) / len(text)


@pytest.mark.parametrize("words", [6, 15, 40, 120])
def test_a_passage_is_found_by_reading_little(words: int) -> None:
    shares = []
    for seed in range(40):
        text = speech(seed)
        quote, place = cut(text, seed / 41, words)
        stretches = find_stretches(quote)(text)
        assert is_in(place, stretches)
        shares.append(read(text, stretches))
    assert sum(shares) / len(shares) < 0.05 + words / 1_000


def test_a_passage_is_found_if_a_third_of_its_words_are_others() -> None:
    for seed in range(40):
        text = speech(seed)
        quote, place = cut(text, seed / 41, 18)
        changed = [word if at % 3 else "zzz" for at, word in enumerate(quote.split())]
        assert is_in(place, find_stretches(" ".join(changed))(text))


def test_every_part_of_what_was_put_together_is_found() -> None:
    for seed in range(40):
        text = speech(seed)
        (one, first), (other, second) = cut(text, 0.1, 12), cut(text, 0.8, 7)
        stretches = find_stretches(f"{one} {other}")(text)
        assert is_in(first, stretches)
        assert is_in(second, stretches)
        assert read(text, stretches) < 0.3


def test_words_that_stand_in_two_places_are_read_in_both() -> None:
    denied = FERRY.replace("will sail", "will not sail")
    text = f"{speech(1)} {denied} {speech(2)} {FERRY} {speech(3)}"
    stretches = find_stretches(FERRY)(text)
    for said in (denied, FERRY):
        at = text.index(said)
        assert is_in((at, at + len(said)), stretches)
    assert judge(FERRY, [Text("a", text, read=stretches)], ASKED, rarity).verdict == "verbatim"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda quote: quote, "verbatim"),
        (lambda quote: quote.replace(" will ", " will not ", 1), "altered"),
        (lambda quote: " ".join(quote.split()[:9] + quote.split()[12:]), "altered"),
        (lambda quote: " ".join([*quote.split()[:9], "…", *quote.split()[14:]]), None),
    ],
)
def test_the_verdict_is_that_of_the_whole_text(change: object, verdict: str | None) -> None:
    assert callable(change)
    for seed in range(30):
        text = speech(seed)
        part, _ = cut(text, seed / 31, 24)
        quote = change(part)
        whole = judge(quote, [Text("a", text)], ASKED, rarity)
        stretches = find_stretches(quote)(text)
        assert judge(quote, [Text("a", text, read=stretches)], ASKED, rarity) == whole
        assert verdict is None or whole.verdict == verdict or quote == part


def test_what_is_not_read_is_still_between() -> None:
    one, other = "The northern ferry will sail again.", "No harbour shall be closed in winter."
    text = f"{speech(1)} {one} {speech(2)} {other} {speech(3)}"
    quote = f"{one} {other}"
    found = judge(quote, [Text("a", text, read=find_stretches(quote)(text))], ASKED, rarity)
    assert found == judge(quote, [Text("a", text)], ASKED, rarity)
    assert found.verdict == "spliced"


def test_tokens_of_stretches_stand_where_they_stand_in_the_text() -> None:
    text = f"{speech(1, 200)} {FERRY} {speech(2, 200)}"
    at = text.index(FERRY)
    tokens = read_stretches(text, [(at, at + len(FERRY))])
    whole = {(token.key, token.span) for token in read_tokens(text)}
    assert {(token.key, token.span) for token in tokens if token.key != "\n"} <= whole
    assert {token.span for token in tokens if token.key == "\n"} == {(0, at)}


def test_a_text_is_read_as_a_whole_if_it_is_short_or_written_otherwise() -> None:
    text = speech(1, 200)
    assert len(text) < SHORT
    assert find_stretches("the")(text) == ((0, len(text)),)
    text = "Đường sắt mới đến cảng sẽ được mở lại vào mùa xuân. " * 90
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        stretches = find_stretches("Đường sắt mới đến cảng sẽ được mở lại")(written)
        assert read(written, stretches) == 1.0
    assert find_stretches("")(speech(1)) == ((0, len(speech(1))),)


def test_scripts_without_blanks_and_letters_of_many_bytes() -> None:
    chance = random.Random(1)
    signs = [chr(0x4E00 + number) for number in range(600)]
    text = "".join(chance.choices(signs, k=6_000))
    stretches = find_stretches(text[4_000:4_030])(text)
    assert is_in((4_000, 4_030), stretches)
    assert read(text, stretches) < 0.1
    letters = [chr(0x430 + number) for number in range(32)]
    words = ["".join(chance.choices(letters, k=6)) for _ in range(900)]
    text = " \u2013 ".join(chance.choices(words, k=4_000))
    quote, place = cut(text, 0.7, 15)
    stretches = find_stretches(quote)(text)
    assert is_in(place, stretches)
    assert read(text, stretches) < 0.1


def test_an_archive_of_speeches_is_searched_by_reading_little_of_them(tmp_path: Path) -> None:
    texts = [speech(seed, 3_000) for seed in range(40)]
    with shelf(tmp_path / "archive.db") as record:
        for at, text in enumerate(texts):
            record.put(f"s{at}", text, kind="speech", speaker_id=FEXLEY)
        refresh(record.archive)
        shares = []
        for at in range(0, 40, 4):
            quote, place = cut(texts[at], 0.6, 14)
            passages = find_candidates(record.archive.db, quote.replace(" will ", " shall "))
            assert passages[0].statement_id == f"s{at}"
            assert is_in(place, passages[0].stretches)
            shares += [read(each.text, each.stretches) for each in passages]
    assert len(shares) > 200
    assert sum(shares) / len(shares) < 0.2

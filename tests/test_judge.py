"""Verdicts: what is said of a quotation by what was really said."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.quotes import extract_quotes
from analysis.quotes.finding import Asked, Finding
from analysis.quotes.judge import judge
from training.alterations import KINDS, Altered, alterations

CASES = yaml.safe_load((Path(__file__).parent / "verdicts" / "cases.yml").read_text("utf-8"))
COMMON = frozenset(
    [
        "a",
        "all",
        "and",
        "at",
        "be",
        "but",
        "by",
        "can",
        "do",
        "for",
        "from",
        "have",
        "i",
        "if",
        "in",
        "is",
        "it",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "they",
        "this",
        "to",
        "was",
        "we",
        "will",
        "with",
        "you",
        "your",
        "us",
        "are",
        "as",
        "has",
        "had",
    ]
)
KEPT = {"verbatim", "marked_edits", "trivial"}
ASKED = Asked(frozenset({"a"}), frozenset({"xa_mfa"}), is_given=True)


@dataclass(frozen=True)
class Text:
    statement_id: str
    text: str
    speaker_ids: frozenset[str] = frozenset({"a"})
    source: str = "xa_mfa"
    revision: int = 1
    is_latest: bool = True
    state: str = "live"
    kind: str = "post"
    language: str | None = "en"
    published_at: str | None = "2026-03-01"
    is_repost: bool = False
    is_translation: bool = False
    read: tuple[tuple[int, int], ...] = ()

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        return self.read or ((0, len(self.text)),)


def rarity(word: str) -> float:
    return 0.03 if word in COMMON else 0.6


def texts_of(case: dict[str, Any]) -> list[Text]:
    rows = case.get("record") or [{"text": case["said"]}]
    texts = []
    for number, given_row in enumerate(rows):
        row = dict(given_row)
        speaker = row.pop("speaker", "a")
        key = str(row.pop("of", number))
        texts.append(Text(key, speaker_ids=frozenset({speaker} - {None}), **row))
    return texts


def asked(case: dict[str, Any]) -> Asked:
    if case.get("unknown"):
        return Asked(is_given=True)
    if not case.get("given", True):
        return Asked()
    return Asked(frozenset({"a"}), frozenset({"xa_mfa"}), True, on=date(2026, 3, 4))


def found(case: dict[str, Any]) -> Finding:
    before, _, after = case["printed"].partition("|")
    breaks = (len(before) + 1,) if after else ()
    return judge(before + after, texts_of(case), asked(case), rarity, breaks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_verdicts(case: dict[str, Any]) -> None:
    finding = found(case)
    assert finding.verdict == case["verdict"], finding
    if "changes" in case:
        told = [
            [each.kind, each.printed, each.said, each.severity, *each.flags]
            for each in finding.changes
        ]
        assert told == case["changes"]
    for field in ("severity", "revision"):
        assert field not in case or getattr(finding, field) == case[field]
    assert "statement" not in case or finding.statement_id == str(case["statement"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_changes_say_where_they_are(case: dict[str, Any]) -> None:
    printed = case["printed"].replace("|", "")
    finding = found(case)
    texts = {(text.statement_id, text.revision): text.text for text in texts_of(case)}
    if finding.statement_id is None or len({part.statement_id for part in finding.parts}) > 1:
        return
    said = texts[finding.statement_id, finding.revision or 0]
    for change in finding.changes:
        assert printed[slice(*change.printed_at)] == change.printed
        assert said[slice(*change.said_at)] == change.said


def test_the_seed_article_has_exactly_one_change(shared_data: Path) -> None:
    article = (shared_data / "seed" / "article.txt").read_text(encoding="utf-8")
    first, _, second = extract_quotes(article)
    tweets = [
        Text("1", f"{first.text} https://t.co/a"),
        Text("2", second.text.replace("furthering", "further").rstrip(",") + "."),
    ]
    assert judge(first.text, tweets, ASKED, rarity).verdict == "verbatim"
    finding = judge(second.text, tweets, ASKED, rarity)
    assert (finding.verdict, finding.severity, finding.statement_id) == ("altered", "minor", "2")
    (change,) = finding.changes
    assert (change.kind, change.printed, change.said) == ("replaced", "furthering", "further")


@given(
    st.text(alphabet="ab 4%&…[]#@.,'", max_size=60), st.text(alphabet="ab 4%&…[]#@.", max_size=80)
)
def test_any_texts_can_be_compared(printed: str, said: str) -> None:
    finding = judge(printed, [Text("1", said)], ASKED, lambda _word: 0.9)
    for change in finding.changes:
        assert printed[slice(*change.printed_at)] == change.printed
        assert said[slice(*change.said_at)] == change.said


def test_alterations_are_judged_as_what_they_are() -> None:
    """Of two worlds' statements; the same seed gives the same quotations."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    kinds = set()
    for made, text in _altered():
        finding = judge(made.quote, [text], ASKED, rarity, made.breaks)
        verdict = "kept" if finding.verdict in KEPT else finding.verdict
        right[made.expected] += verdict == made.expected or (
            made.expected == "altered" and verdict == "spliced"
        )
        every[made.expected] += 1
        kinds.add(made.kind)
        assert not (made.expected == "altered" and verdict == "kept"), made
    assert kinds == set(KINDS)
    assert every.total() > 1_000
    assert right["kept"] / every["kept"] > 0.98
    assert right["altered"] / every["altered"] > 0.97
    assert list(_altered()) == list(_altered())


def _altered() -> Iterator[tuple[Altered, Text]]:
    chance = random.Random(1)
    for path in sorted(Path(__file__).parent.glob("articles/*/record.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["language"] == "en":
                words = row["texts"][0]["text"]
                text = Text(row["id"], words)
                yield from ((made, text) for made in alterations(words, chance))

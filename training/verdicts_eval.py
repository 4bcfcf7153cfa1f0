"""Measure verdicts on any archive: `python -m training.verdicts_eval ARCHIVE [--absent FILE]`.

Quotations are made from statements of the archive by `training.alterations` and checked as if an
article gave them to whom the record does. Kept ones should be called verbatim, marked edits or
trivial; altered ones altered or spliced. With `--absent`, words of texts that the archive does not
hold (a JSON list of strings) are given to the same speakers, and should be not on record.

The index of passages must be up to date: `onrecord check` brings it there.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from analysis.quotes.hits import read_quote
from archive.passages.finding import find_candidates
from archive.store import open_for_reading
from onrecord.checking.checking import Checker
from training.alterations import FEWEST, KINDS, alterations

SEED = 20_261_130
_CLASSES = {
    **dict.fromkeys(("verbatim", "marked_edits", "trivial"), "kept"),
    **dict.fromkeys(("altered", "spliced"), "altered"),
    "not_on_record": "absent",
}


class Said(NamedTuple):
    """A text of the record and whose it is."""

    statement_id: str
    text: str
    person_id: str
    speaker: str


class Asked(NamedTuple):
    """Words to be checked, how they came about, and what should be said of them."""

    words: str
    kind: str
    expected: str
    said: Said


class Measured(NamedTuple):
    """What a check of many quotations came to."""

    answers: dict[str, Counter[str]]
    """By kind: how often each class was said; other verdicts by their names."""

    expected: dict[str, str]
    found: Counter[bool]
    """Of kept and altered quotations: whether their statement was among the candidates."""

    seconds: list[float]
    """What each whole check took, in order of length."""


def sample(db: Database, count: int, seed: int = SEED) -> list[Said]:
    """Choose texts of known speakers, long enough for a quotation, each as likely as the other."""
    rows = db.execute(
        "SELECT s.id, s.text, s.speaker_id, p.name FROM statements AS s "
        "JOIN persons AS p ON p.id = s.speaker_id "
        "WHERE s.text IS NOT NULL AND s.state NOT IN ('gone', 'withdrawn') AND s.rowid % ? = 0",
        [_every(db, count)],
    )
    said = [Said(*row) for row in rows if len(str(row[1]).split()) >= FEWEST]
    return random.Random(seed).sample(said, min(count, len(said)))


def measure(db: Database, asked: list[Asked]) -> Measured:
    """Check quotations one by one."""
    checker = Checker(db)
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    found: Counter[bool] = Counter()
    seconds = []
    for words, kind, expected, said in asked:
        started = time.perf_counter()
        checked = checker.check_quote(words, speaker=said.speaker)
        seconds.append(time.perf_counter() - started)
        answers[kind][_CLASSES.get(checked.verdict, checked.verdict)] += 1
        if expected != "absent" and read_quote(words, lambda _: 1.0).count >= 4:  # noqa: PLR2004
            persons = frozenset({said.person_id})
            candidates = find_candidates(db, words, speaker_ids=persons)
            found[any(each.statement_id == said.statement_id for each in candidates)] += 1
    kinds = {each.kind: each.expected for each in asked}
    return Measured(dict(answers), kinds, found, sorted(seconds))


def quotations(said: list[Said], seed: int = SEED) -> Iterator[Asked]:
    """Make quotations of every kind from each text that allows it."""
    chance = random.Random(seed)
    for each in said:
        for made in alterations(each.text, chance):
            if not made.breaks:  # which only an article can show
                yield Asked(made.quote, made.kind, made.expected, each)


def absent(texts: list[str], said: list[Said], seed: int = SEED) -> Iterator[Asked]:
    """Give words of other texts to the speakers of the record."""
    chance = random.Random(seed)
    for text in texts:
        for made in alterations(text, chance, ["verbatim"]):
            yield Asked(made.quote, "absent", "absent", chance.choice(said))


def report(measured: Measured) -> Iterator[str]:
    """Say what was measured, in lines."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for kind in [*KINDS, "absent"]:
        if answers := measured.answers.get(kind):
            expected = measured.expected[kind]
            right[expected] += answers[expected]
            every[expected] += answers.total()
            yield f"{kind:<20} {dict(answers.most_common())}"
    for expected, count in every.items():
        yield f"{expected}: {right[expected]} of {count} right"
    yield f"all three: {right.total() / every.total():.4f} of {every.total()}"
    as_kept = sum(
        answers["kept"]
        for kind, answers in measured.answers.items()
        if measured.expected[kind] == "altered"
    )
    yield f"altered called kept: {as_kept} of {every['altered']}"
    yield f"candidates: {measured.found[True]} of {measured.found.total()} hold the statement"
    at = measured.seconds
    p50, p95 = (1000 * at[int(len(at) * share)] for share in (0.5, 0.95))
    yield f"a quotation: {p50:.1f} ms in the middle, {p95:.1f} ms at 95 %"


def _every(db: Database, count: int) -> int:
    (rows,) = db.execute("SELECT max(rowid) FROM statements").fetchone()
    return max(int(rows or 1) // (4 * count), 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--absent", type=Path, help="a JSON list of texts that it does not hold")
    parser.add_argument("--statements", type=int, default=400)
    given = parser.parse_args()
    db = open_for_reading(given.archive)
    said = sample(db, given.statements)
    asked = list(quotations(said))
    if given.absent:
        texts = json.loads(given.absent.read_text(encoding="utf-8"))
        asked += absent(texts[: 2 * given.statements], said)
    for line in report(measure(db, asked)):
        print(line)


if __name__ == "__main__":
    main()

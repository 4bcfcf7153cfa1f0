"""Scoring an archive: what the present model has not read is read on all cores, and recorded."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.tone import TONE_MODEL
from archive.edits import fill_edits
from archive.errors import NotAnArchiveError
from archive.passages.refreshing import refresh as index_passages
from archive.records import ToneScore
from archive.scoring import Stretch, Text, count_statements, keep_scores, unscored
from archive.store import Archive
from archive.summaries import refresh
from onrecord.interrupts import heeding
from spiders.crew import Crew
from spiders.editing import read_edit
from spiders.pipelines.read_texts import PROGRAM, read_texts

_SECONDS = 1.0
"""What was read in this time is committed together; so much is done again after a crash."""

_TEXTS = 5_000
_SHORT = 500
"""Characters of a text that count as one in weighing work."""

_MOST_SHOWN = 3

Read = tuple[Stretch, Sequence[ToneScore | str]]
Readers = Crew[Sequence[Text], list[ToneScore | str]]


@dataclass(slots=True)
class Scored:
    """What scoring an archive did."""

    tone_model: str
    outcome: str = "finished"
    """finished, or interrupted: run again, it goes on where it stopped."""

    texts: int = 0
    """Texts that were read now."""

    scored_before: int = 0
    withheld: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    """How many of the texts got which status."""

    troubles: list[str] = field(default_factory=list)
    failed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Give the counts for a script."""
        reasons = {name: self.statuses[name] for name in sorted(self.statuses)}
        return {
            "tone_model": self.tone_model,
            "outcome": self.outcome,
            "texts": self.texts,
            "scored": reasons.pop("scored", 0),
            "not_scored": reasons,
            "scored_before": self.scored_before,
            "withheld": self.withheld,
            "failed": self.failed,
        }


def score_archive(
    path: Path,
    folders: Sequence[Path] = (),
    *,
    again: bool = False,
    advance: Callable[[int, int], None] = lambda *_: None,
) -> Scored:
    """Read what the present model has not read yet, or all of it again.

    `advance` is told how many statements are behind, of how many. Interrupted or killed, nothing
    that was committed is lost.

    Raises:
        ArchiveError: there is no archive, or another process writes it.
    """
    if not path.is_file():
        raise NotAnArchiveError(f"{path} does not exist. Name an archive with --db")
    scored = Scored(TONE_MODEL)
    with Archive.open(path) as archive:
        total = count_statements(archive.db)
        try:
            with heeding() as heed:

                def told(done: int) -> None:
                    heed()
                    advance(done, total)

                _score(archive, scored, tuple(folders), told, again=again)
        except KeyboardInterrupt:
            scored.outcome = "interrupted"
        fill_edits(archive, read_edit)
        refresh(archive)
        index_passages(archive)
    return scored


def _score(
    archive: Archive,
    scored: Scored,
    folders: tuple[Path, ...],
    advance: Callable[[int], None],
    *,
    again: bool,
) -> None:
    done = 0
    advance(done)
    program = PROGRAM.format(folders=[str(each) for each in folders])
    crew: Readers = Crew(program, lambda texts: read_texts(texts, folders), _weigh)
    with crew:
        stretches = unscored(archive.db, scored.tone_model, again=again)
        for group in _groups(_read(crew, stretches)):
            with archive.transaction() as db:
                for stretch, scores in group:
                    kept = [each if isinstance(each, ToneScore) else None for each in scores]
                    keep_scores(db, scored.tone_model, stretch, kept, again=again)
            for stretch, scores in group:
                _count(scored, stretch, scores)
                done += stretch.statements
            advance(done)


def _read(crew: Readers, stretches: Iterator[Stretch]) -> Iterator[Read]:
    """Have the texts of each stretch read, in order."""
    given: deque[Stretch] = deque()

    def texts() -> Iterator[Sequence[Text]]:
        for stretch in stretches:
            given.append(stretch)
            yield stretch.texts

    for _, scores in crew.map(texts()):
        yield given.popleft(), scores


def _groups(read: Iterator[Read]) -> Iterator[list[Read]]:
    """Gather what is committed together."""
    group: list[Read] = []
    began, texts = time.monotonic(), 0
    for each in read:
        group.append(each)
        texts += len(each[1])
        if texts >= _TEXTS or time.monotonic() - began >= _SECONDS:
            yield group
            group, texts, began = [], 0, time.monotonic()
    if group:
        yield group


def _weigh(texts: Sequence[Text]) -> int:
    return sum(1 + len(text.text) // _SHORT for text in texts)


def _count(scored: Scored, stretch: Stretch, scores: Sequence[ToneScore | str]) -> None:
    scored.scored_before += stretch.scored_before
    scored.withheld += stretch.withheld
    for text, score in zip(stretch.texts, scores, strict=True):
        if isinstance(score, ToneScore):
            scored.texts += 1
            scored.statuses[score.tone_status] += 1
            continue
        scored.failed += 1
        if len(scored.troubles) < _MOST_SHOWN:
            reason = score.strip().splitlines()[-1]
            scored.troubles.append(f"the text with the hash {text.text_sha256}: {reason}")

"""Deciding: what a person says of events and takedowns, done so that nothing of it lags behind."""

from collections.abc import Iterable
from pathlib import Path

from archive.decisions import TAKEDOWN, Decision, apply_decision, decide, read_decision
from archive.store import Archive
from spiders.software import SOFTWARE


def decide_event(path: Path, kind: str, event_id: str, reason: str) -> Decision:
    """Accept or dismiss an event.

    Raises:
        ArchiveError: there is no such event, it was decided before, or a reason is needed.
    """
    with Archive.open(path) as archive:
        return decide(archive, kind, event_id, reason, SOFTWARE)


def take_down(path: Path, statement_id: str, reason: str) -> Decision:
    """Withhold the words of a statement, in the file too, and in what was derived from them.

    Raises:
        ArchiveError: there is no such statement, it is withheld already, or a reason is needed.
    """
    with Archive.open(path) as archive:
        archive.connection.execute("PRAGMA secure_delete = ON")
        decision = decide(archive, TAKEDOWN, statement_id, reason, SOFTWARE)
        _derive_again(archive)
        return decision


def take_decisions(archive: Archive, files: Iterable[Path]) -> None:
    """Take in what a person decided after the last crawl that a rebuild has replayed."""
    done = [apply_decision(archive, read_decision(each)) for each in files]
    if any(done):
        _derive_again(archive)


def _derive_again(archive: Archive) -> None:
    """Bring the search index, the summaries and the index of passages up to date."""
    from archive.passages.refreshing import refresh as index_passages  # both take a while to load
    from archive.summaries import refresh

    refresh(archive)
    index_passages(archive)
    with archive.transaction() as db:  # what was deleted from the index stays in it until then
        db.execute("INSERT INTO statements_fts (statements_fts) VALUES ('optimize')")

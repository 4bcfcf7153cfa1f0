"""Summaries: answers over many statements, kept in tables so that plain SQL reads them at once."""

from archive.store import Archive
from archive.summaries.changes import take_in
from archive.summaries.formulas import sum_formulas
from archive.summaries.targets import sum_targets
from archive.summaries.tone_months import sum_months
from archive.summaries.turning_points import sum_turning_points

_TABLES = (
    *("summary_changes", "summary_due", "speaker_months", "office_months", "said_about"),
    *("target_periods", "turning_points", "formulas"),
    *("similar", "similar_bands", "similar_sketches"),
)


def refresh(archive: Archive) -> None:
    """Bring the summaries up to date with what was recorded or scored since the last time.

    Only the groups (a speaker's month, a pair of countries ...) that are touched are summed up
    again. It can be cut off at any moment: the next call goes on.
    """
    take_in(archive)
    sum_months(archive)
    sum_targets(archive)
    sum_turning_points(archive)
    sum_formulas(archive)


def rebuild(archive: Archive) -> None:
    """Make all summaries anew, which gives the same rows."""
    with archive.transaction() as db:
        for table in _TABLES:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        db.execute("UPDATE summary_marks SET statement = 0")
    refresh(archive)

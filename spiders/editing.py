"""Editing: what the archive keeps of an edit, read out of the two texts by the analysis."""

from dataclasses import asdict
from typing import Any

from analysis.edits import Change, Wording
from analysis.edits import read_edit as compare_wordings
from archive.edits import EditReading, Stood


def read_edit(before: Stood, after: Stood) -> EditReading:
    """Compare two wordings of a statement, for the table `edits`."""
    edit = compare_wordings(_wording(before), _wording(after))
    return EditReading(edit.kinds, [_as_row(change) for change in edit.changes])


def _wording(stood: Stood) -> Wording:
    return Wording(stood.title, stood.text, stood.language, stood.names)


def _as_row(change: Change) -> dict[str, Any]:
    told = asdict(change)
    return {name: told[name] for name in told if told[name] or name != "flags"}

"""Reading texts by the batch, in a process of a crew: for an archive that is scored again."""

import traceback
from collections.abc import Sequence
from pathlib import Path

from archive.records import ToneScore
from archive.scoring import Text
from spiders.crew import work_for_crew
from spiders.pipelines.score import score

PROGRAM = "from spiders.pipelines.read_texts import main; main({folders!r})"


def read_texts(texts: Sequence[Text], folders: tuple[Path, ...]) -> list[ToneScore | str]:
    """Read texts; for one that cannot be read, say why."""
    return [_read(text, folders) for text in texts]


def _read(text: Text, folders: tuple[Path, ...]) -> ToneScore | str:
    try:
        return score(text.text, text.language or None, folders)
    except Exception:  # noqa: BLE001 - one text must not stop its neighbours
        return traceback.format_exc()


def main(folders: Sequence[str]) -> None:
    """Read what a crew is given."""
    given = tuple(map(Path, folders))

    def work(texts: Sequence[Text]) -> list[ToneScore | str]:
        return read_texts(texts, given)

    work_for_crew(work)

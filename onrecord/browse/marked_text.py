"""A text in paragraphs, with whom it mentions and the words that moved its tone marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onrecord.browse.tone_places import TonePlace, find_tone_words
from onrecord.browse.tone_words import ToneWord


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a paragraph: plain, naming somebody, or of words that moved the tone."""

    text: str
    kind: str = ""
    id: str = ""
    name: str = ""
    weight: float = 0.0

    @property
    def way(self) -> str:
        """Which way the words moved the tone."""
        return "down" if self.weight < 0 else "up"


def mark_text(
    text: str, mentions: Sequence[Mapping[str, Any]], words: Sequence[ToneWord] = ()
) -> list[list[Piece]]:
    """Split a text into paragraphs and these into pieces, so that some can be marked.

    Spans that overlap another one, or lie outside the text, are not marked.
    """
    named = list(_whole(text, mentions))
    spans = [(row["start_at"], row["end_at"]) for row in mentions]
    moved = [_of_tone(text, place) for place in find_tone_words(text, words, spans)]
    paragraphs: list[list[Piece]] = [[]]
    at = 0
    for start, piece in sorted([*named, *moved], key=lambda found: found[0]):
        _add_plain(paragraphs, text[at:start])
        paragraphs[-1].append(piece)
        at = start + len(piece.text)
    _add_plain(paragraphs, text[at:])
    return paragraphs


def _whole(text: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Piece]]:
    """Give the mentions that can be marked, in the order of the text."""
    at = 0
    for row in sorted(rows, key=lambda row: (row["start_at"], -row["end_at"])):
        start, end = row["start_at"], row["end_at"]
        if start < at or not start < end <= len(text) or "\n\n" in text[start:end]:
            continue
        name = row["name"] or row["entity_id"]
        yield start, Piece(text[start:end], row["kind"], row["entity_id"], name)
        at = end


def _of_tone(text: str, place: TonePlace) -> tuple[int, Piece]:
    return place.start, Piece(text[place.start : place.end], "tone", weight=place.weight)


def _add_plain(paragraphs: list[list[Piece]], text: str) -> None:
    for number, part in enumerate(text.split("\n\n")):
        if number:
            paragraphs.append([])
        if part:
            paragraphs[-1].append(Piece(part))

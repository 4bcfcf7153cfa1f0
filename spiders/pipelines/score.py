"""Score: what is read out of a text, as the archive keeps it."""

import json
from pathlib import Path

from analysis.reading import MentionReading, Reading, SentenceReading, read_text
from archive.records import MentionRow, SentenceRow, ToneScore
from spiders.naming import Names, known_names


def score(text: str, language: str | None, folders: tuple[Path, ...] = ()) -> ToneScore:
    """Read a text for the archive; `folders` are those of the sources whose people are known."""
    names = known_names(folders)
    return as_kept(read_text(text, language, names.gazetteer), names)


def as_kept(reading: Reading, names: Names) -> ToneScore:
    """Turn what was read into the rows that the archive keeps."""
    return ToneScore(
        language=reading.language or "",
        tone_model=reading.tone_model,
        textblob_version=reading.textblob_version,
        textblob_polarity=reading.textblob_polarity,
        textblob_subjectivity=reading.textblob_subjectivity,
        vader_compound=reading.vader_compound,
        tone=reading.tone,
        tone_label=reading.label,
        tone_confidence=reading.confidence,
        tone_status=reading.status,
        tone_evidence=json.dumps(reading.evidence, ensure_ascii=False),
        quoted_tone=reading.quoted_tone,
        quoted_tone_label=reading.quoted_label,
        sentences=tuple(map(_sentence_row, reading.sentences)),
        mentions=tuple(map(_mention_row, reading.mentions)),
        entities=names.rows(reading.mentions),
    )


def _sentence_row(read: SentenceReading) -> SentenceRow:
    return SentenceRow(read.start, read.end, read.is_quoted, read.tone, read.label, read.confidence)


def _mention_row(read: MentionReading) -> MentionRow:
    return MentionRow(
        start_at=read.start,
        end_at=read.end,
        kind=read.kind,
        entity_id=read.id,
        sentence=read.sentence,
        target_tone=read.target_tone,
        target_tone_label=read.target_label,
        target_tone_confidence=read.target_confidence,
        target_tone_status=read.target_status,
    )

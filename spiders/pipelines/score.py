"""Score: TextBlob's numbers for a text, exactly as the library gives them."""

import json

from analysis.tone import SCORER, score_textblob
from archive.records import ToneScore


def score(text: str, language: str | None) -> ToneScore:
    """Score a text for the archive."""
    tone = score_textblob(text, language)
    return ToneScore(
        scorer=SCORER,
        polarity=tone.polarity,
        subjectivity=tone.subjectivity,
        status=tone.status,
        evidence=json.dumps(tone.evidence, ensure_ascii=False),
    )

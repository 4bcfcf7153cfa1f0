"""Score: TextBlob's numbers for a statement, exactly as the library gives them."""

import json
from dataclasses import replace
from typing import Any

from analysis.tone import SCORER, score_textblob
from archive.records import Statement, ToneScore


class ScoreTone:
    """Score statements; leave every other item alone."""

    def process_item(self, item: Any) -> Any:
        """Add the tone."""
        if not isinstance(item, Statement):
            return item
        return replace(item, tone=score(item.text, item.language))


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

"""The calibrated tone of English texts, with names masked and the words that moved it."""

from analysis.tone.model import TONE_MODEL
from analysis.tone.score import SentenceTone, Tone, score_tone

__all__ = ["TONE_MODEL", "SentenceTone", "Tone", "score_tone"]

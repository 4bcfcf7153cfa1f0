"""Judging: the verdict on a quotation from the texts of the record in which it may stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.quotes.finding import Asked, Candidate, Finding, Rarity, Verdict
from analysis.quotes.hits import Hit, Reading, read_quote
from analysis.quotes.several import several

LEAST_WORDS = 4
"""Fewer words are said by everybody."""

_STOCK = 1.0
"""Words that say less than this together are a stock phrase."""

_NEARLY, _SHORT_RUN = 0.8, 3
"""Of the speaker's own, a short passage may be broken by a change in its middle."""

_LOOSE_WORDS, _LOOSE_SHARE = 3, 0.2
"""What begins or ends with so many words of its own only shares a formula with the record."""

_LOOSE_WORDS, _LOOSE_SHARE = 3, 0.2
"""What begins or ends with more words of its own only shares a formula with the record."""

_GONE = frozenset({"gone", "withdrawn"})
_DAYS_AFTER = 2
"""A text may be dated so many days after the article that prints it: zones and late releases."""

_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class _Bar:
    """What an altered passage must at least share to be taken for the source."""

    share: float
    longest: int
    rarest: float


_OWN = _Bar(0.65, 4, 1.6)
_NOBODY = _Bar(0.75, 5, 2.4)
_STRANGER = _Bar(0.85, 6, 3.0)


def judge(
    quote: str,
    candidates: Iterable[Candidate],
    asked: Asked,
    rarity: Rarity,
    breaks: Sequence[int] = (),
) -> Finding:
    """Tell what became of words on their way into print.

    `breaks` are the characters of the quotation before which its marks close and open again, as
    in "...", he said, "...". Candidates come with the likeliest first. Nothing is "altered" unless
    the passage shares a run of rare words, and is by the speaker wherever the article names one.
    """
    reading = read_quote(quote, rarity, breaks)
    if reading.count < LEAST_WORDS:
        return Finding("too_short", reasons=(_say_too_short(reading),))
    if reading.weight < _STOCK:
        reason = "All of its words are so common that finding them would prove nothing."
        return Finding("too_short", reasons=(reason,))
    texts = list(candidates)
    hits = _hits(reading, texts, asked)
    sure = sorted(
        (hit for hit in hits if _is_evidence(hit, asked)), key=lambda hit: _order(hit, asked)
    )
    if sure and sure[0].is_kept:
        return _found(sure[0], sure, asked)
    if of_several := several(reading, texts, asked):
        return of_several
    if sure:
        return _found(sure[0], sure, asked)
    nearly = "Nearly such words are on record, but too few of them are the same to tell."
    nothing = "No collected text has as much as half of its words in a row."
    return Finding("not_on_record", reasons=(nearly if hits else nothing,))


def _hits(reading: Reading, texts: Sequence[Candidate], asked: Asked) -> list[Hit]:
    """Compare with each text; once the words are found, only with those that may have them too."""
    hits: list[Hit] = []
    is_found = False
    for text in texts:
        if is_found and not reading.may_stand_in(text.text):
            continue
        if hit := reading.find(text, asked):
            hits.append(hit)
            is_current = text.is_latest and text.state not in _GONE
            is_first_hand = not text.is_repost and not text.is_translation
            is_found |= hit.is_kept and hit.is_own and is_current and is_first_hand
    return hits


def _is_evidence(hit: Hit, asked: Asked) -> bool:
    """Tell whether what is shared is enough to say that the quotation comes from here."""
    if hit.is_kept:
        return hit.is_own or _is_telling(hit, asked)
    if hit.is_alien or _days_after(hit, asked) > _DAYS_AFTER:
        return False
    bar = _OWN if hit.is_own else _STRANGER if asked.is_given else _NOBODY
    shared = hit.comparison
    if hit.is_own and shared.share >= _NEARLY and shared.longest >= _SHORT_RUN:
        return shared.weight >= _NOBODY.rarest and shared.loose_end <= _LOOSE_WORDS
    return (
        shared.share >= bar.share
        and shared.longest >= bar.longest
        and shared.rarest >= bar.rarest
        and shared.loose_end <= max(_LOOSE_WORDS, _LOOSE_SHARE * hit.count)
    )


def _is_telling(hit: Hit, asked: Asked) -> bool:
    """Tell whether the same words from somebody else are more than a way of speaking."""
    bar = _STRANGER if asked.is_given else _OWN
    return hit.comparison.longest >= bar.longest and hit.comparison.rarest >= bar.rarest


def _order(hit: Hit, asked: Asked) -> tuple[object, ...]:
    candidate = hit.candidate
    is_past = not candidate.is_latest or candidate.state in _GONE
    away = abs(_days_after(hit, asked))
    if hit.is_kept:
        return (
            *(0, not hit.is_own, candidate.is_repost, candidate.is_translation, is_past),
            *(hit.wording == "trivial", away > _DAYS_AFTER and _days_after(hit, asked) > 0, away),
            *(candidate.published_at or "~", candidate.statement_id, -candidate.revision),
        )
    return (
        *(1, not hit.is_own, -round(hit.comparison.share, 2), len(hit.changes)),
        *(candidate.is_repost, candidate.is_translation, is_past, away),
        *(candidate.published_at or "~", candidate.statement_id, -candidate.revision),
    )


def _days_after(hit: Hit, asked: Asked) -> int:
    """Count the days from the article to the statement; 0 if either has no day."""
    published = hit.candidate.published_at
    if asked.on is None or published is None or len(published) < len("2026-01-01"):
        return 0
    try:
        return (date.fromisoformat(published[:10]) - asked.on).days
    except ValueError:
        return 0


def _found(hit: Hit, sure: Sequence[Hit], asked: Asked) -> Finding:
    candidate = hit.candidate
    verdict, reason = _verdict(hit)
    return Finding(
        verdict,
        candidate.statement_id,
        candidate.revision,
        hit.said_at,
        hit.parts,
        hit.changes,
        hit.severity,
        hit.wording,
        round(hit.comparison.share, 3),
        tuple(filter(None, [reason, *_say_between(hit), *_say_doubts(hit, asked)])),
        _others(hit, sure),
    )


def _verdict(hit: Hit) -> tuple[Verdict, str]:
    """Give the verdict on a passage, and why it is not only about the words."""
    candidate = hit.candidate
    if hit.is_alien:
        return "other_speaker", "The record gives these words to somebody else."
    if candidate.is_translation:
        doubt = "" if hit.is_kept else " They may have been translated anew."
        return "translated", f"The record has them as a translation.{doubt}"
    if hit.is_kept and candidate.state in _GONE:
        return "earlier_revision", "The statement is no longer published."
    if hit.is_kept and not candidate.is_latest:
        return (
            "earlier_revision",
            "They stood in an earlier text of the statement; now they do not.",
        )
    return hit.wording, ""


def _say_between(hit: Hit) -> list[str]:
    return [
        f"Between the parts, {_say_count(words)} of the record are left out without a mark."
        for words in hit.between
    ]


def _say_count(words: str) -> str:
    count = len(words.split())
    return f"{count} word{'' if count == 1 else 's'}"


def _say_doubts(hit: Hit, asked: Asked) -> list[str]:
    candidate, doubts = hit.candidate, []
    if not hit.is_own and not hit.is_alien:
        doubts.append(
            "Whether the record means the same speaker is not known."
            if candidate.speaker_ids
            else "The record does not say who speaks here."
        )
    if (days := _days_after(hit, asked)) > _DAYS_AFTER:
        doubts.append(f"The statement is dated {days} days after the article.")
    if not hit.is_kept and not candidate.is_latest:
        doubts.append("This is an earlier text of the statement.")
    if not hit.is_kept and candidate.state in _GONE:
        doubts.append("The statement is no longer published.")
    return doubts


def _others(hit: Hit, sure: Sequence[Hit]) -> tuple[tuple[str, int], ...]:
    """Give further statements that have the same words as well, the likeliest first."""
    found: dict[str, int] = {}
    for other in sure if hit.is_kept else ():
        if other.is_kept and other.candidate.statement_id != hit.candidate.statement_id:
            found.setdefault(other.candidate.statement_id, other.candidate.revision)
    return tuple(found.items())[:_MOST_OTHERS]


def _say_too_short(reading: Reading) -> str:
    return f"It has {reading.count} words; it takes {LEAST_WORDS} to tell one saying from another."

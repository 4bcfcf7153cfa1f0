"""The plain words in which reports say what became of a quotation."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from analysis.quotes.finding import Change, Flag, Verdict
from onrecord.checking.checked import CheckedQuote, Coverage, Match, SourceCoverage

ORDER: tuple[Verdict, ...] = (
    "verbatim",
    "marked_edits",
    "trivial",
    "altered",
    "spliced",
    "other_speaker",
    "several_sources",
    "translated",
    "earlier_revision",
    "too_short",
    "not_on_record",
)

MEANINGS: dict[Verdict, str] = {
    "verbatim": "The words are those of the record.",
    "marked_edits": "The words are those of the record; every edit is marked as one.",
    "trivial": "The words are those of the record; only how they are written differs.",
    "altered": "The words differ from those of the record, and nothing marks it.",
    "spliced": "Words from different places are printed as if said together.",
    "other_speaker": "The words are on record, from somebody else.",
    "several_sources": "Each part is on record, in a statement of its own.",
    "translated": "The words are on record in another language version.",
    "earlier_revision": "The words are on record, in a text that has been changed or taken down.",
    "too_short": "So few words, or such common ones, prove nothing.",
    "not_on_record": "The words were not found in what was collected; they may have been said.",
}
"""What a verdict says, in a sentence that claims no more than it does."""

_STATES = {
    "live": "published when last looked at",
    "suspect": "not found at the last look",
    "gone": "no longer published",
    "moved": "moved to another address",
    "withdrawn": "withdrawn by its publisher",
    "unchecked": "not looked at since it was taken in",
}
_FLAGS: dict[Flag, str] = {
    "number": "a number",
    "negation": "a negation",
    "name": "a name",
    "date": "a date",
    "tense": "the tense",
    "modal": "how firmly it is said",
    "opposite": "an opposite",
}


def short_name(verdict: Verdict) -> str:
    """Name a verdict in a list or a count.

    >>> short_name("not_on_record")
    'not on record'
    """
    return verdict.replace("_", " ")


def say_verdict(quote: CheckedQuote) -> str:
    """Name the verdict and, for a difference that is not marked, how much it matters."""
    weight = {"minor": " (the wording)", "meaning": " (may change the meaning)"}
    return short_name(quote.verdict) + weight.get(quote.severity, "")


def say_counts(quotes: Sequence[CheckedQuote]) -> str:
    """Count the verdicts in one line."""
    if not quotes:
        return "No quotations."
    counts = Counter(quote.verdict for quote in quotes)
    each = ", ".join(f"{counts[key]} {short_name(key)}" for key in ORDER if counts[key])
    return f"{len(quotes)} quotation{'' if len(quotes) == 1 else 's'}: {each}"


def say_change(change: Change) -> str:
    """Say one difference in words, and why it may matter."""
    printed, said = f"“{change.printed}”", f"“{change.said}”"
    told = {
        "replaced": f"{printed} is printed where {said} was said",
        "dropped": f"{said} was said and is not printed",
        "added": f"{printed} is printed and was not said",
        "omitted": f"{said} is left out at an ellipsis",
        "inserted": f"{printed} is put in, in brackets",
        "spelling": f"{printed} is how {said} is written",
    }[change.kind]
    about = [_FLAGS[flag] for flag in change.flags]
    if change.note:
        about.append(change.note)
    return f"{told} ({', '.join(about)})" if about else told


def say_moment(text: str | None) -> str:
    """Say a moment in UTC, to the minute; a date alone, and what is no date, stay as they are.

    >>> say_moment("2020-09-02T20:10:31Z"), say_moment("2020-09")
    ('2020-09-02 20:10 UTC', '2020-09')
    """
    if not text or "T" not in text:
        return text or "undated"
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return text


def say_speaker(quote: CheckedQuote) -> str:
    """Say whom the article gives the words to, and whether the register knows them."""
    if quote.speaker is None:
        return "nobody by name"
    return quote.speaker if quote.speaker_id else f"{quote.speaker}, whom the register cannot tell"


def say_source(match: Match) -> str:
    """Say who said it, where and when."""
    who = f"{match.speaker}, {match.office}" if match.speaker else match.office
    title = f" “{match.title}”" if match.title else ""
    return f"{who}: {match.kind.replace('_', ' ')}{title}, {say_moment(match.published_at)}"


def say_evidence(match: Match) -> str:
    """Say which text it is, when it was captured and how it stands."""
    state = _STATES.get(match.state, match.state)
    if match.state == "gone" and match.first_missed_at:
        state += f", first missed on {say_moment(match.first_missed_at)}"
    elif match.state in {"suspect", "moved", "withdrawn"} and match.state_since:
        state += f", since {say_moment(match.state_since)}"
    captured = say_moment(match.captured_at)
    return f"{match.statement}, revision {match.revision}, captured {captured}; {state}"


def say_coverage(coverage: Coverage) -> list[str]:
    """Say what a "not found" rests on: the note, then each source in a sentence."""
    searched = f"{coverage.statements:,} statements were searched."
    return [coverage.note, *map(say_source_coverage, coverage.sources), searched]


def say_source_coverage(source: SourceCoverage) -> str:
    """Say what was collected from one source, and what is known to be missing."""
    if source.first_published_at and source.last_published_at:
        first, last = source.first_published_at[:10], source.last_published_at[:10]
        span = f"{source.statements:,} in that time; it is covered from {first} to {last}"
    else:
        span = f"{source.statements:,} in that time"
    read = source.last_good_crawl_at
    looked = f"last read without a fault {say_moment(read)}" if read else "taken in from a file"
    gaps = "".join(f" Missing: {gap}" for gap in source.gaps)
    return f"{source.office} ({source.source}): {span}; {looked}.{gaps}"

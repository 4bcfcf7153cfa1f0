"""Checking: what became of each quotation of an article, by what the archive holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from sqlite_utils import Database

from analysis.quotes import Quote, extract_quotes
from analysis.quotes.finding import Asked, Finding
from analysis.quotes.judge import judge
from analysis.spans import Span
from archive.clock import utc_now, utc_text
from archive.passages.finding import Passage, find_candidates
from archive.passages.rarity import rarity
from archive.told_fates import last_turn
from onrecord.checking.checked import CheckedArticle, CheckedQuote, Coverage, Match
from onrecord.checking.coverage import NEAR, account_note, coverage_for
from onrecord.checking.speakers import Known, Register
from spiders.articles import Article, EmbeddedPost

_RESTS_ON_COVERAGE = frozenset({"not_on_record", "other_speaker"})
_YEAR = timedelta(days=366)
_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Told:
    """What the user tells of an article, over what it says itself."""

    speaker: str | None = None
    """Who said everything that the article gives to nobody."""

    on: date | None = None
    """The day of the article."""

    near: timedelta | None = None
    """Only statements that are at most so much older are looked at; None for all."""


NOTHING_TOLD = Told()


class Checker:
    """Checks quotations against one archive; it reads the register once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._register = Register.of(db)
        self._rarity = rarity(db)

    def check(self, article: Article, told: Told = NOTHING_TOLD) -> CheckedArticle:
        """Check every quotation and embedded post of an article, in their order."""
        on = told.on or article.published_on
        told = replace(told, on=on)
        posts = [post for post in article.posts if post.text]
        inside = [post.span for post in posts if post.span]
        quotes = [
            self._check_extracted(quote, article, told)
            for quote in extract_quotes(article.text, article.blocks, article.signatures)
            if not any(start <= quote.start and quote.end <= end for start, end in inside)
        ]
        quotes += [self._check_embedded(post, article, told) for post in posts]
        return CheckedArticle(
            article.url,
            article.title,
            on.isoformat() if on else None,
            article.publisher,
            article.text,
            tuple(sorted(quotes, key=lambda each: (each.start is None, each.start or 0))),
            _now(),
        )

    def check_quote(
        self, quote: str, *, speaker: str | None = None, told: Told = NOTHING_TOLD
    ) -> CheckedQuote:
        """Check words that come without an article."""
        known = self._register.who(speaker, "", told.on)
        return self.checked(quote, (), speaker, known, told)

    def check_post(self, article: Article, told: Told = NOTHING_TOLD) -> CheckedArticle:
        """Check a text that is one post, as it was pasted or read off a picture.

        `told.speaker` may be a handle, as `@maraode` or `x/maraode`, or a name.
        """
        words, speaker = article.text, told.speaker
        is_handle = speaker is not None and (speaker[:1] == "@" or "/" in speaker)
        handle = f"@{speaker.rpartition('/')[2].lstrip('@')}" if speaker and is_handle else None
        known = self._register.who(handle or speaker, "", told.on)
        span = 0, len(words)
        checked = self.checked(words, (span,), speaker, known, told)
        if is_handle:
            checked = self._with_account(checked, speaker)
        on = told.on.isoformat() if told.on else None
        return CheckedArticle(
            article.url, article.title, on, article.publisher, words, (checked,), _now()
        )

    def _check_extracted(self, quote: Quote, article: Article, told: Told) -> CheckedQuote:
        speaker = quote.speaker or told.speaker
        known = self._register.who(speaker, article.text, told.on)
        breaks = _breaks(quote.parts, article.text)
        return self.checked(quote.text, quote.parts, speaker, known, told, breaks)

    def _check_embedded(self, post: EmbeddedPost, article: Article, told: Told) -> CheckedQuote:
        handle = post.account and post.account.rpartition("/")[2]
        known = self._register.who(handle and f"@{handle}", article.text, told.on)
        parts = (post.span,) if post.span else ()
        name = known.names[0] if known.person_id and known.names else post.account
        checked = self.checked(post.text, parts, name, known, told)
        return self._with_account(checked, post.account)

    def _with_account(self, checked: CheckedQuote, account: str | None) -> CheckedQuote:
        if checked.verdict != "not_on_record" or account is None:
            return checked
        return replace(checked, reasons=(*checked.reasons, account_note(self._db, account)))

    def checked(
        self,
        words: str,
        parts: Sequence[Span],
        speaker: str | None,
        known: Known,
        told: Told,
        breaks: Sequence[int] = (),
    ) -> CheckedQuote:
        """Check words whose speaker has been looked up in the register.

        `parts` are their places in the article, `breaks` the characters of `words` before which
        the article says something between.
        """
        asked = self._asked(speaker, known, told.on)
        passages = [
            each
            for each in find_candidates(self._db, words, speaker_ids=asked.speaker_ids)
            if _is_near(each, told)
        ]
        finding = judge(words, passages, asked, self._rarity, breaks)
        matches = self._matches(finding, passages)
        return CheckedQuote(
            words,
            parts[0][0] if parts else None,
            parts[-1][1] if parts else None,
            tuple(parts),
            tuple(breaks),
            speaker,
            known.person_id,
            finding.verdict,
            finding.severity,
            finding.changes,
            tuple(_reasons(finding, speaker, known)),
            matches[0] if matches else None,
            tuple(matches[1:]),
            self._coverage(finding, speaker, known, told),
        )

    def _asked(self, speaker: str | None, known: Known, on: date | None) -> Asked:
        sources = self._register.sources_of(known.person_ids, on and on - _YEAR, on)
        is_given = speaker is not None and not _is_impersonal(speaker)
        return Asked(known.person_ids, known.offices | sources, is_given, on)

    def _coverage(
        self, finding: Finding, speaker: str | None, known: Known, told: Told
    ) -> Coverage | None:
        if finding.verdict not in _RESTS_ON_COVERAGE:
            return None
        near = told.near or NEAR
        return coverage_for(self._db, known, speaker=speaker, on=told.on, near=near)

    def _matches(self, finding: Finding, passages: Sequence[Passage]) -> list[Match]:
        """Give the passage that was found, then further statements with words of the quotation."""
        if finding.statement_id is None or finding.said_at is None:
            return []
        texts = {(each.statement_id, each.revision): each for each in passages}
        first = finding.statement_id, finding.revision or 0
        stretches: dict[tuple[str, int], list[Span]] = {}
        for part in finding.parts:
            stretches.setdefault((part.statement_id, part.revision), []).append(part.said_at)
        found = [self._match(texts[first], stretches.get(first, []) or [finding.said_at])]
        found += [self._match(texts[other], stretches.get(other, [])) for other in finding.others]
        return found

    def _match(self, passage: Passage, spans: Sequence[Span]) -> Match:
        (speaker_id,) = passage.speaker_ids if len(passage.speaker_ids) == 1 else (None,)
        turn = last_turn(self._db, passage.statement_id, passage.state)
        return Match(
            passage.statement_id,
            passage.revision,
            passage.source,
            passage.office,
            passage.kind,
            passage.title,
            passage.url,
            self._register.name_of(speaker_id) if speaker_id else passage.speaker,
            speaker_id,
            passage.published_at,
            passage.captured_at,
            passage.state,
            passage.text,
            min((start for start, _ in spans), default=0),
            max((end for _, end in spans), default=0),
            tuple(spans) if len(spans) > 1 else (),
            turn.at if turn else None,
            turn.first_missed_at if turn else None,
        )


def _now() -> str:
    return utc_text(utc_now())


def _breaks(parts: Sequence[Span], text: str) -> tuple[int, ...]:
    """Give the characters of the joined parts at which one begins after words of the article.

    Where only a paragraph ends and the marks open again, the quotation claims to go on.
    """
    breaks, at = [], 0
    for (start, end), (following, _) in pairwise(parts):
        at += end - start + 1
        if any(map(str.isalpha, text[end:following])):
            breaks.append(at)
    return tuple(breaks)


def _is_impersonal(speaker: str) -> bool:
    """Tell whether words for a speaker name nobody: "the ministry", "officials"."""
    return not any(word[0].isupper() for word in speaker.split()[1:]) and (
        speaker[0].islower() or speaker.split(maxsplit=1)[0].lower() in {"the", "a", "an"}
    )


def _is_near(passage: Passage, told: Told) -> bool:
    if told.near is None or told.on is None or not passage.published_at:
        return True
    if len(passage.published_at) < len("2026-01-01"):
        return True
    day = date.fromisoformat(passage.published_at[:10])
    return told.on - told.near <= day <= told.on + _AFTER


def _reasons(finding: Finding, speaker: str | None, known: Known) -> list[str]:
    reasons = list(finding.reasons)
    if speaker and known.why_not and finding.verdict != "too_short":
        reasons.append(f"Who “{speaker}” is in the register is not known: {known.why_not}.")
    return reasons

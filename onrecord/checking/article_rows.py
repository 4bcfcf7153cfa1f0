"""Article rows: a checked article as the archive keeps it, and what of it a recheck goes by."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from analysis.normalise import text_sha256
from archive.article_records import (
    ArticleRow,
    FindingRow,
    OpenQuote,
    PassageRow,
    QuoteRow,
    SpeakingOffice,
)
from onrecord.checking.checked import CheckedArticle, CheckedQuote, Match
from onrecord.checking.speakers import Known, Register

_UNTOLD = "the article did not tell when it was read"


def article_row(
    checked: CheckedArticle,
    register: Register,
    *,
    addresses: Sequence[str] = (),
    checked_seq: int = 0,
) -> ArticleRow:
    """Give what is kept of a checked article; `addresses` lead to it, besides its own.

    `checked_seq` is the last line of the ledger whose text was searched, 0 if that is not known.
    """
    return ArticleRow(
        url=checked.url,
        addresses=tuple(addresses),
        title=checked.title,
        publisher=checked.publisher,
        published_on=checked.published_on,
        text_sha256=text_sha256(checked.text),
        read_at=checked.checked_at,
        checked_seq=checked_seq,
        quotes=tuple(_quote_row(quote, checked, register) for quote in checked.quotes),
    )


def finding_row(quote: CheckedQuote) -> FindingRow:
    """Give what is kept of a verdict."""
    return FindingRow(
        verdict=quote.verdict,
        severity=quote.severity,
        changes=tuple(asdict(change) for change in quote.changes),
        reasons=quote.reasons,
        passage=_passage(quote.match) if quote.match else None,
        others=tuple(map(_passage, quote.others)),
    )


def known_then(quote: OpenQuote, register: Register) -> Known:
    """Tell whom a recorded quotation is given to, without the article around it.

    That is whom the article meant when it was read. Where that was nobody of the register, a whole
    name that somebody bears by now is taken for theirs, since no article is needed for that.
    """
    if quote.speaker_id:
        name = register.name_of(quote.speaker_id)
        persons = frozenset({quote.speaker_id})
        return Known(persons, quote.speaker_id, (name,) if name else ())
    if quote.office:
        persons, sources = frozenset(quote.office.person_ids), frozenset(quote.office.sources)
        return Known(persons, None, (), None, sources)
    on = date.fromisoformat(quote.published_on) if quote.published_on else None
    known = register.who(quote.speaker, "", on)
    if known.person_id and quote.speaker == register.name_of(known.person_id):
        return known
    return Known(why_not=_UNTOLD)


def _quote_row(quote: CheckedQuote, checked: CheckedArticle, register: Register) -> QuoteRow:
    is_placed = quote.start is not None and quote.end is not None
    return QuoteRow(
        words=quote.quote,
        span=(quote.start or 0, quote.end or 0) if is_placed else None,
        parts=quote.parts,
        breaks=quote.breaks,
        speaker=quote.speaker,
        speaker_id=quote.speaker_id,
        office=_office(quote, checked, register),
        finding=finding_row(quote),
    )


def _office(
    quote: CheckedQuote, checked: CheckedArticle, register: Register
) -> SpeakingOffice | None:
    """Name the office to which the article gives a quotation, which a recheck could not tell."""
    if not quote.speaker or quote.speaker_id:
        return None
    platform, slash, handle = quote.speaker.rpartition("/")
    is_account = bool(slash) and platform.isalpha()
    on = date.fromisoformat(checked.published_on) if checked.published_on else None
    known = register.who(f"@{handle}" if is_account else quote.speaker, checked.text, on)
    if known.person_id or not known.offices:
        return None
    return SpeakingOffice(tuple(sorted(known.offices)), tuple(sorted(known.person_ids)))


def _passage(match: Match) -> PassageRow:
    said = (match.start, match.end) if match.end > match.start else None
    return PassageRow(match.statement, match.revision, said)

"""The report for search engines and fact-check tools: JSON-LD in the manner of ClaimReview."""

from typing import Any

from onrecord.checking.checked import CheckedArticle, CheckedQuote, Match
from onrecord.checking.marked_words import passage_of
from onrecord.checking.verdict_words import MEANINGS, say_verdict

Json = dict[str, Any]


def claim_reviews(article: CheckedArticle, *, url: str | None = None) -> Json:
    """Give one ClaimReview for each quotation that was compared; `url` is where it will stand.

    What was too short was not compared. No verdict becomes a number: `ratingValue` is left out,
    because "not on record" lies on no scale between true and false.
    """
    reviews = [_review(article, each, url) for each in article.quotes if _is_compared(each)]
    return {"@context": "https://schema.org", "@graph": reviews}


def _is_compared(quote: CheckedQuote) -> bool:
    return quote.verdict != "too_short"


def _review(article: CheckedArticle, quote: CheckedQuote, url: str | None) -> Json:
    return _known(
        {
            "@type": "ClaimReview",
            "url": url,
            "datePublished": article.checked_at,
            "author": {"@type": "Organization", "name": "On Record (automatic comparison)"},
            "claimReviewed": quote.quote,
            "itemReviewed": _claim(article, quote),
            "reviewRating": {
                "@type": "Rating",
                "alternateName": _rating(quote),
                "ratingExplanation": " ".join([MEANINGS[quote.verdict], *quote.reasons]),
            },
        }
    )


def _claim(article: CheckedArticle, quote: CheckedQuote) -> Json:
    author = None
    if quote.speaker:
        # Whom the register does not know may be a person or an office: no type is claimed.
        kind = {"@type": "Person", "identifier": quote.speaker_id} if quote.speaker_id else {}
        author = {**kind, "name": quote.speaker}
    return _known(
        {
            "@type": "Claim",
            "author": author,
            "appearance": _appearance(article),
            "isBasedOn": [_statement(match) for match in _sources(quote)] or None,
        }
    )


def _appearance(article: CheckedArticle) -> Json | None:
    told = {
        "url": article.url,
        "headline": article.title,
        "datePublished": article.published_on,
        "publisher": article.publisher and {"@type": "Organization", "name": article.publisher},
    }
    return _known({"@type": "Article", **told}) if any(told.values()) else None


def _sources(quote: CheckedQuote) -> list[Match]:
    others = quote.others if quote.verdict == "several_sources" else ()
    return [quote.match, *others] if quote.match else []


def _statement(match: Match) -> Json:
    return _known(
        {
            "@type": "CreativeWork",
            "identifier": f"{match.statement}, revision {match.revision}",
            "url": match.url,
            "name": match.title,
            "datePublished": match.published_at,
            "text": passage_of(match),
        }
    )


def _rating(quote: CheckedQuote) -> str:
    said = say_verdict(quote)
    if quote.verdict == "not_on_record":
        resting = quote.coverage.note if quote.coverage else "not known"
        return f"{said} (coverage: {resting})"
    return said


def _known(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}

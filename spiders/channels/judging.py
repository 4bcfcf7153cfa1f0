"""Judging: what a channel makes of the kind of an answer."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from scrapy.http import Response

from archive.records import Capture
from spiders.answer_rules import AnswerRule, Kind
from spiders.answers import Answer, judge, led_away, seen_in
from spiders.identity import leads_nowhere
from spiders.items import AnswerItem

_OK = 200
NOT_READ = "nothing was read; a rule in 'answers' of the source file can say otherwise"


def answer_of(response: Response, rules: tuple[AnswerRule, ...]) -> Answer:
    """Say of what kind an answer is: as it was judged when it was kept, or now."""
    capture: Capture = response.meta["capture"]
    if capture.answer and capture.answer != "soft_404":  # of which it matters who knows it
        by: Any = "status" if capture.answer_reason == f"HTTP {response.status}" else "wall"
        return Answer(cast("Kind", capture.answer), capture.answer_reason, by)
    return judge(seen_in(response, rules))


def noted(answer: Answer, response: Response) -> Iterator[AnswerItem]:
    """Note of what kind an answer turned out to be, where it was judged and not seen at once."""
    capture: Capture = response.meta["capture"]
    as_judged = (capture.answer, capture.answer_reason)
    if capture.answer and as_judged != (answer.kind, answer.reason):
        yield AnswerItem(answer=answer.kind, reason=answer.reason or "", capture=capture)


def refused_list(
    response: Response, answer: Answer, told: str, lists: Iterable[str]
) -> tuple[Answer, str] | None:
    """Say what stands in the place of a list, and that in words; None where it is a list.

    `told` is a status with what the publisher says of it, `lists` where lists stand.
    """
    asked = asked_url(response)
    if response.status != _OK:
        return answer, f"{response.url} answered {told}"
    if answer.kind != "ok":
        return answer, f"{response.url} gave {answer.reason}: {NOT_READ}"
    if leads_nowhere(response.url) and not (asked == response.url or leads_nowhere(asked)):
        return led_away(response.url, lists), f"{asked} redirects to {response.url}"
    return None


def asked_url(response: Response) -> str:
    """Name the address that was asked for, wherever that led."""
    asked: str = next(iter(response.meta.get("redirect_urls", ())), response.url)
    return asked

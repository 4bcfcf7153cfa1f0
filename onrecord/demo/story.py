"""What the demo must find: counts and events, computed from the statements themselves."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onrecord.demo import defence, foreign, premier, social
from onrecord.demo.statements import DAYS, SOURCES, Statement, office

_PATHS: Mapping[str, Callable[[Statement], str]] = {
    "xo_mfa": foreign.path_of,
    "xt_mod": defence.path_of,
    "xt_pm": premier.path_of,
}
_IDS: Mapping[str, Callable[[Statement], str]] = {
    "xo_mfa": foreign.native_id,
    "xt_mod": defence.native_id,
    "xt_pm": premier.native_id,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What becomes of one statement after day one; an edit also has its words and its note."""

    source: str
    native_id: str
    url: str
    title: str
    old: str | None = None
    new: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an archive of the demo holds."""

    statements: Mapping[str, int]
    """Statements of day one, by source."""
    posts: int
    """How many of the statements are posts."""
    earlier_wordings: int
    """What their server tells of what edited posts said before."""
    speakers: Mapping[str, int]
    """Statements of day one, by speaker."""
    languages: Mapping[str, int]
    """Statements of day one, by language; one that is only passed on has no words of its own."""
    silent_edit: Event
    noted_edit: Event
    added: Event
    vanished: Event
    """What is not there from day two on."""
    returned: Event
    """What is not there on days two and three."""
    missed: Event
    """What is not there on the last day."""

    @property
    def day_one(self) -> int:
        """Count the statements, and so the revisions, after day one."""
        return sum(self.statements.values())

    @property
    def day_two(self) -> int:
        """Count the statements after day two: one more, and none is ever lost."""
        return self.day_one + 1

    @property
    def revisions(self) -> int:
        """Count the revisions after day two: one of each statement, and one of each edit."""
        return self.day_two + self.earlier_wordings + 2


def expected(base_url: str) -> Expected:
    """Compute what a crawl of the demo's web must bring, on each day."""
    day_one = [(source, each) for source in SOURCES for each in office(source).published(1)]
    posted = [(account, post) for account in social.profiles() for post in account.posts]
    events = {
        _event_kind(each): _event(source, each, base_url)
        for source in SOURCES
        for each in office(source).statements
        if each.edit or each.absent_on
    }
    return Expected(
        statements=Counter(
            [*(source for source, _ in day_one), *(account.source for account, _ in posted)]
        ),
        posts=len(posted),
        earlier_wordings=sum(len(each.earlier) for _, each in posted),
        speakers=Counter(
            [
                *(each.speaker for _, each in day_one if each.speaker),
                *(account.name for account, _ in posted),
            ]
        ),
        languages=Counter(
            [
                *(each.language for _, each in day_one),
                *(each.language for _, each in posted if not each.repost_of),
            ]
        ),
        silent_edit=events["silent_edit"],
        noted_edit=events["noted_edit"],
        added=events["added"],
        vanished=events["vanished"],
        returned=events["returned"],
        missed=events["missed"],
    )


def url_of(source: str, statement: Statement, base_url: str) -> str:
    """Name the page of a statement."""
    return base_url + _PATHS[source](statement)


def _event_kind(statement: Statement) -> str:
    if statement.edit:
        return "noted_edit" if statement.edit.note else "silent_edit"
    if 1 in statement.absent_on:
        return "added"
    if DAYS[-1] not in statement.absent_on:
        return "returned"
    return "missed" if statement.absent_on == DAYS[-1:] else "vanished"


def _event(source: str, statement: Statement, base_url: str) -> Event:
    edit = statement.edit
    return Event(
        source=source,
        native_id=_IDS[source](statement),
        url=url_of(source, statement, base_url),
        title=statement.title,
        old=edit.old if edit else None,
        new=edit.new if edit else None,
        note=edit.note if edit else None,
    )

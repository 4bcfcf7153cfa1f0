"""Finding: what a quotation turned out to be, and how it differs from what was really said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from analysis.spans import Span

Verdict = Literal[
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
]

Severity = Literal["none", "trivial", "minor", "meaning"]
"""How much a difference matters: not at all, to nobody, to the wording, to what is said."""

Flag = Literal["number", "negation", "name", "date", "tense", "modal", "opposite"]
"""Why a change may change the meaning."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what is printed and what was said."""

    kind: Literal["replaced", "dropped", "added", "omitted", "inserted", "spelling"]
    """`dropped` words are in the record only, `added` ones in print only; `omitted` at an ellipsis
    and `inserted` in brackets are marked as edits; `spelling` is how the same word is written."""

    printed: str
    """The words as printed, empty if there are none."""

    said: str
    """The words of the record, empty if there are none."""

    printed_at: Span
    """Where they stand in the quotation; an empty span where nothing stands for them."""

    said_at: Span
    """Where they stand in the text of the record."""

    severity: Severity
    flags: tuple[Flag, ...] = ()
    note: str = ""
    """What exactly differs if it is not the word: `case`, `&`, `per cent` ..."""


class Candidate(Protocol):
    """A text of the record in which a quotation may stand."""

    @property
    def statement_id(self) -> str:
        """Its statement."""

    @property
    def source(self) -> str:
        """The source that published it."""

    @property
    def revision(self) -> int:
        """Its number among the texts of that statement, from 1."""

    @property
    def is_latest(self) -> bool:
        """Whether no later text of that statement is known."""

    @property
    def state(self) -> str:
        """The state of the statement: live, suspect, gone, withdrawn ..."""

    @property
    def text(self) -> str:
        """The normalised text."""

    @property
    def stretches(self) -> tuple[Span, ...]:
        """The stretches of the text that are worth reading, in order."""

    @property
    def kind(self) -> str:
        """What the statement is: post, press_release, speech ..."""

    @property
    def language(self) -> str | None:
        """ISO 639-1."""

    @property
    def speaker_ids(self) -> frozenset[str]:
        """Who speaks by the record; empty if the record does not know."""

    @property
    def published_at(self) -> str | None:
        """When it was published, ISO 8601, as exactly as known."""

    @property
    def is_repost(self) -> bool:
        """Whether it only hands on what somebody else posted."""

    @property
    def is_translation(self) -> bool:
        """Whether it is a language version of another statement."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a quotation and the stretch of the record it was taken from."""

    printed_at: Span
    statement_id: str
    revision: int
    said_at: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a quotation besides its words."""

    speaker_ids: frozenset[str] = frozenset()
    """Whom it is given to, by the register; empty if nobody could be told."""

    sources: frozenset[str] = frozenset()
    """The sources of those persons: what they publish without naming a speaker is theirs too."""

    is_given: bool = False
    """Whether the article gives it to somebody, known to the register or not."""

    on: date | None = None
    """When the article was published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one quotation and what it rests on."""

    verdict: Verdict
    statement_id: str | None = None
    revision: int | None = None
    said_at: Span | None = None
    """The passage in the text of that revision, from its first to its last matched word."""

    parts: tuple[Part, ...] = ()
    changes: tuple[Change, ...] = ()
    severity: Severity = "none"
    wording: Literal["verbatim", "marked_edits", "trivial", "altered", "spliced"] | None = None
    """How the words compare, also where the verdict is about whose or which text they are."""

    share: float = 0.0
    """The share of the printed words, weighted by rarity, that the passage has, from 0 to 1."""

    reasons: tuple[str, ...] = ()
    """Sentences for a reader that say why."""

    others: tuple[tuple[str, int], ...] = ()
    """Further statements and revisions that hold the same words."""


Rarity = Callable[[str], float]
"""How rare a word in lower case is in the record, from 0 (in every text) to 1 (in none)."""

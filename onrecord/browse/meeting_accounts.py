"""Two accounts side by side: what both tell, and what only one of them does."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.accounts import Accounts, compare_accounts
from analysis.spans import Span
from onrecord.browse import moments
from onrecord.browse.country_names import Names, country_names
from onrecord.browse.page_frame import NotThereError
from onrecord.browse.posts import say_heading
from onrecord.browse.reader import Reader, Row, TemplateVars

_LONGEST = 60_000
"""Characters of an account beyond which it is too long to be compared on a page."""

_NEAR = 2
_DAY = len("2031-03-05")
_NUMBER = "number"
_STATEMENT = (
    "SELECT s.*, o.timezone FROM statements AS s LEFT JOIN sources AS o ON o.name = s.source "
    "WHERE s.id = :id"
)
_MENTIONS = (
    "SELECT m.kind, m.entity_id AS id, m.start_at, m.end_at, e.name FROM mentions AS m "
    "LEFT JOIN entities AS e ON e.kind = m.kind AND e.id = m.entity_id "
    "WHERE m.text_sha256 = :sha ORDER BY m.start_at LIMIT 1000"
)
_SPEAKING = (
    "SELECT DISTINCT h.person_id FROM sources AS o JOIN holders AS h ON h.source = o.name "
    "WHERE o.country = :country LIMIT 1000"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a sentence; `only` says what stands in this account alone, a name or a number."""

    text: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences side by side: counterparts, or those of each account that have none."""

    one: Sequence[Sequence[Piece]]
    other: Sequence[Sequence[Piece]]
    are_counterparts: bool


@dataclass(slots=True)
class Account:
    """One statement, as it is compared."""

    statement: Row
    mentions: Sequence[Row]
    speaking: frozenset[str]
    """The people who speak for its country."""

    marks: list[tuple[Span, str]] = field(default_factory=list)
    """Where it says what the other does not: names and numbers."""

    names_only: list[tuple[str, str]] = field(default_factory=list)
    numbers_only: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Give its words; none where they are not kept."""
        return str(self.statement["text"] or "")

    @property
    def heading(self) -> str:
        """Give its title or first words."""
        return say_heading(self.statement)

    @property
    def published(self) -> str:
        """Say when it was published."""
        row = self.statement
        return moments.say_published(
            row["published_at"], row["published_precision"], row["timezone"]
        )

    @property
    def day(self) -> date | None:
        """Give the day it was delivered or published, if that is known so exactly."""
        said = self.statement["delivered_on"] or self.statement["published_at"] or ""
        try:
            return date.fromisoformat(said[:_DAY]) if len(said) >= _DAY else None
        except ValueError:
            return None

    def named(self) -> set[tuple[str, str]]:
        """Give whom it names."""
        return {(row["kind"], row["id"]) for row in self.mentions}

    def names_side_of(self, other: "Account") -> bool:
        """Tell whether it names the other's country, an office of it or who speaks for it."""
        country = other.statement["country"]
        return any(
            (kind == "country" and each == country)
            or (kind == "office" and each.startswith(f"{country}_"))
            or (kind == "person" and each in other.speaking)
            for kind, each in self.named()
        )

    def pieces(self, span: Span) -> list[Piece]:
        """Give a stretch of its words with what stands here alone."""
        found, at = [], span[0]
        for (start, end), only in self.marks:
            if at <= start and end <= span[1]:
                found += [Piece(self.text[at:start]), Piece(self.text[start:end], only)]
                at = end
        found.append(Piece(self.text[at : span[1]]))
        return [piece for piece in found if piece.text]


async def read_accounts(reader: Reader) -> TemplateVars:
    """Read two statements and compare them.

    Raises:
        NotThereError: one of them is not in the archive, or they are one.
    """
    ids = reader.asked("a"), reader.asked("b")
    if ids[0] == ids[1]:
        raise NotThereError("Two different statements are needed, as a and b")
    one, other = await _read(reader, ids[0]), await _read(reader, ids[1])
    names = await country_names(reader)
    found: TemplateVars = {
        "one": one,
        "other": other,
        "names": names,
        "blocks": [],
        "compared": None,
        **_judged(one, other, names),
    }
    if one.text and other.text and max(len(one.text), len(other.text)) <= _LONGEST:
        found["compared"] = compared = await asyncio.to_thread(_compared, one, other)
        found["blocks"] = list(_blocks(compared, one, other))
    found["why_not"] = _say_why_not(one, other, found["compared"])
    return found


async def _read(reader: Reader, statement_id: str) -> Account:
    statement = await reader.row(_STATEMENT, id=statement_id)
    if statement is None:
        raise NotThereError(f"No statement has the id “{statement_id}”")
    mentions = await reader.rows(_MENTIONS, sha=statement["text_sha256"])
    speaking = await reader.rows(_SPEAKING, country=statement["country"])
    return Account(statement, mentions, frozenset(row["person_id"] for row in speaking))


def _compared(one: Account, other: Account) -> Accounts:
    languages = one.statement["language"], other.statement["language"]
    compared = compare_accounts(one.text, other.text, *languages)
    _mark(one, other, compared.only_one)
    _mark(other, one, compared.only_other)
    return compared


def _mark(account: Account, other: Account, numbers: Sequence[Span]) -> None:
    """Mark what one account names that the other does not, in any words that we know."""
    there, text = other.named(), other.text.casefold()
    only: dict[tuple[str, str], str] = {}
    for row in account.mentions:
        span = row["start_at"], row["end_at"]
        words = account.text[slice(*span)]
        if (row["kind"], row["id"]) not in there and words and words.casefold() not in text:
            account.marks.append((span, row["kind"]))
            only.setdefault((row["kind"], row["id"]), row["name"] or words)
    account.marks += [(span, _NUMBER) for span in numbers]
    account.marks.sort()
    account.names_only = [(name, kind) for (kind, _), name in only.items()]
    account.numbers_only = list(dict.fromkeys(account.text[slice(*span)] for span in numbers))


def _blocks(compared: Accounts, one: Account, other: Account) -> Iterator[Block]:
    """Put counterparts in a block of their own, and what has none into the blocks between."""
    if not compared.is_aligned:
        yield Block(list(_paragraphs(one)), list(_paragraphs(other)), are_counterparts=False)
        return
    alone: tuple[list[list[Piece]], list[list[Piece]]] = [], []
    for side in compared.sides:
        ones = [one.pieces(span) for span in side.one]
        others = [other.pieces(span) for span in side.other]
        if not (ones and others):
            alone[0].extend(ones)
            alone[1].extend(others)
            continue
        if alone[0] or alone[1]:
            yield Block(*alone, are_counterparts=False)
            alone = [], []
        yield Block(ones, others, are_counterparts=True)
    if alone[0] or alone[1]:
        yield Block(*alone, are_counterparts=False)


def _paragraphs(account: Account) -> Iterator[list[Piece]]:
    at = 0
    for paragraph in account.text.split("\n\n"):
        yield account.pieces((at, at + len(paragraph)))
        at += len(paragraph) + 2


def _say_why_not(one: Account, other: Account, compared: Accounts | None) -> str:
    """Say why sentences are not set side by side."""
    if not (one.text and other.text):
        return "The words of one of them are not kept here, so they cannot be compared."
    if compared is None:
        return "One of them is too long to be compared on a page."
    languages = one.statement["language"], other.statement["language"]
    if compared.is_aligned:
        return ""
    if None in languages:
        return "The language of one is not known, so their sentences are not set side by side."
    if languages[0] != languages[1]:
        return (
            "They are in two languages, so their sentences are not set side by side. Numbers are "
            "compared where they are written in digits."
        )
    return "They have too many sentences to be set side by side."


def _judged(one: Account, other: Account, names: Names) -> TemplateVars:
    """Say what speaks for one meeting and what does not, and no more."""
    pro: list[str] = []
    contra: list[str] = []
    if one.day and other.day:
        apart = abs((one.day - other.day).days)
        said = {0: "They are of the same day", 1: "They are one day apart"}.get(
            apart, f"They are {apart} days apart"
        )
        (pro if apart <= _NEAR else contra).append(said)
    else:
        contra.append("The day of one of them is not known")
    for account, about in ((one, other), (other, one)):
        who, country = (names[each.statement["country"]] for each in (account, about))
        if account.names_side_of(about):
            pro.append(f"{who} names {country}, an office of it or somebody who speaks for it")
        else:
            contra.append(f"{who} is not known to name the side of {country}")
    if one.statement["source"] == other.statement["source"]:
        contra.append("Both come from one office")
    named = {(row["kind"], row["id"]): row["name"] for row in one.mentions}
    shared = sorted(str(named[key] or key[1]) for key in one.named() & other.named())
    return {"pro": pro, "contra": contra, "shared": shared}

"""Judging: whether what a crawl found in a feed is so unlike the good crawls before that it rots.

Statements are compared one by one with how they were read before, since a quiet week, a burst of
news or one long speech changes totals but no statement that is known. What only totals can tell
must be far from all that was usual.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from archive.shapes import Shape, Usual

FEWEST = 3
"""How many good crawls there must have been before anything but nothing at all is an alarm."""

_MANY = 10
_RECENT = 5
_LOST = 0.2
_CHANGED = 0.5
_HOLES = 0.3
"""A list of the last days is shorter after a burst, but leaves out its oldest items alone."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One way in which a feed is not read as it was."""

    kind: str
    """Its name, once for each feed and crawl."""

    words: str
    """What is found now, and what was usual."""


def alarms(shape: Shape, usual: Usual, *, lists_all: bool = True) -> Iterator[Alarm]:
    """Compare what a crawl found with what is usual.

    `lists_all` says whether the feed lists what it listed before, and not what is new alone.
    """
    earlier = usual.shapes
    if not earlier:
        return
    was = round(median(each.listed for each in earlier))
    if lists_all and shape.lists and not shape.listed and was:
        yield Alarm("nothing", f"nothing is listed, where {_many(was, 'item')} used to be")
    same = [each for each in earlier if each.reading == shape.reading]
    if len(same) < FEWEST:
        return
    lists = [each for each in same if each.lists]
    if lists_all and shape.listed and len(lists) >= FEWEST:
        yield from _listing(shape, lists)
    yield from _refusals(shape, same)
    yield from _one_by_one(shape, same)
    yield from _boilerplate(shape, same)
    yield from _news(shape, same)


def _listing(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    """Judge a list that has shrunk, and one of strangers that claim to have been there before."""
    unknown = shape.listed - shape.known_listed
    is_news = unknown == shape.listed and shape.old_listed * 2 < unknown
    counts = [each.first_listed for each in usual]
    middle = median(counts)
    spread = max(1.5 * median(abs(count - middle) for count in counts), 0.05 * middle)
    least = min(0.7 * min(counts), middle - 4 * spread)
    is_short = shape.first_listed < least and middle - shape.first_listed >= FEWEST
    news = sum(each.new_statements for each in usual[:-1])
    is_fixed = len(set(counts)) == 1 and news >= FEWEST  # a list of the last days would vary
    has_holes = shape.left_out >= max(FEWEST, _HOLES * usual[0].statements)
    if is_short and not is_news and (is_fixed or has_holes):
        yield Alarm(
            "fewer",
            f"only {_many(shape.first_listed, 'item')} on the first page, "
            f"where {round(middle)} used to be",
        )
    strange = sum(not each.known_listed for each in usual)  # such as the first crawl of all
    is_steady = strange <= max(1, 0.1 * len(usual))
    if shape.listed >= FEWEST and not shape.known_listed and is_steady and not is_news:
        known = round(median(each.known_listed for each in usual))
        yield Alarm(
            "strangers",
            f"all {shape.listed} listed items are unknown and most of them are not new, "
            f"where {known} known ones used to be listed again",
        )


def _refusals(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    tried = shape.statements + shape.refused
    before = [(each.refused, each.statements + each.refused) for each in usual]
    if _is_unusual(shape.refused, tried, before, _CHANGED):
        yield Alarm("unread", f"no text is found in {shape.refused} of {tried} pages")


def _one_by_one(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    """Judge how many known statements are read otherwise than before."""
    lost = {
        "texts_lost": "have no text any more",
        "texts_shrunk": "have become much shorter",
        "titles_lost": "have no title any more",
        "dates_lost": "have no date any more",
        "speakers_lost": "name no speaker any more",
    }
    changed = {
        "texts_changed": "have another text",
        "titles_changed": "have another title",
        "dates_changed": "have another date",
        "speakers_changed": "have another speaker",
    }
    for kind, words in (lost | changed).items():
        count = getattr(shape, kind)
        before = [(getattr(each, kind), each.compared) for each in usual]
        share = _LOST if kind in lost else _CHANGED
        if _is_unusual(count, shape.compared, before, share, few=kind in lost):
            of = f"{count} of {_many(shape.compared, 'known statement')}"
            yield Alarm(kind, f"{of} {words}{_lengths(kind, shape, usual)}")


def _lengths(kind: str, shape: Shape, usual: Sequence[Shape]) -> str:
    before = [each.length for each in usual if each.length is not None]
    if not kind.startswith("texts") or shape.length is None or not before:
        return ""
    return f" (a text has {shape.length:,} characters, and had {round(median(before)):,})"


def _boilerplate(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    before = [(each.same_text, each.statements) for each in usual]
    if _is_unusual(shape.same_text, shape.statements, before, _CHANGED):
        yield Alarm("same_text", f"{shape.same_text} of {shape.statements} have the same text")


def _news(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    """Judge new statements, which may be laid out otherwise while the known ones stay."""
    yield from _short_news(shape, usual)
    if not shape.new_statements:
        return
    names = {"new_dated": "date", "new_titled": "title", "new_spoken": "speaker"}
    for kind, name in names.items():
        recent, rest, have = shape.new_statements, list(usual), getattr(shape, kind)
        while recent < _RECENT and rest:
            latest = rest.pop(0)
            recent, have = recent + latest.new_statements, have + getattr(latest, kind)
        before = sum(each.new_statements for each in rest)
        had = sum(getattr(each, kind) for each in rest)
        if recent >= _RECENT and not have and before >= _MANY and had >= 0.9 * before:
            yield Alarm(kind, f"none of the last {recent} new statements has a {name}")


def _short_news(shape: Shape, usual: Sequence[Shape]) -> Iterator[Alarm]:
    before = [each.new_length for each in usual if each.new_length]
    if shape.new_statements < FEWEST or len(before) < _MANY or shape.new_length is None:
        return
    if shape.new_length < 0.2 * min(before):
        yield Alarm(
            "new_length",
            f"new texts have {shape.new_length:,} characters, and used to have "
            f"{round(median(before)):,}",
        )


def _is_unusual(
    count: int,
    of: int,
    before: Sequence[tuple[int, int]],
    share: float,
    *,
    few: bool = False,
) -> bool:
    """Tell whether so many of so many is a large share, and far more than ever.

    Of one or two nothing can be told, unless `few` says that all of two are enough.
    """
    if few and count == of == FEWEST - 1:
        return not any(part for part, _ in before)
    usual = sorted(part / whole for part, whole in before if whole >= FEWEST)
    most = usual[int(0.9 * (len(usual) - 1) + 0.5)] if usual else 0
    return count >= FEWEST and count >= share * of and count > 2 * most * of


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

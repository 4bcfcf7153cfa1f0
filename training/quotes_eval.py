"""Measure how quotations are found and attributed, on PolNeAR: `python -m training.quotes_eval`.

A gold quotation is the words that stand in quotation marks inside the content of an attribution,
four or more; of nested ones the outer. One is found if a part of ours shares most of its words
(intersection over union of characters at least .8). Its speaker is right if the words that we give
overlap the annotated source, or both name the same; and if neither has one.
"""

import argparse
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from analysis.quotes import Quote, extract_quotes
from analysis.spans import Span

CHECKOUT = Path(__file__).resolve().parents[1]
POLNEAR = CHECKOUT.parent / "shared" / "data" / "gold" / "polnear_train_dev.tar.gz"
_WORD = re.compile(r"\w[\w'’.-]*")  # noqa: RUF001
_CAPITALISED = re.compile(r"[A-Z][\w'’-]+")  # noqa: RUF001
_FEWEST_WORDS = 4
_SHARED = 0.8
_DOUBLE = re.compile(r"[\"“”]|''")
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)(.+?)[’'](?!\w)", re.DOTALL)  # noqa: RUF001


class Gold(NamedTuple):
    """A quotation as people marked it, and the spans of the words that name who said it."""

    start: int
    end: int
    sources: tuple[Span, ...]


class Article(NamedTuple):
    """An article's text and its quotations."""

    name: str
    text: str
    quotes: tuple[Gold, ...]


def read_polnear(part: str, path: Path = POLNEAR) -> Iterator[Article]:
    """Read `train` or `dev`; of two annotators' work the first, by file name."""
    texts: dict[str, str] = {}
    notes: dict[str, str] = {}
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda each: each.name):
            folder, _, name = member.name.removeprefix("./").rpartition("/")
            content = archive.extractfile(member)
            if content is None or not folder.startswith(part):
                continue
            if folder.endswith("text"):
                texts[Path(name).stem] = content.read().decode("utf-8")
            else:
                notes.setdefault(Path(name).stem.rpartition("_")[0], content.read().decode("utf-8"))
    for name, text in texts.items():
        if name in notes:
            yield Article(name, text, tuple(_golds(text, notes[name])))


def _golds(text: str, notes: str) -> list[Gold]:
    found: dict[Span, list[Span]] = {}
    for sources, content in _attributions(notes):
        for start, end in _merged(text, sorted(content)):
            for segment in _segments(text, start, end):
                found.setdefault(segment, []).extend(sources)
    outer: list[Gold] = []
    for (start, end), sources in sorted(found.items(), key=lambda one: (one[0][0], -one[0][1])):
        if outer and start < outer[-1].end:
            continue
        if len(_WORD.findall(text[start:end])) >= _FEWEST_WORDS:
            outer.append(Gold(start, end, tuple(sources)))
    return outer


def _attributions(notes: str) -> Iterator[tuple[list[Span], list[Span]]]:
    """Give the spans of source and of content of each attribution."""
    spans: dict[str, list[Span]] = {}
    events: list[list[str]] = []
    for line in notes.splitlines():
        fields = line.split("\t")
        if len(fields) < 2:  # noqa: PLR2004 - the words of a span may hold a line end
            continue
        if line.startswith("T"):
            places = fields[1].partition(" ")[2].split(";")
            pairs = [place.partition(" ") for place in places]
            spans[fields[0]] = [(int(start), int(end)) for start, _, end in pairs]
        elif line.startswith("E"):
            events.append(fields[1].split())
    for event in events:
        roles = [role.split(":") for role in event]
        yield (
            [s for name, at in roles if name.startswith("Source") for s in spans[at]],
            [s for name, at in roles if name.startswith("Content") for s in spans[at]],
        )


def _merged(text: str, spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if (
            merged
            and not text[merged[-1][1] : start].strip(' "“”')
            and "\n" not in text[merged[-1][1] : start]
        ):
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _segments(text: str, start: int, end: int) -> Iterator[Span]:
    """Find what stands in marks inside a content, paragraph by paragraph."""
    if start and text[start - 1] in '"“':
        start -= 1
    if text[end : end + 1] in {'"', "”"}:
        end += 1
    if not _DOUBLE.search(text, start, end):
        for match in _SINGLE.finditer(text, max(0, start - 1), min(len(text), end + 1)):
            yield from _trimmed(text, match.start(1), match.end(1))
    at = start
    for line in text[start:end].split("\n"):
        yield from _segments_of_line(text, at, at + len(line), end)
        at += len(line) + 1


def _segments_of_line(text: str, start: int, stop: int, end: int) -> Iterator[Span]:
    depth, begin = 0, start
    for match in _DOUBLE.finditer(text, start, stop):
        place, after = match.span()
        opens = match[0] == "“" or (
            match[0] != "”"
            and not (text[after : after + 1] or " ").isspace()
            and (text[place - 1 : place] or " ") in " \n(—["
            and place < end - 1
        )
        if opens:
            depth += 1
            begin = after if depth == 1 else begin
        elif depth > 1:
            depth -= 1
        else:
            yield from _trimmed(text, begin, place)
            depth, begin = 0, after
    if depth:
        yield from _trimmed(text, begin, stop)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        yield start, end


class Part(NamedTuple):
    """One of our spans and the quotation that it is part of."""

    start: int
    end: int
    quote: Quote


def parts_of(text: str, quotes: tuple[Quote, ...]) -> list[Part]:
    """List parts of four words or more, without the punctuation at their ends."""
    return [
        Part(begin, stop, quote)
        for quote in quotes
        for start, end in quote.parts
        for begin, stop in _trimmed(text, start, end)
        if len(_WORD.findall(text[begin:stop])) >= _FEWEST_WORDS
    ]


def measure(articles: Iterator[Article], show: str = "") -> dict[str, Any]:
    """Compare ours with theirs; `show` prints the errors of a kind: found, missed, speaker."""
    count: Counter[str] = Counter()
    patterns: dict[str, Counter[str]] = {}
    for article in articles:
        text = article.text
        ours = parts_of(text, extract_quotes(text))
        count["gold"] += len(article.quotes)
        count["ours"] += len(ours)
        taken: set[int] = set()
        for gold in article.quotes:
            index = _best(gold, ours, taken)
            if index is None:
                if show == "missed":
                    _show("MISSED", article, gold.start, gold.end)
                continue
            taken.add(index)
            part = ours[index]
            count["found"] += 1
            count["exact"] += (part.start, part.end) == (gold.start, gold.end)
            _judge(text, part.quote, gold, count, patterns.setdefault(part.quote.how, Counter()))
            is_asked = show in {"speaker", f"speaker:{part.quote.how}"}
            if is_asked and not _is_right(text, part.quote, gold):
                words = part.quote.speaker_words
                ours_is = text[slice(*words)] if words else None
                theirs = [text[start:end] for start, end in gold.sources]
                what = f"{part.quote.how}: ours {ours_is!r} theirs {theirs}"
                _show(what, article, gold.start, gold.end)
        for index, part in enumerate(ours):
            if index not in taken and show == "found":
                _show(f"NOT GOLD {part.quote.how}", article, part.start, part.end)
    return _figures(count, patterns)


def _best(gold: Gold, ours: list[Part], taken: set[int]) -> int | None:
    best, most = None, _SHARED
    for index, part in enumerate(ours):
        shared = min(part.end, gold.end) - max(part.start, gold.start)
        ratio = shared / (max(part.end, gold.end) - min(part.start, gold.start))
        if index not in taken and ratio >= most:
            best, most = index, ratio
    return best


def _is_right(text: str, quote: Quote, gold: Gold) -> bool:
    if quote.speaker_words is None or not gold.sources:
        return quote.speaker_words is None and not gold.sources
    return _overlaps(quote, gold) or _is_same(text, quote, gold)


def _overlaps(quote: Quote, gold: Gold) -> bool:
    if quote.speaker_words is None:
        return False
    start, end = quote.speaker_words
    return any(start < theirs_end and begin < end for begin, theirs_end in gold.sources)


def _is_same(text: str, quote: Quote, gold: Gold) -> bool:
    """Tell whether the speaker that we resolved bears a name of the annotated source."""
    ours = set(_CAPITALISED.findall(quote.speaker or ""))
    if any(ours & set(_CAPITALISED.findall(text[start:end])) for start, end in gold.sources):
        return True
    at = quote.speaker_words[1] if quote.speaker_words else 0
    return any(
        text[start:end] in {"who", "which", "that"} and not text[at:start].strip(", ")
        for start, end in gold.sources
        if at <= start
    )


def _judge(text: str, quote: Quote, gold: Gold, count: Counter[str], pattern: Counter[str]) -> None:
    is_right = _is_right(text, quote, gold)
    count["right"] += is_right
    pattern["n"] += 1
    pattern["right"] += is_right
    if quote.speaker_words is not None:
        count["stated"] += 1
        count["stated_right"] += is_right
        count["stated_overlap"] += _overlaps(quote, gold)


def _figures(count: Counter[str], patterns: dict[str, Counter[str]]) -> dict[str, Any]:
    def f1(hits: int) -> float:
        return round(2 * hits / max(1, count["ours"] + count["gold"]), 4)

    return {
        "gold": count["gold"],
        "ours": count["ours"],
        "detection_precision": round(count["found"] / max(1, count["ours"]), 4),
        "detection_recall": round(count["found"] / max(1, count["gold"]), 4),
        "detection_f1": f1(count["found"]),
        "exact_f1": f1(count["exact"]),
        "joint_f1": f1(count["right"]),
        "speaker_precision": round(count["stated_right"] / max(1, count["stated"]), 4),
        "speaker_precision_overlap_only": round(
            count["stated_overlap"] / max(1, count["stated"]), 4
        ),
        "stated_share": round(count["stated"] / max(1, count["found"]), 4),
        "patterns": {
            how: [each["n"], round(each["right"] / each["n"], 3)]
            for how, each in sorted(patterns.items(), key=lambda one: -one[1]["n"])
        },
    }


def _show(what: str, article: Article, start: int, end: int) -> None:
    text = article.text
    around = text[max(0, start - 200) : start] + "⟦" + text[start:end] + "⟧" + text[end : end + 150]
    print(f"--- {what}  [{article.name}]\n{around}\n")


def main() -> None:
    """Print the figures of train and dev."""
    options = argparse.ArgumentParser()
    options.add_argument("parts", nargs="*", default=["train", "dev"])
    options.add_argument("--show", default="", help="found, missed, speaker or speaker:PATTERN")
    given = options.parse_args()
    for part in given.parts:
        figures = measure(read_polnear(part), given.show)
        print(part, json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()

"""Sites that are as they always were: quiet weeks, bursts, edits, one long speech, small lists."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from loopback import SOURCE
from redesigned import FIRST_DAY, Crawls, Pages

from spiders.source import Source
from spiders.sourcefiles import read_source

_BASE = "https://light.example"
_FEED = """\
  - channel: listing
    urls: [https://light.example/list]
    entry: li
    title: a
    published: .day
    page: {title: h1, text: .words, speaker: .by}
"""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a ministry publishes."""

    shown: int = 10
    """How many items its list shows."""
    days: int | None = None
    """Or those of how many days, and one at least."""
    news: float = 0.7
    """Items a working day."""
    bursts: float = 0.03
    """The chance of a day with as many as its list shows."""
    edits: float = 0.02
    """The chance of an edit of an item a day."""
    undated: float = 0.05
    untitled: float = 0.02
    without_words: float = 0.03
    is_noisy: bool = False
    """Whether each page has words that are others every day."""
    is_dated: bool = True
    recess: tuple[int, int] = (0, 0)
    gone: float = 0.003
    together: float = 0.002
    """The chance of a day on which a third of the list is edited."""


HABITS = (
    *(Habits(), Habits(shown=20, news=3), Habits(shown=3, news=0.1), Habits(shown=5, news=0.3)),
    *(Habits(shown=30, news=8), Habits(days=7, news=1.5), Habits(days=14, news=0.6)),
    *(Habits(is_noisy=True), Habits(shown=10, is_dated=False), Habits(recess=(15, 45))),
    *(
        Habits(shown=2, news=0.05),
        Habits(shown=10, news=6),
        Habits(edits=0.06),
        Habits(undated=0.4),
    ),
    *(Habits(untitled=0.3), Habits(without_words=0.25), Habits(shown=50, news=2, edits=0.01)),
    *(Habits(days=3, news=4), Habits(shown=8, bursts=0.1), Habits(recess=(5, 49), shown=6)),
)


@dataclass
class _Ministry:
    habits: Habits
    chance: random.Random
    day: int = 0
    items: list[dict[str, str]] = field(default_factory=list)
    count: int = 0

    def live_through_a_day(self) -> None:
        """Publish, edit and take away."""
        habits, chance = self.habits, self.chance
        self.day += 1
        begin, end = habits.recess
        is_working = self.day % 7 not in {5, 6} and not begin < self.day < end
        news = sum(chance.random() < habits.news / 10 for _ in range(10)) if is_working else 0
        if is_working and chance.random() < habits.bursts:
            news = habits.shown + 2
        for _ in range(news):
            self.publish()
        share = 0.33 if chance.random() < habits.together else habits.edits
        for item in self.items:
            if chance.random() < share:
                item[chance.choice(["words", "words", "words", "title"])] += " It was corrected."
        kept = [item for item in self.items if chance.random() >= habits.gone]
        self.items = kept or self.items

    def publish(self) -> None:
        """Write one item; a speech is long."""
        chance, habits = self.chance, self.habits
        self.count += 1
        length = min(int(chance.lognormvariate(3.5, 1)) + 5, 4000)
        words = " ".join(chance.choice(_VOCABULARY) for _ in range(length))
        day = FIRST_DAY + timedelta(days=self.day)
        has_date = habits.is_dated and chance.random() >= habits.undated
        self.items.insert(
            0,
            {
                "path": f"/pr/{self.count}",
                "at": str(self.day),
                "day": day.strftime("%d/%m/%Y") if has_date else "",
                "title": "" if chance.random() < habits.untitled else f"Title {self.count}",
                "words": "" if chance.random() < habits.without_words else words,
                "by": chance.choice(["", "Odalys Ferrant", "Odalys Ferrant"]),
            },
        )

    def pages(self) -> Pages:
        """Show the list and the items on it."""
        shown = self.items[: self.habits.shown]
        if self.habits.days:
            since = self.day - self.habits.days
            shown = [item for item in self.items if int(item["at"]) > since] or self.items[:1]
        rows = (
            f"<li><a href='{item['path']}'>{item['title']}</a> "
            f"<b class='day'>{item['day']}</b></li>"
            for item in shown
        )
        pages = {f"{_BASE}/list": f"<ul>{''.join(rows)}</ul>".encode()}
        noise = f" Read {self.chance.randrange(10**6)} times." if self.habits.is_noisy else ""
        for item in shown:
            text = f"<p>{item['words']}{noise}</p>" if item["words"] else ""
            pages[_BASE + item["path"]] = (
                f"<html><body><h1>{item['title']}</h1><p class='by'>{item['by']}</p>"
                f"<div class='words'>{text}</div></body></html>"
            ).encode()
        return pages


_VOCABULARY = (
    *("the", "lamp", "oil", "mirror", "signal", "harbour", "vessel", "keeper"),
    *("fog", "mole", "buoy", "chart", "tide", "we", "our", "and"),
    *("of", "to", "in", "northern", "coast", "this", "year", "will"),
    *("be", "lit", "again", "thank", "all", "crews", "for", "their"),
    *("work", "at", "night"),
)


def ordinary_crawls(which: int, crawls: int, chance: random.Random) -> tuple[int, int]:
    """Crawl a ministry day by day after a month of its life; count the crawls and the alarms."""
    ministry = _Ministry(HABITS[which % len(HABITS)], chance)
    while ministry.day < 30 or not ministry.items:
        if not ministry.items:
            ministry.publish()
        ministry.live_through_a_day()
    reader, alarms = Crawls(_source()), 0
    reader.at += timedelta(days=ministry.day)
    for _ in range(crawls):
        alarms += bool(reader.crawl(ministry.pages()).faults)
        ministry.live_through_a_day()
    return crawls, alarms


def _source() -> Source:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "xa" / "xa_light.yml"
        path.parent.mkdir()
        path.write_text(SOURCE.format(url=_BASE, feeds=_FEED), encoding="utf-8")
        return read_source(path)

"""Score posts with TextBlob and VADER, beside plain loops over the two libraries."""

import csv
import io
import random
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from figures import Figure

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "gold" / "semeval_2013_2016.tar.gz"
COUNT = 50_000
WARMING = 2_000
CORES = 2
SEED = 20_260_901

Numbers = list[tuple[float, ...]]

sys.path.insert(0, str(ROOT))  # as for `python -m`, and for the processes of the pool


def figures(rounds: int) -> Iterator[Figure]:
    """Measure how many times as fast as the libraries the same numbers are had."""
    name, posts = _posts()
    yield from _textblob(name, posts, min(rounds, 5))
    yield from _vader(name, posts, min(rounds, 5))
    yield from _everything(posts)


def textblob_plain(texts: Sequence[str]) -> Numbers:
    """Give polarity and subjectivity as anyone would."""
    from textblob import TextBlob

    return [tuple(TextBlob(text).sentiment) for text in texts]


def textblob_ours(texts: Sequence[str]) -> Numbers:
    """Give the same from `analysis`, with nothing remembered from an earlier run."""
    from analysis import textblob_scores

    textblob_scores._parts.cache_clear()  # noqa: SLF001
    return _textblob_part(texts)


def textblob_pool(texts: Sequence[str]) -> Numbers:
    """Give the same from a process for each core, their start included."""
    from analysis import textblob_scores

    textblob_scores._parts.cache_clear()  # noqa: SLF001
    parts = [texts[at : at + 1000] for at in range(0, len(texts), 1000)]
    with ProcessPoolExecutor(CORES) as pool:
        return [numbers for part in pool.map(_textblob_part, parts) for numbers in part]


def _textblob_part(texts: Sequence[str]) -> Numbers:
    from analysis.textblob_scores import textblob_scores

    scores = map(textblob_scores, texts)
    return [(score.polarity, score.subjectivity) for score in scores]


def vader_plain(texts: Sequence[str]) -> Numbers:
    """Give VADER's compound score as anyone would."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return [(analyser.polarity_scores(text)["compound"],) for text in texts]


def vader_ours(texts: Sequence[str]) -> Numbers:
    """Give the same from `analysis`, with nothing remembered from an earlier run."""
    from analysis import vader_scores

    vader_scores._analyser.cache_clear()  # noqa: SLF001
    return [(vader_scores.vader_scores(text).compound,) for text in texts]


def _textblob(name: str, posts: list[str], rounds: int) -> Iterator[Figure]:
    ways = _side_by_side(posts, rounds, textblob_plain, textblob_ours, textblob_pool)
    plain, ours, pool = ways
    yield Figure(f"TextBlob, plain loop over {len(posts)} {name}", plain, unit="s")
    yield Figure("its numbers on one core, as a ratio", _ratios(plain, ours), least=3)
    yield Figure(f"its numbers on {CORES} cores, as a ratio", _ratios(plain, pool), least=6)


def _vader(name: str, posts: list[str], rounds: int) -> Iterator[Figure]:
    plain, ours = _side_by_side(posts, rounds, vader_plain, vader_ours)
    yield Figure(f"VADER, plain loop over {len(posts)} {name}", plain, unit="s")
    yield Figure("its numbers on one core, as a ratio", _ratios(plain, ours))


def _everything(posts: list[str]) -> Iterator[Figure]:
    """Measure all that is read out of a statement: language, sentences, tone and mentions."""
    from analysis.language import guess_language
    from analysis.reading import read_text
    from spiders.naming import known_names
    from spiders.sweeping import sweep_rarely

    sweep_rarely()  # as every process does that scores
    gazetteer = known_names(()).gazetteer
    speeds = []
    for part in (posts[:WARMING], *_thirds(posts[WARMING:])):
        started = time.perf_counter()
        for text in part:
            read_text(text, guess_language(text, "en"), gazetteer)
        speeds.append(len(part) / (time.perf_counter() - started))
    length = round(sum(map(len, posts)) / len(posts))
    name = f"everything read out of posts of {length} characters, one core, a second"
    yield Figure(name, speeds[1:], least=2_000)


def _thirds(posts: list[str]) -> list[list[str]]:
    size = len(posts) // 3
    return [posts[at : at + size] for at in (0, size, 2 * size)]


def _side_by_side(
    posts: list[str], rounds: int, *ways: Callable[[Sequence[str]], Numbers]
) -> list[list[float]]:
    """Time each way in turn, and see that all give the same numbers."""
    for way in ways:
        way(posts[:10])  # loads what it needs
    runs: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        results = []
        for way, took in zip(ways, runs, strict=True):
            started = time.perf_counter()
            results.append(way(posts))
            took.append(time.perf_counter() - started)
        assert all(result == results[0] for result in results), ways
    return runs


def _ratios(plain: list[float], ours: list[float]) -> list[float]:
    return [one / other for one, other in zip(plain, ours, strict=True)]


def _posts() -> tuple[str, list[str]]:
    """Read real posts where they are, else write some."""
    if not REAL.exists():
        return "written posts", list(_written(COUNT))
    with tarfile.open(REAL) as archive:
        files = [
            io.TextIOWrapper(file, "utf-8") for m in archive if (file := archive.extractfile(m))
        ]
        rows = (
            row for file in files for row in csv.reader(file, "excel-tab", quoting=csv.QUOTE_NONE)
        )
        posts = list(dict.fromkeys(row[-1] for row in rows if row))
    return "real posts", posts[:COUNT]


def _written(count: int) -> Iterator[str]:
    """Write posts of words that TextBlob knows and words that it does not, some more frequent."""
    from textblob.en import sentiment

    chance = random.Random(SEED)
    known = sorted(word for word in sentiment if word.isalpha())
    words = known + ["".join(chance.choices("aeioulmnrst", k=6)) for _ in range(8 * len(known))]
    chance.shuffle(words)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    for number in range(count):
        said = chance.choices(words, weights, k=18)
        ends = chance.choices(["", ",", ".", "!", ":", " not"], [30, 3, 2, 1, 1, 1], k=18)
        text = " ".join(map("".join, zip(said, ends, strict=True)))
        yield f"{text.capitalize()} https://social.example/{number:x} #{chance.choice(words)}"


if __name__ == "__main__":
    for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        print(figure, flush=True)

"""The labelled texts that the tone model is trained and measured on; nothing of them is shipped."""

import csv
import gzip
import html
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
GOLD = CHECKOUT.parent / "shared" / "data" / "gold"
SENTENCES = CHECKOUT / "training" / "sentences.csv"
CHAMBER = CHECKOUT / "training" / "chamber.csv"
GRAMMAR = CHECKOUT / "training" / "grammar.csv"
LEXICON = CHECKOUT / "analysis" / "tone" / "lexicon.csv"
LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and how people judged it: shares of negative, neutral and positive."""

    text: str
    shares: tuple[float, float, float]
    corpus: str


def _whole(label: str) -> tuple[float, float, float]:
    n, u, p = (float(label == name) for name in LABELS)
    return n, u, p


def plain_key(text: str) -> str:
    """Reduce a text to its letters and digits, to find the same one in two sets."""
    text = html.unescape(text).lower()
    text = re.sub(r"https?\S+|@\w+", " ", text)
    return re.sub(r"[\W_]+", "", text)


def read_tweeteval(gold: Path = GOLD) -> list[Labelled]:
    """Read the validation posts, which are never trained on."""
    texts = (gold / "tweeteval" / "te_val_text.txt").read_text("utf-8").split("\n")
    labels = (gold / "tweeteval" / "te_val_labels.txt").read_text("utf-8").split()
    return [
        Labelled(clean_post(text), _whole(LABELS[int(label)]), "tweeteval")
        for text, label in zip(texts, labels, strict=False)
    ]


def clean_post(text: str) -> str:
    """Undo what transport did to a post: entities (twice in part) and escapes."""
    text = html.unescape(html.unescape(text))
    if "\\u" in text:
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
    return text.replace('\\""', '"').replace("\\n", " ").strip()


def read_semeval(gold: Path = GOLD) -> Iterator[Labelled]:
    """Yield the posts of 2013 to 2016, each once, without those of the validation set."""
    seen = {plain_key(one.text) for one in read_tweeteval(gold)}
    with tarfile.open(gold / "semeval_2013_2016.tar.gz") as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            stream = tar.extractfile(member)
            if stream is None or not member.name.endswith(".tsv"):
                continue
            for line in io.TextIOWrapper(stream, "utf-8", newline="\n"):
                _, label, text = line.rstrip("\r\n").split("\t")[:3]
                text = clean_post(text)
                key = plain_key(text)
                if text == "Not Available" or key in seen:
                    continue
                seen.add(key)
                yield Labelled(text, _whole(label), member.name.removesuffix(".tsv"))


_POLARITY = {2.0: 0, 4.0: 1, 6.0: 2}


def read_newsmtsc(name: str, gold: Path = GOLD) -> Iterator[Labelled]:
    """Yield news sentences; the shares are those of the people spoken about in each."""
    with (gold / "newsmtsc" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            votes = [0.0, 0.0, 0.0]
            for target in row["targets"]:
                votes[_POLARITY[target["polarity"]]] += 1
            total = sum(votes)
            yield Labelled(
                row["sentence_normalized"],
                (votes[0] / total, votes[1] / total, votes[2] / total),
                "newsmtsc",
            )


_OWN_LABELS = {label: _whole(label) for label in LABELS} | {"mixed": (0.5, 0.0, 0.5)}


def read_own(path: Path, corpus: str = "own") -> Iterator[Labelled]:
    """Yield the sentences written for the project; none where there is no such file."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield Labelled(row["text"], _OWN_LABELS[row["label"]], corpus)


def read_conferences() -> Iterator[tuple[str, str]]:
    """Yield the dates and texts of presidential news conferences (in the public domain)."""
    path = GOLD.parent / "text" / "us_presidential_news_conferences_1960_1980.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["date"], row["text"]


def read_speeches() -> Iterator[str]:
    """Yield the sentences of the news conferences."""
    for _, text in read_conferences():
        yield from re.split(r"(?<=[.?!]) |(?<=[.?!]),(?=[A-Z])", text)

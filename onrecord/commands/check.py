"""`onrecord check`: the quotations of an article and who says them."""

import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from analysis.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.quotes import Quote


@click.command("check")
@click.option("--extract", is_flag=True, help="Only find the quotations and who says them.")
@click.option("--ndjson", is_flag=True, help='Read lines {"id", "text"} and write lines.')
def command(*, extract: bool, ndjson: bool) -> None:
    """Find the quotations of articles and who says each.

    Lines {"id", "text"} are read from standard input, as they come, and answered in their order:
    {"id", "quotes": [...]}. A quotation's "start" and "end" count characters of the text as given,
    without the marks; "parts" are the spans of a split one. "speaker_words" are the words nearby
    that name who speaks ("he"), from "speaker_start" to "speaker_end"; "speaker" is whom they
    mean. All of them are null where the article does not tell. A line may have "blocks":
    [[start, end]], the places of block quotes without marks.

    \b
    Example:
      onrecord check --extract --ndjson < articles.ndjson > quotes.ndjson
    """
    if not (extract and ndjson):
        raise click.UsageError("say what to do: --extract --ndjson reads lines of articles")
    is_clean = True
    for number, line in enumerate(_lines(sys.stdin.buffer), 1):
        if not line.strip():
            continue
        try:
            answer = _answer(line)
        except ValueError as error:
            is_clean = False
            click.echo(f"Error: line {number}: {error}", err=True)
            continue
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    if not is_clean:
        raise click.exceptions.Exit(1)


def _lines(stream: IO[bytes]) -> "Iterator[bytes]":
    return iter(stream.readline, b"")


def _answer(line: bytes) -> dict[str, Any]:
    """Answer one line.

    Raises:
        ValueError: if it is no line of an article; the message says why.
    """
    from analysis.quotes import extract_quotes

    try:
        given = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise ValueError('expected an object {"id", "text"}')  # noqa: TRY004 - a wrong line
    if not isinstance(given.get("text"), str):
        raise ValueError('"text" is missing or no string')  # noqa: TRY004 - a wrong line
    text: str = given["text"]
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError('"text" holds half of a surrogate pair: it was decoded wrongly')
    quotes = extract_quotes(text, _blocks(given.get("blocks"), len(text)))
    return {"id": given.get("id"), "quotes": [_told(text, quote) for quote in quotes]}


def _blocks(given: object, length: int) -> list[Span]:
    if given is None:
        return []
    if isinstance(given, list) and all(
        isinstance(span, list)
        and len(span) == 2  # noqa: PLR2004 - a start and an end
        and all(type(at) is int for at in span)
        and 0 <= span[0] < span[1] <= length
        for span in given
    ):
        return [(start, end) for start, end in given]
    raise ValueError('"blocks" must be a list of [start, end] within the text')


def _told(text: str, quote: "Quote") -> dict[str, Any]:
    """Say all that is known of a quotation, in the order of the documentation."""
    words, span, cue = quote.speaker_words, quote.speaker_span, quote.cue
    return {
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
        "parts": [list(part) for part in quote.parts],
        "speaker": quote.speaker,
        "speaker_words": text[slice(*words)] if words else None,
        "speaker_start": words[0] if words else None,
        "speaker_end": words[1] if words else None,
        "named_at": list(span) if span else None,
        "cue": text[slice(*cue)] if cue else None,
        "how": quote.how,
        "is_short": quote.is_short,
    }

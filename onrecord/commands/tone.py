"""`onrecord tone`: how a text is worded, which words say so, and whom it names."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onrecord.commands.options import json_option, sources_option

if TYPE_CHECKING:
    from onrecord.toning import Answer, Line

_CHUNK = 65_536
_FEWER_THAN_LINES = 500
_SHORT = 1_000
_WIDTH = 60


@click.command("tone")
@click.argument("text", required=False)
@click.option("--ndjson", is_flag=True, help='Read lines {"id", "text"} and write lines.')
@click.option("--language", metavar="CODE", help="The language of every text, such as en.")
@sources_option
@json_option
def command(
    *,
    text: str | None,
    ndjson: bool,
    language: str | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Score the wording of a text, or of many.

    Without TEXT it is read from standard input. The tone is of words, not of policy, and of
    English only; words in quotation marks are someone else's and scored apart. docs/tone.md says
    how far to believe it.

    A line may have a "target": [start, end], the place of a name in its text, and a "language".
    The tone toward a target is told for every English text, below the gate of confidence too: its
    status is then "mentioned, tone not scored", and the archive would not show it.

    \b
    Examples:
      onrecord tone "The talks were cordial and productive."
      onrecord tone --ndjson < lines.ndjson > scored.ndjson
    """
    if ndjson:
        if text is not None:
            raise click.UsageError("--ndjson reads standard input and takes no TEXT")
        _answer_lines(folders, language)
        return
    from onrecord.toning import Toning

    given = text if text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
    told = Toning(folders, language).tell(given)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(given, told)


def _answer_lines(folders: tuple[Path, ...], language: str | None) -> None:
    """Answer lines in their order, on all cores where there are many."""
    from onrecord.toning import PROGRAM, Toning
    from spiders.crew import Crew

    toning: list[Toning] = []

    def alone(lines: "list[Line]") -> "list[Answer]":
        if not toning:
            toning.append(Toning(folders, language))
        return toning[0].answers(lines)

    program = PROGRAM.format(folders=[str(each) for each in folders], language=language)
    is_clean = True
    with Crew(program, alone, _weigh) as crew:
        for _, answers in crew.map(_lines(sys.stdin.buffer)):
            sys.stdout.write("".join(f"{answer}\n" for answer, _ in answers if answer))
            sys.stdout.flush()
            for _, trouble in answers:
                if trouble:
                    is_clean = False
                    click.echo(f"Error: {trouble}", err=True)
    if not is_clean:
        raise click.exceptions.Exit(1)


def _lines(stream: Any) -> "Iterator[list[Line]]":
    """Read lines as they come, those of a moment together."""
    number, rest = 0, b""
    while chunk := stream.read1(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from _numbered(whole, number)
        number += len(whole)
    yield from _numbered([rest], number)


def _weigh(lines: "list[Line]") -> int:
    return sum(1 + len(line) // _SHORT for _, line in lines)


def _numbered(whole: list[bytes], before: int) -> "Iterator[list[Line]]":
    lines = [(at, line) for at, line in enumerate(whole, before + 1) if line.strip()]
    for start in range(0, len(lines), _FEWER_THAN_LINES):
        yield lines[start : start + _FEWER_THAN_LINES]


def _show(given: str, told: dict[str, Any]) -> None:
    rows = [
        ("tone", _tone(told["tone"], told["tone_label"], told["tone_confidence"])),
        ("status", told["tone_status"]),
        ("language", told["language"] or "not known"),
        ("TextBlob", _textblob(told)),
        ("VADER", _number(told["vader_compound"])),
    ]
    if told["quoted_tone"] is not None:
        quoted = f"{told['quoted_tone']:+.3f}  {told['quoted_tone_label']}"
        rows.insert(1, ("quoted words", quoted))
    for name, shown in rows:
        click.echo(f"{name:<13} {shown}")
    for words, weight in told["tone_evidence"]:
        click.echo(f"  {weight:+.3f}  {words}")
    _show_sentences(given, told["sentences"])
    _show_mentions(told["mentions"])


def _show_sentences(given: str, sentences: list[dict[str, Any]]) -> None:
    if len(sentences) < 2:  # noqa: PLR2004 - one says what was said above
        return
    click.echo("sentences")
    for each in sentences:
        words = " ".join(given[each["start"] : each["end"]].split())
        short = words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"
        mark = "quoted  " if each["is_quoted"] else ""
        click.echo(f"  {_number(each['tone']):>10}  {mark}{short}")


def _show_mentions(mentions: list[dict[str, Any]]) -> None:
    if mentions:
        click.echo("mentions")
    for each in mentions:
        is_shown = each["target_tone_status"] == "scored"
        toward = (
            _tone(each["target_tone"], each["target_tone_label"], each["target_tone_confidence"])
            if is_shown
            else each["target_tone_status"]
        )
        click.echo(f"  {each['kind']} {each['id']} ({each['words']}): {toward}")


def _tone(tone: float | None, label: str | None, confidence: float | None) -> str:
    if tone is None or confidence is None:
        return "not scored"
    return f"{tone:+.3f}  {label}, {confidence:.0%} sure"


def _textblob(told: dict[str, Any]) -> str:
    if told["textblob_polarity"] is None:
        return "not scored"
    return (
        f"polarity {told['textblob_polarity']:+.3f}, "
        f"subjectivity {told['textblob_subjectivity']:.3f}"
    )


def _number(score: float | None) -> str:
    return "not scored" if score is None else f"{score:+.3f}"

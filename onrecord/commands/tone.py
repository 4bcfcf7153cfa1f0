"""`onrecord tone`: what TextBlob makes of a text, and which words moved it."""

import json
import sys
from typing import Any

import click

from onrecord.commands.options import json_option


@click.command("tone")
@click.argument("text", required=False)
@click.option("--ndjson", is_flag=True, help='Read lines {"id", "text"} and write lines.')
@json_option
def command(*, text: str | None, ndjson: bool, as_json: bool) -> None:
    """Score the wording of a text, or of many.

    Without TEXT it is read from standard input. The score is TextBlob's own, English only, and
    of words, not of policy: "strongly condemn this heinous attack" scores above zero.

    \b
    Examples:
      onrecord tone "The talks were cordial and productive."
      onrecord tone --ndjson < lines.ndjson > scored.ndjson
    """
    if ndjson:
        if text is not None:
            raise click.UsageError("--ndjson reads standard input and takes no TEXT")
        _score_lines()
        return
    scored = _scored(text if text is not None else sys.stdin.read())
    if as_json:
        click.echo(json.dumps(scored, ensure_ascii=False))
        return
    click.echo(f"polarity      {_number(scored['textblob_polarity'])}")
    click.echo(f"subjectivity  {_number(scored['textblob_subjectivity'])}")
    click.echo(f"status        {scored['tone_status']}")
    click.echo(f"language      {scored['language'] or 'not known'}")
    for words, polarity in scored["tone_evidence"]:
        click.echo(f"  {polarity:+.2f}  {words}")


def _score_lines() -> None:
    is_clean = True
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            answer = {"id": fields.get("id")} | _scored(str(fields["text"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            is_clean = False
            click.echo(f"Error: line {number} is no {{'id', 'text'}} object ({error})", err=True)
            continue
        click.echo(json.dumps(answer, ensure_ascii=False))
    if not is_clean:
        raise click.exceptions.Exit(1)


def _scored(text: str) -> dict[str, Any]:
    from analysis.language import detect_language
    from analysis.tone import score_textblob

    language = detect_language(text)
    tone = score_textblob(text, language)
    return {
        "textblob_polarity": tone.polarity,
        "textblob_subjectivity": tone.subjectivity,
        "tone_status": tone.status,
        "tone_evidence": [list(each) for each in tone.evidence],
        "language": language,
    }


def _number(score: float | None) -> str:
    return "not scored" if score is None else f"{score:+.3f}"

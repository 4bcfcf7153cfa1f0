"""`onrecord check`: whether the quotations of an article are what was really said."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from analysis.quotes.finding import Verdict
from onrecord.commands.options import allow_host_option, archive_option, json_option

if TYPE_CHECKING:
    from sqlite_utils import Database

    from onrecord.checking.checked import CheckedArticle
    from onrecord.checking.checking import Told
    from onrecord.checking.lines import Answer
    from onrecord.checking.watch import Watched

_FAILED = 3
_VERDICTS = get_args(Verdict)


_HELP = """Check the quotations of an article against the record.

ARTICLE is an address, a file of HTML or text, a folder of them, or - for standard input. Each
quotation is looked for in the speaker's own statements, then in everybody's, and its verdict
comes with the passage and the reasons. "Not on record" says what was collected, not what was
said. docs/check.md explains the verdicts, and the JSON.

What a folder or a feed holds is recorded in the tables articles and quotes, never the text of
an article; --record does so for one. --recheck judges again what may be settled by what was
collected since.

For scripts: --extract --ndjson reads lines {"id", "text", "blocks"?} and needs no archive;
--quotes --ndjson reads lines {"id", "quote", "speaker"?, "date"?}. Each is answered as it
comes.

Exit codes: 0 done, 1 something could not be read, 2 nothing was done, 3 --fail-on found
something, 75 another process writes the archive.

\b
Examples:
  onrecord check article.html --date 2026-03-05
  pbpaste | onrecord check - --speaker "Mara Ode"
  onrecord check https://news.example/story --html report.html --fail-on altered
  onrecord check post.txt --post --speaker @maraode
  onrecord check --feed https://news.example/rss
  onrecord check --extract --ndjson < articles.ndjson > quotes.ndjson
"""


@click.command("check", help=_HELP)
@click.argument("article", required=False)
@archive_option
@click.option("--speaker", metavar="NAME", help="Who says what the article gives to nobody.")
@click.option(
    "--date",
    "moment",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="The day of the article.  [default: what it says itself]",
)
@click.option(
    "--near",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Look only at statements at most so much older than the article.",
)
@click.option("--post", is_flag=True, help="The text is one post, pasted or read off a picture.")
@click.option("--feed", metavar="URL", help="Check and record the new articles of a news feed.")
@click.option("--again", is_flag=True, help="With --feed: also those that were read before.")
@click.option("--recheck", is_flag=True, help="Judge again what is recorded and not settled.")
@click.option("--record", is_flag=True, help="Record the article and its quotations.")
@json_option
@click.option("--claim-review", is_flag=True, help="Print JSON-LD in the manner of ClaimReview.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the report as a page.",
)
@click.option(
    "--fail-on",
    "failing",
    type=click.Choice(_VERDICTS),
    multiple=True,
    help="Exit with 3 if a quotation has this verdict; may be repeated.",
)
@click.option("--extract", is_flag=True, help="With --ndjson: only find quotations and speakers.")
@click.option("--quotes", is_flag=True, help="With --ndjson: check quotations without articles.")
@click.option("--ndjson", is_flag=True, help="Read lines of JSON and write lines.")
@allow_host_option
def command(  # noqa: PLR0913 - one for each option
    *,
    article: str | None,
    archive: Path,
    speaker: str | None,
    moment: datetime | None,
    near: int | None,
    post: bool,
    feed: str | None,
    again: bool,
    recheck: bool,
    record: bool,
    as_json: bool,
    claim_review: bool,
    page: Path | None,
    failing: tuple[str, ...],
    extract: bool,
    quotes: bool,
    ndjson: bool,
    allowed_hosts: tuple[str, ...],
) -> None:
    """Check the quotations of an article against the record."""
    modes = {
        "ARTICLE": article is not None,
        "--feed": feed is not None,
        "--recheck": recheck,
        "--extract --ndjson": extract and ndjson,
        "--quotes --ndjson": quotes and ndjson,
    }
    if sum(modes.values()) != 1:
        raise click.UsageError(f"say one thing to do: {', '.join(modes)}")
    if extract:
        from onrecord.checking.lines import extracted

        _answer_lines(extracted)
        return
    from onrecord.checking.checking import Told

    day = moment.date() if moment else None
    told = Told(speaker, day, timedelta(days=near) if near is not None else None)
    if quotes:
        _answer_lines(_checking_lines(archive, told))
    elif article is None or Path(article).is_dir():
        watched = _watch(archive, article, feed, told, allowed_hosts, again=again)
        _tell_watched(watched, as_json=as_json)
        _fail_on(failing, watched.verdicts)
        if watched.failed:
            raise click.exceptions.Exit(1)
    else:
        checked = _check(archive, article, told, allowed_hosts, is_post=post, is_kept=record)
        _write(checked, as_json=as_json, claim_review=claim_review, page=page)
        _fail_on(failing, [quote.verdict for quote in checked.quotes])


def _answer_lines(answer: "Answer") -> None:
    from onrecord.checking.lines import answers

    is_clean = True
    for told, trouble in answers(sys.stdin.buffer, answer):
        if told is None:
            is_clean = False
            click.echo(f"Error: {trouble}", err=True)
            continue
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    if not is_clean:
        raise click.exceptions.Exit(1)


def _checking_lines(archive: Path, told: "Told") -> "Answer":
    from onrecord.checking.checking import Checker
    from onrecord.checking.lines import checked_by

    return checked_by(Checker(_open(archive)), told)


def _open(archive: Path) -> "Database":
    from onrecord.checking.running import open_record

    is_hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=0, label="Indexing", show_pos=True, file=sys.stderr, hidden=is_hidden
    ) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return open_record(archive, tell=_warn, advance=advance)


def _check(
    archive: Path,
    named: str,
    told: "Told",
    allowed_hosts: Sequence[str],
    *,
    is_post: bool,
    is_kept: bool,
) -> "CheckedArticle":
    from onrecord.checking.checking import Checker
    from onrecord.checking.running import doubts_about, read_article
    from onrecord.checking.watching import keep_checked

    article, response = read_article(named, allowed_hosts)
    for doubt in doubts_about(article):
        _warn(doubt)
    checker = Checker(_open(archive))
    if is_post:
        return checker.check_post(article, told)
    checked = checker.check(article, told)
    if is_kept:
        kept = checked
        if response is None and not checked.title and named != "-":
            kept = replace(checked, title=Path(named).name)  # as those of a folder are named
        keep_checked(archive, kept, asked=named if response else None, response=response)
    return checked


def _watch(
    archive: Path,
    folder: str | None,
    feed: str | None,
    told: "Told",
    allowed_hosts: Sequence[str],
    *,
    again: bool,
) -> "Watched":
    from onrecord.checking import watching

    _open(archive).close()
    if folder is not None:
        return watching.watch_folder(archive, Path(folder), told=told, tell=_warn)
    if feed is not None:
        return watching.watch_feed(
            archive, feed, allowed_hosts=allowed_hosts, again=again, told=told, tell=_warn
        )
    return watching.recheck(archive, told=told, tell=_warn)


def _write(
    checked: "CheckedArticle", *, as_json: bool, claim_review: bool, page: Path | None
) -> None:
    from onrecord.checking.claim_review import claim_reviews
    from onrecord.checking.html_report import html_report
    from onrecord.checking.json_report import as_dict
    from onrecord.checking.terminal import report

    if page is not None:
        page.write_text(html_report(checked), encoding="utf-8")
    if as_json or claim_review:
        told = claim_reviews(checked) if claim_review else as_dict(checked)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(report(checked, colour, shutil.get_terminal_size().columns), nl=False)


def _tell_watched(watched: "Watched", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(watched.as_dict(), ensure_ascii=False))
    else:
        click.echo("\n".join(watched.told()))


def _fail_on(failing: Iterable[str], verdicts: Iterable[str]) -> None:
    if set(failing) & set(verdicts):
        raise click.exceptions.Exit(_FAILED)


def _warn(trouble: str) -> None:
    click.echo(f"Note: {trouble}", err=True)

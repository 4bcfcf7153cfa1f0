"""The tables of an archive and the migrations that bring an older archive up to date."""

from pathlib import Path
from sqlite3 import complete_statement

from sqlite_utils import Database, Migrations

migrations = Migrations("onrecord")

_SCRIPTS = Path(__file__).parent / "migrations"


def _run(db: Database, name: str) -> None:
    """Run DDL one statement at a time: executescript() would commit the migration half-way."""
    statement = ""
    for line in (_SCRIPTS / f"{name}.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def first_tables(db: Database) -> None:
    """Create the tables of the first release."""
    _run(db, "first_tables")
    db.table("statements").enable_fts(["title", "text"], tokenize="unicode61 remove_diacritics 2")
    _run(db, "search")


@migrations()
def posts_people_past(db: Database) -> None:
    """Hold posts with what they link to, persons and accounts, and what others saw earlier."""
    _run(db, "posts_people_past")
    _run(db, "search")


@migrations()
def tone_and_mentions(db: Database) -> None:
    """Hold the calibrated tone of each text, its sentences, and who is spoken about."""
    _run(db, "tone_and_mentions")


@migrations()
def summaries(db: Database) -> None:
    """Keep answers over many statements: tone by month, turning points, formulas, likeness."""
    _run(db, "summaries")


@migrations()
def passages(db: Database) -> None:
    """Find the words of a quotation in every text that was ever recorded."""
    _run(db, "passages")


@migrations()
def articles(db: Database) -> None:
    """Keep the news that was read, its quotations and what they turned out to be."""
    _run(db, "articles")


@migrations()
def fates(db: Database) -> None:
    """Keep what became of statements, events that wait for a person, and takedowns."""
    _run(db, "fates")


@migrations()
def answers(db: Database) -> None:
    """Say of each capture what kind of answer it is, and whether its server proved its name."""
    _run(db, "answers")


@migrations()
def edits(db: Database) -> None:
    """Say of each later text what it changed; `archive.edits.fill_edits` says it of older ones."""
    _run(db, "edits")


@migrations()
def health(db: Database) -> None:
    """Keep what each crawl's lists and texts looked like, and tell what was covered when."""
    _run(db, "health")


@migrations()
def clocks(db: Database) -> None:
    """Say of each capture how far our clock was from its server's."""
    _run(db, "clocks")


@migrations()
def changes(db: Database) -> None:
    """List edits and fates in their order, and know of each edit when it was seen and if told."""
    _run(db, "changes")


@migrations()
def statements_of_persons(db: Database) -> None:
    """List at once what one person said."""
    _run(db, "statements_of_persons")


@migrations()
def matrix(db: Database) -> None:
    """Find the tone between two countries in a period without a look at each statement."""
    _run(db, "matrix")


@migrations()
def facets(db: Database) -> None:
    """Count statements by kind, language and whether they have a tone at once."""
    _run(db, "facets")


@migrations()
def office_months(db: Database) -> None:
    """Keep the tone of offices by month, as it is kept of speakers; the next refresh fills it."""
    _run(db, "office_months")


@migrations()
def looks_at_sources(db: Database) -> None:
    """Say of each look at a route whether its server proved its name."""
    _run(db, "looks_at_sources")


@migrations()
def searching_at_once(db: Database) -> None:
    """Leave it to those who record statements to make them searchable, many at once or one."""
    _run(db, "searching_at_once")


@migrations()
def log_alarms(db: Database) -> None:
    """Keep when the write-ahead log had grown too large, since somebody read for long."""
    _run(db, "log_alarms")


@migrations()
def counts(db: Database) -> None:
    """Keep how many statements a list narrows down to, and list the latest of them unsorted."""
    _run(db, "counts")

"""The file `/-/cite/<statement>.bib`: a text of a statement as an entry of BibTeX."""

from datasette.utils import tilde_decode
from datasette.utils.asgi import Response

from onrecord.browse.citing import bibtex, file_name, permalink
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader
from onrecord.browse.statement_rows import read_number


async def _bib_file(reader: Reader) -> Response:
    """Give the text that `revision` names, or the latest."""
    key = tilde_decode(reader.asked("statement"))
    statement = await reader.row("SELECT * FROM statements WHERE id = :id", id=key)
    if statement is None:
        raise NotThereError("The archive has no such statement")
    number = read_number(reader.asked("revision", str(statement["revision"])))
    revision = await reader.row(
        "SELECT * FROM revisions WHERE statement_id = :id AND revision = :revision",
        id=key,
        revision=number,
    )
    if revision is None:
        raise NotThereError("The archive has no such text of this statement")
    if await reader.row("SELECT 1 FROM takedowns WHERE statement_id = :id", id=key):
        revision |= {"title": None, "text": None}
    number = revision["revision"]
    address = permalink(reader.datasette, reader.request, reader.database, key, number)
    return Response(
        bibtex(statement, revision, address),
        content_type="application/x-bibtex; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(key, number)}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


PAGES = (
    Page(
        path=r"cite/(?P<statement>[^/]+)\.bib",
        template="",
        tables=("statements", "revisions", "takedowns"),
        read=_bib_file,
    ),
)

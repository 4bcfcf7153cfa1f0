"""Citations of one text of a statement: the address that shows it for good, and BibTeX."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

from onrecord.browse import moments, posts
from onrecord.browse.cells import is_web_address
from onrecord.browse.wording import say_seen

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # a brace has to have its partner, even an escaped one
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_JOINS = "\u200c\u200d"
"""Controls that words of some languages are written with."""

_IN_ADDRESS = {ord(sign): f"%{ord(sign):02X}" for sign in '{}\\"<>^`| '}


def permalink(
    datasette: "Datasette", request: Request, database: str, statement_id: str, revision: int
) -> str:
    """Give the whole address that shows one text of a statement, whatever comes after it."""
    row = datasette.urls.row(database, "statements", tilde_encode(statement_id))
    return f"{datasette.absolute_url(request, row)}?revision={revision}"


def file_name(statement_id: str, revision: int) -> str:
    """Name a file with the entry of a text.

    >>> file_name("xv_mod-post/1", 2)
    'xv_mod-post-1-r2.bib'
    """
    return f"{_key(statement_id)}-r{revision}.bib"


def bibtex(statement: Mapping[str, Any], revision: Mapping[str, Any], address: str) -> str:
    """Write a text of a statement as an entry of BibTeX.

    Names and titles are in two pairs of braces, so that neither is taken apart nor put into
    small letters.
    """
    author = statement["speaker"] or statement["office"]
    where = statement["url"] or ""
    fields = {
        "author": f"{{{_escaped(author)}}}",
        "title": f"{{{_escaped(_title(statement, revision))}}}",
        **_date(statement),
        "howpublished": _escaped(statement["office"]),
        "url": where.translate(_IN_ADDRESS) if is_web_address(where) else "",
        "urldate": revision["first_captured_at"][:10],
        "note": _note(statement, revision, address),
    }
    lines = [f"  {name:<12} = {_value(name, text)}" for name, text in fields.items() if text]
    return "\n".join(
        [f"@misc{{{_key(statement['id'])}-r{revision['revision']},", ",\n".join(lines), "}", ""]
    )


def _key(statement_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", statement_id)


def _value(name: str, text: str) -> str:
    return text if name == "month" else f"{{{text}}}"


def _title(statement: Mapping[str, Any], revision: Mapping[str, Any]) -> str:
    """Name a text without words by its kind: what is withheld is not told here either."""
    if revision["title"] or revision["text"]:
        return posts.say_heading(revision)
    kind = statement["kind"].replace("_", " ")
    return f"{kind[:1].upper()}{kind[1:]} without a title"


def _date(statement: Mapping[str, Any]) -> dict[str, str]:
    parts = (statement["published_at"] or "").split("T")[0].split("-")
    kept = parts[:1] if statement["published_precision"] == "year" else parts
    if not kept[0].isdigit():
        return {}
    is_month = len(kept) > 1 and kept[1].isdigit() and 0 < int(kept[1]) <= len(_MONTHS)
    return {"year": kept[0]} | ({"month": _MONTHS[int(kept[1]) - 1]} if is_month else {})


def _note(statement: Mapping[str, Any], revision: Mapping[str, Any], address: str) -> str:
    published = moments.say_published(statement["published_at"], statement["published_precision"])
    said = f"Published: {published}. Revision {revision['revision']}, {say_seen(revision)}"
    if revision["text_sha256"] != posts.NO_WORDS_SHA256:
        said += f", SHA-256 of the text {revision['text_sha256']}"
    # The address of a row has no sign that \url minds.
    return f"{_escaped(said)}. On Record: \\url{{{address.translate(_IN_ADDRESS)}}}"


def _escaped(text: str) -> str:
    """Write any words so that LaTeX prints them, on one line, without controls."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign.isspace() or sign in _JOINS)
    return "".join(_LATEX.get(sign, sign) for sign in " ".join(kept.split()))

"""The Ministry of Defence of Tessaune: an HTML listing in pages, a page or PDF per release."""

from onrecord.demo.printed_dates import stamp
from onrecord.demo.printed_pdf import write_pdf
from onrecord.demo.statements import Statement, office
from onrecord.demo.visits import Answer, Visit, noise, render

_ZONE = "Europe/Tallinn"
_HOME = "/defence/"
_PAGE_SIZE = 5
_OFFICE = office("xt_mod")


def path_of(statement: Statement) -> str:
    """Name the page of a statement."""
    return f"{_HOME}release/{statement.id}{'.pdf' * statement.is_pdf}"


def native_id(statement: Statement) -> str:
    """Name a statement as its address does."""
    return statement.id


class DefenceSite:
    """The ministry's site."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer with a page of the list, or with a release."""
        if visit.path == _HOME:
            return _listing(visit)
        published = _OFFICE.published(visit.day)
        statement = next((each for each in published if path_of(each) == visit.path), None)
        if statement and statement.is_pdf:
            body = write_pdf(statement.title, statement.pages)
            return Answer(body=body, content_type="application/pdf")
        return _release(visit, statement) if statement else None


def _listing(visit: Visit) -> Answer | None:
    asked = dict(visit.query).get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() else 0
    published = _OFFICE.published(visit.day)
    first = (number - 1) * _PAGE_SIZE
    shown = published[first : first + _PAGE_SIZE] if number else []
    if not shown:
        return None
    return render(
        "defence_list.html",
        visit,
        office=_OFFICE.name,
        entries=[(path_of(each), each.title, _printed(each)) for each in shown],
        page=number,
        next=f"{_HOME}?page={number + 1}" if first + _PAGE_SIZE < len(published) else None,
        noise=noise(visit, published),
    )


def _release(visit: Visit, statement: Statement) -> Answer:
    others = [each for each in _OFFICE.published(visit.day) if each != statement]
    return render(
        "defence_page.html",
        visit,
        office=_OFFICE.name,
        statement=statement,
        posted=_printed(statement),
        text=statement.text_on(visit.day),
        noise=noise(visit, others),
        path_of=path_of,
    )


def _printed(statement: Statement) -> str | None:
    return stamp(statement.at, _ZONE) if statement.at else None

"""Names for the controls of Datasette's own pages, which a screen reader could not tell apart."""

from markupsafe import Markup

_NAMES = {
    '<select name="_filter_column': "Column to filter by",
    '<select name="_filter_op': "How to compare",
    '<input type="text" name="_filter_value': "Value to compare with",
    '<select name="_sort"': "Column to sort by",
    '<textarea id="sql-editor"': "SQL",
}


def label_controls(page: Markup) -> Markup:
    """Give the controls of a page their names; words of an archive hold no tag.

    >>> label_controls(Markup('<select name="_sort" id="sort_by">'))
    Markup('<select aria-label="Column to sort by" name="_sort" id="sort_by">')
    """
    text = str(page)
    for start, name in _NAMES.items():
        tag, _, rest = start.partition(" ")
        text = text.replace(start, f'{tag} aria-label="{name}" {rest}')
    text = text.replace('class="cross">', 'class="cross" aria-label="Remove this filter">')
    return Markup(text)  # noqa: S704 - the page as it came, and our own names

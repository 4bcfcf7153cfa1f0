"""The light markup of the statements: paragraphs, `- ` lists and `| ` tables, to HTML."""

from markupsafe import Markup


def to_html(text: str) -> Markup:
    """Turn a text into HTML, one element per block between blank lines."""
    blocks = (block.strip().splitlines() for block in text.strip().split("\n\n"))
    return Markup("\n").join(_block(lines) for lines in blocks)


def _block(lines: list[str]) -> Markup:
    if all(line.startswith("- ") for line in lines):
        items = (Markup("<li>{}</li>").format(line.removeprefix("- ")) for line in lines)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    if all(line.startswith("|") for line in lines):
        return _table([[cell.strip() for cell in line.strip(" |").split(" | ")] for line in lines])
    return Markup("<p>{}</p>").format(" ".join(lines))


def _table(rows: list[list[str]]) -> Markup:
    width = max(len(row) for row in rows)
    head, *body = [[""] * (width - len(row)) + row for row in rows]
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
        _row(head, "th"), Markup("").join(_row(row, "td") for row in body)
    )


def _row(cells: list[str], tag: str) -> Markup:
    marked = Markup("").join(Markup("<{0}>{1}</{0}>").format(tag, cell) for cell in cells)
    return Markup("<tr>{}</tr>").format(marked)

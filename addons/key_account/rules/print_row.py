"""Rows of a printed table: whole where the page ends, or broken there.

What is kept whole goes to the next page, and leaves room on this one; where it is
longer than a page, wkhtmltopdf cuts through its letters. A row that fills much of a
page is broken between its lines.
"""

from .letterhead import text_width

# Of the narrowest column that long texts stand in: letters of a line, Chinese ones
# counted twice, and lines that are kept together.
_LETTERS = 40
_LINES = 12


def row_style(*texts):
    """The style of a row with these texts in its columns."""
    if max(map(_lines, texts), default=0) > _LINES:
        return "page-break-inside: auto;"
    return "page-break-inside: avoid;"


def in_tables(rows):
    """The rows in tables of their own, ``[(first, end, whole)]``: each heading with the
    first row below it stays whole, what follows goes on over pages. wkhtmltopdf keeps
    together a table, never two rows.

    :param rows: ``[(is a heading, text)]``
    """
    tables, first, start = [], 0, None
    for index, (is_heading, text) in enumerate(rows):
        if is_heading and start is None:
            start = index
        elif not is_heading and start is not None:
            if start > first:
                tables.append((first, start, False))
            tables.append((start, index + 1, _lines(text) <= _LINES))
            first, start = index + 1, None
    if first < len(rows) or not rows:
        tables.append((first, len(rows), False))
    return tables


def _lines(text):
    """About as many lines as it is printed on."""
    return sum(1 + text_width(line) // _LETTERS for line in (text or " ").splitlines())

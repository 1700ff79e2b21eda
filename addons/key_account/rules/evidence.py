"""What makes evidence: somebody who says it, a document that opens, a possible day.

Read from what the Unicode standard says of a character, and from the first bytes of a
file; without an environment.
"""

import html
import math
import re
import unicodedata

# Letters by category that show nothing: fillers of Hangul, an empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Of a page, what shows something without a word.
_SHOWN = re.compile(
    r"<(?:img|video|audio|iframe|svg|canvas|object|embed|input|table)\b", re.I
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.S)
_OPEN_TAG = re.compile(r"<[^>]*>")
# A character by its number: one with more digits than any character has is none.
_NUMBERED = re.compile(r"&#[0-9]{9,};?")
# What no column of text holds: the character zero, half of a pair of surrogates.
_UNSTORED = re.compile("[\0\ud800-\udfff]")
_PDF = b"%PDF-"
# Where a PDF may begin: readers look for its header in the first bytes.
_PDF_HEADER = 1024
IMAGES = ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP")


def is_visible(character):
    """Whether a character leaves a mark on paper; spaces, controls, zero-width and
    filler characters leave none."""
    return character not in _BLANK and unicodedata.category(character)[0] not in "ZC"


def storable(text):
    """A text without the characters that no database keeps.

    >>> storable("a\\0b\\ud800c"), storable("王")
    ('abc', '王')
    """
    return text if text.isprintable() else _UNSTORED.sub("", text)


def said(text):
    """What a text says, without invisible characters around it; empty where it says
    nothing.

    >>> said(" Wang\\u200b "), said("\\u200b \\u2060")
    ('Wang', '')
    """
    text = storable(text) if isinstance(text, str) else ""
    # Looked at from both ends: what stands between may be as long as a book.
    first = next((at for at, each in enumerate(text) if is_visible(each)), None)
    if first is None:
        return ""
    behind = next(at for at in range(len(text), first, -1) if is_visible(text[at - 1]))
    return text[first:behind]


def _without_tags(page):
    """What a page in HTML says without its tags and comments, in a time that grows as
    the page does: nothing is looked for whose end is not there.

    >>> _without_tags("a <b>b</b><!-- c --> < d"), _without_tags("<!-- <i>e</i>")
    ('a b < d', 'e')
    """
    # Of a field it is safe markup, which escapes what is put together with it.
    page = str(page)
    comments = page.rfind("-->") + 3 if "-->" in page else 0
    tags = max(comments, page.rfind(">") + 1)
    return (
        _TAG.sub("", page[:comments])
        + _OPEN_TAG.sub("", page[comments:tags])
        + page[tags:]
    )


def says_nothing(text, markup=False):
    """Whether a reader of a text, or of a page in HTML, would see nothing.

    >>> says_nothing("\\u200b "), says_nothing("-"), says_nothing("<p>&nbsp;</p>", True)
    (True, False, True)
    >>> says_nothing("<p><img src='x'/></p>", True)
    False
    """
    if not isinstance(text, str):
        return not text
    if markup:
        if _SHOWN.search(text):
            return False
        # Such a number is shown as a replacement character, and read by no parser.
        text = html.unescape(_NUMBERED.sub("\ufffd", _without_tags(text)))
    return not said(text)


def signer(name):
    """The name of whoever signs, or empty where nobody is named: a name has letters.

    >>> signer("王 芳"), signer(" - "), signer(None)
    ('王 芳', '', '')
    """
    name = said(name)
    return name if any(map(_is_letter, name)) else ""


def _is_letter(character):
    return character not in _BLANK and character.isalpha()


def is_pdf(content):
    """Whether these bytes are a PDF, by its header."""
    return _PDF in content[:_PDF_HEADER]


def why_impossible(day, first, today):
    """``early`` or ``late`` where something signed on ``day`` cannot have been signed
    then: before there was a quotation, or on a day that has not come; else None."""
    if day > today:
        return "late"
    return "early" if day < first else None


def is_quantity(value):
    """Whether somebody outside sent a number of pieces: finite, and not negative."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return False
    return math.isfinite(number) and number >= 0

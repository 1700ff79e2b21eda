"""How much room a letterhead takes at the top of a page."""

import re
import unicodedata

# Characters of a line of the address, those of an East Asian script counted twice.
LINE = 44
# Pixels of the letterhead, as Odoo's layouts are drawn: above it, the logo where it
# stands above the address, a line, the gap between paragraphs, and below it.
TOP, LOGO, ROW, GAP, BELOW = 42, 76, 24, 16, 16
INCH = 25.4

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"</p>", re.IGNORECASE)


def text_width(text):
    """Width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def printed_lines(address):
    """How many lines an address takes in the letterhead.

    :param address: HTML, or text
    """
    texts = (_TAG.sub("", part).strip() for part in _BREAK.split(address))
    return sum(-(-text_width(text) // LINE) for text in texts if text)


def height(address, logo_above, dpi):
    """Millimetres from the top of the page to where the text can begin.

    :param address: HTML, or text
    :param logo_above: whether the logo stands above the address, not beside it
    :param dpi: of the paper format: by it pixels become millimetres
    """
    gaps = max(len(_PARAGRAPH.findall(address)) - 1, 0)
    pixels = TOP + (LOGO if logo_above else 0)
    pixels += printed_lines(address) * ROW + gaps * GAP + BELOW
    return round(pixels * INCH / dpi)

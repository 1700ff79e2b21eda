"""Refusals of what proves nothing: a signature of nobody, a file that does not open."""

import base64
import binascii

from PIL.Image import DecompressionBombError

from odoo.exceptions import UserError
from odoo.tools.image import image_process

from ...rules import evidence as rules

# What is raised of bytes that are no picture, or of one too large to be opened.
NO_PICTURE = (UserError, ValueError, OSError, SyntaxError, DecompressionBombError)


def decoded(content):
    """The bytes of a file as it was sent, base64; none where it cannot be decoded."""
    try:
        if isinstance(content, str):
            content = content.encode("ascii")
        return base64.b64decode(b"".join(content.split()), validate=True)
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return b""


def is_picture(content):
    """Whether these bytes open as a picture."""
    try:
        return bool(content and image_process(content, verify_resolution=True))
    except NO_PICTURE:
        return False


def assert_signed_by_somebody(env, name):
    if not rules.signer(name):
        raise UserError(
            env._("Who signs? Enter the name of the person: it is missing.")
        )


def assert_picture(env, signature):
    if not is_picture(decoded(signature)):
        raise UserError(
            env._(
                "The signature is empty, or no picture that can be opened. Draw it,"
                " or have it made of the name."
            )
        )


def assert_document(env, document):
    """The bytes of a scan, which has to open as a PDF or as a picture."""
    content = decoded(document)
    if not (rules.is_pdf(content) or is_picture(content)):
        raise UserError(
            env._(
                "The scan is empty, or neither a PDF nor a picture that can be"
                " opened. Scan it again, and file that."
            )
        )
    return content

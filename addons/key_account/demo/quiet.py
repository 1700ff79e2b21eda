"""While demo data is made, nobody gets a mail, and printing needs no web server."""

import base64
import re
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo.tools.misc import file_open

_STYLESHEET = re.compile(r'<link[^>]+href="[^"]*/(web\.\w+?)(?:\.\w+)*\.css"[^>]*>')
_LOADED = re.compile(r"@import[^;]+;|url\((?!['\"]?data:)([^)]*)\)")
# The font that the demo's companies print with.
_FONT = "/Roboto-Regular.ttf"
_SCRIPT = re.compile(r'<script[^>]+src="[^"]*"[^>]*></script>')


@contextmanager
def quietly(env):
    """Keep mails and the network out of what happens inside."""
    last_mail = env["mail.mail"].sudo().search([], order="id desc", limit=1).id
    with ExitStack() as stack:
        order = type(env["sale.order"])
        stack.enter_context(
            patch.object(order, "_send_order_notification_mail", _send_nothing)
        )
        stack.enter_context(_printing_offline(env))
        yield
    env["mail.mail"].sudo().search(
        [("id", ">", last_mail or 0), ("state", "=", "outgoing")]
    ).unlink()


def _send_nothing(orders, mail_template, allow_deferred_sending=True):
    """Instead of the mail that tells the customer of the order."""


@contextmanager
def _printing_offline(env):
    """wkhtmltopdf would fetch stylesheets from the server: hand them over."""
    report = type(env["ir.actions.report"])
    run, render = report._run_wkhtmltopdf, report._render_qweb_pdf
    styles = {}

    def run_offline(reports, bodies, *args, header=None, footer=None, **kwargs):
        bodies = [_with_styles(reports.env, body, styles) for body in bodies]
        header = header and _with_styles(reports.env, header, styles)
        footer = footer and _with_styles(reports.env, footer, styles)
        return run(reports, bodies, *args, header=header, footer=footer, **kwargs)

    def render_somehow(reports, report_ref, res_ids=None, data=None):
        if reports.get_wkhtmltopdf_state() in ("install", "broken"):
            return reports._render_qweb_html(report_ref, res_ids, data=data)
        return render(reports, report_ref, res_ids=res_ids, data=data)

    parameters = env["ir.config_parameter"].sudo()
    delay = parameters.get_param("report.print_delay")
    parameters.set_param("report.print_delay", "1")
    with (
        patch.object(report, "_run_wkhtmltopdf", run_offline),
        patch.object(report, "_render_qweb_pdf", render_somehow),
    ):
        yield
    parameters.set_param("report.print_delay", delay or False)


def _with_styles(env, html, styles):
    """The page with its stylesheets written into it, and without what it would load."""

    def inline(link):
        name = link[1]
        if name not in styles:
            bundle = env["ir.qweb"]._get_asset_bundle(name, js=False, autoprefix=True)
            styles[name] = _LOADED.sub(_embedded, bundle.css().raw.decode())
        return f"<style>{styles[name]}</style>"

    return _STYLESHEET.sub(inline, _SCRIPT.sub("", str(html)))


def _embedded(loaded):
    """The font itself; nothing of all else that a stylesheet would load."""
    path = (loaded[1] or "").strip("'\"")
    if not path.endswith(_FONT):
        return ""
    with file_open(path.strip("/"), "rb") as font:
        return f"url(data:font/ttf;base64,{base64.b64encode(font.read()).decode()})"

"""Mails, SMS and scheduled messages of a held quotation are not made."""

from odoo import api, models

from ..shared.ir_cron import is_cron
from ..shared.outermost import stand_before

# Compared by identity: these messages are being sent.
_DUE = object()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _register_hook(self):
        super()._register_hook()
        stand_before(self.env, "sms.composer", "_get_records", _whom_to_text)
        stand_before(self.env, "snailmail.letter", "_snailmail_print", _what_to_print)

    def message_post(self, *, message_type="notification", **kwargs):
        # What Odoo notes when a letter by post is made.
        if message_type == "snailmail":
            self._held("send")._assert_may("send")
        return super().message_post(message_type=message_type, **kwargs)


def _whom_to_text(go_on, composer):
    """A mailing by SMS whose time has come (mass_mailing_sms) goes to the rest, as one
    by mail does."""
    orders = go_on(composer)
    if (
        composer.res_model == "sale.order"
        and composer.composition_mode == "mass"
        and is_cron(composer.env)
    ):
        orders -= orders.exists()._held("send")
    return orders


def _what_to_print(go_on, letters, *args, **kwargs):
    """Letters whose time has come (snailmail): what is held waits, and holds up none of
    those behind it."""
    if is_cron(letters.env):
        ids = [each.res_id for each in letters if each.model == "sale.order"]
        held = letters.env["sale.order"].browse(ids).exists()._held("send")
        letters = letters.filtered(
            lambda each: each.model != "sale.order" or each.res_id not in held._ids
        )
    return go_on(letters, *args, **kwargs)


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    def _render_template(
        self, template_src, model, res_ids, engine="inline_template", **kwargs
    ):
        # Whatever channel the text is for, mail, SMS or one that comes later: it is
        # filled from the quotation here. Views are Odoo's own notes for colleagues.
        if model == "sale.order" and engine != "qweb_view" and _is_filled(template_src):
            filling = self.env["sale.order"].browse(res_ids).exists()
            filling.check_access("read")
            filling._held("send")._assert_may("send")
        return super()._render_template(
            template_src, model, res_ids, engine=engine, **kwargs
        )


def _is_filled(source):
    """Whether a template takes anything from the record; plain words may be sent."""
    return "{{" in str(source or "") or "t-" in str(source or "")


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail(self, res_id, *args, **kwargs):
        # A scheduled action mails to many: it leaves out what is held, and goes on.
        if self.model == "sale.order" and is_cron(self.env):
            if self.env["sale.order"].browse(res_id).exists()._held("send"):
                return False
        return super().send_mail(res_id, *args, **kwargs)

    def _generate_template(self, res_ids, render_fields, *args, **kwargs):
        # Shared by composer, mass mail, send_mail and server actions: a held quotation
        # is not rendered.
        reports = self.sudo().report_template_ids.mapped("model")
        if self.model == "sale.order" or "sale.order" in reports:
            # Attached to a mail about something else, the print is of the same number.
            orders = self.env["sale.order"].browse(res_ids).exists()
            orders._held("send")._assert_may("send")
        return super()._generate_template(res_ids, render_fields, *args, **kwargs)


class MailComposer(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        # As above: a mailing whose time has come (mass_mailing_sale) goes to the rest,
        # and holds up none of those that wait behind it.
        if self.model == "sale.order" and is_cron(self.env):
            held = self.env["sale.order"].browse(res_ids).exists()._held("send")
            res_ids = [res_id for res_id in res_ids if res_id not in held._ids]
        return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def _post_message(self, *args, **kwargs):
        due = self.with_context(key_account_due=_DUE)
        return super(MailScheduledMessage, due)._post_message(*args, **kwargs)

    @api.model
    def _check(self, values=None):
        # Odoo asks this for each message, where what is refused of one holds up none of
        # the others: it is not sent, and whoever wrote it is told.
        result = super()._check(values)
        if self.env.context.get("key_account_due") is _DUE:
            to_customers = self.sudo().filtered(
                lambda message: (
                    message.model == "sale.order"
                    and (message.partner_ids or not message.is_note)
                )
            )
            orders = self.env["sale.order"].browse(to_customers.mapped("res_id"))
            orders.exists()._held("send")._assert_may("send")
        return result

    def unlink(self):
        # Sent or not, it has had its day.
        rest = self.with_context(key_account_due=None)
        return super(MailScheduledMessage, rest).unlink()

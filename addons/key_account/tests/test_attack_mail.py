"""Mail"""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackMail(AttackCase):
    def compose(self, user, mode="comment", context=None, **vals):
        """A message written in the composer, and sent."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(user)
            .with_context(**(context or {}))
            .create(
                {
                    "model": "sale.order",
                    "res_ids": str(self.order.ids),
                    "composition_mode": mode,
                    "partner_ids": [Command.set(self.customer.ids)],
                    **vals,
                }
            )
        )
        composer._compute_subject()
        return composer._action_send_mail()

    def test_template_by_rpc(self):
        """mail.template.send_mail and send_mail_batch over RPC | specialist, manager,
        director | refused, no mail"""
        for user in (self.specialist, self.manager, self.director):
            self.refused_rpc(
                user, self.template, "send_mail", self.order.id, force_send=True
            )
            self.refused_rpc(
                user, self.template, "send_mail_batch", self.order.ids, force_send=True
            )

    def test_template_as_odoobot(self):
        """The quotation's mail template, sent as superuser | OdooBot | refused"""
        self.refused(self.template.sudo().send_mail, self.order.id)
        self.refused(self.template.with_user(self.bot).send_mail, self.order.id)

    def test_composer_with_the_template(self):
        """Composer of one quotation, with the template | specialist, manager |
        refused"""
        for user in (self.specialist, self.manager):
            self.refused(
                self.compose, user, template_id=self.template.id, savepoint=True
            )

    def test_mass_composer_with_the_template(self):
        """Composer of several quotations (list, "Send an email") | specialist |
        refused"""
        self.refused(
            self.compose,
            self.specialist,
            "mass_mail",
            template_id=self.template.id,
            savepoint=True,
        )

    def test_mass_composer_with_placeholders(self):
        """Composer of several quotations without template, its text filled from the
        quotation | specialist who may edit mail templates | refused"""
        self.specialist.group_ids |= self.env.ref("mail.group_mail_template_editor")
        self.refused(
            self.compose,
            self.specialist,
            "mass_mail",
            subject="Offer",
            body="<p>Only <t t-out='object.amount_total'/>!</p>",
            says="cannot go to the customer yet",
            savepoint=True,
        )

    def test_composer_that_marks_as_sent(self):
        """Free text in the composer, with the context that marks as sent | specialist |
        refused, and not marked"""
        self.refused(
            self.compose,
            self.specialist,
            context={"mark_so_as_sent": True},
            subject="Hello",
            body="<p>Hello</p>",
        )

    def test_message_that_marks_as_sent(self):
        """message_post over RPC with mark_so_as_sent | specialist, accountant |
        refused, and not marked"""
        for user in (self.specialist, self.accountant):
            self.refused_rpc(
                user,
                self.order,
                "message_post",
                body="Hello",
                partner_ids=self.customer.ids,
                context={"mark_so_as_sent": True},
            )

    def test_message_from_the_template(self):
        """message_post_with_source and message_mail_with_source with the template |
        specialist | refused"""
        for method in ("message_post_with_source", "message_mail_with_source"):
            self.refused_rpc(
                self.specialist,
                self.order,
                method,
                "sale.email_template_edi_sale",
                savepoint=True,
            )

    def test_pro_forma(self):
        """Send pro-forma invoice: button and template | specialist | refused"""
        self.refused_rpc(
            self.specialist,
            self.order,
            "action_quotation_send",
            context={"proforma": True},
        )
        self.refused(
            self.compose,
            self.specialist,
            template_id=self.env.ref("sale.email_template_proforma").id,
            savepoint=True,
        )

    def test_send_button(self):
        """Send by email, button and list action | specialist, manager, accountant |
        refused"""
        for user in (self.specialist, self.manager, self.accountant):
            self.refused_rpc(user, self.order, "action_quotation_send")

    def test_scheduled_message(self):
        """Message scheduled while approved, due after the terms became worse |
        specialist | not posted"""
        order = self.approved()
        message = (
            self.env["mail.scheduled.message"]
            .with_user(self.specialist)
            .create(
                {
                    "model": "sale.order",
                    "res_id": order.id,
                    "author_id": self.specialist.partner_id.id,
                    "partner_ids": [Command.set(self.customer.ids)],
                    "subject": "Our quotation",
                    "body": "<p>Please find our quotation.</p>",
                    "scheduled_date": fields.Datetime.now() + timedelta(hours=1),
                }
            )
        )
        order.with_user(self.specialist).order_line.discount = 60.0
        self.refused_rpc(self.specialist, message, "post_message", order=order)

    def test_scheduled_messages_beside_it(self):
        """The same, and what colleagues have scheduled for the same hour, elsewhere and
        as a note for themselves on what is held | Odoo's scheduled action | not posted,
        its author is told; the others are
        """
        held, note = self.approved(), self.order
        Scheduled = self.env["mail.scheduled.message"].with_user(self.specialist)
        vals = {
            "author_id": self.specialist.partner_id.id,
            "body": "<p>Our quotation.</p>",
            "scheduled_date": fields.Datetime.now() + timedelta(hours=1),
        }
        scheduled = Scheduled.create(
            [
                {"model": held._name, "res_id": held.id, **vals},
                {"model": note._name, "res_id": note.id, "is_note": True, **vals},
                {"model": self.account._name, "res_id": self.account.id, **vals},
            ]
        )
        held.with_user(self.specialist).order_line.discount = 60.0
        self.env.flush_all()
        hour = fields.Datetime.now() - timedelta(hours=1)
        self.cr.execute("UPDATE mail_scheduled_message SET scheduled_date = %s", [hour])
        self.env.invalidate_all()
        said = [("body", "=", vals["body"])]
        Message = self.env["mail.message"]
        with mute_logger("odoo.addons.mail.models.mail_scheduled_message"):
            scheduled.sudo()._post_messages_cron()
        self.assertFalse(scheduled.exists())
        found = Message.search(said).mapped(lambda each: (each.model, each.res_id))
        places = [(record._name, record.id) for record in (note, self.account)]
        self.assertCountEqual(found, places)
        told = Message.search(
            [("subject", "=", "A scheduled message could not be sent")]
        )
        self.assertEqual(told.partner_ids, self.specialist.partner_id)

    def test_scheduling_with_the_template(self):
        """Composer with the template, to be sent later | specialist | refused"""

        def schedule():
            composer = (
                self.env["mail.compose.message"]
                .with_user(self.specialist)
                .create(
                    {
                        "model": "sale.order",
                        "res_ids": str(self.order.ids),
                        "template_id": self.template.id,
                        "scheduled_date": "2040-01-01 00:00:00",
                    }
                )
            )
            composer._compute_subject()
            composer.action_schedule_message()

        self.refused(schedule, savepoint=True)
        self.assertFalse(
            self.env["mail.scheduled.message"].search(
                [("model", "=", "sale.order"), ("res_id", "=", self.order.id)]
            )
        )

    def test_server_action_that_mails(self):
        """Server action "Send email" on the quotation | specialist | refused"""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Mail",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "mail_post",
                "template_id": self.template.id,
                "mail_post_method": "email",
            }
        )
        context = {
            "active_model": "sale.order",
            "active_ids": self.order.ids,
            "active_id": self.order.id,
        }
        self.refused(action.with_user(self.specialist).with_context(**context).run)

    def test_pending_mail(self):
        """The field that has the mail cron send a template, written over RPC |
        specialist | the cron mails nothing of it, and goes on with the other orders"""
        self.rpc(
            self.specialist,
            self.order,
            "write",
            {"pending_email_template_id": self.template.id},
        )
        plain = self.make_order(
            partner=self.plain_customer, team_id=self.plain_team.id, user=self.outsider
        )
        waiting = self.approved()
        # As left by a payment, before the terms became worse.
        both = (waiting | plain).with_env(self.env)
        both.pending_email_template_id = self.template
        waiting.with_user(self.specialist).order_line.discount = 60.0
        self.env.flush_all()
        before = self.trace(waiting), self.trace(self.order)
        cron = self.env.ref("sale.send_pending_emails_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((self.trace(waiting), self.trace(self.order)), before)
        self.assertFalse((both | self.order).sudo().pending_email_template_id)
        self.assertIn(self.plain_customer, plain.message_ids.notified_partner_ids)

    def left_out(self, model, code):
        """A scheduled action mails both, as ``code`` says of their ids: what is held is
        left out."""
        other = self.approved()
        cron = self.env["ir.cron"].create(
            {
                "name": "Remind",
                "model_id": self.env["ir.model"]._get(model).id,
                "state": "code",
                "code": code % (self.order | other).ids,
                "interval_type": "days",
            }
        )
        before = self.trace(self.order)
        mails = self.env["mail.mail"].search_count([("res_id", "=", other.id)])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.trace(self.order), before)
        found = self.env["mail.mail"].search_count([("res_id", "=", other.id)])
        self.assertEqual(found, mails + 1)

    def test_scheduled_action_with_a_template(self):
        """A scheduled action that mails a template for one after the other, as the
        webshop reminds of carts | Odoo's scheduled action | what is held is left out,
        the others are mailed"""
        mail = f"model.browse({self.template.id}).send_mail(number)"
        self.left_out("mail.template", f"for number in %s:\n    {mail}")

    def test_mailing_whose_time_has_come(self):
        """The composer for many, as a mailing of quotations (mass_mailing_sale) uses
        it | Odoo's scheduled action | what is held is left out, the others are
        mailed"""
        self.left_out(
            "mail.compose.message",
            "model.create({'model': 'sale.order', 'composition_mode': 'mass_mail',"
            f" 'res_ids': '%s', 'template_id': {self.template.id}}})"
            "._action_send_mail()",
        )

    def test_amount_in_the_head_of_a_message(self):
        """A message of one's own to the customer: Odoo prints the total above it |
        specialist | the message goes, without the total"""
        message = self.order.with_user(self.specialist).message_post(
            body="Which colour?", partner_ids=self.customer.ids
        )
        shown = self.order._notify_by_email_prepare_rendering_context(message)
        self.assertNotIn("500.00", " ".join(map(str, shown["subtitles"])))
        self.assertEqual(self.order.state, "draft")
        order = self.approved()
        shown = order._notify_by_email_prepare_rendering_context(message)
        self.assertIn("920", " ".join(map(str, shown["subtitles"])))

    def test_mail_on_confirmation(self):
        """Quotation template that mails when the order is confirmed; context
        send_email | specialist | refused with the confirmation"""
        self.order.sale_order_template_id = self.env["sale.order.template"].create(
            {"name": "Mailing", "mail_template_id": self.template.id}
        )
        self.refused_rpc(
            self.specialist,
            self.order,
            "action_confirm",
            context={"send_email": True},
        )

    def test_resending_after_the_terms_became_worse(self):
        """Sending again what had been approved, after a discount of 90 % |
        specialist | refused"""
        order = self.sent()
        self.rpc(self.specialist, order.order_line, "write", {"discount": 90.0})
        self.refused_rpc(
            self.specialist, self.template, "send_mail", order.id, order=order
        )

    def test_several_of_which_one_is_held(self):
        """Template sent to an approved and a held quotation at once | specialist |
        refused for both: nothing is half done"""
        approved = self.approved()
        self.refused_rpc(
            self.specialist,
            self.template,
            "send_mail_batch",
            (approved | self.order).ids,
            order=approved,
            says=self.order.name,
        )

    def test_cancelled(self):
        """A held quotation is cancelled first: mailed, printed, shared, read, paid |
        specialist, portal contact | refused, as before; one that had been confirmed
        stays with its customer"""
        order = self.sent()
        self.rpc(self.specialist, order.order_line, "write", {"discount": 50.0})
        for held in (self.order, order):
            self.rpc(self.specialist, held, "action_cancel")
            self.env.flush_all()
            self.refused_rpc(
                self.specialist, self.template, "send_mail", held.id, order=held
            )
            self.refused_rpc(self.specialist, held, "action_quotation_send", order=held)
            self.refused(held.with_user(self.specialist)._get_share_url, order=held)
            self.refused(held._assert_payable, order=held)
            self.refused_rpc(self.contact, held, "read", ["name"], order=held)
            self.assertEqual(held._held(), held, "watermark and portal page")
        confirmed = self.approved()
        confirmed.with_user(self.specialist).action_confirm()
        self.rpc(self.specialist, confirmed, "action_cancel")
        self.env.flush_all()
        self.assertFalse(confirmed._held())
        self.assertTrue(self.rpc(self.contact, confirmed, "read", ["name"]))
        self.rpc(self.specialist, confirmed, "action_draft")
        self.rpc(self.specialist, confirmed.order_line, "write", {"discount": 50.0})
        self.rpc(self.specialist, confirmed, "action_cancel")
        self.env.flush_all()
        self.assertTrue(confirmed._held())

    def test_attached_to_a_mail_about_something_else(self):
        """A template of another model with the print of the quotation as its report,
        which prints the one of the same number | specialist who may edit mail
        templates | refused"""
        template = self.env["mail.template"].create(
            {
                "name": "Country",
                "model_id": self.env["ir.model"]._get_id("res.country"),
                "subject": "News",
                "email_to": "buyer@golden.example.com",
                "report_template_ids": [
                    Command.set(self.env.ref("sale.action_report_saleorder").ids)
                ],
            }
        )
        Country = self.env["res.country"]
        if not Country.browse(self.order.id).exists():
            other = Country.create({"name": "Nowhere", "code": "QX"})
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_country SET id = %s WHERE id = %s",
                (self.order.id, other.id),
            )
            self.env.invalidate_all()
        self.refused_rpc(self.specialist, template, "send_mail", self.order.id)

"""What the attacks share: more people, a refusal that leaves nothing behind.

Every test of the files ``test_attack_*.py`` is one path. Its docstring says, parted by
``|``: the path, as whom it is tried, what happens; ``docs/attacks.md`` is made of them.
"""

import struct
import zlib
from contextlib import nullcontext

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import KeyAccountCommon

FORGED = {
    "key_account_by_mail": True,
    "key_account_checked": True,
    "key_account_changing": True,
    "key_account_cron": True,
    "key_account_described": True,
    "key_account_diagnosis": True,
    "key_account_due": True,
    "key_account_evaluation": True,
    "key_account_evidence": True,
    "key_account_facts": True,
    "key_account_given": True,
    "key_account_grant": True,
    "key_account_inviting": True,
    "key_account_kpi_step": True,
    "key_account_occasion": True,
    "key_account_override": True,
    "key_account_paid": True,
    "key_account_plan": True,
    "key_account_good_rows": True,
    "key_account_import_rows": True,
    "key_account_process": True,
    "key_account_put_before": True,
    "key_account_purpose": "send",
    "key_account_reading": True,
    "key_account_release": True,
    "key_account_ruled": True,
    "key_account_scope": True,
    "key_account_skip": True,
    "key_account_step": True,
    "key_account_unlocked": True,
    "skip_validation_check": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "active_test": False,
    "install_mode": True,
    "import_file": True,
    "su": True,
    "uid": 1,
    "cron_id": 1,
}
_HEAD = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
# A picture of 400 million points, in 33 bytes.
HUGE = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + _HEAD
    + struct.pack(">I", zlib.crc32(_HEAD))
)
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


class AttackCase(KeyAccountCommon):
    """``self.order`` is held: half the price, which only the general manager may sign
    off, and nobody has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_admin = cls._user("ka_sales", "sales_team.group_sale_manager")
        cls.bot = cls.env.ref("base.user_root")
        cls.template = cls.env.ref("sale.email_template_edi_sale")
        cls.contact = cls._portal_user("ka_contact", cls.customer)
        cls.stranger = cls._portal_user("ka_stranger", cls.plain_customer)

    @classmethod
    def _portal_user(cls, login, customer):
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = customer
        return user

    def setUp(self):
        super().setUp()
        self.order = self.make_order(discount=50.0)
        self.line = self.order.order_line

    # What is tried

    def refused(self, call, *args, order=None, says="", savepoint=False, **kwargs):
        """The words of the refusal of ``call``, in which ``says`` stands.

        The error is swallowed here as a careless caller would: nothing may have been
        written by then. (With ``savepoint`` as a careful one: a composer's own computed
        fields would raise again.)
        """
        order = order or self.order
        before = self.trace(order)
        # What the trace has read must not be at hand for whoever may not read it.
        self.env.invalidate_all()
        guarded = self.env.cr.savepoint() if savepoint else nullcontext()
        try:
            with guarded:
                call(*args, **kwargs)
        except UserError as error:
            words = str(error)
            self.env.flush_all()
        else:
            self.fail("not refused")
        self.env.invalidate_all()
        self.assertEqual(self.trace(order), before)
        self.assertIn(says, words)
        return words

    def refused_rpc(self, user, records, method, *args, order=None, **kwargs):
        return self.refused(
            self.rpc, user, records, method, *args, order=order, **kwargs
        )

    def trace(self, order):
        """What an attack would leave: state, signature, bill, mail to the customer."""
        order = order.sudo()
        customer = order.partner_id | order.partner_id.commercial_partner_id
        messages = order.message_ids.filtered(
            lambda message: message.notified_partner_ids & customer
        )
        mails = self.env["mail.mail"].search_count(
            [
                ("model", "=", "sale.order"),
                ("res_id", "=", order.id),
                "|",
                ("recipient_ids", "in", customer.ids),
                ("email_to", "ilike", "golden.example.com"),
            ]
        )
        return {
            "state": order.state,
            "signed": bool(order.signed_on or order.signature),
            "evidence": sorted(order.signature_ids.ids),
            "approvals": sorted(order.approval_ids.ids),
            "invoices": sorted(order.invoice_ids.ids),
            "mails": (sorted(messages.ids), mails),
        }

    def reopened(self, order, why=None):
        """The order's approval does not cover its terms any more, by column and by
        guard."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.authority_state, "required", why)
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)
        self.refused_rpc(self.specialist, order, "action_quotation_send", order=order)

    # What it is tried on

    def approved(self, discount=8.0, **vals):
        return self.approve(self.make_order(discount=discount, **vals))

    def sent(self, discount=8.0, **vals):
        """An approved quotation that has gone to the customer."""
        order = self.approved(discount, **vals)
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        return order

    def signed(self, **vals):
        """Signed by the customer and waiting for the prepayment: still a quotation."""
        vals = {"require_signature": True, "require_payment": True, **vals}
        order = self.sent(prepayment_percent=1.0, **vals)
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": PIXEL,
                "signed_by": "Buyer Wang",
                "signed_on": "2030-01-02 03:04:05",
            }
        )
        self.env.flush_all()
        self.assertTrue(order._current_signature())
        return order

    def unsigned(self, order, why=None):
        """The signature on file does not bind the terms as they are now."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(order._current_signature(), why)
        self.assertTrue(order.signature_ids, "evidence is kept")
        words = self.refused_rpc(self.specialist, order, "action_confirm", order=order)
        self.assertIn("has not signed", words)

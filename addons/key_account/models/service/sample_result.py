"""What becomes of a sample: received, judged by the customer, made once more."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...rules import sample as rules
from ...rules.evidence import said
from ..shared.act import take_in_hand


class KeyAccountSample(models.Model):
    _inherit = "key.account.sample"

    received_on = fields.Date("Received on", readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.partner",
        string="Received by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who at the customer has it.",
    )
    result = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("remarks", "Accepted with remarks"),
            ("refused", "Not accepted"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    result_note = fields.Text(string="Their words", readonly=True, copy=False)
    result_on = fields.Date("Result on", readonly=True, copy=False)
    result_by_id = fields.Many2one(
        "res.partner",
        string="Judged by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    result_recorded_by_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    result_recorded_on = fields.Datetime(
        string="Result entered on", readonly=True, copy=False
    )

    # ------------------------------------------------------------
    # ACTS
    # ------------------------------------------------------------

    def action_receive(self, date=None, partner_id=None):
        """The customer has it, as they tell us.

        :param date: the day on which it came; today by default
        """
        self._assert_act("receive", self.env._("received"))
        contact = self.env["res.partner"].browse(partner_id or [])
        for sample in self:
            day = sample._day(date, sample.sent_on)
            if contact:
                sample._assert_of_customer(contact)
            sample._write_kept(
                {
                    "state": rules.RECEIVED,
                    "received_on": day,
                    "received_by_id": contact.id,
                }
            )
        return True

    def action_judge(self, result, partner_id, date=None, note=None):
        """What the customer says of it: who of theirs, when, in which words.

        :param result: ``accepted``, ``remarks`` (accepted with remarks) or ``refused``
        :param note: their words; needed unless it is plainly accepted
        """
        self._assert_act("judge", self.env._("judged"))
        note = said(note)
        if result not in rules.RESULTS:
            raise UserError(self.env._("Say whether it was accepted or refused."))
        if result != rules.ACCEPTED and not note:
            raise UserError(
                self.env._("Say in the customer's words what is wrong with it.")
            )
        contact = self.env["res.partner"].browse(partner_id or [])
        for sample in self:
            day = sample._day(date, sample.received_on or sample.sent_on)
            sample._assert_of_customer(contact)
            sample._write_kept(
                {
                    "state": rules.JUDGED,
                    "result": result,
                    "result_note": note or False,
                    "result_on": day,
                    "result_by_id": contact.id,
                    "result_recorded_by_id": self.env.uid,
                    "result_recorded_on": fields.Datetime.now(),
                }
            )
        return True

    def action_new_round(self):
        """A new sample in place of one that was refused; opens the one that is there.

        It starts as a request: the standard may be what was wrong.
        """
        self.ensure_one()
        self.check_access("write")
        take_in_hand(self)
        later = self.later_ids.filtered(lambda s: s.state != rules.CANCELLED)
        if not later:
            if self.result != rules.REFUSED:
                raise UserError(
                    self.env._(
                        "“%s” was not refused: only a refused sample gets a new round.",
                        self.display_name,
                    )
                )
            [values] = self.copy_data()
            later = self._create_kept(
                [{**values, "former_id": self.id, "round": self.round + 1}]
            )._locked()
            later._copy_drawings(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sample"),
            "res_model": self._name,
            "res_id": later[:1].id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _copy_drawings(self, former):
        # Each sample has files of its own: those of the former round stay as they were.
        own = {"res_model": self._name, "res_id": self.id}
        copies = [file.copy(own).id for file in former.drawing_ids.sudo()]
        self.sudo().write({"drawing_ids": [fields.Command.set(copies)]})

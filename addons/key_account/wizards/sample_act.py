from odoo import api, fields, models


class KeyAccountSampleAct(models.TransientModel):
    """What is told of a sample when something happens with it: who, when, in which
    words. Each act checks who may do it."""

    _name = "key.account.sample.act"
    _description = "What Happened with a Sample"
    _inherit = ["key.account.look"]
    _under = frozenset(("sample_id",))

    sample_id = fields.Many2one("key.account.sample", required=True)
    customer_id = fields.Many2one(related="sample_id.key_account_id.partner_id")
    standard = fields.Text(related="sample_id.standard")
    act = fields.Selection(
        [
            ("agree", "The standard is agreed"),
            ("promise", "Promised for another day"),
            ("check", "The sample is checked"),
            ("send", "The sample is sent"),
            ("receive", "The customer has it"),
            ("judge", "The customer's result"),
            ("cancel", "The sample is cancelled"),
        ],
        required=True,
    )
    date = fields.Date(
        string="On",
        compute="_compute_date",
        store=True,
        readonly=False,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Who at the customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    carrier = fields.Char()
    tracking_ref = fields.Char(string="Tracking number")
    check_result = fields.Selection(
        [("passed", "Passed"), ("failed", "Not passed")], string="Check result"
    )
    result = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("remarks", "Accepted with remarks"),
            ("refused", "Not accepted"),
        ],
    )
    note = fields.Text(string="In words")

    @api.depends("act", "sample_id")
    def _compute_date(self):
        """Today where the company works; another promise is for a day to come."""
        for wizard in self:
            company = wizard.sample_id.company_id or self.env.company
            today = company._key_account_today()
            wizard.date = False if wizard.act == "promise" else today

    @api.depends("sample_id")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.sample_id.contact_id

    def action_apply(self):
        self.ensure_one()
        sample, contact = self.sample_id, self.partner_id.id
        if self.act == "agree":
            sample.action_agree(contact, self.date)
        elif self.act == "promise":
            sample.action_promise(self.date, self.note)
        elif self.act == "check":
            sample.action_check(self.check_result == "passed", self.note)
        elif self.act == "send":
            sample.action_send(self.date, self.carrier, self.tracking_ref)
        elif self.act == "receive":
            sample.action_receive(self.date, contact)
        elif self.act == "judge":
            sample.action_judge(self.result, contact, self.date, self.note)
        else:
            sample.action_cancel(self.note)
        return {"type": "ir.actions.act_window_close"}

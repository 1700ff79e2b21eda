"""A contact was asked how satisfied they are, and what they answered."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class KeyAccountRatio(models.AbstractModel):
    """Figures of a group are those of its sums. Where the sum below the line is zero
    there is none, which is not zero.

    ``_ratios``: ``{stored field: (sum above, sum below, factor)}``
    """

    _name = "key.account.ratio"
    _description = "Figures of Sums"

    _ratios = {}

    def _read_group_select(self, aggregate_spec, query):
        name = aggregate_spec.split(":")[0]
        if name not in self._ratios:
            return super()._read_group_select(aggregate_spec, query)
        numerator, denominator, factor = self._ratios[name]
        return SQL(
            "%s * SUM(%s) / NULLIF(SUM(%s), 0)",
            factor,
            self._field_to_sql(self._table, numerator, query),
            self._field_to_sql(self._table, denominator, query),
        )


class KeyAccountSatisfactionRatio(models.AbstractModel):
    """The mean of marks, and how many of those asked have answered."""

    _name = "key.account.satisfaction.ratio"
    _description = "Satisfaction Figures"
    _inherit = ["key.account.ratio"]

    _ratios = {
        "mean": ("mark", "marks", 1.0),
        "response_rate": ("answered", "asked", 100.0),
    }

    asked = fields.Integer(string="Contacts asked", readonly=True, default=1)
    answered = fields.Integer(readonly=True)
    mark = fields.Integer(string="Sum of marks", readonly=True)
    marks = fields.Integer(string="Number of marks", readonly=True)
    mean = fields.Float(
        digits=(3, 2),
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Of the marks from 1 to 5; of a group the sum of marks by their number.",
    )
    response_rate = fields.Float(
        string="Response rate (%)",
        digits=(5, 1),
        compute="_compute_ratios",
        store=True,
        aggregator="avg",
        help="Answered by asked.",
    )

    @api.depends("asked", "answered", "mark", "marks")
    def _compute_ratios(self):
        for record in self:
            record.mean = record.mark / record.marks if record.marks else 0.0
            record.response_rate = 100.0 * record.answered / (record.asked or 1)


class KeyAccountSatisfaction(models.Model):
    """One contact, asked once in one wave. All of it is kept: nobody of ours makes,
    changes or deletes what a customer answered, superuser code included. It is made by
    ``_send()``, answered by ``_answer()`` through the link in the mail.

    The link's key is read by nobody, and is in no message that colleagues see: who has
    it answers for the customer.
    """

    _name = "key.account.satisfaction"
    _description = "Satisfaction Survey"
    _inherit = ["key.account.under", "key.account.satisfaction.ratio"]
    _order = "sent_on desc, id desc"
    _rec_names_search = ["partner_id", "key_account_id", "wave"]
    _under = frozenset(("key_account_id",))

    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="restrict")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Whose account it was when the customer was asked.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    email = fields.Char(
        string="Mailed to", readonly=True, help="Reminders go there as well."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        readonly=True,
    )
    wave = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="Nobody is asked twice in a wave.",
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        ondelete="restrict",
        help="Empty: by policy.",
    )
    state = fields.Selection(
        [
            ("sent", "Waits for an answer"),
            ("answered", "Answered"),
            ("expired", "Not answered"),
        ],
        required=True,
        readonly=True,
        default="sent",
        index=True,
    )
    sent_on = fields.Datetime("Mailed on", readonly=True, required=True, index=True)
    expires_on = fields.Date(
        string="Open until", readonly=True, required=True, help="The last day."
    )
    mailed_on = fields.Datetime(string="Last mail", readonly=True)
    reminders = fields.Integer(readonly=True, aggregator=None)
    answered_on = fields.Datetime(string="Answered on", readonly=True)
    comment = fields.Text(string="In the customer's words", readonly=True)
    answer_ids = fields.One2many(
        "key.account.satisfaction.answer", "satisfaction_id", readonly=True
    )
    is_low = fields.Boolean(
        string="Low marks",
        readonly=True,
        help="The mark is low enough to become feedback.",
    )
    feedback_id = fields.Many2one(
        "key.account.feedback",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    access_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _key_is_one = models.UniqueIndex(
        "(access_token)", "A link belongs to one survey alone."
    )

    @api.depends("partner_id", "key_account_id", "wave")
    def _compute_display_name(self):
        for survey in self:
            parts = (survey.partner_id.name, survey.wave)
            survey.display_name = " · ".join(part for part in parts if part)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(never_deleted(self.env))

    def copy_data(self, default=None):
        raise AccessError(never_deleted(self.env))


class KeyAccountSatisfactionAnswer(models.Model):
    """A question that was put to a contact, and the mark they gave, if they did."""

    _name = "key.account.satisfaction.answer"
    _description = "Satisfaction Answer"
    _inherit = ["key.account.kept", "key.account.satisfaction.ratio"]
    _order = "sent_on desc, satisfaction_id desc, sequence, id"
    _rec_name = "question"

    satisfaction_id = fields.Many2one(
        "key.account.satisfaction",
        string="Survey",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    question_id = fields.Many2one(
        "key.account.satisfaction.question",
        string="Subject",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    question = fields.Char(
        readonly=True, required=True, help="As the customer read it."
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    key_account_id = fields.Many2one(
        related="satisfaction_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="satisfaction_id.company_id", store=True, index=True
    )
    team_id = fields.Many2one(related="satisfaction_id.team_id", store=True)
    user_id = fields.Many2one(related="satisfaction_id.user_id", store=True)
    partner_id = fields.Many2one(
        related="satisfaction_id.partner_id", store=True, index=True
    )
    wave = fields.Char(related="satisfaction_id.wave", store=True)
    sent_on = fields.Datetime(related="satisfaction_id.sent_on", store=True)
    answered_on = fields.Datetime(related="satisfaction_id.answered_on", store=True)

    _one_mark_at_most = models.Constraint(
        "CHECK (mark BETWEEN 0 AND 5 AND marks = CASE WHEN mark > 0 THEN 1 ELSE 0 END)",
        "A mark goes from 1 to 5.",
    )
    _asked_once = models.UniqueIndex(
        "(satisfaction_id, question_id)", "A question is asked once in a survey."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(never_deleted(self.env))

    def copy_data(self, default=None):
        raise AccessError(never_deleted(self.env))


def never_deleted(env):
    return env._(
        "What customers were asked and answered is evidence: it is recorded by the"
        " process alone, and is neither entered, changed nor deleted by hand."
    )

"""The people at the customer and what they are to the deal."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

ROLES = [
    ("decision_maker", "Decision maker"),
    ("approver", "Approver"),
    ("influencer", "Influencer"),
    ("user", "User"),
    ("gatekeeper", "Gatekeeper"),
    ("purchaser", "Purchaser"),
    ("coach", "Coach"),
]
# From against us to for us: the order of the map's columns.
ATTITUDES = [
    ("opponent", "Opponent"),
    ("sceptic", "Sceptic"),
    ("neutral", "Neutral"),
    ("supporter", "Supporter"),
    ("champion", "Champion"),
]
INFLUENCES = [
    ("1", "1 – very low"),
    ("2", "2 – low"),
    ("3", "3 – medium"),
    ("4", "4 – high"),
    ("5", "5 – very high"),
]


class KeyAccountStakeholder(models.Model):
    """A person at the customer, seen as part of its buying centre.

    No uniqueness on the contact: Odoo's partner merge would delete rows that clash.
    """

    _name = "key.account.stakeholder"
    _description = "Stakeholder"
    _inherit = ["key.account.kept"]
    _order = "influence desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    commercial_partner_id = fields.Many2one(
        related="key_account_id.partner_id", string="Customer company"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    name = fields.Char(related="partner_id.name")
    function = fields.Char(related="partner_id.function", string="Job position")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    role = fields.Selection(
        ROLES, string="Buying role", required=True, default="influencer"
    )
    attitude = fields.Selection(ATTITUDES, required=True, default="neutral")
    influence = fields.Selection(INFLUENCES, required=True, default="3")
    relationship_level = fields.Selection(
        [
            ("known", "Known"),
            ("met", "Met"),
            ("accepted", "Accepted"),
            ("trusted", "Trusted"),
            ("ally", "Ally"),
        ],
        string="Relationship",
        default="known",
        required=True,
    )
    motives = fields.Text(
        help="What moves this person: in the business, in the job, personally."
    )
    reports_to_id = fields.Many2one(
        "key.account.stakeholder",
        string="Reports to",
        ondelete="set null",
        domain="[('key_account_id', '=', key_account_id), ('id', '!=', id)]",
    )
    user_id = fields.Many2one(
        "res.users", string="Relationship owner", default=lambda self: self.env.user
    )
    last_contact = fields.Date()
    personal_notes = fields.Text(
        compute="_compute_personal_notes",
        inverse="_inverse_personal_notes",
        help="Readable by the account team and the team's manager only.",
    )
    personal_notes_stored = fields.Text(groups=fields.NO_ACCESS)
    may_see_personal_notes = fields.Boolean(compute="_compute_may_see_personal_notes")
    active = fields.Boolean(default=True)

    @api.depends("key_account_id")
    @api.depends_context("uid")
    def _compute_may_see_personal_notes(self):
        confidants = self.key_account_id._confidants_by_account()
        for stakeholder in self:
            stakeholder.may_see_personal_notes = self.env.user in confidants.get(
                stakeholder.key_account_id, self.env.user
            )

    @api.depends("personal_notes_stored", "may_see_personal_notes")
    @api.depends_context("uid")
    def _compute_personal_notes(self):
        for stakeholder in self:
            stakeholder.personal_notes = (
                stakeholder.may_see_personal_notes
                and stakeholder.sudo().personal_notes_stored
            )

    def _inverse_personal_notes(self):
        for stakeholder, stored in zip(self, self.sudo(), strict=True):
            notes = stakeholder.personal_notes or False
            if notes == (stored.personal_notes_stored or False):
                continue
            if not stakeholder.may_see_personal_notes:
                raise AccessError(
                    self.env._(
                        "Personal notes on %(person)s are kept by the account team and"
                        " the manager of %(account)s. Ask to be added to the account"
                        " team.",
                        person=stakeholder.partner_id.display_name,
                        account=stakeholder.key_account_id.display_name,
                    )
                )
            stored.personal_notes_stored = notes

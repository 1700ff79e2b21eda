"""The people at the customer and what they are to the deal."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

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
    _inherit = ["key.account.under"]
    _under = frozenset(("key_account_id", "reports_to_id"))
    _under_read = frozenset(("partner_id",))
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
    # Written to the contact, with the rights of whoever writes.
    function = fields.Char(
        related="partner_id.function", string="Job position", readonly=False
    )
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)
    may_write_contact = fields.Boolean(compute="_compute_may_write_contact")
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
    pressures = fields.Text(
        help="What weighs on this person: targets, superiors, colleagues, the market."
    )
    authority_extent = fields.Char(
        string="Extent of authority",
        help="How far this person decides alone: up to which amount, on what.",
    )
    in_office_since = fields.Date(string="In office since")
    birthday = fields.Date()
    reports_to_id = fields.Many2one(
        "key.account.stakeholder",
        string="Reports to",
        ondelete="set null",
        domain="[('key_account_id', '=', key_account_id), ('id', '!=', id)]",
    )
    user_id = fields.Many2one(
        "res.users", string="Relationship owner", default=lambda self: self.env.user
    )
    last_contact = fields.Date(
        string="Last contact",
        compute="_compute_last_contact",
        store=True,
        help="The day of the last visit held at which this person was met.",
    )
    contact_noted = fields.Date(
        string="Last contact as noted",
        readonly=True,
        copy=False,
        help="Typed in by hand, before the last contact was taken from visits.",
    )
    personal_notes = fields.Text(
        string="Personal notes",
        compute="_compute_personal_notes",
        inverse="_inverse_personal_notes",
        help="Readable by the account team and the team's manager only.",
    )
    personal_notes_stored = fields.Text(groups=fields.NO_ACCESS, copy=False)
    may_see_personal_notes = fields.Boolean(compute="_compute_may_see_personal_notes")
    active = fields.Boolean(default=True)

    @api.constrains("reports_to_id", "key_account_id")
    def _check_reports_to(self):
        """To somebody of the same customer, and to nobody who reports to them."""
        for person in self:
            superior = person.reports_to_id
            if superior and superior.key_account_id != person.key_account_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s reports to one of the people of %(account)s. Choose"
                        " one of them, or enter the superior there first.",
                        person=person.partner_id.name,
                        account=person.key_account_id.display_name,
                    )
                )
            if person._has_cycle("reports_to_id"):
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot report to %(superior)s, who reports to"
                        " them, directly or through others. Correct one of the two.",
                        person=person.partner_id.name,
                        superior=superior.partner_id.name,
                    )
                )

    @api.depends("key_account_id", "partner_id", "contact_noted")
    def _compute_last_contact(self):
        visited = self._visited_on()
        for person in self:
            days = (person.contact_noted, visited.get(person))
            person.last_contact = max(filter(None, days), default=False)

    def _visited_on(self):
        """Hook: ``{person: day of the last visit at which they were met}``; ``visit``
        answers, and calls ``_refresh_last_contact()`` when another answer is due."""
        return {}

    def _refresh_last_contact(self):
        self.modified(["contact_noted"])

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_may_write_contact(self):
        """Of a contact that is only being entered as well."""
        theirs = self.partner_id._filtered_access("write")
        for person in self:
            person.may_write_contact = person.partner_id in theirs

    @api.depends("key_account_id")
    @api.depends_context("uid")
    def _compute_may_see_personal_notes(self):
        confided = self._confided_to_user()
        for stakeholder in self:
            stakeholder.may_see_personal_notes = stakeholder in confided

    @api.depends("personal_notes_stored", "key_account_id")
    @api.depends_context("uid")
    def _compute_personal_notes(self):
        # Asked anew: what a form says of the right to see them does not count.
        confided = self._confided_to_user()
        for stakeholder in self:
            stakeholder.personal_notes = (
                stakeholder in confided and stakeholder.sudo().personal_notes_stored
            )

    def _confided_to_user(self):
        """Those of these people whose notes are for the user. Whose they are says the
        record that is stored, not the form: there anybody names another account, or
        none. Of a new person nothing is known yet."""
        accounts = {person: person._notes_account() for person in self}
        every = self.env["key.account"].union(*accounts.values())
        confidants = every._confidants_by_account()
        nobody = self.env["res.users"]
        return self.filtered(
            lambda person: self.env.user in confidants.get(accounts[person], nobody)
        )

    def _notes_account(self):
        # Whose person it is does not hang on who may read the file.
        stored = self._origin.sudo()
        return (stored or self).key_account_id

    def _assert_may_move(self, vals):
        super()._assert_may_move(vals)
        if self.env.su or "key_account_id" not in vals:
            return
        account_id = self._to_id("key_account_id", vals["key_account_id"])
        moved = self.filtered(lambda person: person.key_account_id.id != account_id)
        if moved - moved._confided_to_user():
            raise AccessError(
                self.env._(
                    "Personal notes go with a person: somebody of the account team, or"
                    " its manager, moves them to another account. Ask one of them."
                )
            )

    def _inverse_personal_notes(self):
        for stakeholder, stored in zip(self, self.sudo(), strict=True):
            notes = stakeholder.personal_notes or False
            if notes == (stored.personal_notes_stored or False):
                continue
            if stakeholder not in self._confided_to_user():
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

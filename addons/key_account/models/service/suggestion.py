"""What could be better, as colleagues and customers suggest it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..shared.act import meet
from ..shared.label import field_label, listed

STATES = [
    ("collected", "Collected"),
    ("later", "Later"),
    ("accepted", "Adopted"),
    ("done", "Carried out"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
]
SCORES = [
    ("1", "1 very small"),
    ("2", "2 small"),
    ("3", "3 medium"),
    ("4", "4 large"),
    ("5", "5 very large"),
]
# What was suggested; it is judged as it was said.
_SAID = frozenset(
    ("name", "topic", "description", "source", "partner_id", "key_account_id")
)


class KeyAccountSuggestion(models.Model):
    """A suggestion for improvement (合理化建议): collected, judged, carried out, its
    proposer told.

    The way through the states is a control: ``state``, and who judged what when, are
    written by the ``action_*`` methods alone, which check who may.

    Everybody of the department reads it, unless it is confidential or tells of an
    account that not everybody may read: then it is for its proposer, for those who
    judge, and for whoever carries it out.
    """

    _name = "key.account.suggestion"
    _description = "Suggestion"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "id desc"
    _rec_names_search = ["name", "number"]
    _check_company_auto = True
    # Whoever reads one may say what they think of it.
    _mail_post_access = "read"
    # Its words are all that an account lends to what is suggested about it.
    _under_read = frozenset(("key_account_id",))

    number = fields.Char(
        string="Reference", readonly=True, copy=False, default="New", index="trigram"
    )
    name = fields.Char(string="Subject", required=True, tracking=True, index="trigram")
    topic = fields.Selection(
        [
            ("product", "Product"),
            ("delivery", "Delivery"),
            ("service", "Service"),
            ("price", "Price"),
            ("process", "Ways of working"),
            ("other", "Other"),
        ],
        required=True,
        default="service",
    )
    description = fields.Text(string="What should be better, and how")
    source = fields.Selection(
        [("employee", "Employee"), ("customer", "Customer")],
        required=True,
        default="employee",
        string="Suggested by",
    )
    confidential = fields.Boolean(
        tracking=True,
        help="Read by those who judge it, by whoever carries it out, and by whoever"
        " entered it; by nobody else.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="collected",
        copy=False,
        tracking=True,
        index=True,
    )
    entered_on = fields.Datetime(
        "Entered on",
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
    )

    # Whose
    user_id = fields.Many2one(
        "res.users",
        string="Proposer",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who made it, or heard it from the customer.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="Who at the customer suggested it.",
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        compute="_compute_team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Whose managers judge it: the account's team, else the proposer's.",
    )

    # Who reads it; asked by record rules
    is_public = fields.Boolean(
        string="For the whole department",
        compute="_compute_is_public",
        store=True,
        precompute=True,
        index=True,
    )
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_suggestion_access_rel",
        "suggestion_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
    )

    # ---------------------------------------- compute

    @api.depends("key_account_id.company_id")
    def _compute_company_id(self):
        for suggestion in self:
            suggestion.company_id = (
                suggestion.key_account_id.company_id
                or suggestion.company_id
                or self.env.company
            )

    @api.depends("key_account_id.team_id", "user_id")
    def _compute_team_id(self):
        accounts = self.env["key.account"]
        for suggestion in self:
            team = suggestion.key_account_id.team_id
            if not team and not suggestion.key_account_id:
                person = suggestion.user_id
                own = accounts.with_user(person).with_company(suggestion.company_id)
                team = suggestion.team_id or own._default_team_id()
            suggestion.team_id = team

    @api.depends("confidential", "key_account_id")
    def _compute_is_public(self):
        for suggestion in self:
            hidden = suggestion.confidential or suggestion.key_account_id
            suggestion.is_public = not hidden

    @api.depends(
        "confidential",
        "user_id",
        "responsible_id",
        "key_account_id.access_user_ids",
        "team_id.user_id",
        "team_id.key_account_manager_ids",
    )
    def _compute_access_user_ids(self):
        meet(self.filtered("id"))
        for suggestion in self:
            # Who manages a team does not hang on who may read it.
            readers = suggestion.team_id._with_people()._key_account_managers()
            readers |= suggestion.user_id | suggestion.responsible_id
            if not suggestion.confidential:
                readers |= suggestion.key_account_id.access_user_ids
            suggestion.access_user_ids = readers

    @api.depends("number", "name")
    def _compute_display_name(self):
        for suggestion in self:
            # The number is given when it is saved: until then the screen says “New”.
            parts = (suggestion.number if suggestion.id else False, suggestion.name)
            suggestion.display_name = " ".join(part for part in parts if part)

    # ---------------------------------------- constraints

    @api.constrains("source", "partner_id", "key_account_id")
    def _check_contact(self):
        for suggestion in self.filtered("partner_id"):
            customer = suggestion.key_account_id.partner_id
            if suggestion.source == "employee":
                raise ValidationError(
                    self.env._(
                        "“%s”: a colleague suggests it, so leave the contact empty.",
                        suggestion.name,
                    )
                )
            if customer and suggestion.partner_id.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "“%(what)s”: choose one of the contacts of %(customer)s.",
                        what=suggestion.name,
                        customer=customer.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        self._assert_may_place(vals_list)
        # Numbers are given one by one, whoever may read the sequence.
        sequence = self.env["ir.sequence"].sudo()
        sequence = self.env.company._key_account_counting(sequence)
        vals_list = [
            {
                **vals,
                "number": sequence.next_by_code(self._name) or "New",
                "user_id": self.env.uid,
            }
            for vals in vals_list
        ]
        names = ("number", "user_id")
        made = super(KeyAccountSuggestion, self._unlocked(names)).create(vals_list)
        suggestions = made.with_env(self.env)
        suggestions._ask_to_judge()
        return suggestions

    def write(self, vals):
        self._assert_kept(vals)
        self._assert_own_words(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Suggestions are not deleted. Whoever made one withdraws it, with a"
                " reason, until it is judged."
            )
        )

    def _assert_own_words(self, vals):
        """What was said is changed by who said it, until it is judged; whether it is
        confidential, by them as well. A judge may make it so, and not undo it."""
        names = {*_SAID, "confidential"}.intersection(vals)
        if not names or self.env.su or self._is_by_process(names):
            return
        for suggestion in self:
            # Forms send along what they show.
            changed = {
                name for name in names if not suggestion._is_unchanged(name, vals[name])
            }
            mine = suggestion.user_id == self.env.user
            if changed == {"confidential"} and (
                mine or vals["confidential"] and suggestion._is_judged_by_user()
            ):
                continue
            if changed and not (mine and suggestion.state == "collected"):
                raise UserError(
                    self.env._(
                        "%(what)s: %(fields)s stand as they were said. Whoever made the"
                        " suggestion can change them until it is judged; write what you"
                        " think of it into the messages below.",
                        what=suggestion.display_name,
                        fields=listed(
                            self.env,
                            sorted(field_label(self, name) for name in changed),
                        ),
                    )
                )


class KeyAccount(models.Model):
    _inherit = "key.account"

    suggestion_ids = fields.One2many(
        "key.account.suggestion", "key_account_id", string="Suggestions", copy=False
    )

    def _is_used(self):
        return super()._is_used() or bool(self.suggestion_ids)

from odoo import Command, api, fields, models

from ..rules import authority as rules
from ..rules import templates

# The dimensions in the table; an add-on's get their limits with the other limits.
MEASURED = (
    "discount",
    "amount",
    "margin",
    "payment_days",
    "lead_time",
    "credit",
    "deviation",
)


def _kind(label):
    """How far the limit beside it goes: a number may be 0, which is not the same as no
    limit at all where it cannot be measured."""
    return fields.Selection(
        [("none", "–"), ("number", "✓"), ("unlimited", "∞")],
        string=label,
        default="number",
        required=True,
    )


class KeyAccountSetUpLevel(models.TransientModel):
    """One authority level with its limits, as a row of the table."""

    _name = "key.account.set.up.level"
    _description = "Set Up: Authority Level"
    _inherit = ["key.account.number"]
    _order = "sequence, id"

    wizard_id = fields.Many2one("key.account.set.up", required=True, ondelete="cascade")
    level_id = fields.Many2one("key.account.authority.level", string="Existing level")
    code = fields.Char()
    name = fields.Char(string="Level", required=True)
    sequence = fields.Integer(string="Rank", default=10, required=True)
    user_ids = fields.Many2many(
        "res.users",
        "key_account_set_up_level_user_rel",
        string="People",
        domain="[('share', '=', False)]",
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    discount = fields.Float(string="Discount ≤ %")
    discount_kind = _kind("Discount limit")
    amount = fields.Monetary(string="Amount ≤")
    amount_kind = _kind("Amount limit")
    margin = fields.Float(string="Margin ≥ %")
    margin_kind = _kind("Margin limit")
    payment_days = fields.Float(string="Payment days ≤")
    payment_days_kind = _kind("Payment days limit")
    lead_time = fields.Float(string="Days undercut ≤")
    lead_time_kind = _kind("Lead time limit")
    credit = fields.Float(string="Credit overrun ≤ %")
    credit_kind = _kind("Credit overrun limit")
    deviation = fields.Float(string="Deviations ≤")
    deviation_kind = _kind("Deviations limit")

    # ------------------------------------------------------------
    # Proposals
    # ------------------------------------------------------------

    @api.model
    def _proposed_limits(self, sequence):
        """The chapter's limits of a level, in all dimensions."""
        limits = {code: rules.DIMENSIONS[code].proposed[sequence] for code in MEASURED}
        return self._limit_vals(limits)

    @api.model
    def _present_limits(self, level):
        """The general limits of a level."""
        limits = {}
        for code in MEASURED:
            limit = level._general_limit(code)
            value = rules.UNLIMITED if limit.unlimited else limit.value
            limits[code] = value if limit else None
        return self._limit_vals(limits)

    @api.model
    def _limit_vals(self, limits):
        vals, kinds = {}, {None: "none", rules.UNLIMITED: "unlimited"}
        for code, limit in limits.items():
            kind = kinds.get(limit, "number")
            vals[f"{code}_kind"] = kind
            vals[code] = limit if kind == "number" else 0.0
        return vals

    # ------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------

    def _apply(self):
        """Make the level, or write what differs from what is there; the caller has the
        rights."""
        self.ensure_one()
        level = self.level_id
        vals = {"name": self.name, "sequence": self.sequence}
        if not level:
            level = self._create_level(vals)
        else:
            changed = {
                name: value for name, value in vals.items() if level[name] != value
            }
            if changed:
                level.write(changed)
        if level.user_ids != self.user_ids:
            level.user_ids = [Command.set(self.user_ids.ids)]
        for dimension in MEASURED:
            self._apply_limit(level, dimension)

    def _create_level(self, vals):
        """A level under its proposed name is known in both languages."""
        Level = self.env["key.account.authority.level"]
        company = self.wizard_id.company_id
        proposed = next(
            (
                level
                for level in templates.LEVELS
                if level.code == self.code and self.name in level.name
            ),
            None,
        )
        vals = {**vals, "company_id": company.id}
        if not proposed:
            return Level.create(vals)
        level = Level.with_context(lang="en_US").create(
            {**vals, "name": proposed.name.en}
        )
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            level.update_field_translations("name", {"zh_CN": proposed.name.zh})
        return level.with_env(Level.env)

    def _apply_limit(self, level, dimension):
        """Write a limit that was changed here."""
        kind, limit = self[f"{dimension}_kind"], level._general_limit(dimension)
        if kind == "none":
            limit.unlink()
            return
        number = kind == "number"
        vals = {"value": self[dimension] if number else 0.0, "unlimited": not number}
        if not limit:
            limit.create({**vals, "level_id": level.id, "dimension": dimension})
        elif limit.unlimited == number or (number and limit.value != vals["value"]):
            limit.write(vals)


class KeyAccountAuthorityLevel(models.Model):
    _inherit = "key.account.authority.level"

    def _general_limit(self, dimension):
        """The limit of this level that is bound to no team, grade, category or date."""
        self.ensure_one()
        return self.limit_ids.filtered(
            lambda limit: (
                limit.dimension == dimension
                and not (limit.team_id or limit.grade or limit.product_category_id)
                and not (limit.date_from or limit.date_to)
            )
        )[:1]

"""KPIs that no fact tells: appraisers choose among described levels."""

import re
from collections.abc import Collection

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.key_account.models.shared.label import labelled, listed

# A level as it is shown: its name, and its points.
_POINTED = re.compile(r"(?P<name>.+) · (?P<points>\d+(\.\d+)?)")


class KeyAccountKpi(models.Model):
    """A judged KPI is one record with its levels: nothing computes it, it has neither
    facts nor stored figures nor a target."""

    _inherit = "key.account.kpi"

    level_ids = fields.One2many(
        "key.account.kpi.level",
        "kpi_id",
        string="Levels",
        copy=True,
        help="What appraisers choose among: four or five, each described so that two"
        " appraisers understand the same by it.",
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("code", "kind")
    def _check_code(self):
        result = super(KeyAccountKpi, self._measured())._check_code()
        for kpi in self - self._measured():
            if hasattr(kpi, f"_kpi_facts_{kpi.code}"):
                raise ValidationError(
                    self.env._(
                        "%(kpi)s is computed from what was recorded, and judged by"
                        " nobody: give the judged KPI a code of its own.",
                        kpi=kpi.name,
                    )
                )
        return result


class KeyAccountKpiLevel(models.Model):
    """One level of a judged KPI: its points, and what it looks like.

    What was judged keeps the points and the name that its level had then.
    """

    _name = "key.account.kpi.level"
    _description = "Level of a KPI"
    _inherit = ["key.account.kept"]
    _order = "kpi_id, points desc, id"

    kpi_id = fields.Many2one(
        "key.account.kpi",
        string="KPI",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('kind', '=', 'judged')]",
    )
    name = fields.Char(required=True, translate=True)
    points = fields.Float(
        required=True, digits=(16, 1), aggregator=None, help="0 to 100."
    )
    description = fields.Text(
        string="What it looks like", required=True, translate=True
    )
    active = fields.Boolean(default=True)

    _points_unique = models.UniqueIndex(
        "(kpi_id, points)", "Two levels of a KPI have different points."
    )
    _points_range = models.Constraint(
        "CHECK (points >= 0 AND points <= 100)", "A level has 0 to 100 points."
    )

    def _names(self):
        """``{level: its name in each language}``."""
        names = {level: set() for level in self}
        for code, _language in self.env["res.lang"].get_installed():
            for level in self:
                names[level].add(level.with_context(lang=code).name)
        return names

    @api.model
    def _search_display_name(self, operator, value):
        # As it is shown, with its points, and so in files exported earlier.
        found = super()._search_display_name(operator, value)
        values = [value] if isinstance(value, str) else value
        if operator in Domain.NEGATIVE_OPERATORS or not isinstance(values, Collection):
            return found
        texts = (text for text in values if isinstance(text, str))
        for pointed in filter(None, map(_POINTED.fullmatch, texts)):
            found |= Domain("name", "=", pointed["name"]) & Domain(
                "points", "=", float(pointed["points"])
            )
        return found

    @api.depends("name", "points", "description")
    @api.depends_context("key_account_described")
    def _compute_display_name(self):
        described = self.env.context.get("key_account_described")
        for level in self:
            name = f"{level.name} · {level.points:g}"
            level.display_name = (
                labelled(self.env, name, level.description) if described else name
            )

    @api.constrains("kpi_id")
    def _check_judged(self):
        for level in self:
            if level.kpi_id.kind != "judged":
                raise ValidationError(
                    self.env._(
                        "%(kpi)s is measured: only a KPI that is judged has levels.",
                        kpi=level.kpi_id.name,
                    )
                )

    def write(self, vals):
        if "kpi_id" in vals and self._chosen():
            self._refuse_chosen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_chosen(self):
        if self._chosen():
            self._refuse_chosen()

    def _chosen(self):
        """Those of these levels that somebody chose, on whatever sheet."""
        # Who chose them is not asked, nor told.
        judgements = self.env["key.account.kpi.judgement"].sudo()
        return judgements.search([("level_id", "in", self.ids)]).level_id

    def _refuse_chosen(self):
        raise UserError(
            self.env._(
                "%(levels)s: chosen in appraisals already. Archive the level instead,"
                " and make a new one.",
                levels=listed(self.env, self._chosen().mapped("name")),
            )
        )


class KeyAccountKpiTarget(models.Model):
    _inherit = "key.account.kpi.target"

    kpi_id = fields.Many2one(domain="[('kind', '!=', 'judged')]")

    @api.constrains("kpi_id")
    def _check_measured(self):
        for target in self:
            if target.kpi_id.kind == "judged":
                raise ValidationError(
                    self.env._(
                        "%(kpi)s is judged by appraisers on described levels: it has no"
                        " target.",
                        kpi=target.kpi_id.name,
                    )
                )

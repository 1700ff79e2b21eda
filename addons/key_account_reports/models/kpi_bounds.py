"""Below what no target, and no highest score, makes sense."""

from odoo import api, models
from odoo.exceptions import ValidationError


class KeyAccountKpi(models.Model):
    """By a negative target, or up to a negative highest score, whoever does well would
    have fewer points than whoever does badly."""

    _inherit = "key.account.kpi"

    @api.constrains("default_target", "cap", "min_records")
    def _check_bounds(self):
        for kpi in self:
            kpi._assert_target(kpi.default_target, kpi.name)
            if kpi.cap <= 0:
                raise ValidationError(
                    self.env._(
                        "%s: the highest score is above zero. Enter points, as 120.",
                        kpi.name,
                    )
                )
            if kpi.min_records < 0:
                raise ValidationError(
                    self.env._("%s: the fewest records cannot be negative.", kpi.name)
                )

    def _assert_target(self, target, where):
        """
        :param where: what whoever entered it finds it by
        """
        if target < 0:
            raise ValidationError(
                self.env._(
                    "%(kpi)s: a target cannot be negative. Enter zero, or more.",
                    kpi=where,
                )
            )


class KeyAccountKpiSetLine(models.Model):
    _inherit = "key.account.kpi.set.line"

    @api.constrains("kpi_id", "default_target")
    def _check_default_target(self):
        for line in self:
            where = f"{line.set_id.display_name} · {line.kpi_id.name}"
            line.kpi_id._assert_target(line.default_target, where)


class KeyAccountKpiSheetLine(models.Model):
    _inherit = "key.account.kpi.sheet.line"

    @api.constrains("kpi_id", "default_target")
    def _check_default_target(self):
        for line in self:
            where = f"{line.sheet_id.display_name} · {line.kpi_id.name}"
            line.kpi_id._assert_target(line.default_target, where)

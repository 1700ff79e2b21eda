"""Judged lines of a sheet: their points, who judged them, and what stays of that."""

from odoo import api, fields, models

from odoo.addons.key_account.models.shared.label import labelled

from ..rules import judgement as rules


class KeyAccountKpiSheetLine(models.Model):
    _inherit = "key.account.kpi.sheet.line"

    judgement_ids = fields.One2many(
        "key.account.kpi.judgement", "line_id", readonly=True
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("judgement_ids.points", "judgement_ids.given")
    def _compute_figures(self):
        return super()._compute_figures()

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def write(self, vals):
        changed = "kpi_id" in vals and self.filtered(
            lambda line: line.kpi_id.id != vals["kpi_id"]
        )
        result = super().write(vals)
        if changed:
            # What was said of one KPI says nothing of another; the guards were asked.
            changed.sudo().judgement_ids.unlink()
        return result

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _measure(self):
        judged = self.filtered(lambda line: line.kpi_id.kind == "judged")
        judged._read_judgements()
        return super(KeyAccountKpiSheetLine, self - judged)._measure()

    def _read_judgements(self):
        """The points of judged lines, once their appraisers have given theirs. A form
        that nobody has saved says nothing of them."""
        stored = self._origin
        stored = stored if self.env.su else stored._filtered_access("read")
        points = self.env["key.account.kpi.judgement"]._points_of(stored)
        for line in self:
            line._set_figures(None)
            mean = points.get(line._origin)
            if mean is not None and line.kpi_id._origin == line._origin.kpi_id:
                line.update({"value": mean, "score": mean, "applicable": True})

    def _has_value(self):
        if self.kind == "judged":
            return self.applicable
        return super()._has_value()

    def _behind(self, column):
        if self.kind == "judged":
            return self.env["key.account.kpi.judgement"].search(
                [("line_id", "=", self.id), ("role", "!=", rules.SELF)]
            )
        return super()._behind(column)

    def _evidence_values(self):
        # Confirmed is what all of them said, whatever the one who confirms may read.
        said = self.sudo().judgement_ids.sorted("id")._as_evidence()
        return {**super()._evidence_values(), "judgements": said or False}


class KeyAccountKpiSnapshot(models.Model):
    _inherit = "key.account.kpi.snapshot"

    judgements = fields.Json(
        readonly=True, help="Who judged what, with which weight and remark."
    )
    judgements_text = fields.Text(string="Judged by", compute="_compute_text")

    @api.depends("judgements")
    def _compute_text(self):
        for snapshot in self:
            snapshot.judgements_text = "\n".join(
                labelled(
                    self.env, each["name"], f"{each['level']} {each['remark']}".strip()
                )
                for each in snapshot.judgements or ()
            )

"""The file of the customer, seen from the opportunity."""

from odoo import api, fields, models

from ..process.crm_lead import _READERS


class CrmLead(models.Model):
    _inherit = "crm.lead"

    diagnosis_ids = fields.One2many(
        "key.account.diagnosis",
        "opportunity_id",
        string="Diagnoses",
        copy=False,
        groups=_READERS,
    )

    diagnosis_count = fields.Integer(
        compute="_compute_diagnosis_count", compute_sudo=True
    )

    @api.depends("diagnosis_ids")
    def _compute_diagnosis_count(self):
        for lead in self:
            lead.diagnosis_count = len(lead.diagnosis_ids)

    def action_open_diagnoses(self):
        self._assert_key_account()
        return self._get_list_action(
            "key.account.diagnosis", self.env._("Diagnosis"), self.diagnosis_ids
        )

    def _diagnoses(self):
        """``{lead.id: diagnoses}`` of the deal or of its customer as a whole, the
        latest first; one query. With full rights: a gate is the same for everybody.
        """
        found = self.env["key.account.diagnosis"].sudo()
        found = found.search(
            [
                ("key_account_id", "in", self.key_account_id.ids),
                ("opportunity_id", "in", [False, *self.ids]),
            ],
            order="id desc",
        )
        by_owner = found.grouped(lambda d: (d.key_account_id.id, d.opportunity_id.id))
        return {
            lead.id: (
                by_owner.get((lead.key_account_id.id, lead.id), found.browse())
                | by_owner.get((lead.key_account_id.id, False), found.browse())
            ).sorted("id", reverse=True)
            for lead in self
        }

"""The samples of an opportunity."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..process.crm_lead import _READERS
from ..shared.label import listed


class CrmLead(models.Model):
    _inherit = "crm.lead"

    sample_ids = fields.One2many(
        "key.account.sample",
        "opportunity_id",
        string="Samples",
        copy=False,
        groups=_READERS,
    )
    sample_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)

    @api.model
    def _counted_work(self):
        return {**super()._counted_work(), "sample_count": "sample_ids"}

    def action_open_samples(self):
        self._assert_key_account()
        return self._get_list_action(
            "key.account.sample", self.env._("Samples"), self.sample_ids
        )

    def action_open_running_sample(self):
        """The sample that is on its way, else a new request."""
        self._assert_key_account()
        running = self.sample_ids.filtered(
            lambda sample: sample.state not in ("judged", "cancelled")
        )
        refused = self.sample_ids.filtered(lambda s: s.result == "refused")
        return self._get_list_action(
            "key.account.sample", self.env._("Sample"), (running or refused)[:1]
        )

    def _take_over(self, others):
        result = super()._take_over(others)
        # What one customer accepted does not count for another.
        if foreign := others.filtered(
            lambda other: other.sample_ids.key_account_id - self.key_account_id
        ):
            raise UserError(
                self.env._(
                    "%s cannot be merged into the opportunity of another customer: it"
                    " has samples.",
                    listed(self.env, foreign.mapped("name")),
                )
            )
        # The same deal under another number.
        others.sample_ids._write_kept({"opportunity_id": self.id})
        return result

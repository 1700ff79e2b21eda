"""What cannot be entered of a visit, and what can no longer be changed."""

from odoo import api, models
from odoo.exceptions import UserError

from ..shared.act import meet
from ..shared.label import field_label, listed, noted, selection_labels
from .review import _REVIEW

# Derived from the account.
_DERIVED = {"company_id", "team_id"}
# What was planned stands once the visit was held.
_PLAN = {"key_account_id", "purpose", "method", "date_start", "date_end"}
# Whose it is and when it took place stand once reported: deadlines count from there.
_HELD = {"user_id", "held_start", "held_end"}
# What stands once a visit has come so far.
_FROZEN = {
    "held": _PLAN,
    "reported": _PLAN | _HELD,
    "reviewed": _PLAN | _HELD,
    "cancelled": _PLAN | _HELD,
}
# Its report, which stands once it was reviewed.
_REPORT = set(
    "name step objectives place contact_ids participant_ids met_ids summary"
    " currency_id target_price competitors commitment_ids outcome"
    " failure_reason failure_note next_step next_date".split()
)


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su:
            if field.name in self._kept_names():
                return False
            if field.name in _REVIEW and not self.env.user.has_group(
                "key_account.group_manager"
            ):
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def _assert_not_judged(self, vals_list):
        """A visit starts as not judged, whatever the context says."""
        names = {name for vals in vals_list for name in vals}
        names |= {
            key.removeprefix("default_")
            for key in self.env.context
            if key.startswith("default_")
        }
        if judged := names & _REVIEW:
            self._refuse_kept(judged)

    def _assert_writable(self, vals):
        names = set(vals)
        if derived := names & _DERIVED:
            self._refuse_kept(derived)
        if names & _REVIEW:
            self._assert_state("reported", self.env._("judged"))
            self._assert_may_review()
        for visit in self:
            stands = names & visit._frozen_fields()
            if stands and visit.state == "cancelled":
                raise UserError(
                    self.env._(
                        "%(visit)s: %(fields)s stand as they were cancelled. Plan it"
                        " again to change them.",
                        visit=visit._label_with_state(),
                        fields=self._field_labels(stands),
                    )
                )
            if stands:
                raise UserError(
                    self.env._(
                        "%(visit)s: %(fields)s can no longer be changed. A manager"
                        " can return a"
                        " report for completion as long as it is not reviewed.",
                        visit=visit._label_with_state(),
                        fields=self._field_labels(stands),
                    )
                )

    def _frozen_fields(self):
        """Names of what can no longer be changed of this visit."""
        frozen = _FROZEN.get(self.state, set())
        return frozen | self._report_fields() if self.state == "reviewed" else frozen

    @api.model
    def _report_fields(self):
        """Names of what the report consists of; later rooms add what they put in."""
        return _REPORT

    def _assert_lines_open(self):
        """Participants and commitments stand with the report they belong to, also where
        it is reviewed at this moment."""
        meet(self)
        reviewed = self.filtered(lambda visit: visit.state == "reviewed")
        if reviewed:
            raise UserError(
                self.env._(
                    "%s: the report is reviewed, its lines can no longer be changed.",
                    listed(self.env, reviewed.mapped("display_name")),
                )
            )

    def _field_labels(self, names):
        return listed(self.env, sorted(field_label(self, name) for name in names))

    def _label_with_state(self):
        labels = selection_labels(self, "state")
        return listed(
            self.env,
            (
                noted(self.env, visit.display_name, labels[visit.state])
                for visit in self
            ),
        )

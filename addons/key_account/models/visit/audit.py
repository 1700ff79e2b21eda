"""A factory audit (验厂): a visit by which the customer judges our factory, and the
gate that asks for it."""

from odoo import api, fields, models

from ..process.gate_facts import GateFacts
from ..shared.label import in_clauses

_AUDIT = frozenset(("audit_result", "audit_findings"))


class KeyAccountVisit(models.Model):
    """What an audit found is part of its report, and stands once that was handed in."""

    _inherit = "key.account.visit"
    _no_default = _AUDIT

    purpose = fields.Selection(
        selection_add=[("audit", "Factory audit")], ondelete={"audit": "set default"}
    )
    audit_result = fields.Selection(
        [
            ("passed", "Passed"),
            ("remarks", "Passed with remarks"),
            ("failed", "Not passed"),
        ],
        string="Result of the audit",
        copy=False,
        tracking=True,
    )
    audit_findings = fields.Text(
        string="Findings of the audit",
        copy=False,
        help="What has to be put right, and by when.",
    )

    @api.onchange("purpose")
    def _onchange_audit(self):
        """They come to us; who meets them elsewhere says so."""
        if self.purpose == "audit" and self.method == "onsite":
            self.method = "reception"

    @api.model
    def _report_fields(self):
        return super()._report_fields() | _AUDIT

    def _frozen_fields(self):
        frozen = super()._frozen_fields()
        return frozen | _AUDIT if self.state == "reported" else frozen

    def _missing_in_report(self):
        parts = super()._missing_in_report()
        if self.purpose == "audit":
            if not self.audit_result:
                parts["audit_result"] = self.env._("the result of the audit")
            elif self.audit_result != "passed" and not self.audit_findings:
                parts["audit_findings"] = self.env._("what the audit found")
        return parts


class CrmStageGate(models.Model):
    """An audit is passed, or what is to be ticked instead is ticked."""

    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("review",),
            ("audit", "Factory audit is passed"),
            ("checklist",),
        ],
        ondelete={"audit": "cascade"},
    )

    def _get_sentence_audit(self):
        if not self.check_ids:
            return self.env._(
                "The customer's factory audit for this opportunity has been held,"
                " reported and passed."
            )
        return self.env._(
            "The customer's factory audit for this opportunity has been held, reported"
            " and passed; or it is ticked off: %(items)s.",
            items=in_clauses(self.env, self.check_ids.mapped("name")),
        )

    def _check_audit(self, leads):
        reported = GateFacts.of(leads)["visits"]
        unticked = self._open_checks(leads) if self.check_ids else {}
        messages = {}
        for lead in leads:
            # The latest one counts: what was put right is audited again.
            visits = reported.get(lead.id, ())
            latest = next((each for each in visits if each.purpose == "audit"), None)
            if self.check_ids and not unticked[lead.id]:
                messages[lead.id] = None
            elif not latest:
                messages[lead.id] = self.env._(
                    "No factory audit for this opportunity has been held and reported."
                )
            elif latest.audit_result not in ("passed", "remarks"):
                messages[lead.id] = self.env._(
                    "The factory audit “%(visit)s” was not passed.",
                    visit=latest.display_name,
                )
            else:
                messages[lead.id] = None
        return messages

    def _open_audit(self, lead):
        return lead.action_plan_audit()

    def _get_items_audit(self, lead):
        return self._get_items_checklist(lead) if self.check_ids else []


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_plan_audit(self):
        """The audit that is on its way, else a new one."""
        self._assert_key_account()
        under_way = self.key_account_visit_ids.filtered(
            lambda visit: (
                visit.purpose == "audit"
                and visit.state in ("planned", "confirmed", "held")
            )
        )
        return self._get_list_action(
            "key.account.visit",
            self.env._("Factory audit"),
            under_way[:1],
            {"default_purpose": "audit", "default_method": "reception"},
        )

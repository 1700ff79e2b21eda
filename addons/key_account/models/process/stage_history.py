"""Who changed what in a stage definition: written down in its chatter."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["key.account.kept", "crm.stage", "mail.thread"]

    name = fields.Char(tracking=True)
    sequence = fields.Integer(tracking=True)
    is_won = fields.Boolean(tracking=True)
    responsible_role = fields.Selection(tracking=True)
    participants = fields.Char(tracking=True)
    time_limit = fields.Float("Time limit", tracking=True)
    time_unit = fields.Selection(string="Time unit", tracking=True)
    work_standard = fields.Text("Work standard", tracking=True)
    inputs = fields.Text(tracking=True)
    medium = fields.Char(tracking=True)
    outputs = fields.Text(tracking=True)
    skip_rule = fields.Selection(tracking=True)
    entry_account_state = fields.Selection(tracking=True)
    won_by_order = fields.Boolean("Won by order", tracking=True)
    is_recurring = fields.Boolean(tracking=True)
    is_retired = fields.Boolean(tracking=True)

    @api.constrains("time_limit", "trial_months", "entry_account_state")
    def _check_definition(self):
        for stage in self:
            if stage.time_limit < 0:
                raise ValidationError(
                    self.env._(
                        "%(stage)s: the time limit cannot be negative; 0 means none.",
                        stage=stage.name,
                    )
                )
            if stage.entry_account_state == "trial" and stage.trial_months < 1:
                raise ValidationError(
                    self.env._(
                        "%(stage)s: a trial lasts at least one month.", stage=stage.name
                    )
                )

    def _duties_to_compare(self, vals):
        """``{stage: duties}`` before a change that may reword them: formatted text is
        not tracked as other fields are.
        """
        if "duties" not in vals:
            return {}
        return {stage: stage.duties for stage in self.filtered("is_key_account")}

    def _log_rewording(self, before):
        for stage, duties in before.items():
            if stage.duties != duties:
                stage._log_definition(self.env._("The duties were reworded."))

    def _track_prepare(self, fields_iter):
        """Plain pipelines are left as quiet as they were."""
        defined = self.filtered("is_key_account")
        return super(CrmStage, defined)._track_prepare(fields_iter)

    def _log_definition(self, text, details=()):
        """A line in the history of this definition."""
        items = Markup().join(Markup("<li>%s</li>") % detail for detail in details)
        body = Markup("%s<ul>%s</ul>") % (text, items) if details else text
        self.sudo()._message_log(body=body, author_id=self.env.user.partner_id.id)


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    @api.model_create_multi
    def create(self, vals_list):
        gates = super().create(vals_list)
        if not self.env.context.get("mail_create_nolog"):
            gates._log_gates(self.env._("Gate added"))
        return gates

    def write(self, vals):
        before = {gate: gate.sentence for gate in self}
        res = super().write(vals)
        for gate in self:
            if vals.get("active") is False:
                gate._log_gates(self.env._("Gate taken away"))
            elif gate.sentence != before[gate]:
                gate.stage_id._log_definition(
                    self.env._("Gate changed"), [before[gate], gate.sentence]
                )
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_logged(self):
        self._log_gates(self.env._("Gate taken away"))

    def _log_gates(self, text):
        for stage, gates in self.grouped("stage_id").items():
            stage._log_definition(text, gates.mapped("sentence"))

"""The pipeline of key-account teams opens on one process first."""

from ast import literal_eval

from odoo import models


class IrActionsActWindow(models.Model):
    _inherit = "ir.actions.act_window"

    def _get_action_dict(self):
        """Whoever is in several teams with processes of their own sees the pipeline of
        one team first, so that its columns are the steps of one process.
        """
        action = super()._get_action_dict()
        if self.res_model == "crm.lead" and self.path == "key-account-pipeline":
            try:
                context = literal_eval(action["context"] or "{}")
            except (ValueError, SyntaxError):
                # A company's own, with names that only the web client knows.
                return action
            teams = self.env(su=False)["crm.team"]._my_key_account_teams()
            if len({team._process_steps() for team in teams}) > 1:
                own = (teams & self.env.user.sale_team_id or teams)[:1]
                action["context"] = {
                    **context,
                    "search_default_team_id": own.id,
                    "default_team_id": own.id,
                }
        return action

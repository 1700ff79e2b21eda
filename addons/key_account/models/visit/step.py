"""The four steps: which one is next, and whom to take along."""

from collections import Counter

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...rules import visit_cycle
from ..shared.as_created import as_created
from .cycle_due import HELD

# What the four steps are about; service or a survey is none of them.
_STEPPED = ("development", "revisit", "sponsor")


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    step = fields.Selection(
        compute="_compute_step", store=True, readonly=False, precompute=True
    )

    @api.depends("key_account_id", "purpose")
    def _compute_step(self):
        """Of a new visit, by the last one held; what somebody chose stays."""
        new = self.filtered(lambda visit: not visit._origin)
        last = new.key_account_id._origin._last_steps()
        for visit in self:
            if visit in new:
                stepped = visit.key_account_id and visit.purpose in _STEPPED
                step = visit_cycle.step_after(
                    *last.get(visit.key_account_id._origin.id, (None, False))
                )
                visit.step = str(step) if stepped else False
            else:
                visit.step = visit.step

    @api.onchange("key_account_id")
    def _onchange_superior(self):
        """Shown before it is saved, and open to be taken off."""
        if self._origin or self.participant_ids or not self.key_account_id:
            return
        vals = {"key_account_id": self.key_account_id.id, "user_id": self.user_id.id}
        superior = self._superiors([vals])[0]
        if superior:
            self.participant_ids = [Command.create(self._joint_values(superior))]

    @api.model_create_multi
    def create(self, vals_list):
        if "default_participant_ids" in self.env.context:
            return super().create(vals_list)
        open_ = [vals for vals in vals_list if "participant_ids" not in vals]
        # A calendar names the account by default.
        said = as_created(self, open_, ("key_account_id", "user_id"))
        joint = {
            id(vals): {"participant_ids": [Command.create(self._joint_values(person))]}
            for vals, person in zip(open_, self._superiors(said), strict=True)
            if person
        }
        return super().create(
            [{**vals, **joint.get(id(vals), {})} for vals in vals_list]
        )

    @api.model
    def _joint_values(self, superior):
        return {"user_id": superior.id, "role": self.env._("Joint visit")}

    @api.model
    def _superiors(self, vals_list):
        """For each of these visits to be made, the leader of the account's team where
        they come along: at the second visit to an important account."""
        ids = [
            self._to_id("key_account_id", v.get("key_account_id")) for v in vals_list
        ]
        # Importance and leader are asked with full rights: whoever may not make this
        # visit is refused by what follows.
        accounts = self.env["key.account"].sudo().browse({*ids} - {False}).exists()
        important = accounts.filtered(lambda a: visit_cycle.is_joint(a.grade, 1))
        before = Counter()
        if important:
            files = important._with_merged()
            for file, count in self.sudo()._read_group(
                Domain("key_account_id", "in", list(files))
                & Domain("state", "!=", "cancelled"),
                ["key_account_id"],
                ["__count"],
            ):
                before[files[file.id]] += count
        found = []
        for vals, id_ in zip(vals_list, ids, strict=True):
            superior = self.env["res.users"]
            if id_ in important._ids:
                account = important.browse(id_)
                responsible = vals.get("user_id", self.env.uid)
                if visit_cycle.is_joint(account.grade, before[id_]):
                    leader = account.team_id.user_id
                    superior = leader.filtered(
                        lambda u, own=responsible: u.active and u.id != own
                    ).with_env(self.env)
                before[id_] += 1
            found.append(superior)
        return found


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _last_steps(self):
        """``{account id: (step of the last visit held, whether it failed)}``; one
        query. With full rights, as what was reached does not hang on who looks."""
        visits, files = self.env["key.account.visit"].sudo(), self._with_merged()
        held = visits.search_fetch(
            Domain("key_account_id", "in", list(files))
            & Domain("state", "in", HELD)
            & Domain("step", "!=", False),
            ["key_account_id", "step", "outcome"],
            order="held_start, id",
        )
        return {
            files[visit.key_account_id.id]: (
                int(visit.step),
                visit.outcome == "not_achieved",
            )
            for visit in held
        }

"""What an opportunity knows of its customer: account file, plans and diagnoses."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..process.crm_lead import _READERS
from ..shared.at_hand import at_hand


class CrmLead(models.Model):
    _inherit = "crm.lead"
    _kept = frozenset(("key_account_id",))

    key_account_id = fields.Many2one(
        "key.account",
        compute="_compute_key_account_id",
        store=True,
        index="btree_not_null",
    )
    key_account_plan_ids = fields.One2many(
        "key.account.plan",
        "opportunity_id",
        string="Plans",
        copy=False,
        groups=_READERS,
    )
    plan_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)
    diagnosis_ids = fields.One2many(
        "key.account.diagnosis",
        "opportunity_id",
        string="Diagnoses",
        copy=False,
        groups=_READERS,
    )
    diagnosis_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)

    @api.depends(
        "partner_id.commercial_partner_id",
        "company_id",
        "team_id.company_id",
        "user_id.company_id",
    )
    def _compute_key_account_id(self):
        accounts = self.env["key.account"]._of_customers(
            self.partner_id.commercial_partner_id
        )
        for lead in self:
            customer = lead.partner_id.commercial_partner_id._origin
            company = lead._key_account_company()._origin
            lead.key_account_id = accounts.get((customer.id, company.id), False)

    def _closed_ids(self):
        if self.env.su:
            return super()._closed_ids()
        # Whoever sells a deal works by what is missing in it, be it in whose file ever.
        seller_of = at_hand(self.sudo(), "user_id")
        others = [key for key, seller in seller_of.items() if seller != self.env.uid]
        account_of = at_hand(self.sudo().browse(others), "key_account_id")
        accounts = self.env["key.account"].browse(
            filter(None, dict.fromkeys(account_of.values()))
        )
        closed = {*accounts._ids}.difference(accounts._filtered_access("read")._ids)
        own = {key for key, account in account_of.items() if account in closed}
        return super()._closed_ids() | own

    def _held_by_process(self):
        of_accounts = self.sudo().filtered("key_account_id").with_env(self.env)
        return super()._held_by_process() | of_accounts

    @api.model
    def _counted_work(self):
        return {
            **super()._counted_work(),
            "plan_count": "key_account_plan_ids",
            "diagnosis_count": "diagnosis_ids",
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_key_account(self):
        self.ensure_one()
        self._assert_customer()
        defaults = {
            "default_partner_id": self.partner_id.commercial_partner_id.id,
            "default_team_id": self.team_id.id,
            "default_user_id": self.user_id.id,
            "default_company_id": self._key_account_company().id,
        }
        return self._get_action(
            "key.account", self.env._("Key Account"), self.key_account_id, defaults
        )

    def action_open_plans(self):
        self._assert_key_account()
        defaults = {"default_kind": "deal"}
        return self._get_list_action(
            "key.account.plan", self.env._("Plans"), self.key_account_plan_ids, defaults
        )

    def action_open_diagnoses(self):
        self._assert_key_account()
        return self._get_list_action(
            "key.account.diagnosis", self.env._("Diagnosis"), self.diagnosis_ids
        )

    def _get_list_action(self, model, name, records, defaults=None):
        """The one record of this opportunity, or the list of them, or a new one."""
        self.ensure_one()
        several = "opportunity_ids" in self.env[model]._fields
        field = "opportunity_ids" if several else "opportunity_id"
        defaults = {
            "default_key_account_id": self.key_account_id.id,
            f"default_{field}": [(6, 0, self.ids)] if several else self.id,
            **(defaults or {}),
        }
        action = self._get_action(model, name, records[:1], defaults)
        if len(records) > 1:
            action.update(
                views=[(False, "list"), (False, "kanban"), (False, "form")],
                mobile_view_mode="kanban",
                domain=[(field, "in", self.ids)],
                res_id=False,
            )
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _followed(self):
        """Opportunities of key-account teams or of customers with a file: others have
        no work of ours, and are told apart without a query.
        """
        teams = self.env["crm.team"]._key_account_team_ids()
        return self.filtered(
            lambda lead: lead.team_id.id in teams or lead.key_account_id
        )

    def _said_stays(self):
        enforced = self._followed().filtered(
            lambda lead: lead._gate_mode() == "enforce"
        )
        return super()._said_stays() | enforced

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

    def _assert_key_account(self):
        self.ensure_one()
        self._assert_customer()
        if not self.key_account_id:
            raise UserError(
                self.env._(
                    "%(customer)s has no key account file yet. Open one first: the"
                    " link is in the"
                    " opportunity's panel.",
                    customer=self.partner_id.commercial_partner_id.display_name,
                )
            )

    # ------------------------------------------------------------
    # WHAT THE PROCESS ASKS
    # ------------------------------------------------------------

    def _take_over(self, others):
        result = super()._take_over(others)
        others.key_account_plan_ids._write_kept({"opportunity_id": self.id})
        others.diagnosis_ids._write_kept({"opportunity_id": self.id})
        return result

    def _prepare_log(self, *args, **kwargs):
        vals = super()._prepare_log(*args, **kwargs)
        return {**vals, "key_account_id": self.key_account_id.id}

    @api.model
    def _panel_depends(self):
        # The customer's file is read along with the cards.
        return [*super()._panel_depends(), "key_account_id"]

    def _get_stage_panel(self):
        panel = super()._get_stage_panel()
        return {**panel, "has_account": bool(self.key_account_id)}


class KeyAccountStageLog(models.Model):
    _inherit = "key.account.stage.log"

    # As it was then: not a related field, which would follow the opportunity.
    key_account_id = fields.Many2one(
        "key.account", ondelete="restrict", index="btree_not_null", readonly=True
    )


class KeyAccountUnder(models.AbstractModel):
    _inherit = "key.account.under"

    @api.model
    def _open_parents(self, name, parents):
        """Whoever may write an account works on its deals, also on a colleague's."""
        allowed = super()._open_parents(name, parents)
        rest = parents - allowed
        if parents._name != "crm.lead" or not rest:
            return allowed
        # Which file a deal belongs to does not hang on who may read the deal.
        accounts = rest.sudo().key_account_id.with_env(self.env)
        accounts = accounts._filtered_access("write")
        return allowed | rest.filtered(
            lambda lead: lead.sudo().key_account_id.with_env(self.env) in accounts
        )

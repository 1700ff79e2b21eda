"""The diagnosis report (诊断报告) that is put before the customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..shared.act import meet
from ..shared.label import listed
from ..shared.working_time import today_of


class KeyAccountDiagnosis(models.Model):
    """The customer's problems, the root cause of each, evidence, what it costs them,
    why only we can solve it; sent for the customer's acceptance.

    What was sent stays as it was sent; a new version starts as a copy.
    """

    _name = "key.account.diagnosis"
    _description = "Diagnosis Report"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "id desc"
    _under = frozenset(("key_account_id", "opportunity_id"))
    _under_derived = frozenset(("key_account_id",))
    _kept = frozenset(
        (
            "state",
            "sent_on",
            "answered_by_id",
            "answered_on",
            "answer_note",
            "recorded_by_id",
            "recorded_on",
        )
    )

    name = fields.Char(
        string="Subject",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    active = fields.Boolean(default=True)
    key_account_id = fields.Many2one(
        "key.account",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_key_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    opportunity_id = fields.Many2one(
        "crm.lead",
        ondelete="restrict",
        index="btree_not_null",
        domain=(
            "[('type', '=', 'opportunity'), ('key_account_id', '=', key_account_id)]"
        ),
        help="Empty: of the customer as a whole, it counts for each of their deals.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    problem_ids = fields.One2many(
        "key.account.diagnosis.problem", "diagnosis_id", string="Problems", copy=True
    )
    cost_total = fields.Monetary(
        string="Costs them (a year)", compute="_compute_cost_total", store=True
    )
    why_us = fields.Text(
        string="Why we", help="Why only we can solve it; no detailed solution yet."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "With the customer"),
            ("accepted", "Accepted"),
            ("rejected", "Not accepted"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    sent_on = fields.Date("Submitted on", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.partner",
        string="Reply by",
        readonly=True,
        copy=False,
        tracking=True,
        ondelete="restrict",
        help="Who at the customer accepted it, or did not.",
    )
    answered_on = fields.Date(
        string="Reply on", readonly=True, copy=False, tracking=True
    )
    answer_note = fields.Text(string="Their answer", readonly=True, copy=False)
    recorded_by_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, copy=False
    )
    recorded_on = fields.Datetime("Recorded on", readonly=True, copy=False)

    # ---------------------------------------- compute

    @api.depends("opportunity_id", "key_account_id")
    def _compute_name(self):
        for diagnosis in self:
            subject = diagnosis.opportunity_id.name or diagnosis.key_account_id.name
            diagnosis.name = diagnosis.name or subject or self.env._("Diagnosis")

    @api.depends("opportunity_id")
    def _compute_key_account_id(self):
        for diagnosis in self:
            diagnosis.key_account_id = (
                diagnosis.key_account_id or diagnosis.opportunity_id.key_account_id
            )

    @api.depends("problem_ids.cost")
    def _compute_cost_total(self):
        for diagnosis in self:
            diagnosis.cost_total = sum(diagnosis.problem_ids.mapped("cost"))

    # ---------------------------------------- constraints

    @api.constrains("opportunity_id", "key_account_id")
    def _check_opportunity(self):
        for diagnosis in self:
            account = diagnosis.opportunity_id.key_account_id
            if account and account != diagnosis.key_account_id:
                raise ValidationError(
                    self.env._(
                        "%(diagnosis)s is kept for %(account)s, but its opportunity"
                        " belongs to %(other)s. Choose an opportunity of %(account)s.",
                        diagnosis=diagnosis.name,
                        account=diagnosis.key_account_id.display_name,
                        other=account.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    def write(self, vals):
        self._assert_kept(vals)
        if vals.keys() - self._free_names() and not self._is_by_process(vals):
            self._assert_draft()
        return super().write(vals)

    def _free_names(self):
        """What is no part of what the customer read, and can be changed at any time."""
        return {"active", "activity_ids", "message_follower_ids"}

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._assert_draft()

    # ---------------------------------------- actions

    def action_send(self):
        """It is with the customer from now on and stays as it is."""
        self._assert_draft()
        self._assert_complete()
        self._write_kept({"state": "sent", "sent_on": today_of(self)})
        return True

    def _assert_complete(self):
        for diagnosis in self:
            missing = diagnosis._missing_parts()
            if missing:
                raise UserError(
                    self.env._(
                        "%(diagnosis)s cannot be put before the customer yet:"
                        " %(missing)s",
                        diagnosis=diagnosis.name,
                        missing=listed(self.env, missing),
                    )
                )

    def action_accept(self, partner_id, date=None, note=None):
        """Record that the customer accepted it: who of theirs, and when.

        :param partner_id: id of a contact of the customer
        :param date: the day of their answer; today by default
        """
        return self._record_answer("accepted", partner_id, date, note)

    def action_reject(self, partner_id, date=None, note=None):
        """Record that the customer did not accept it."""
        return self._record_answer("rejected", partner_id, date, note)

    def action_new_version(self):
        """A draft that starts from this one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Diagnosis"),
            "res_model": self._name,
            "res_id": self.copy().id,
            "view_mode": "form",
        }

    # ---------------------------------------- business

    def _record_answer(self, state, partner_id, date, note):
        self.ensure_one()
        self.check_access("write")
        self._assert_with_customer()
        day = fields.Date.to_date(date) or today_of(self)
        partner = self.env["res.partner"].browse(partner_id or [])
        self._assert_answer(partner, day)
        self._set_answer(state, partner, day=day, note=note, answer_channel="staff")
        return True

    def _assert_with_customer(self):
        if self.state != "sent":
            raise UserError(
                self.env._(
                    "%s is not with the customer: only what was put before them can"
                    " be answered.",
                    self.name,
                )
            )

    def _set_answer(self, state, partner, day=None, note=None, **more):
        self._write_kept(
            {
                "state": state,
                "answered_by_id": partner.id,
                "answered_on": day or today_of(self),
                "answer_note": note,
                "recorded_by_id": self.env.uid,
                "recorded_on": fields.Datetime.now(),
                **more,
            }
        )

    def _assert_answer(self, partner, day):
        customer = self.key_account_id.partner_id
        if not partner or partner.commercial_partner_id != customer:
            raise UserError(
                self.env._(
                    "Who answered for %(customer)s? Choose one of their contacts.",
                    customer=customer.display_name,
                )
            )
        if not self.sent_on <= day <= today_of(self):
            raise UserError(
                self.env._(
                    "%(diagnosis)s was put before the customer on %(sent)s: their"
                    " answer came between that day and today.",
                    diagnosis=self.name,
                    sent=format_date(self.env, self.sent_on),
                )
            )

    def _missing_parts(self):
        """What it lacks to be put before the customer, in words."""
        self.ensure_one()
        missing = []
        if not self.problem_ids:
            missing.append(self.env._("no problem is described"))
        if self.problem_ids.filtered(lambda problem: not problem.root_cause):
            missing.append(self.env._("a problem has no root cause"))
        if not self.why_us:
            missing.append(self.env._("why we can solve it is not said"))
        return missing

    def _assert_draft(self):
        sent = self.filtered(lambda diagnosis: diagnosis.state != "draft")
        if sent:
            raise UserError(
                self.env._(
                    "%s has been put before the customer and stays as it is. Make a"
                    " new version of it.",
                    sent[0].name,
                )
            )


class KeyAccountDiagnosisPart(models.AbstractModel):
    """A line of a diagnosis: written as long as the report is a draft."""

    _name = "key.account.diagnosis.part"
    _description = "Part of a Diagnosis"
    _inherit = ["key.account.under"]
    _under = frozenset(("diagnosis_id",))
    _order = "diagnosis_id, sequence, id"

    diagnosis_id = fields.Many2one(
        "key.account.diagnosis", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="diagnosis_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="diagnosis_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10, aggregator=None)

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_drafts(self._said_parents("diagnosis_id", vals_list))
        return super().create(vals_list)

    def write(self, vals):
        diagnoses = self.diagnosis_id
        if "diagnosis_id" in vals:
            diagnoses |= diagnoses.browse(vals["diagnosis_id"])
        self._assert_drafts(diagnoses)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._assert_drafts(self.diagnosis_id)

    @api.model
    def _assert_drafts(self, diagnoses):
        # Who sends them at this moment knows of this, or this of the sending.
        meet(diagnoses)
        diagnoses._assert_draft()


class KeyAccountDiagnosisProblem(models.Model):
    """One problem of the customer, what it comes from and what it costs them."""

    _name = "key.account.diagnosis.problem"
    _description = "Diagnosed Problem"
    _inherit = ["key.account.diagnosis.part"]

    name = fields.Char(string="Problem", required=True)
    root_cause = fields.Text("Root cause")
    evidence = fields.Text()
    cost = fields.Monetary(
        string="Costs them (a year)",
        help="In company currency, by the customer's own figures where known.",
    )


class KeyAccount(models.Model):
    _inherit = "key.account"

    diagnosis_ids = fields.One2many(
        "key.account.diagnosis", "key_account_id", string="Diagnoses", copy=False
    )

    def action_view_diagnoses(self):
        return self._action_of_account("key.account.diagnosis", self.env._("Diagnoses"))

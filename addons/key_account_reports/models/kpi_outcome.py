"""What follows from an appraisal: proposed by its grade, decided by people."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.key_account.models.shared.act import begin_act
from odoo.addons.key_account.models.shared.label import labelled
from odoo.addons.key_account.rules.evidence import said

from .kpi_grade import OUTCOMES

OUTCOME_STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("done", "Done"),
    ("withdrawn", "Withdrawn"),
]
_ACTIVITY = "key_account_reports.mail_activity_outcome"


class KeyAccountKpiOutcome(models.Model):
    """One thing that follows from a confirmed appraisal: a bonus, a training, a
    warning.

    The confirmation proposes it, and reminds whoever confirmed to decide; a director or
    an appraiser decides, never for themselves; whoever decides says when it is done.
    All of it is written by the ``action_*`` methods alone.

    An appraisal that is reopened takes back nothing that was decided. What was accepted
    or done then is not proposed again; what does not follow any more can be declined as
    long as it is not done.
    """

    _name = "key.account.kpi.outcome"
    _description = "What Follows from an Appraisal"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.kept"]
    _order = "due, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet",
        string="Appraisal sheet",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Empty: for the team as a whole.",
    )
    team_id = fields.Many2one(
        "crm.team", readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(OUTCOMES, required=True, readonly=True, index=True)
    state = fields.Selection(
        OUTCOME_STATES,
        required=True,
        readonly=True,
        default="proposed",
        tracking=True,
        index=True,
        help="Withdrawn: the appraisal was reopened before it was decided.",
    )
    reason = fields.Text(string="Why so decided", readonly=True, tracking=True)
    due = fields.Date(readonly=True, index=True)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_on = fields.Datetime("Decided on", readonly=True)
    done_by_id = fields.Many2one(
        "res.users", string="Completed by", readonly=True, ondelete="restrict"
    )
    done_on = fields.Datetime("Completed on", readonly=True)
    is_former = fields.Boolean(
        string="Of a former version",
        compute="_compute_is_former",
        help="The appraisal was reopened afterwards.",
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _once = models.UniqueIndex("(sheet_id, version, kind)")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("version", "sheet_id.version")
    def _compute_is_former(self):
        for outcome in self:
            outcome.is_former = outcome.version < outcome.sheet_id.version

    @api.depends("user_id", "team_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        everywhere = self.env["key.account.kpi.sheet"]._is_director_or_appraiser()
        for outcome in self:
            outcome.may_decide = everywhere and not outcome._is_own()

    @api.depends("kind", "user_id", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for outcome in self:
            who = outcome.user_id or outcome.team_id
            outcome.display_name = f"{labels.get(outcome.kind, '')} · {who.name or ''}"

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._(
                "What follows from an appraisal is not deleted: decline it, and say"
                " why."
            )
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self, reason=""):
        """It will be done as proposed."""
        self._decide("accepted", reason)

    def action_decline(self, reason):
        """It will not be done; the reason is kept. Of a former version, also what was
        accepted then and is not done yet."""
        if not said(reason):
            raise UserError(self.env._("Say why it is declined: the person reads it."))
        undone = self.filtered(lambda outcome: outcome._is_undone_of_former())
        undone._decide("declined", reason, before="accepted")
        (self - undone)._decide("declined", reason)

    def action_done(self):
        """It has been done."""
        self._assert_may_decide()
        begin_act(self, {"accepted"})
        self._write_kept(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )
        self._end_reminders()

    def action_open_act(self):
        """Ask for the words that a decision needs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "key.account.kpi.act",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_outcome_id": self.id,
                "default_act": self.env.context.get("act"),
            },
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _propose(self, results):
        """Propose what follows from these results, but what was decided upon a former
        version of the appraisal already: nobody gets it twice."""
        rows, lapsed = [], self.browse()
        for result in results:
            company = result.company_id
            # Whoever confirms need not read what was decided upon before.
            stands = result.sheet_id.sudo().outcome_ids.filtered(
                lambda outcome: outcome.state in ("accepted", "done")
            )
            follows = dict(result.follows or ())
            lapsed |= stands.filtered(
                lambda outcome, follows=follows: (
                    outcome.state == "accepted" and outcome.kind not in follows
                )
            )
            today = fields.Date.context_today(
                company.with_context(tz=company._key_account_timezone())
            )
            rows += [
                {
                    "sheet_id": result.sheet_id.id,
                    "version": result.version,
                    "company_id": company.id,
                    "user_id": result.user_id.id,
                    "team_id": result.team_id.id,
                    "kind": kind,
                    "due": today + timedelta(days=days),
                }
                for kind, days in follows.items()
                if kind not in stands.mapped("kind")
            ]
        lapsed.with_env(self.env)._remind_to_decide()
        if rows:
            # Nobody enters what follows; the confirmation, which was allowed, does.
            outcomes = self.sudo().with_context(mail_create_nosubscribe=True)
            outcomes._create_kept(rows).with_env(self.env)._remind_to_decide()

    def _remind_to_decide(self):
        """An activity for whoever confirmed the appraisal, in their language."""
        for outcome in self:
            if outcome.may_decide:
                outcome.activity_schedule(
                    _ACTIVITY, date_deadline=outcome.due, user_id=self.env.uid
                )

    def _end_reminders(self):
        # They may be those of the colleague who confirmed.
        self.sudo().activity_unlink([_ACTIVITY])

    def _is_undone_of_former(self):
        self.ensure_one()
        return self.is_former and self.state == "accepted"

    def _decide(self, state, reason, before="proposed"):
        self._assert_may_decide()
        begin_act(self, {before})
        self._write_kept(
            {
                "state": state,
                "reason": said(reason) or False,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self._end_reminders()
        self._tell_person()

    def _tell_person(self):
        """Whoever it concerns reads what was decided, and why: the words are for them.
        What concerns a team as a whole is its manager's to say."""
        for outcome in self.filtered("user_id"):
            told = outcome.with_context(lang=outcome.user_id.lang)
            labels = dict(told._fields["state"]._description_selection(told.env))
            told.message_notify(
                subject=told.display_name,
                body=Markup("<b>%s</b><br/>%s")
                % (
                    labelled(told.env, told.display_name, labels[told.state]),
                    told.reason or "",
                ),
                partner_ids=outcome.user_id.partner_id.ids,
            )

    def _assert_may_decide(self):
        self.check_access("read")
        for outcome in self:
            if not outcome.may_decide:
                raise AccessError(
                    self.env._(
                        "%(what)s: a director or an appraiser decides what follows from"
                        " an appraisal, and nobody for themselves.",
                        what=outcome.display_name,
                    )
                )

    def _is_own(self):
        """Whether it is the user's own, or of the team they manage."""
        self.ensure_one()
        if self.user_id:
            return self.user_id == self.env.user
        # Who manages a team is not for everybody to read.
        return self.env.user in self.team_id.sudo()._key_account_managers()

    def _withdraw(self):
        """Take back what nobody has decided: the appraisal is made anew."""
        undecided = self.filtered(lambda outcome: outcome.state == "proposed")
        undecided._write_kept({"state": "withdrawn"})
        undecided._end_reminders()


class KeyAccountKpiSheet(models.Model):
    _inherit = "key.account.kpi.sheet"

    outcome_ids = fields.One2many(
        "key.account.kpi.outcome", "sheet_id", string="What follows", readonly=True
    )

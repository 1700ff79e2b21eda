"""The manager's review of a visit's report: what it says, who may make it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...rules import working_time
from ..shared.label import field_label, labelled, listed
from ..shared.missing import missing

SCORES = ("review_potential", "review_standing", "review_value", "review_difficulty")
# Written by those who may review, while the report lies before them.
_REVIEW = {*SCORES, "review_feasibility", "guidance", "duties"}


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"
    _kept = frozenset(
        (
            *("reviewed_on", "reviewed_by_id", "review_asked_id"),
            *("review_deadline", "review_in_time"),
        )
    )
    _no_default = frozenset(_REVIEW)

    review_potential = fields.Integer(string="Potential", aggregator="avg", copy=False)
    review_standing = fields.Integer(
        string="Standing in the industry", aggregator="avg", copy=False
    )
    review_value = fields.Integer(
        string="Development value", aggregator="avg", copy=False
    )
    review_difficulty = fields.Integer(
        string="Difficulty", aggregator="avg", copy=False
    )
    review_feasibility = fields.Selection(
        [
            ("feasible", "Feasible"),
            ("with_changes", "Feasible with changes"),
            ("not_feasible", "Not feasible"),
        ],
        string="Feasibility of the plan",
        copy=False,
    )
    guidance = fields.Text(string="Manager's guidance", copy=False)
    duties = fields.Text(string="Duties and authority given", copy=False)
    reviewed_on = fields.Datetime("Reviewed on", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", string="Reviewed by", readonly=True, copy=False
    )
    review_asked_id = fields.Many2one(
        "res.users",
        string="Review asked of",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="To whom the report was handed in. Empty where it was not recorded then.",
    )
    review_deadline = fields.Datetime(
        string="Review due", compute="_compute_review_deadline", store=True, copy=False
    )
    review_in_time = fields.Boolean(
        string="Reviewed in time",
        compute="_compute_review_in_time",
        store=True,
        copy=False,
    )
    can_review = fields.Boolean(compute="_compute_can_review")

    _scores_within = models.Constraint(
        "CHECK (%s)"
        % " AND ".join(f"COALESCE({score}, 0) BETWEEN 0 AND 5" for score in SCORES),
        "Scores of a review go from 1 to 5.",
    )

    # ---------------------------------------- compute

    @api.depends("reported_on", "company_id")
    def _compute_review_deadline(self):
        self._compute_deadline(
            "review_deadline",
            lambda visit: visit.reported_on,
            lambda company: (company.key_account_review_days, working_time.DAYS),
        )

    @api.depends("reviewed_on", "review_deadline")
    def _compute_review_in_time(self):
        for visit in self:
            visit.review_in_time = working_time.is_in_time(
                visit.reviewed_on, visit.review_deadline
            )

    @api.depends("state", "team_id", "reported_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_review(self):
        reviewers = self._reviewers()
        for visit in self:
            visit.can_review = (
                visit.state == "reported" and self.env.user in reviewers[visit]
            )

    # ---------------------------------------- business

    def _assert_may_review(self):
        reviewers = self._reviewers()
        refused = self.filtered(lambda visit: self.env.user not in reviewers[visit])
        if refused:
            raise AccessError(
                self.env._(
                    "%(user)s cannot review %(visits)s. Reviews are for the managers"
                    " of the"
                    " account's team and for directors, and not for whoever held or"
                    " reported the"
                    " visit.",
                    user=self.env.user.name,
                    visits=listed(self.env, refused.mapped("display_name")),
                )
            )

    def _assert_review_complete(self):
        gaps = {visit: [name for name in SCORES if not visit[name]] for visit in self}
        lines = [
            labelled(
                self.env,
                visit.display_name,
                listed(self.env, (field_label(self, name) for name in names)),
            )
            for visit, names in gaps.items()
            if names
        ]
        if lines:
            raise missing(
                self.env._(
                    "The review is not complete. Please judge:\n%s", "\n".join(lines)
                ),
                set().union(*gaps.values()),
            )

    def _hand_guidance_on(self):
        """The deals show what was said last. With full rights: whoever reviews may not
        be allowed to write a colleague's deal."""
        for visit in self.sudo().filtered("guidance"):
            visit.opportunity_ids._write_kept({"visit_guidance": visit.guidance})

    def _reviewers(self):
        """Who may review each visit, as ``{visit: users}``.

        Managers of the account's team and the directors of the company, without whoever
        held or reported the visit or sells the deal it is about; only where nobody else
        manages may they do it. Read with full rights: who decides does not depend on
        what the asker may read.
        """
        directors = self._key_account_directors(self.company_id)
        named = self.sudo().team_id._named_by_themselves()
        reviewers = {}
        for visit in self.sudo():
            managing = visit.team_id._managing(visit.reported_on, named).filtered(
                lambda user: user.has_group("key_account.group_manager")
            )
            managing |= directors.get(visit.company_id, visit.user_id.browse())
            managing = managing.filtered("active")
            others = managing - visit.reported_by_id - visit.user_id
            others -= visit.opportunity_ids.user_id
            reviewers[visit] = (others or managing).with_env(self.env)
        return reviewers

    def _asked_to_decide(self):
        visit = self.sudo()
        return (
            visit.review_asked_id
            if visit.state == "reported"
            else super()._asked_to_decide()
        )

    def get_formview_id(self, access_uid=None):
        # Whoever is asked comes from the mail to the review itself.
        user = self.env["res.users"].browse(access_uid) if access_uid else self.env.user
        if len(self) == 1 and user in self._asked_to_decide():
            return self.env.ref("key_account.visit_view_form_review").id
        return super().get_formview_id(access_uid=access_uid)

    def _concerned(self):
        """Whose visit and whose report it is, apart from who acts."""
        return (self.user_id | self.reported_by_id) - self.env.user

    def _tell(self, users, headline, text):
        """A note for users, in their inbox or by mail, as they prefer."""
        self.ensure_one()
        self.message_post(
            body=f"{headline} {text or ''}".strip(),
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

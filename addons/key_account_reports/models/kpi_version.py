"""A confirmed sheet is reopened: a new version begins, and the old one stays."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import formatLang

from odoo.addons.key_account.models.shared.act import begin_act
from odoo.addons.key_account.models.shared.label import listed
from odoo.addons.key_account.rules.evidence import said

# What the sheet says of its confirmation, and no longer says of the new version.
_OF_A_VERSION = (
    *("result_id", "appraised_by_id", "appraised_on"),
    *("confirmed_by_id", "confirmed_on", "acknowledgement"),
    *("acknowledgement_remark", "acknowledged_by_id", "acknowledged_on"),
    *("talked_by_id", "talked_on"),
)
# What both say; the new version goes on from there.
_WORDS = ("self_comment", "appraisal_comment")
# Whose sheet it is, and of which time: what was confirmed of it was confirmed of them.
_IDENTITY = frozenset(
    ("company_id", "period", "date", "subject", "user_id", "team_id"),
)


class KeyAccountKpiVersion(models.Model):
    """An appraisal as it was confirmed before it was reopened: who said what, and why
    it was reopened. Its figures and its grade lie beside it, with the same version.
    """

    _name = "key.account.kpi.version"
    _description = "Former Version of an Appraisal"
    _inherit = ["key.account.evidence"]
    _order = "sheet_id, version desc, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet",
        string="Appraisal sheet",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    version = fields.Integer(required=True, aggregator=None)
    reason = fields.Text(string="Why reopened", required=True)
    reopened_by_id = fields.Many2one(
        "res.users", string="Reopened by", required=True, ondelete="restrict"
    )
    reopened_on = fields.Datetime(
        string="Reopened on", required=True, default=fields.Datetime.now
    )
    result_id = fields.Many2one(
        "key.account.kpi.result", string="Grade", ondelete="restrict"
    )
    score_display = fields.Char(string="Score", compute="_compute_score_display")
    score = fields.Float(string="Score kept", digits=(16, 1), aggregator=None)
    is_scored = fields.Boolean()
    appraised_by_id = fields.Many2one(
        "res.users", string="Appraised by", ondelete="restrict"
    )
    appraised_on = fields.Datetime("Appraised on")
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", ondelete="restrict"
    )
    confirmed_on = fields.Datetime("Confirmed on")
    acknowledgement = fields.Selection(
        [("agreed", "Agreed"), ("remark", "Does not agree")]
    )
    acknowledgement_remark = fields.Text(string="Remark")
    acknowledged_by_id = fields.Many2one(
        "res.users", string="Acknowledged by", ondelete="restrict"
    )
    acknowledged_on = fields.Datetime("Acknowledged on")
    talked_by_id = fields.Many2one(
        "res.users", string="Talked over by", ondelete="restrict"
    )
    talked_on = fields.Datetime(string="Talked over on")
    self_comment = fields.Text(string="Self-assessment")
    appraisal_comment = fields.Text(string="Appraisal")
    snapshot_ids = fields.One2many(
        "key.account.kpi.snapshot",
        string="Figures",
        compute="_compute_of_this_version",
    )
    outcome_ids = fields.One2many(
        "key.account.kpi.outcome",
        string="What followed",
        compute="_compute_of_this_version",
    )

    _once = models.UniqueIndex("(sheet_id, version)")

    @api.depends("score", "is_scored")
    @api.depends_context("lang")
    def _compute_score_display(self):
        not_applicable = self.env._("n/a")
        for version in self:
            version.score_display = (
                formatLang(self.env, version.score, digits=1)
                if version.is_scored
                else not_applicable
            )

    @api.depends("sheet_id", "version")
    def _compute_of_this_version(self):
        for version in self:
            sheet = version.sheet_id
            for name in ("snapshot_ids", "outcome_ids"):
                version[name] = sheet[name].filtered(
                    lambda each, version=version: each.version == version.version
                )

    @api.depends("sheet_id", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(sheet)s · version %(version)s",
                sheet=version.sheet_id.display_name,
                version=version.version,
            )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _take(self, sheets, reason):
        """Write down these sheets as they were confirmed, before they are reopened."""
        return self._record(
            [
                {
                    "sheet_id": sheet.id,
                    "company_id": sheet.company_id.id,
                    "version": sheet.version,
                    "reason": reason,
                    "reopened_by_id": self.env.uid,
                    "reopened_on": fields.Datetime.now(),
                    "score": sheet.kept_score,
                    "is_scored": sheet.is_scored,
                    **{name: sheet[name] for name in _WORDS},
                    **{
                        name: sheet._fields[name].convert_to_write(sheet[name], sheet)
                        for name in _OF_A_VERSION
                    },
                }
                for sheet in sheets
            ]
        )


class KeyAccountKpiSheet(models.Model):
    _inherit = "key.account.kpi.sheet"

    version_ids = fields.One2many(
        "key.account.kpi.version", "sheet_id", string="Former versions", readonly=True
    )
    version_count = fields.Integer(
        string="Former versions (number)", compute="_compute_version_count"
    )
    may_reopen = fields.Boolean(compute="_compute_may_reopen")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("version")
    def _compute_version_count(self):
        for sheet in self:
            sheet.version_count = max(sheet.version - 1, 0)

    @api.depends("state", "user_id", "team_id")
    @api.depends_context("uid")
    def _compute_may_reopen(self):
        director = self.env.user.has_group("key_account.group_director")
        for sheet in self:
            sheet.may_reopen = (
                director and sheet.state == "confirmed" and not sheet._is_addressee()
            )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def _assert_may_write(self, vals):
        result = super()._assert_may_write(vals)
        if not _IDENTITY.isdisjoint(vals):
            for sheet in self:
                if sheet.version > 1:
                    raise UserError(
                        self.env._(
                            "%(sheet)s has been confirmed before: whose it is, and of"
                            " which period, stays. Open another sheet instead.",
                            sheet=sheet.display_name,
                        )
                    )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never_confirmed_only(self):
        for sheet in self:
            if sheet.version > 1:
                raise UserError(
                    self.env._(
                        "%(sheet)s has been confirmed before and cannot be deleted.",
                        sheet=sheet.display_name,
                    )
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_reopen(self, reason):
        """Begin a new version as a draft; the old one stays as it was confirmed."""
        reason = said(reason)
        for sheet in self:
            sheet._assert_state("confirmed")
            if not sheet.may_reopen:
                raise AccessError(
                    self.env._(
                        "%(sheet)s: a confirmed appraisal is reopened by a director,"
                        " and by nobody for themselves.",
                        sheet=sheet.display_name,
                    )
                )
        if not reason:
            raise UserError(self.env._("Say why it is reopened: it stays on record."))
        begin_act(self, {"confirmed"})
        self.env["key.account.kpi.version"]._take(self, reason)
        words = {sheet: sheet._told_of_second() for sheet in self}
        for sheet in self:
            sheet._begin_version(reason)
            for each in words[sheet]:
                sheet.message_post(body=each)

    def action_open_versions(self):
        """The former versions, with their figures."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Former Versions"),
            "res_model": "key.account.kpi.version",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("sheet_id", "=", self.id)],
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _begin_version(self, reason):
        self.ensure_one()
        former = self.version
        self.outcome_ids._withdraw()
        self._end_reminders()
        empty = dict.fromkeys((*_OF_A_VERSION, "grade_id"), False)
        self._move_to("draft", version=former + 1, **empty)
        self.message_post(
            body=self.env._(
                "Reopened: version %(version)s begins. %(reason)s",
                version=former + 1,
                reason=reason,
            )
        )

    def _told_of_second(self):
        return [later._second_after_words(self) for later in self._second_after()]

    def _second_after(self):
        """Appraisals that stand confirmed as the second in a row after this one, and
        from which something follows that nobody has declined."""
        after = self.env["key.account.kpi.result"].sudo()
        if self.result_id.sudo().is_scored:
            after = after.union(*self._standing_after())
        return after.sheet_id.filtered(
            lambda sheet: sheet.again and sheet._still_follows()
        )

    def _standing_after(self):
        """What stands confirmed of appraisals that this one comes right before, each
        with how the period before it ended: this one, or where there was nothing to
        measure, one before this."""
        self.ensure_one()
        # Whoever acts on this one need not read what follows from another.
        results = self.env["key.account.kpi.result"].sudo()
        found = results.search(self._later_domain()).filtered(
            lambda result: (
                result.sheet_id.result_id == result
                and self.result_id._is_before(result.sheet_id)
            )
        )
        before = results._before(found.sheet_id) if found else {}
        ended = {result: before.get(result.sheet_id) for result in found}
        return {
            result: first
            for result, first in ended.items()
            if not first or first.last_day <= self.date_to
        }

    def _later_domain(self):
        """What was confirmed of whom these are, of later periods."""
        return [
            ("company_id", "in", self.company_id.ids),
            ("period", "in", self.mapped("period")),
            ("date_from", ">", min(self.mapped("date_to"))),
            "|",
            ("user_id", "in", self.user_id.ids),
            ("team_id", "in", self.team_id.ids),
        ]

    def _after_confirmation(self):
        """An appraisal of a later period that was confirmed before this one may be the
        second in a row now, or be it no more: nobody decides that but a director."""
        result = super()._after_confirmation()
        # Commonly there is none: asked once, of all of them.
        results = self.env["key.account.kpi.result"].sudo()
        if self and results.search_count(self._later_domain(), limit=1):
            for sheet in self:
                sheet._tell_of_later()
        return result

    def _tell_of_later(self):
        for result, before in self._standing_after().items():
            again = result._would_be_again(before)
            if again != result.again:
                self.message_post(body=self._later_words(result, again))

    def _later_words(self, result, again):
        names = {"later": result.sheet_id.display_name, "this": self.display_name}
        if again and not self.result_id.sudo().is_scored:
            return self.env._(
                "%(later)s is the second in a row, now that there is nothing measured"
                " in %(this)s. Reopen it, if what follows from that is to be proposed.",
                **names,
            )
        if again:
            return self.env._(
                "%(later)s was confirmed before %(this)s and came to the same grade: it"
                " is the second in a row now. Reopen it, if what follows from that is"
                " to be proposed.",
                **names,
            )
        return self.env._(
            "%(later)s was confirmed as the second in a row. By %(this)s, as it is now,"
            " it is that no more. Reopen it, where what followed does not hold any"
            " more.",
            **names,
        )

    def _still_follows(self):
        return self.outcome_ids.filtered(
            lambda outcome: outcome.state in ("proposed", "accepted", "done")
        )

    def _second_after_words(self, first):
        """What whoever reopens the first of two is to know of this, the second."""
        labels = self.env["key.account.kpi.result"]._outcome_labels()
        kinds = self._still_follows().mapped("kind")
        return self.env._(
            "%(later)s was confirmed as the second in a row after %(first)s. What"
            " followed from it stands: %(what)s. Where it no longer holds, reopen that"
            " one as well.",
            later=self.display_name,
            first=first.display_name,
            what=listed(self.env, [labels[kind] for kind in kinds]),
        )

"""What the daily report and the weekly summary of canvassing have in common: they are
handed in to the manager, who reads them, or returns them for completion."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.evidence import said
from ..shared.act import meet
from ..shared.label import field_label, listed, noted, selection_labels

REPORT_STATES = [("draft", "Draft"), ("handed_in", "Handed in"), ("read", "Read")]
# Written by whoever reads it.
_READ = {"manager_note"}


class KeyAccountCanvassReport(models.AbstractModel):
    """Draft, handed in, read; ``state`` and who did what when are written by the
    ``action_*`` methods alone. What is handed in stands, until a manager returns it.
    """

    _name = "key.account.canvass.report"
    _description = "Report on Canvassing"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.under",
        "key.account.single",
    ]

    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        copy=False,
    )
    canvasser_id = fields.Many2one(
        "key.account.canvasser",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    company_id = fields.Many2one(
        related="canvasser_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="canvasser_id.team_id",
        string="Sales Team",
        store=True,
        index=True,
        precompute=True,
    )
    access_user_ids = fields.Many2many(related="canvasser_id.access_user_ids")
    state = fields.Selection(
        REPORT_STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    handed_in_on = fields.Datetime("Handed in on", readonly=True, copy=False)
    return_comment = fields.Text(string="To be completed", readonly=True, copy=False)
    manager_note = fields.Text(string="Manager's comment", copy=False)
    read_on = fields.Datetime("Read on", readonly=True, copy=False)
    read_by_id = fields.Many2one(
        "res.users", string="Read by", readonly=True, copy=False
    )
    is_mine = fields.Boolean(compute="_compute_may")
    may_read = fields.Boolean(string="Reads it", compute="_compute_may")
    may_hand_in = fields.Boolean(string="Hands it in", compute="_compute_may")

    _no_default = frozenset(_READ)

    # ---------------------------------------- compute

    @api.depends("user_id", "canvasser_id", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        readers = self.canvasser_id._readers()
        user = self.env.user
        for report in self:
            report.is_mine = report.user_id == user
            report.may_read = user in readers.get(report.canvasser_id, user.browse())
            # What somebody left behind is handed in by whoever reads it.
            report.may_hand_in = report.is_mine or (
                bool(report.user_id)
                and not report.user_id.sudo().active
                and user in report.canvasser_id.sudo().access_user_ids
            )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        defaults = self.default_get(["user_id"])
        names = {name for vals in vals_list for name in vals}
        if judged := names & _READ:
            self._refuse_kept(judged)
        vals_list = [{**defaults, **vals} for vals in vals_list]
        users = self.env["res.users"].browse({v["user_id"] for v in vals_list})
        canvassers = self._assert_may_enter_for(users)
        for vals in vals_list:
            canvasser = canvassers[users.browse(vals["user_id"])]
            vals["canvasser_id"] = canvasser.id
        opened = self._unlocked(["canvasser_id"])
        return super(KeyAccountCanvassReport, opened).create(vals_list)

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals):
            self._assert_may_change(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._assert_open()

    def _single_text(self):
        return self.env._(
            "There is one report per day or week. Begin a new one for another day or"
            " week."
        )

    # ---------------------------------------- who may, and when

    @api.model
    def _assert_may_enter_for(self, users):
        """``{user: canvasser}``; entries are made for oneself, or by a manager or
        supporter of the team for its people."""
        canvassers = self.env["key.account.canvasser"]._of(users)
        user = self.env.user
        foreign = users.filtered(
            lambda each: each != user and user not in canvassers[each].sudo()._enters()
        )
        if foreign and not self.env.su:
            raise AccessError(
                self.env._(
                    "You canvass in your own name: for somebody else, only their"
                    " manager or the sales support of their team makes entries."
                )
            )
        return canvassers

    def _assert_may_change(self, vals):
        self.check_access("write")
        content = self._content_names().intersection(vals)
        if fixed := self._fixed_names().intersection(vals):
            self._refuse_kept(fixed)
        if content:
            self._assert_open()
        if _READ.intersection(vals):
            self._assert_reads()

    @api.model
    def _fixed_names(self):
        """What a report is about, from its first day on."""
        return frozenset(("user_id",))

    @api.model
    def _content_names(self):
        """Hook: what stands once it is handed in."""
        return frozenset()

    def _assert_open(self):
        """Raise where one of these is handed in, also at this moment."""
        meet(self)
        if closed := self.filtered(lambda report: report.state != "draft"):
            raise UserError(
                self.env._(
                    "%(reports)s: handed in, and stands as it is. Whoever it was handed"
                    " in to can return it for completion.",
                    reports=closed._label_with_state(),
                )
            )

    def _assert_reads(self):
        readers = self.canvasser_id._readers()
        user = self.env.user
        refused = self.filtered(
            lambda report: user not in readers.get(report.canvasser_id, user.browse())
        )
        if refused and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(reports)s: read, commented and returned by the managers of the"
                    " author's team and the directors, not by the author.",
                    reports=listed(self.env, refused.mapped("display_name")),
                )
            )

    def _assert_state(self, states, done):
        wrong = self.filtered(lambda report: report.state not in states)
        if wrong:
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "%(reports)s cannot be %(done)s: only those in state %(states)s"
                    " can.",
                    reports=wrong._label_with_state(),
                    done=done,
                    states=" / ".join(labels[state] for state in states),
                )
            )

    def _label_with_state(self):
        labels = selection_labels(self, "state")
        return listed(
            self.env,
            (noted(self.env, each.display_name, labels[each.state]) for each in self),
        )

    # ---------------------------------------- actions

    def action_hand_in(self):
        """The author hands it in; a manager of the team is asked to read it."""
        self.check_access("write")
        self._assert_state(("draft",), self.env._("handed in"))
        foreign = self.filtered(lambda report: not report.may_hand_in)
        if foreign and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(reports)s: handed in by the author alone.",
                    reports=listed(self.env, foreign.mapped("display_name")),
                )
            )
        self._assert_complete()
        self._write_kept(
            {
                "state": "handed_in",
                "handed_in_on": fields.Datetime.now(),
                "return_comment": False,
            }
        )
        self._ask_to_read()
        return True

    def action_read(self):
        """Whoever it was handed in to has read it, with or without a comment."""
        self.check_access("write")
        self._assert_state(("handed_in",), self.env._("marked as read"))
        self._assert_reads()
        self._write_kept(
            {
                "state": "read",
                "read_on": fields.Datetime.now(),
                "read_by_id": self.env.uid,
            }
        )
        self._close_reading()
        for report in self:
            told = report._for_author()
            told._tell_author(told.env._("Your report was read."), told.manager_note)
        return True

    def action_return(self, comment=None):
        """Give it back for completion, with a word on what is lacking: the argument, or
        what stands in the manager's comment."""
        self.check_access("write")
        self._assert_state(("handed_in", "read"), self.env._("returned"))
        self._assert_reads()
        self._assert_returnable()
        for report in self:
            words = said(comment) or said(report.manager_note)
            if not words:
                raise UserError(
                    self.env._(
                        "%(report)s: say in “%(field)s” what is to be completed.",
                        report=report.display_name,
                        field=field_label(self, "manager_note"),
                    )
                )
            report._write_kept(
                {
                    "state": "draft",
                    "handed_in_on": False,
                    "read_on": False,
                    "read_by_id": False,
                    "return_comment": words,
                }
            )
            told = report._for_author()
            told._tell_author(
                told.env._("Your report was returned for completion."), words
            )
        self._close_reading(done=False)
        return True

    # ---------------------------------------- business

    def _open(self, name, **begun):
        """This report, or a new one that is about this: it is written once something is
        typed or handed in, not by looking at it."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "name": name,
            "context": {f"default_{field}": value for field, value in begun.items()},
        }

    def _assert_complete(self):
        """Hook: raise where something is missing."""

    def _assert_returnable(self):
        """Hook: raise where something else is handed in that is made of it."""

    def _ask_to_read(self):
        """One task for one reader. With full rights: it is somebody else's work."""
        readers = self.canvasser_id._readers()
        today_of = self.env["key.account.canvass.day"]._today_of
        for report in self.sudo():
            canvasser = report.canvasser_id.with_env(self.env)
            if reader := canvasser._reader(readers[canvasser]):
                told = report.with_context(lang=reader.lang or self.env.lang)
                told.activity_schedule(
                    "key_account.mail_activity_canvass_read",
                    user_id=reader.id,
                    date_deadline=today_of(reader),
                )

    def _close_reading(self, done=True):
        # With full rights: whoever reads it closes what another was asked.
        reports = self.sudo()
        close = reports.activity_feedback if done else reports.activity_unlink
        close(["key_account.mail_activity_canvass_read"])

    def _for_author(self):
        """As the author reads it."""
        return self.with_context(lang=self.user_id.lang or self.env.lang)

    def _tell_author(self, headline, text):
        self.ensure_one()
        if self.user_id != self.env.user:
            self.message_post(
                body=f"{headline} {text or ''}".strip(),
                partner_ids=self.user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

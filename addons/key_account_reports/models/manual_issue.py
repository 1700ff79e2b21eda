"""The process manual as a controlled document: number, version, and who prepared,
checked and approved it."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.key_account.models.shared.as_created import as_created
from odoo.addons.key_account.models.shared.label import listed

# Who may issue the manual of any team.
_ISSUERS = ("key_account.group_director", "key_account.group_configuration")


def _hash_of(said):
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _in_other_words(records):
    """Translated words of these, as they are stored, where they are not the English
    ones; one query."""
    names = sorted(
        name
        for name, field in records._fields.items()
        if field.translate and field.store
    )
    records.flush_recordset(names)
    rows = records.env.execute_query(
        SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s) ORDER BY id",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(records._table),
            records.ids,
        )
    )
    return [
        [
            id_,
            [
                {
                    lang: said
                    for lang, said in (words or {}).items()
                    if said != words.get("en_US")
                }
                for words in translations
            ],
        ]
        for id_, *translations in rows
    ]


class KeyAccountManualIssue(models.Model):
    """A version of a team's process manual. It is prepared, checked and approved by
    different people, in this order; an approved one stays as it is. What was approved
    is kept as a fingerprint, so that a manual that changed since says so in print.
    """

    _name = "key.account.manual.issue"
    _description = "Version of the Process Manual"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "team_id, id desc"
    _rec_name = "version"
    _kept = frozenset(
        "state prepared_by_id prepared_on checked_by_id checked_on approved_by_id"
        " approved_on fingerprint".split()
    )

    team_id = fields.Many2one(
        "crm.team", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    number = fields.Char(
        string="Document number", required=True, tracking=True, help="e.g. KA-QP-01"
    )
    version = fields.Char(required=True, copy=False, tracking=True, help="e.g. B/2")
    change = fields.Text(string="What changed", tracking=True)
    state = fields.Selection(
        [("draft", "Prepared"), ("checked", "Checked"), ("approved", "Approved")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    prepared_by_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    prepared_on = fields.Date(
        "Prepared on",
        readonly=True,
        copy=False,
        default=lambda self: self.env.company._key_account_today(),
    )
    checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False, ondelete="restrict"
    )
    checked_on = fields.Date("Checked on", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    approved_on = fields.Date("Approved on", readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False)

    _version_unique = models.UniqueIndex(
        "(team_id, version)", "A version of a team's process manual is made once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        said = as_created(self, vals_list, ("team_id",))
        teams = [vals["team_id"] for vals in said if vals.get("team_id")]
        self.env["crm.team"].browse(teams)._assert_may_issue_manual()
        return super().create(vals_list)

    def action_check(self):
        """Checked by a manager of the team who has not prepared it."""
        self._assert_group("key_account.group_manager", self.env._("A manager"))
        for issue in self:
            issue._assert_step("draft", issue.prepared_by_id)
            issue._write_kept(
                {
                    "state": "checked",
                    "checked_by_id": self.env.uid,
                    "checked_on": issue._today(),
                    "fingerprint": issue._present_fingerprint(),
                }
            )
        return True

    def action_approve(self):
        """Approved by a director, as it was checked, who has not prepared it."""
        self._assert_group("key_account.group_director", self.env._("A director"))
        for issue in self:
            issue._assert_step("checked", issue.prepared_by_id | issue.checked_by_id)
            if issue._has_changed():
                raise UserError(
                    self.env._(
                        "The process manual of %s has changed since it was checked:"
                        " prepare a new version of it, and have that checked.",
                        issue.team_id.name,
                    )
                )
            issue._write_kept(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": issue._today(),
                }
            )
        return True

    def _assert_group(self, group, who):
        self.check_access("write")
        if not self.env.user.has_group(group):
            raise UserError(self.env._("%s does this step of the process manual.", who))

    def _assert_step(self, state, involved):
        self.ensure_one()
        if self.state != state:
            raise UserError(
                self.env._(
                    "Version %s of the process manual is prepared, then checked, then"
                    " approved.",
                    self.version,
                )
            )
        if self.env.user in involved:
            raise UserError(
                self.env._(
                    "Version %s of the process manual: whoever prepared or checked it"
                    " does not do the next step as well.",
                    self.version,
                )
            )

    def write(self, vals):
        self._assert_kept(vals)
        teams = self.team_id
        if vals.get("team_id"):
            teams |= teams.browse(vals["team_id"])
        teams._assert_may_issue_manual()
        if not self._is_by_process(vals):
            self._assert_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.team_id._assert_may_issue_manual()
        self._assert_open()

    def _assert_open(self):
        """What was checked is not written any more: it is another version."""
        fixed = self.filtered(lambda issue: issue.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "Version %s of the process manual was checked: it stays as it is."
                    " Prepare a new version.",
                    listed(self.env, fixed.mapped("version")),
                )
            )

    # ------------------------------------------------------------
    # WHAT IT IS A VERSION OF
    # ------------------------------------------------------------

    def _present_fingerprint(self):
        """A fingerprint of what the manual says now, whoever reads it, in whatever
        language: where it is worded anew in one of them, it says something else."""
        self.ensure_one()
        return _hash_of([self._said_in_english(), self._said_otherwise()])

    def _said_in_english(self):
        # The same words for everybody, and all of them.
        manual = self.env["key.account.process.manual"].sudo()
        manual = manual.with_context(lang="en_US")
        return [
            manual._of_team(self.team_id)["steps"],
            manual.env["key.account.post"]._described(self._company()),
        ]

    def _said_otherwise(self):
        """What the company has worded in other languages, by record."""
        stages = self.team_id._key_account_stages().sudo()
        checks = stages.gate_ids.check_ids
        posts = self.env["key.account.post"].sudo()
        posts = posts.search([("company_id", "in", [self._company().id, False])])
        return [
            _in_other_words(some) for some in (stages, stages.gate_ids, checks, posts)
        ]

    def _has_changed(self):
        """Whether the manual says something else than when this was checked. What was
        checked before other languages counted is known by its English words."""
        self.ensure_one()
        return self.fingerprint and self.fingerprint not in (
            self._present_fingerprint(),
            _hash_of(self._said_in_english()),
        )

    def _company(self):
        return self.team_id.company_id or self.env.company

    def _today(self):
        """The company's day, whatever the clock of whoever signs says."""
        return self._company()._key_account_today()

    @api.model
    def _head_of(self, team):
        """The head of a team's manual in print: of the version that is in force, else
        of the one that is under way; None where there is none."""
        issues = self.search([("team_id", "=", team.id)])
        issue = issues.filtered(lambda i: i.state == "approved")[:1] or issues[:1]
        if not issue:
            return None
        return {
            "number": issue.number,
            "version": issue.version,
            "in_force": issue.state == "approved",
            "changed": issue._has_changed(),
            "people": [
                (issue._step_label(step), *issue._step_of(step))
                for step in ("prepared", "checked", "approved")
            ],
        }

    def _step_label(self, step):
        return {
            "prepared": self.env._("Prepared by"),
            "checked": self.env._("Checked by"),
            "approved": self.env._("Approved by"),
        }[step]

    def _step_of(self, step):
        """Who did a step, and on which day."""
        date = self[f"{step}_on"]
        return self[f"{step}_by_id"].name or "", date and format_date(self.env, date)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _assert_may_issue_manual(self):
        """The manual of a team is issued by its managers, a director, or whoever
        configures its process."""
        if any(map(self.env.user.has_group, _ISSUERS)):
            return
        for team in self:
            if self.env.user not in team._with_people()._key_account_managers():
                raise AccessError(
                    self.env._(
                        "The process manual of %s is issued by a manager of that team,"
                        " or a director.",
                        team.name,
                    )
                )


class KeyAccountProcessManual(models.AbstractModel):
    _inherit = "key.account.process.manual"

    @api.model
    def _printed_of_team(self, team):
        """The manual of a team with what only its print has: the head of a controlled
        document, and a sheet for each post."""
        company = team.company_id or self.env.company
        return {
            **self._of_team(team),
            "head": self.env["key.account.manual.issue"]._head_of(team),
            "posts": self.env["key.account.post"]._described(company),
        }

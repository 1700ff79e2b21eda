"""Accounts change hands: somebody leaves, or is away for some time."""

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..models.shared.label import field_label, labelled, listed
from ..models.shared.working_time import today_of
from ..rules.evidence import said

# What is counted in the preview, by the field that shows it.
_COUNTED = {
    "crm.lead": "opportunity_count",
    "key.account.visit": "visit_count",
    "key.account.plan": "plan_count",
    "key.account.plan.action": "plan_action_count",
    "key.account.stakeholder": "stakeholder_count",
    "key.account.obstacle": "obstacle_count",
    "key.account.risk": "risk_count",
    "key.account.sample": "sample_count",
    "key.account.feedback": "feedback_count",
    "mail.activity": "activity_count",
    "key.account.market": "market_count",
    "key.account.canvass": "canvass_count",
}


class KeyAccountHandover(models.TransientModel):
    """Gives accounts of one person to another, with what is still to be done on them.

    What is done, signed or evidence stays with whom it was: closed opportunities,
    quotations and orders, visits that were held or whose day is over, approved plans,
    reviews, requirements' wording, the history. Where somebody is away, nothing moves:
    the other is on the account teams for that time, with the next steps of whom they
    stand in for.

    Everything is done with the rights of the manager who hands over, all or nothing.
    """

    _name = "key.account.handover"
    _description = "Change of Hands"
    _inherit = ["key.account.look"]
    _under = frozenset(("key_account_ids",))

    kind = fields.Selection(
        [("leaves", "Hand over"), ("away", "Stand in for a time")],
        required=True,
        default="leaves",
    )
    from_user_id = fields.Many2one(
        "res.users",
        string="From",
        required=True,
        default=lambda self: self._default_accounts().user_id[:1],
        context={"active_test": False},
    )
    to_user_id = fields.Many2one(
        "res.users", string="To", domain="[('share', '=', False)]"
    )
    date_from = fields.Date(string="First day", default=fields.Date.context_today)
    date_to = fields.Date(string="Last day")
    key_account_ids = fields.Many2many(
        "key.account",
        string="Accounts",
        compute="_compute_key_account_ids",
        # Only what whoever opens it may read.
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('user_id', '=', from_user_id)]",
    )
    reason = fields.Char(help="Stands in the history and the notes of the accounts.")
    opportunity_count = fields.Integer(
        string="Open opportunities", compute="_compute_counts"
    )
    visit_count = fields.Integer(string="Visits ahead", compute="_compute_counts")
    plan_count = fields.Integer(string="Plans in draft", compute="_compute_counts")
    plan_action_count = fields.Integer(
        string="Actions in these plans", compute="_compute_counts"
    )
    stakeholder_count = fields.Integer(
        string="Relationships", compute="_compute_counts"
    )
    obstacle_count = fields.Integer(string="Open obstacles", compute="_compute_counts")
    risk_count = fields.Integer(string="Open risks", compute="_compute_counts")
    sample_count = fields.Integer(string="Running samples", compute="_compute_counts")
    feedback_count = fields.Integer(string="Open feedback", compute="_compute_counts")
    activity_count = fields.Integer(string="Open activities", compute="_compute_counts")

    # ---------------------------------------- compute

    @api.model
    def _default_accounts(self):
        if self.env.context.get("active_model") != "key.account":
            return self.env["key.account"]
        chosen = self.env["key.account"].browse(self.env.context.get("active_ids"))
        return chosen._filtered_access("read")

    @api.depends("from_user_id")
    def _compute_key_account_ids(self):
        """Those that were chosen in the list, of this person; else all of theirs."""
        chosen = self._default_accounts()
        for handover in self:
            person = handover.from_user_id
            accounts = chosen.filtered(lambda a, p=person: a.user_id == p)
            if not accounts and person:
                accounts = accounts.search([("user_id", "=", person._origin.id)])
            handover.key_account_ids = accounts._managed_by_user()

    @api.depends("from_user_id", "key_account_ids")
    def _compute_counts(self):
        for handover in self:
            for model, domain in handover._moving().items():
                handover[_COUNTED[model]] = self.env[model].search_count(domain)

    # ---------------------------------------- actions

    def action_hand_over(self):
        self.ensure_one()
        # What the refusal names is read before anything is written.
        self._assert_may_hand_over()
        self._assert_may_take_over()
        with self.env.cr.savepoint():
            if self.kind == "away":
                self._assert_days()
                self.key_account_ids._stand_in(
                    self.to_user_id, self.date_from, self.date_to
                )
                self._note_on_accounts()
            else:
                self._hand_over()
            self._tell_who_takes_over()
        return {"type": "ir.actions.act_window_close"}

    # ---------------------------------------- what moves

    def _moving(self):
        """``{model: domain}`` of what moves with the accounts, in the order in which it
        does."""
        accounts = self.key_account_ids._origin.ids
        theirs = Domain("key_account_id", "in", accounts)
        theirs &= Domain("user_id", "=", self.from_user_id._origin.id)
        ahead = Domain("state", "in", ("planned", "confirmed"))
        draft = Domain("state", "=", "draft")
        open_ = Domain("state", "=", "open")
        moving = {
            "crm.lead": theirs & Domain("won_status", "=", "pending"),
            "key.account.visit": theirs
            & ahead
            # What is due already counts for whoever was to make it.
            & Domain("date_end", ">=", fields.Datetime.now()),
            "key.account.plan": theirs & draft,
            "key.account.plan.action": theirs
            & Domain("plan_id.state", "=", "draft")
            & Domain("state", "=", "todo"),
            "key.account.stakeholder": theirs,
            "key.account.obstacle": theirs & open_,
            "key.account.risk": theirs & open_,
            "key.account.sample": theirs
            & Domain("state", "not in", ("judged", "cancelled")),
            "key.account.feedback": theirs
            & Domain("state", "not in", ("resolved", "cancelled")),
        }
        return {**moving, "mail.activity": self._moving_activities(accounts, moving)}

    def _moving_activities(self, accounts, moving):
        """Of what is to be done on the accounts, their open opportunities and plans,
        and on what moves."""
        kept = Domain("key_account_id", "in", accounts)
        documents = {
            "key.account": Domain("id", "in", accounts),
            "crm.lead": kept & Domain("won_status", "=", "pending"),
            "key.account.plan": kept & Domain("state", "!=", "closed"),
            "key.account.visit": moving["key.account.visit"],
            "key.account.sample": moving["key.account.sample"],
            "key.account.feedback": moving["key.account.feedback"],
        }
        on = Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", self.env[model].search(domain).ids)
            for model, domain in documents.items()
        )
        return on & Domain("user_id", "=", self.from_user_id._origin.id)

    def _hand_over(self):
        """Accounts first: by them the new person may open the rest."""
        person = self.to_user_id
        found = self._moving().items()
        moving = {model: self.env[model].search(domain) for model, domain in found}
        self._assert_all_seen(moving)
        # One message tells whoever takes over, not one for each record.
        quiet = {"mail_auto_subscribe_no_notify": True}
        quiet["mail_activity_quick_update"] = True
        accounts = self.key_account_ids.with_context(**quiet)
        accounts._on_occasion(reason=self.reason).write({"user_id": person.id})
        for records in moving.values():
            self._give(records.with_context(**quiet), person)
        self._assert_opened(moving)
        self._note_on_accounts(moving)

    def _give(self, records, person):
        """Hook: what it means that records of a model are somebody else's."""
        if records._name == "crm.lead":
            # Odoo would choose the team anew.
            for team, leads in records.grouped("team_id").items():
                leads.write({"user_id": person.id, "team_id": team.id})
        else:
            # What the process asks of somebody is given on by nobody else.
            asked = records._name == "mail.activity"
            (records.sudo() if asked else records).write({"user_id": person.id})

    # ---------------------------------------- who may

    def _assert_may_hand_over(self):
        accounts = self.key_account_ids
        if not accounts and not self._hands_over_more():
            raise UserError(
                self.env._("Choose the accounts that %s hands over.", self._from_name())
            )
        accounts.check_access("write")
        if foreign := accounts - accounts._managed_by_user():
            raise AccessError(
                self.env._(
                    "Accounts are handed over by the manager of their team. Ask the"
                    " manager of: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )
        if others := accounts.filtered(lambda a: a.user_id != self.from_user_id):
            raise UserError(
                self.env._(
                    "These accounts are not, or no longer, with %(person)s:"
                    " %(accounts)s. Take them off the list.",
                    person=self._from_name(),
                    accounts=listed(self.env, others.mapped("display_name")),
                )
            )

    def _hands_over_more(self):
        """Hook: whether there is anything beside accounts."""
        return False

    def _companies(self):
        """Hook: those of what is handed over."""
        return self.key_account_ids.company_id

    def _assert_may_take_over(self):
        """Whoever takes over can open everything: all that is in the way, in one
        error."""
        person = self.to_user_id.sudo()
        if not person:
            raise UserError(self.env._("Choose who takes over."))
        problems = person._key_account_unfit(self._companies())
        if person == self.from_user_id:
            problems.insert(0, self.env._("has these accounts already"))
        if problems:
            raise UserError(
                self.env._(
                    "%(person)s cannot take over:\n%(problems)s\nChoose somebody else,"
                    " or have this set right under Settings / Users first.",
                    person=person.name,
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )

    def _assert_days(self):
        if not self.date_from or not self.date_to or self.date_to < self.date_from:
            raise UserError(
                self.env._(
                    "Say from which day to which day %s is away.", self._from_name()
                )
            )
        if self.date_to < max(map(today_of, self.key_account_ids)):
            raise UserError(
                self.env._(
                    "%(day)s is over, so nobody can stand in until then. Correct the"
                    " last day.",
                    day=format_date(self.env, self.date_to),
                )
            )

    def _assert_all_seen(self, moving):
        """Nothing is left behind unseen, and nothing moves that the manager may not
        change."""
        hidden = []
        # Only counted with full rights, never named.
        domains = self.sudo()._moving()
        for model, records in moving.items():
            count = self.env[model].sudo().search_count(domains[model])
            if (missing := count - len(records._filtered_access("write"))) > 0:
                label = field_label(self, _COUNTED[model])
                hidden.append(f"- {labelled(self.env, label, missing)}")
        if hidden:
            raise AccessError(
                self.env._(
                    "You may not change all that belongs to these accounts:\n"
                    "%(what)s\nHand over fewer accounts, or ask a director.",
                    what="\n".join(hidden),
                )
            )

    def _assert_opened(self, moving):
        """The net: whatever the rules of this database are, who takes over opens it."""
        self.env.flush_all()
        closed = [
            each.display_name
            for records in (self.key_account_ids, *moving.values())
            for each in self._closed_to_person(records)
        ]
        if closed:
            raise UserError(
                self.env._(
                    "%(person)s could not open: %(records)s. Nothing was handed over.",
                    person=self.to_user_id.name,
                    records=listed(self.env, closed),
                )
            )

    def _closed_to_person(self, records):
        person = self.to_user_id
        reader = records.with_user(person)
        reader = reader.with_context(allowed_company_ids=person.sudo().company_ids.ids)
        return records - reader._filtered_access("read").with_env(records.env)

    # ---------------------------------------- words

    def _from_name(self):
        return self.from_user_id.sudo().name or self.env._("nobody")

    def _note_on_accounts(self, moving=None):
        """What was handed over stands on each account, in one batch."""
        words = {
            "old": self._from_name(),
            "new": self.to_user_id.name,
            "reason": said(self.reason) or "",
        }
        if self.kind == "away":
            first = self.env._(
                "%(new)s stands in for %(old)s from %(date_from)s to %(date_to)s."
                " %(reason)s",
                date_from=format_date(self.env, self.date_from),
                date_to=format_date(self.env, self.date_to),
                **words,
            )
        else:
            first = self.env._(
                "Handed over from %(old)s to %(new)s. %(reason)s", **words
            )
        counts = self._counts_by_account(moving or {})
        bodies = {}
        for account in self.key_account_ids:
            lines = [first.strip(), *counts.get(account.id, ())]
            bodies[account.id] = Markup("<br/>").join(map(escape, lines))
        self.key_account_ids._message_log_batch(bodies)

    def _counts_by_account(self, moving):
        """``{account id: lines such as "Open opportunities: 2"}``"""
        counts = {}
        for model, records in moving.items():
            if "key_account_id" not in records._fields:
                continue
            label = field_label(self, _COUNTED[model])
            for account, theirs in records.grouped("key_account_id").items():
                line = labelled(self.env, label, len(theirs))
                counts.setdefault(account.id, []).append(line)
        return counts

    def _handed_names(self):
        """Hook: what the message to whoever takes over names."""
        return self.key_account_ids.mapped("display_name")

    def _tell_who_takes_over(self):
        person = self.to_user_id
        if person == self.env.user:
            return
        reader = self.with_context(lang=person.lang or self.env.lang)
        names = listed(reader.env, reader._handed_names())
        words = {"old": self._from_name(), "accounts": names}
        if self.kind == "away":
            body = reader.env._(
                "You stand in for %(old)s from %(date_from)s to %(date_to)s:"
                " %(accounts)s. Their next steps are on My Day.",
                date_from=format_date(reader.env, self.date_from),
                date_to=format_date(reader.env, self.date_to),
                **words,
            )
        else:
            body = reader.env._(
                "%(old)s handed over to you: %(accounts)s. What is to be done next is"
                " on My Day.",
                **words,
            )
        self.env["mail.thread"].message_notify(
            partner_ids=person.partner_id.ids,
            subject=reader.env._("Change of hands"),
            body=body,
        )

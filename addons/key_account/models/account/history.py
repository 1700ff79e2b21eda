"""What an account has been through: every change is noted, its terms are read."""

from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import account_terms
from ...rules.evidence import said
from ..shared.label import listed
from ..shared.working_time import today_of
from .event import PAIRS

# Kind of an event: the field of the account that changes.
_FOLLOWED = {"state": "state", "owner": "user_id", "team": "team_id", "grade": "grade"}
# What the terms are read from.
_TELLING = ("opened", "initial", "state", "signed", "interest", "merged")


class Occasion(NamedTuple):
    """When and why that happens which the process is about to write to these accounts
    (ids), and to no other that is written on the way. RPC carries no instance of this
    class, so nobody else dates a change."""

    day: date | None = None
    reason: str | None = None
    account_ids: tuple = ()


class Came(NamedTuple):
    """On which day a file came into a state, and whether only because another one was
    merged into it."""

    file_id: int
    day: date
    by_merger: bool


class KeyAccount(models.Model):
    _inherit = "key.account"

    event_ids = fields.One2many(
        "key.account.event", "key_account_id", string="History", copy=False
    )

    def _on_occasion(self, day=None, reason=None):
        """These accounts, whose changes are noted with this day (default: the day on
        which they are written) and this reason."""
        day, reason = fields.Date.to_date(day), said(reason) or None
        occasion = Occasion(day, reason, self._ids)
        return self.with_context(key_account_occasion=occasion)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._note(
            "opened",
            [
                {pair[1]: account._noted(name) for name, pair in PAIRS.items()}
                for account in accounts
            ],
        )
        return accounts

    def write(self, vals):
        followed = {kind: name for kind, name in _FOLLOWED.items() if name in vals}
        if not followed:
            return super().write(vals)
        before = {
            kind: [account._noted(name) for account in self]
            for kind, name in followed.items()
        }
        result = super().write(vals)
        for kind, name in followed.items():
            old, new = PAIRS[name]
            changes = {
                account.id: {old: value, new: account._noted(name)}
                for account, value in zip(self, before[kind], strict=True)
                if account._noted(name) != value
            }
            self.browse(changes)._note(kind, list(changes.values()))
        return result

    def _is_used(self):
        # Terms, changes of hands: what is to be told later is not deleted.
        events = self.env["key.account.event"].sudo()
        told = Domain("key_account_id", "in", self.ids) & Domain("kind", "!=", "opened")
        return super()._is_used() or bool(events.search_count(told, limit=1))

    def _noted(self, name):
        """What an event says of this field; with full rights: whoever changes one may
        lose sight of the account by it."""
        value = self.sudo()[name]
        return value.id if self._fields[name].type == "many2one" else value

    def _note(self, kind, changes):
        """Record that this happened to these accounts, one row each."""
        occasion = self.env.context.get("key_account_occasion")
        if not isinstance(occasion, Occasion):
            occasion = Occasion()
        meant = set(occasion.account_ids)
        events = self.env["key.account.event"]._record(
            [
                {
                    "key_account_id": account.id,
                    "kind": kind,
                    "date": (account.id in meant and occasion.day)
                    or today_of(account.sudo()),
                    "reason": occasion.reason if account.id in meant else None,
                    "user_id": self.env.uid,
                    **change,
                }
                for account, change in zip(self, changes, strict=True)
            ]
        )
        if kind in _TELLING:
            self._read_history()
        return events

    # ---------------------------------------- what it tells

    def _read_history(self):
        """Keep what the history says: since when they are customers, and since when no
        more. Why they ended is said of those only that have ended."""
        told = self._told_changes()
        for account in self.sudo():
            changes = told.get(account.id, ())
            kept = {
                "won_date": account_terms.won_on(changes),
                "lost_date": account_terms.lost_on(changes),
                "interested_on": account_terms.interested_on(changes),
            }
            if not kept["lost_date"]:
                kept["lost_reason"] = False
            kept = {
                name: value or False
                for name, value in kept.items()
                if account[name] != (value or False)
            }
            account._set_kept(kept)

    def _told_changes(self):
        """``{account id: changes in the order in which they were entered}``; one
        query."""
        # When a customer was one does not hang on who asks.
        events = self.env["key.account.event"].sudo()
        events = events.search_fetch(
            Domain("key_account_id", "in", self.ids) & Domain("kind", "in", _TELLING),
            ["key_account_id", "kind", "date", "new_state"],
            order="id",
        )
        told = {}
        for event in events:
            # A file that was opened without a state, or loaded without, tells none.
            state = event.new_state or event.kind
            if state not in ("opened", "initial"):
                changes = told.setdefault(event.key_account_id.id, [])
                changes.append(account_terms.Change(event.date, state))
        return told

    def _terms(self):
        """``{account: its terms}``, those of files that were merged into it included; a
        file that was merged away has none of its own. Two queries, however many."""
        files = self._files()
        told = self.browse(
            [id_ for ids in files.values() for id_ in ids]
        )._told_changes()
        return {
            account: account_terms.united(
                account_terms.terms(told.get(id_, ())) for id_ in files[account.id]
            )
            for account in self
        }

    def _opened_by(self, day):
        """Those of these accounts whose file was there on this day; one query."""
        # As above.
        groups = (
            self.env["key.account.event"]
            .sudo()
            ._read_group(
                Domain("key_account_id", "in", self.ids)
                # A first order taken over from a file merged into it is older.
                & Domain("kind", "in", ("opened", "initial"))
                & Domain("date", "<=", day),
                ["key_account_id"],
            )
        )
        return self.browse(account.id for (account,) in groups)

    def _states_on(self, day):
        """``{account: its state on this day}`` (False before it had one); one query."""
        told = self._told_changes()
        return {
            account: account_terms.state_on(told.get(account.id, ()), day) or False
            for account in self
        }

    def _owners_on(self, day):
        """``{account: its specialist on this day}``; one query."""
        return self._held_on(day, "user_id", ("opened", "initial", "owner"))

    def _held_on(self, day, name, kinds):
        """``{account: what this field was on this day}``, by what was entered last."""
        new = PAIRS[name][1]
        events = self.env["key.account.event"].sudo()
        events = events.search_fetch(
            Domain("key_account_id", "in", self.ids)
            & Domain("kind", "in", kinds)
            & Domain("date", "<=", day),
            ["key_account_id", "kind", new],
            order="id",
        )
        held = dict.fromkeys(self, self.browse()[name])
        for event in events:
            if event[new] or event.kind != "initial":
                held[event.key_account_id] = event[new]
        return held

    def _came_into(self, states, kinds):
        """``{account id: [Came]}``: when these customers came into one of these states,
        in the order in which it was entered, in all of their files; one query.

        That a file goes on from how far another one had come is noted like any change,
        right after the merger, but is none of the customer's.
        """
        files = self._with_merged()
        self.env["key.account.event"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, file_id, date, by_merger
                  FROM (
                    SELECT event.id, event.date, event.kind, event.new_state,
                           file.account_id, file.id AS file_id,
                           COALESCE(LAG(event.kind) OVER told = 'merged'
                                    AND LAG(event.create_date) OVER told
                                        = event.create_date, FALSE) AS by_merger
                      FROM unnest(%s::int[], %s::int[]) AS file (id, account_id)
                      JOIN key_account_event event ON event.key_account_id = file.id
                    WINDOW told AS (PARTITION BY file.account_id ORDER BY event.id)
                  ) event
                 WHERE new_state = ANY(%s) AND kind = ANY(%s)
              ORDER BY id
                """,
                list(files),
                list(files.values()),
                list(states),
                list(kinds),
            )
        )
        found = {id_: [] for id_ in self.ids}
        for account_id, *came in rows:
            found[account_id].append(Came(*came))
        return found

    def _files(self):
        """``{account id: ids of all files of this customer}``: it, and what was merged
        into it, through whatever file; nothing for a file that was merged away."""
        self.env["key.account"].flush_model(["merged_into_id"])
        self.env.cr.execute(
            """
            WITH RECURSIVE file AS (
                SELECT id AS account_id, id
                  FROM key_account
                 WHERE id = ANY(%s) AND merged_into_id IS NULL
                 UNION
                SELECT file.account_id, merged.id
                  FROM file
                  JOIN key_account AS merged ON merged.merged_into_id = file.id
            )
            SELECT account_id, array_agg(id ORDER BY id) FROM file GROUP BY account_id
            """,
            [self.ids],
        )
        return {**dict.fromkeys(self.ids, ()), **dict(self.env.cr.fetchall())}

    # ---------------------------------------- actions

    def action_view_history(self):
        """The history of this customer: of all files kept of them."""
        self.ensure_one()
        self.check_access("read")
        action = self._action_of_account("key.account.event", self.env._("History"))
        files = self._files()[self.id] or self.ids
        action["domain"] = [("key_account_id", "in", list(files))]
        return action


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_told_of(self):
        # Whether a team stands in a history does not hang on who may read the account.
        events = self.env["key.account.event"].sudo()
        told = Domain("old_team_id", "in", self.ids)
        told |= Domain("new_team_id", "in", self.ids)
        found = events.search_fetch(told, ["old_team_id", "new_team_id"])
        if teams := self & (found.old_team_id | found.new_team_id):
            raise UserError(
                self.env._(
                    "Accounts were with these teams, as their history says, so they"
                    " cannot be deleted: %(teams)s. Archive them instead.",
                    teams=listed(self.env, teams.mapped("display_name")),
                )
            )

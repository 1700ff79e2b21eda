"""From candidate to customer, and the end: what an account becomes, and why."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules import account_state
from ...rules.evidence import said
from ..shared.label import listed, noted, selection_labels
from ..shared.working_time import assert_has_come, today_of

# What whoever opens a file may say of it.
_OPENED_AS = ("candidate", "trial")


class KeyAccount(models.Model):
    _inherit = "key.account"

    _kept = frozenset(("won_date",))

    won_date = fields.Date(string="Signed customer since", readonly=True, copy=False)
    lost_date = fields.Date("Lost date", readonly=True, copy=False, tracking=True)
    lost_reason = fields.Char(
        string="Reason of the end",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the customer was lost, or their development ended.",
    )

    @api.constrains("state", "lost_date", "lost_reason")
    def _check_loss_explained(self):
        for account in self:
            if account.state == "lost" and not (
                account.lost_date and account.lost_reason
            ):
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot be marked as lost without a reason and a"
                        " date. Use the button Lost and give both.",
                        account=account.display_name,
                    )
                )
            if account.state == "dropped" and not account.lost_reason:
                raise ValidationError(
                    self.env._(
                        "The development of %(account)s cannot be ended without a"
                        " reason. Use the button Drop and give it.",
                        account=account.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_may_open(vals_list)
        return super().create(vals_list)

    # ---------------------------------------- actions

    def action_activate(self):
        self.write({"state": "active"})

    def action_mark_dormant(self):
        self.write({"state": "dormant"})

    def action_reopen(self):
        self.write({"state": "candidate"})

    def action_lose(self, reason, date=None):
        """Customers leave: with a reason and the day on which they did."""
        self.check_access("write")
        self._assert_may_write({"state": "lost"})
        self._end("lost", reason, date)

    def action_drop(self, reason):
        """The development of candidates ends; no customer, so nothing is lost."""
        self.check_access("write")
        self._assert_may_write({"state": "dropped"})
        self._end("dropped", reason)

    # ---------------------------------------- business

    def _set_won(self, date):
        """A signed order makes customers, unless on trial: passing it does.

        With full rights: whoever confirms the order need not be allowed this.
        """
        for account in self.sudo():
            state = account_state.after_signature(account.state)
            # Most orders are not the first: a write would measure all open quotations
            # anew.
            occasion = account._on_occasion(date)
            if account.state != state:
                occasion._write_kept({"state": state})
            if not account.won_date:
                occasion._note("signed", [{}])

    def _drop(self, reason):
        """A ruling ends the development of the candidates; customers stay."""
        candidates = self.filtered(lambda a: a.state == "candidate")
        candidates._end("dropped", reason)

    def _end(self, state, reason, date=None):
        """Why and since when is written down together with the end, and only then."""
        date = fields.Date.to_date(date) or today_of(self)
        assert_has_come(self, date)
        self._on_occasion(date, reason)._write_kept(
            {"state": state, "lost_reason": said(reason), "lost_date": date}
        )

    def _assert_may_become(self, state):
        labels = selection_labels(self, "state")
        stuck = self.filtered(lambda a: not account_state.may_become(a.state, state))
        if stuck:
            raise UserError(
                self.env._(
                    "These accounts cannot become “%(state)s”: %(accounts)s. Only a"
                    " candidate can be dropped; only customers, or who is on trial,"
                    " can be lost or dormant.",
                    state=labels.get(state, state),
                    accounts=listed(
                        self.env,
                        (
                            noted(self.env, account.display_name, labels[account.state])
                            for account in stuck
                        ),
                    ),
                )
            )
        moved = self.filtered(lambda a: account_state.takes_manager(a.state, state))
        if foreign := moved - moved._managed_by_user():
            raise AccessError(
                self.env._(
                    "Whether an account becomes “%(state)s” is decided by the manager"
                    " of its team. Ask the manager of: %(accounts)s.",
                    state=labels.get(state, state),
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )

    @api.model
    def _assert_may_open(self, vals_list):
        """A file is opened for a candidate, who may be on trial at once; who is a
        customer already, the manager of the team says."""
        if self._is_by_process(("state",)) or self.env.user._is_superuser():
            return
        said_ = [v for v in vals_list if v.get("state") not in (None, *_OPENED_AS)]
        default = self.default_get(["team_id"]).get("team_id") if said_ else None
        teams = self.env["crm.team"].sudo()
        for vals in said_:
            team = teams.browse(vals.get("team_id", default) or [])
            if not team._is_managed_by(self.env.user, everywhere=True):
                raise AccessError(
                    self.env._(
                        "A file is opened for a candidate. Only the manager of its"
                        " team can say that they are a customer already: ask the"
                        " manager, or leave the status out."
                    )
                )

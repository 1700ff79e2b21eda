"""What figures count of a visit: that it was planned, whose it is, when it was."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KeyAccountVisit(models.Model):
    """Who is measured by visits does not make their figures look better by taking away
    what was planned, by a colleague's name, or by other hours afterwards."""

    _inherit = "key.account.visit"
    # Nobody says so of their own visits: it decides on how their figures look.
    _kept = frozenset(("unplanned", "cancelled_by_customer"))

    unplanned = fields.Boolean(
        readonly=True,
        copy=False,
        help="Entered when it had begun already: counted beside the visit"
        " plan, not in it.",
    )
    cancelled_by_customer = fields.Boolean(
        "Cancelled by customer",
        readonly=True,
        copy=False,
        help="The customer called it off, and we know why: left out of"
        " the visit plan completion.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._assert_may_plan_for(vals_list)
        visits = super().create(vals_list)
        now = fields.Datetime.now()
        begun = visits.filtered(lambda visit: visit.date_start <= now)
        begun._write_kept({"unplanned": True})
        return visits

    def _assert_writable(self, vals):
        res = super()._assert_writable(vals)
        if vals.get("user_id") and not self.env.su:
            self._assert_may_hand_over(vals["user_id"])
        self._assert_held_day_stands(vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_only_slips(self):
        """What was entered by mistake can be deleted on that day, before it counts."""
        kept = self.filtered(lambda visit: not visit._is_slip())
        if kept:
            raise UserError(
                self.env._(
                    "%s cannot be deleted: what was planned is counted. Cancel visits"
                    " that will not take place; a mistake can be deleted on the day on"
                    " which it was entered.",
                    kept._label_with_state(),
                )
            )

    # ------------------------------------------------------------
    # WHAT STANDS
    # ------------------------------------------------------------

    def _is_slip(self):
        self.ensure_one()
        entered, planned = self.create_date, self.date_original
        today = self.company_id._key_account_today()
        return (
            self.state == "planned"
            and self.company_id._key_account_day(entered) == today
            # Not due yet, or entered when it had begun, which is no plan.
            and (planned > fields.Datetime.now() or planned <= entered)
        )

    def _assert_held_day_stands(self, vals):
        """Hours are corrected on the day on which it was entered as held."""
        names = {"held_start", "held_end"}.intersection(vals)
        for visit in self if names else ():
            if visit.state != "held":
                continue
            day = visit.company_id._key_account_day
            for name in names:
                moment = fields.Datetime.to_datetime(vals[name])
                if visit[name] and (not moment or day(moment) != day(visit[name])):
                    raise UserError(
                        self.env._(
                            "%(visit)s: the day on which it took place stands. Correct"
                            " the hours on that day, or report it as it is and say in"
                            " the summary what was different.",
                            visit=visit._label_with_state(),
                        )
                    )

    # ------------------------------------------------------------
    # WHOSE IT IS
    # ------------------------------------------------------------

    @api.model
    def _assert_may_plan_for(self, vals_list):
        """Visits are counted for whoever is responsible: everybody plans their own."""
        defaults = self.default_get(["user_id", "key_account_id"])
        accounts = self.env["key.account"]
        for vals in vals_list:
            said = {**defaults, **vals}
            account = accounts.browse(
                self._to_id("key_account_id", said.get("key_account_id"))
            )
            user_id = self._to_id("user_id", said.get("user_id"))
            self._assert_responsible(account, user_id)

    def _assert_may_hand_over(self, user_id):
        """One's own visit goes to whoever may take it; a colleague's is handed over by
        those who keep the schedules of the team."""
        user_id = self._to_id("user_id", user_id)
        for visit in self.filtered(lambda visit: visit.user_id.id != user_id):
            account = visit.key_account_id
            # What is due already counts for whoever was to make it.
            open_to_user = (
                visit.user_id == self.env.user
                and visit.date_original > fields.Datetime.now()
                and visit.state in ("planned", "confirmed")
            )
            if not (open_to_user or account._scheduled_by_user()):
                self._refuse_responsible(visit.user_id)
            self._assert_responsible(account, user_id)

    @api.model
    def _assert_responsible(self, account, user_id):
        if not user_id or user_id == self.env.uid or account._scheduled_by_user():
            return
        user = self.env["res.users"].browse(user_id)
        if user not in account._schedulers():
            self._refuse_responsible(user)

    def _refuse_responsible(self, user):
        raise AccessError(
            self.env._(
                "A visit is planned by whoever is responsible for it. For %(person)s"
                " it is planned, or handed over, by the manager or the sales support of"
                " the team; name colleagues as participants.",
                person=user.sudo().name,
            )
        )


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _schedulers(self):
        """Who keeps the schedules of an account's team, or stands above it."""
        # Whose part it is does not hang on who may read the team.
        account = self.sudo()
        team = account.team_id
        return (
            team._key_account_managers()
            | team.key_account_support_ids
            | account.sponsor_id
        ).with_env(self.env)

    def _scheduled_by_user(self):
        """Whether the user plans visits for others on this account."""
        team = self.sudo().team_id
        user = self.env.user
        return user in team.key_account_support_ids or team._is_managed_by(
            user, everywhere=True
        )

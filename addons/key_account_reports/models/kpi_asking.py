"""A sheet goes to its appraisers, and comes back."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.key_account.models.shared.label import listed

from ..rules import judgement as rules

_ACTIVITY = "key_account_reports.mail_activity_appraisal"
# Who is judged, and of what time: what was said of one person says nothing of another.
_ABOUT = frozenset("subject user_id team_id company_id period date".split())


class KeyAccountKpiSheet(models.Model):
    _inherit = "key.account.kpi.sheet"
    _kept = frozenset(("appraiser_ids", "judgement_ids"))

    appraiser_ids = fields.One2many(
        "key.account.kpi.sheet.appraiser",
        "sheet_id",
        string="Appraisers",
        domain=[("role", "!=", rules.SELF)],
        readonly=True,
    )
    judgement_ids = fields.One2many(
        "key.account.kpi.judgement",
        "sheet_id",
        string="Judgements",
        domain=[("role", "!=", rules.SELF)],
        readonly=True,
    )
    self_judgement_ids = fields.One2many(
        "key.account.kpi.judgement",
        "sheet_id",
        string="Self-assessment by KPI",
        domain=[("role", "=", rules.SELF)],
    )
    missing_reason = fields.Text(
        string="Why without them",
        copy=False,
        tracking=True,
        help="Why a director or an appraiser goes on, though not all appraisers have"
        " given their appraisal.",
    )
    was_appraised = fields.Boolean(
        string="Was read by others",
        readonly=True,
        copy=False,
        help="Others could read what was judged; it may have been asked for anew"
        " since.",
    )
    is_judged = fields.Boolean(compute="_compute_turns")
    is_missing = fields.Boolean(compute="_compute_turns")
    is_my_turn = fields.Boolean(compute="_compute_turns")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("line_ids.kind", "appraiser_ids.given_on", "appraiser_ids.user_id")
    @api.depends_context("uid")
    def _compute_turns(self):
        for sheet in self:
            sheet.is_judged = bool(sheet._judged_lines())
            missing = sheet._missing()
            sheet.is_missing = bool(missing)
            sheet.is_my_turn = self.env.user in missing.user_id

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if not _ABOUT.isdisjoint(vals):
            # Nobody deletes them by hand.
            self.sudo()._seats().unlink()
            self._set_kept({"was_appraised": False})
        return result

    @api.model
    def _words(self):
        return super()._words() | {"self_judgement_ids", "missing_reason"}

    def _assert_may_write(self, vals):
        result = super()._assert_may_write(vals)
        if "missing_reason" in vals:
            for sheet in self:
                sheet._assert_state("appraisal")
                sheet._assert_may_go_on()
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_ask_appraisers(self):
        """Hand the sheet to its appraisers: the person who has said what they have to
        say, or whoever appraises them."""
        for sheet in self:
            sheet._assert_state("self_assessment")
            if not (sheet._is_self() or sheet.may_appraise):
                sheet._refuse_appraisal()
            sheet._seat_appraisers()
        self._move_to("appraisal")
        return True

    def action_appraise(self):
        for sheet in self:
            if sheet.state == "appraisal" and (missing := sheet._missing()):
                sheet._assert_may_do_without(missing)
        return super().action_appraise()

    def action_open_my_appraisal(self):
        """The user's own rows on this sheet."""
        self.ensure_one()
        seat = self.appraiser_ids.filtered(lambda seat: seat.user_id == self.env.user)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Appraisal"),
            "res_model": seat._name,
            "res_id": seat[:1].id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------
    # GUARDS
    # ------------------------------------------------------------

    def _assert_may_go_on(self):
        if not (self.may_confirm or self.env.su):
            raise AccessError(
                self.env._(
                    "%(sheet)s: only a director or an appraiser goes on without all"
                    " appraisers, and nobody for themselves.",
                    sheet=self.display_name,
                )
            )

    def _assert_may_do_without(self, missing):
        if self.missing_reason and self.may_confirm:
            return
        raise UserError(
            self.env._(
                "%(sheet)s: %(people)s have not given their appraisal yet. Remind them;"
                " or a director or an appraiser says why it goes on without them"
                " (“Why without them”).",
                sheet=self.display_name,
                people=listed(self.env, missing.user_id.mapped("name")),
            )
        )

    def _appraised_from(self):
        return "appraisal" if self._judged_lines() else super()._appraised_from()

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _judged_lines(self):
        return self.line_ids.filtered(lambda line: line.kpi_id.kind == "judged")

    def _seats(self):
        """Everybody who says something on these sheets, the person included."""
        return self.env["key.account.kpi.sheet.appraiser"].search(
            [("sheet_id", "in", self.ids)]
        )

    def _missing(self):
        """Whose turn it is."""
        return self.appraiser_ids.filtered(lambda seat: not seat.given_on)

    def _is_self(self):
        self.ensure_one()
        return self._self_person() == self.env.user

    def _self_person(self):
        """Who speaks for whom is measured: the person, or the leader of the team."""
        if self.subject == "team":
            return self.team_id._with_people().user_id.with_env(self.env)
        return self.user_id

    def _move_to(self, state, **vals):
        if state == "draft":
            vals["missing_reason"] = False
        if state == "appraised":
            vals["was_appraised"] = True
        res = super()._move_to(state, **vals)
        if state == "self_assessment":
            for sheet in self:
                sheet._seat_self()
        if state == "draft":
            self._take_back()
        if state != "appraisal":
            self._close_appraisal_activities()
        return res

    def _take_back(self):
        """What was given is no longer: everybody gives theirs anew."""
        # No single one of them may write the rows of the others.
        given = self.sudo()._seats().filtered("given_on")
        given._write_kept({"given_on": False})
        given.judgement_ids._write_kept({"given": False})

    def _seat_self(self):
        """A row for each KPI, in which the person says how they see it."""
        if person := self._self_person():
            self._seat(rules.Seat(rules.SELF, 0.0, person.id), self.line_ids)

    def _seat_appraisers(self):
        """A seat for each role of the set, with a row for each judged KPI; who is
        seated for it already stays, with what they judged before."""
        self.ensure_one()
        lines, excluded = self._judged_lines(), self._excluded()
        seats = rules.seats(self._roles(), excluded)
        if not seats:
            raise UserError(
                self.env._(
                    "%(sheet)s: nobody appraises it. Say in the KPI set (%(set)s) which"
                    " roles do, and give somebody the role.",
                    sheet=self.display_name,
                    set=self.set_id.name or self.env._("none"),
                )
            )
        # Nobody makes or deletes seats by hand.
        self.sudo().appraiser_ids.filtered(
            lambda seat: (
                (seat.role, seat.user_id.id)
                not in {(each.role, each.person) for each in seats}
            )
        ).unlink()
        for seat in seats:
            self._seat(seat, lines)
            self._ask(self.env["res.users"].browse(seat.person))

    def _seat(self, seat, lines):
        # The rows of others are made for them, and written by them alone.
        Seats = self.env["key.account.kpi.sheet.appraiser"].sudo()
        Rows = self.env["key.account.kpi.judgement"].sudo()
        found = Seats.search([("sheet_id", "=", self.id), ("role", "=", seat.role)])
        vals = {"weight": seat.weight, "asked_on": fields.Datetime.now()}
        if found:
            found._write_kept(vals)
        else:
            vals |= {"sheet_id": self.id, "role": seat.role, "user_id": seat.person}
            found = Seats._create_kept([vals])
        missing = lines - found.judgement_ids.line_id
        rows = [
            {"appraiser_id": found.id, "line_id": line.id, "sequence": line.sequence}
            for line in missing
        ]
        whole = seat.role != rules.SELF
        if whole and not found.judgement_ids.filtered(lambda row: not row.line_id):
            rows.append({"appraiser_id": found.id, "sequence": 9999})
        Rows._create_kept(rows)

    def _excluded(self):
        """Nobody appraises themselves, nor the team that they lead or manage."""
        people = self.user_id | self._self_person()
        if self.subject == "team":
            people |= self.team_id._with_people()._key_account_managers()
        return set(people.ids)

    def _roles(self):
        """(role, weight, those who have it, the first to be asked first)."""
        seated = {seat.role: seat.user_id.id for seat in self.sudo().appraiser_ids}
        roles = []
        for each in self.set_id.appraiser_ids:
            holders = self._role_holders(each.role).ids
            # Who was asked before goes on, then whom the set names.
            first = (seated.get(each.role), each.user_id.id)
            holders.sort(key=lambda id_, first=first: [id_ != who for who in first])
            roles.append((each.role, each.weight, holders))
        return roles

    def _role_holders(self, role):
        """Colleagues of the sheet's company who appraise in this role, those first who
        are asked first."""
        self.ensure_one()
        # Who has which role is not for everybody to read.
        team = self.team_id._with_people()
        if role in ("manager", "department"):
            people = team._key_account_managers()
            if role == "department" and team.user_id:
                people = team.user_id
            people = people.filtered(
                lambda user: user.has_group("key_account.group_manager")
            )
        else:
            group = "director" if role == "director" else "appraiser"
            people = self.env.ref(f"key_account.group_{group}").sudo().all_user_ids
            # Who runs the system has every right, and is asked last.
            people = people.sorted(lambda user: (user._is_admin(), user.id))
        return people.filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        ).with_env(self.env)

    # ------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------

    def _ask(self, user):
        reader = self.with_context(lang=user.sudo().lang)
        self.activity_schedule(
            _ACTIVITY,
            user_id=user.id,
            summary=reader.env._("Appraise %s", reader.display_name),
        )

    def _close_appraisal_activities(self, user=None):
        # Those of others, too.
        sheets = self.sudo()
        sheets.activity_unlink([_ACTIVITY], user_id=user and user.id)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _asking_types(self):
        return (
            *super()._asking_types(),
            _ACTIVITY,
            "key_account_reports.mail_activity_acknowledge",
            "key_account_reports.mail_activity_outcome",
        )

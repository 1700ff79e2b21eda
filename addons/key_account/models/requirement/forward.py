"""A ruling beyond the manager's own limits goes to the next level."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...rules import ruling as rules
from ...rules.authority import Measure
from ...rules.dimensions import Discount
from ..shared.label import listed, selection_labels
from ..shared.res_users import SALES

_ACTIVITY = "key_account.mail_activity_ruling"


class KeyAccountRuling(models.Model):
    _inherit = "key.account.ruling"

    forwarded_to_ids = fields.Many2many(
        "res.users",
        "key_account_ruling_forwarded_rel",
        "ruling_id",
        "user_id",
        string="Forwarded to",
        readonly=True,
    )
    level_id = fields.Many2one(
        "key.account.authority.level", ondelete="restrict", readonly=True
    )
    wanted = fields.Json(
        string="Authority wanted",
        readonly=True,
        help="What whoever forwarded it would grant, by dimension.",
    )
    can_rule = fields.Boolean(compute="_compute_can_rule")

    @api.depends_context("uid")
    def _compute_can_rule(self):
        # Whoever is asked may not see the opportunity itself.
        for event in self:
            lead = event.sudo().opportunity_id
            request = lead._open_request()
            open_now = request and event.id >= request.id
            event.can_rule = bool(open_now) and lead._may_rule(request)

    def action_rule(self):
        """Rule from here: whoever is asked may not see the opportunity itself."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().opportunity_id._get_ruling_action(rules_now=True)


class CrmLead(models.Model):
    """Who rules, and where a request goes on: asked of opportunities read with full
    rights, as managing the team is what entitles to a ruling."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # WHO RULES
    # ------------------------------------------------------------

    def _last_forward(self, request):
        """How the open request went on to the next level; nothing when it did not."""
        forwards = self._rulings(("event", "=", "forward"), ("id", ">", request.id))
        return forwards.sorted("id")[-1:]

    def _forwarded_to(self, request):
        """The people the open request was forwarded to; nobody when it was not."""
        return self._last_forward(request).forwarded_to_ids

    def _wanted_by_forwarder(self, request):
        """What whoever forwarded it would grant, as grants to propose."""
        forward = request and self._last_forward(request)
        wanted = (forward.wanted or {}).items() if forward else ()
        return [{"dimension": name, "value": value} for name, value in wanted]

    def _own_to(self):
        """Also of whoever worded what the customer asks for."""
        live = self.requirement_ids.filtered(lambda line: line.state != "dropped")
        return super()._own_to() | live.author_id

    def _not_to_rule(self, request):
        """Whose request it is: who asked, sold the deal or worded what is asked for, at
        that time or now."""
        return request.user_id | request.involved_user_ids | self._own_to()

    def _rulers(self, request):
        """Who may rule on this request now."""
        self.ensure_one()
        own = self._not_to_rule(request)
        forwarded = self._forwarded_to(request)
        if forwarded:
            return forwarded - own
        return self._deal_deciders(own, request.date)

    def _may_rule(self, request):
        """The people asked; a director of the team's company in any case, but nobody on
        their own request where somebody else can be asked, and nobody who has named
        themselves a manager since.
        """
        user, rulers = self.env.user, self._rulers(request)
        if not user.has_group(SALES):
            # Who has lost all roles may still be named.
            return False
        if user in rulers:
            return True
        forwarded = bool(self._forwarded_to(request))
        if user in self._not_to_rule(request) or not self.team_id:
            return False
        director = user.has_group("key_account.group_director")
        return (director or not forwarded) and self.team_id._is_managed_by(
            user, since=request.date
        )

    def _open_to_ruler(self):
        """Those of these deals that the user may read, or is asked to rule on."""
        if not self.env.user._is_internal():
            return self.browse()
        readable = self._filtered_access("read")
        asked = readable.browse()
        for lead in (self - readable).sudo().exists():
            request = lead._open_request()
            if request and lead._may_rule(request):
                asked += self.browse(lead.id)
        return readable + asked

    def _assert_open_to_ruler(self):
        """A refusal that names the deal, or who rules, is for those who may read it."""
        if self - self._open_to_ruler():
            raise AccessError(
                self.env._(
                    "You have no access to this opportunity, and are not asked to rule"
                    " on it."
                )
            )

    def _assert_may_rule(self):
        request = self._open_request()
        if not request:
            raise UserError(
                self.env._("%s: there is no exception request to rule on.", self.name)
            )
        if self._may_rule(request):
            levels = self.env["key.account.authority.level"]
            levels._assert_named_before(
                self.env.user, self._key_account_company(), request.date
            )
            return request
        if request.user_id == self.env.user:
            raise AccessError(
                self.env._(
                    "You asked for this ruling on “%s” yourself: another manager has"
                    " to rule.",
                    self.name,
                )
            )
        if self.env.user in self._not_to_rule(request):
            raise AccessError(
                self.env._(
                    "“%s” is your own deal, or you worded what is asked for: another"
                    " manager has to rule.",
                    self.name,
                )
            )
        raise AccessError(
            self.env._(
                "“%(lead)s” is ruled on by: %(people)s. Ask them.",
                lead=self.name,
                people=listed(self.env, self._rulers(request).mapped("name"))
                or self.env._("a manager of the team"),
            )
        )

    # ------------------------------------------------------------
    # FORWARDING
    # ------------------------------------------------------------

    def _wanted_authority(self, grants, lines):
        """What ruling to quote would allow: ``{dimension: value}``."""
        return rules.wanted(
            [(grant["dimension"], grant["value"]) for grant in grants],
            [measure.value for measure in lines._measured_below()],
        )

    def _beyond_own_limits(self, wanted, lines):
        """Dimensions in which it lies beyond what the user may do themselves; of these
        lines also in the category of what is asked for."""
        bench = self.env["key.account.authority.limit"]._bench_of_deal(
            self._key_account_company(),
            self,
            self.key_account_id,
            lines.product_id.categ_id,
        )
        limits = {
            dimension: bench.limit(self.env.uid, Measure(dimension, None))
            for dimension in wanted
        }
        beyond = rules.beyond(wanted, limits)
        if "discount" not in beyond and any(
            Discount.beyond(measure, bench.limit(self.env.uid, measure))
            for measure in lines._measured_below()
        ):
            beyond.append("discount")
        return beyond

    def _rungs(self, request):
        """The ladder of the company, with the people who could rule on this deal."""
        company, team = self._key_account_company(), self.team_id
        involved = self.env.user | self._not_to_rule(request)
        Level = self.env["key.account.authority.level"]
        users = self.env["res.users"]
        for level in Level._ladder(company.id):
            people = users.browse(level.people)
            if level.leader:
                people |= team.user_id
            free = people.filtered(
                lambda user: (
                    user.active
                    and company in user.company_ids
                    and team._is_managed_by(user)
                )
            )
            yield rules.Rung(level.sequence, frozenset((free - involved).ids))

    def _next_rulers(self, request):
        """(level, users): who rules on what lies beyond the user's own limits."""
        company = self._key_account_company()
        Level = self.env["key.account.authority.level"]
        own = Level._level_of(self.env.user, company, self.team_id)
        rung = rules.next_rung(self._rungs(request), own)
        if not rung:
            return Level.browse(), self.env["res.users"]
        users = self.env["res.users"].browse(sorted(rung.users))
        return Level._by_sequence(company, rung.sequence), users

    def _forward(self, request, wanted, reason, category):
        """Send the request to the next level, with what this manager would grant.

        :raises UserError: when nobody above can be asked; nothing is written then
        """
        words = self._wanted_text(wanted)
        level, people = self._next_rulers(request)
        if not people:
            raise UserError(
                self.env._(
                    "%(lead)s: to quote, %(wanted)s is needed, which lies beyond your"
                    " own limits, and nobody above you is available. Grant less, rule"
                    " otherwise, or have the authority levels completed.",
                    lead=self.name,
                    wanted=words,
                )
            )
        event = self._record_exception(
            "forward",
            request.requirement_ids,
            reason=reason,
            category=category,
            proposal=self.env._("Quote, with %(wanted)s", wanted=words)
            if words
            else False,
            forwarded_to_ids=[(6, 0, people.ids)],
            level_id=level.id,
            wanted=wanted,
        )
        self._end_ruling_activities(event, reason)
        self._ask_people_to_rule(people, request.requirement_ids)
        return event

    def _wanted_text(self, wanted):
        """“Discount 15.0 %”, as far as a ruling would go."""
        names = selection_labels(self.env["key.account.authority.grant"], "dimension")
        limits = self.env["key.account.authority.limit"]
        currency = self._key_account_company().currency_id
        return listed(
            self.env,
            (
                f"{names[name]} {limits._value_text(name, value, currency)}"
                for name, value in wanted.items()
            ),
        )

    # ------------------------------------------------------------
    # TELLING PEOPLE
    # ------------------------------------------------------------

    def _asked_to_decide(self):
        lead = self.sudo()
        request = lead._open_request()
        return lead._rulers(request) if request else super()._asked_to_decide()

    def _shown_to_decide(self):
        # Whoever is asked may not be able to open the opportunity.
        return self.sudo()._open_request() or super()._shown_to_decide()

    def _assert_somebody_rules(self):
        """A request that nobody can rule on is not sent into the void."""
        team = self.team_id
        if not team._key_account_managers().filtered("active"):
            raise UserError(
                self.env._(
                    "%(lead)s: nobody can rule on it, because the team %(team)s has no"
                    " manager. Have one named: Configuration / Teams.",
                    lead=self.name,
                    team=team.name or "",
                )
            )

    @api.model
    def _waiting_for_ruling(self, domain):
        """Deals that wait for a ruling, with full rights: whoever hands one on, or
        leaves, need not see it. Asked of the requests: Odoo deletes the tasks of
        whoever is archived, and where nobody rules there never was one.

        :param domain: what the request says of it
        """
        requests = self.env["key.account.ruling"].sudo()
        waiting = requests.search(Domain("waits", "=", True) & Domain(domain))
        return waiting.opportunity_id.sorted("id")

    def _ask_again_to_rule(self):
        """The deal is another team's or salesperson's, or somebody has gone: whoever
        rules now is asked, and nobody who may not any more."""
        for lead in self:
            request = lead._open_request()
            rulers = lead._rulers(request) if request else request.user_id.browse()
            tasks = lead._activities_of(_ACTIVITY)
            if not rulers or (tasks and tasks.user_id <= rulers):
                continue
            tasks.filtered(lambda task, who=rulers: task.user_id not in who).unlink()
            if not tasks.exists():
                lead._ask_people_to_rule(rulers[:1], request.requirement_ids)

    def _activities_of(self, kind):
        return self.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref(kind)
        )

    def _ask_people_to_rule(self, people, lines):
        for person in people:
            reader = self.with_context(lang=person.lang)
            reader.activity_schedule(
                _ACTIVITY,
                summary=reader.env._("Rule on the exception request"),
                note=Markup("<br/>").join(lines.mapped("name")),
                user_id=person.id,
            )

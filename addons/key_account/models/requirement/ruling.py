"""Exception requests, and what managers rule on them."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.evidence import said
from ...rules.ruling import WAITING
from ..shared.act import meet
from ..shared.label import field_label, labelled, listed, selection_labels

# Why it was ruled so, to be counted afterwards.
REASON_CATEGORIES = [
    ("capability", "Technology, quality or capacity"),
    ("price", "Price"),
    ("payment", "Payment terms or credit"),
    ("delivery", "Delivery"),
    ("strategy", "Value of the customer"),
    ("risk", "Risk"),
    ("information", "Information is missing"),
    ("other", "Other"),
]
# The stage that a deal to be revised goes back to, as the templates call it.
_AUTHORITY_CHECK = ".authority_check"


class KeyAccountRuling(models.Model):
    """Exception requests (反馈申请报告) and the rulings on them, as they happened."""

    _name = "key.account.ruling"
    _description = "Ruling"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"

    event = fields.Selection(
        [
            ("request", "Exception request"),
            ("forward", "Forwarded to the next level"),
            ("ruling", "Ruling"),
        ],
        required=True,
        readonly=True,
    )
    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="restrict", index=True, readonly=True
    )
    origin_ref = fields.Integer(
        string="Opportunity number",
        readonly=True,
        aggregator=None,
        help="The opportunity this happened to; after a merge it differs from the one"
        " that stays.",
    )
    requirement_ids = fields.Many2many(
        "key.account.requirement",
        "key_account_ruling_requirement_rel",
        "ruling_id",
        "requirement_id",
        string="Requirements",
        readonly=True,
    )
    requirement_text = fields.Text(
        string="Requirements as they were",
        readonly=True,
        help="As worded at that time.",
    )
    proposal = fields.Text(readonly=True)
    involved_user_ids = fields.Many2many(
        "res.users",
        "key_account_ruling_involved_rel",
        "ruling_id",
        "user_id",
        string="Whose deal it was",
        readonly=True,
        help="Who asked, sold the deal or worded what was asked for, then: they do not"
        " rule.",
    )
    asked = fields.Json(
        string="As it was asked",
        readonly=True,
        help="What the lines said then, by line: a ruling covers nothing else.",
    )
    decision = fields.Selection(
        [("quote", "Quote"), ("revise", "Revise"), ("abandon", "Abandon")],
        readonly=True,
        index=True,
    )
    reason = fields.Text(readonly=True)
    category = fields.Selection(
        REASON_CATEGORIES, string="Reason lies in", readonly=True, index=True
    )
    team_id = fields.Many2one(
        "crm.team", ondelete="restrict", index=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="By", ondelete="restrict", readonly=True
    )
    date = fields.Datetime(required=True, readonly=True)
    grant_id = fields.Many2one(
        "key.account.authority.grant",
        ondelete="restrict",
        readonly=True,
    )
    key_account_id = fields.Many2one(
        related="opportunity_id.key_account_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", ondelete="restrict", index=True, readonly=True
    )

    @api.depends("event", "decision", "opportunity_id")
    def _compute_display_name(self):
        events = selection_labels(self, "event")
        decisions = selection_labels(self, "decision")
        for ruling in self:
            what = decisions.get(ruling.decision) or events.get(ruling.event)
            deal = ruling.sudo().opportunity_id
            ruling.display_name = f"{what} · {deal.name or ''}"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    can_rule = fields.Boolean(compute="_compute_ruling_state")
    ruling_state = fields.Selection(
        [
            ("none", "No exception"),
            ("needed", "Exception request needed"),
            ("requested", "Waiting for the ruling"),
            ("quote", "Ruled: quote"),
            ("revise", "Ruled: revise"),
            ("abandon", "Ruled: abandon"),
        ],
        compute="_compute_ruling_state",
    )

    @api.depends("team_id", "key_account_id", "exceptions_found")
    @api.depends_context("uid")
    def _compute_ruling_state(self):
        followed = self._followed()
        self.can_rule = False
        (self - followed).ruling_state = "none"
        # The state is that of the deal, whatever of its lines and events one may read.
        for lead, deal in zip(followed, followed.sudo(), strict=True):
            found = deal.exceptions_found
            latest = next(iter(found.events), None)
            if latest and latest.kind in WAITING:
                lead.ruling_state = "requested"
                lead.can_rule = deal._may_rule(deal._open_request())
            elif "outside" in found.lines:
                lead.ruling_state = "needed"
            else:
                lead.ruling_state = latest.decision if latest else "none"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_request_ruling(self, proposal=None):
        """Send the manager an exception request for the lines outside authority or
        capability.

        :param proposal: what the specialist proposes; required
        """
        self.ensure_one()
        self.check_access("write")
        proposal = said(proposal)
        if not proposal:
            raise UserError(self.env._("%s: write what you propose.", self.name))
        meet(self)
        lines = self._outside_lines()
        if not lines:
            raise UserError(
                self.env._(
                    "%s: no requirement line lies outside your authority or our"
                    " capability, so"
                    " nothing needs a ruling.",
                    self.name,
                )
            )
        # Who rules in the team is found, and told, whatever the specialist may read.
        lead = self.sudo()
        lead._assert_somebody_rules()
        request = lead._record_exception(
            "request",
            lines,
            proposal=proposal,
            involved_user_ids=[(6, 0, (self.env.user | lead._own_to()).ids)],
            asked=lines._as_asked(),
        )
        lead._ask_people_to_rule(lead._rulers(request)[:1], lines)
        return True

    def action_rule(
        self, decision, reason=None, grants=None, lost_reason_id=None, category=None
    ):
        """Rule on the open exception request: quote, revise or abandon.

        A ruling to quote that goes beyond the manager's own limits is forwarded to the
        next level instead.

        :param reason: required
        :param grants: for ``quote``: list of ``{"dimension", "value", "date_until"}``,
            more room for the specialist in this deal
        :param lost_reason_id: for ``abandon``
        :param category: what the reason lies in, one of ``REASON_CATEGORIES``
        """
        self.ensure_one()
        self._assert_open_to_ruler()
        # Managing the team is what entitles to it, not seeing all documents of Sales.
        lead = self.sudo()
        # What was ruled is an event of its own: two rulings would not meet in it.
        meet(lead)
        reason = lead._assert_ruling(decision, reason)
        request = lead._assert_may_rule()
        if decision != "quote" and grants:
            raise UserError(
                self.env._("Authority is granted only with the ruling to quote.")
            )
        lines = lead._outside_lines()._unchanged_since(request)
        if decision == "quote":
            lead._assert_lines_to_rule_on(lines)
            wanted = lead._wanted_authority(grants or [], lines)
            if lead._beyond_own_limits(wanted, lines):
                lead._forward(request, wanted, reason, category)
                return True
        given = lead._give_grants(grants or [], reason)
        ruling = lead._record_exception(
            "ruling",
            lines | (request.requirement_ids - lead._outside_lines()),
            decision=decision,
            reason=reason,
            category=category,
            grants=given,
        )
        lead._end_ruling_activities(ruling, reason, given)
        getattr(lead, f"_after_ruling_{decision}")(
            ruling, lines, reason, lost_reason_id
        )
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _assert_ruling(self, decision, reason):
        """The reason of a ruling, trimmed; raise where either says nothing."""
        decisions = (
            self.env["key.account.ruling"]._fields["decision"].get_values(self.env)
        )
        if decision not in decisions:
            raise UserError(self.env._("Rule one of: quote, revise, abandon."))
        reason = said(reason)
        if not reason:
            raise UserError(
                self.env._("%s: give the reason of your ruling.", self.name)
            )
        return reason

    def _assert_lines_to_rule_on(self, lines):
        """A ruling to quote is about what was asked, as it was asked."""
        if not lines and self._outside_lines():
            raise UserError(
                self.env._(
                    "%s: what lies outside was changed since the request. Have it asked"
                    " for anew.",
                    self.name,
                )
            )

    def _rulings(self, *domain):
        """Requests, forwards and rulings of these opportunities, latest first. Whoever
        is asked to rule may see neither the deal nor what happened to it."""
        rulings = self.env["key.account.ruling"].sudo()
        return rulings.search([("opportunity_id", "in", self.ids), *domain])

    def _outside_lines(self):
        return self.requirement_ids.filtered(lambda line: line.state == "outside")

    def _open_request(self):
        """The exception request that waits for a ruling, forwarded or not."""
        events = self._rulings()
        if events[:1].event not in WAITING:
            return events.browse()
        return events.filtered(lambda event: event.event == "request")[:1]

    def _give_grants(self, grants, reason):
        # As the manager themselves: what they may give is measured on them.
        return self.env(su=False)["key.account.authority.grant"].create(
            [
                {
                    "opportunity_id": self.id,
                    "user_id": self.user_id.id,
                    "company_id": self._key_account_company().id,
                    "dimension": grant["dimension"],
                    "value": grant["value"],
                    "date_until": grant.get("date_until"),
                    "reason": reason,
                }
                for grant in grants
            ]
        )

    def _record_exception(self, event, lines, grants=None, **vals):
        """One event; with several grants one for each of them."""
        kinds = selection_labels(lines, "kind")
        text = "\n".join(
            labelled(self.env, kinds[line.kind], line.name) for line in lines
        )
        common = {
            "event": event,
            "opportunity_id": self.id,
            "origin_ref": self.id,
            "requirement_ids": [(6, 0, lines.ids)],
            "requirement_text": text,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "company_id": self._key_account_company().id,
            "team_id": self.team_id.id,
            **vals,
        }
        events = [{**common, "grant_id": grant.id} for grant in grants or []] or [
            common
        ]
        last = self.env["key.account.ruling"]._record(events)[-1:]
        told = "ruling_made" if event == "ruling" else "ruling_asked"
        # Whoever is asked may not open the opportunity, but does what was asked.
        self.env["key.account.webhook"]._announce(told, last)
        return last

    def _after_ruling_quote(self, ruling, lines, reason, lost_reason_id):
        lines._settle_by_ruling(ruling)

    def _after_ruling_revise(self, ruling, lines, reason, lost_reason_id):
        """Back to the authority check, where the process has one."""
        stages = self.team_id._key_account_stages()
        back = stages.filtered(
            lambda stage: (stage.template_code or "").endswith(_AUTHORITY_CHECK)
        )
        if back and self.stage_id != back[0] and not self.stage_id.is_won:
            self.write({"stage_id": back[0].id})

    def _abandoned_reason(self):
        """Made by code and without external id: it outlives the add-on, as its
        opportunities do. Everybody reads it in their own language, whoever ruled first.
        """
        names = {}
        for code, _name in self.env["res.lang"].get_installed():
            env = self.with_context(lang=code).env
            names[code] = env._("Abandoned by the manager's ruling")
        reasons = self.env["crm.lost.reason"]
        reason = reasons.search([("name", "in", [*names.values()])], limit=1)
        if not reason:
            own = names.get(self.env.lang) or next(iter(names.values()))
            reason = reasons.create({"name": own})
            # What was made just now: its names, and nothing else.
            reason.sudo().update_field_translations("name", names)
        return reason

    def _after_ruling_abandon(self, ruling, lines, reason, lost_reason_id):
        """The deal is lost; a candidate without another running deal is dropped."""
        self.action_set_lost(
            lost_reason_id=lost_reason_id or self._abandoned_reason().id
        )
        account = self.key_account_id
        others = account.opportunity_ids.filtered(
            lambda lead: lead.active and lead.won_status == "pending" and lead != self
        )
        if account.state == "candidate" and not others:
            account._drop(reason)

    # ------------------------------------------------------------
    # TELLING PEOPLE
    # ------------------------------------------------------------

    def _end_ruling_activities(self, ruling, reason, grants=()):
        """Say it once, with what it gives: whom it went on to, how far one may go."""
        # Whoever rules ends what others were asked, too.
        self.sudo().activity_feedback(["key_account.mail_activity_ruling"])
        said_so = [reason]
        if ruling.forwarded_to_ids:
            names = listed(self.env, ruling.forwarded_to_ids.mapped("name"))
            said_so.append(
                labelled(self.env, field_label(ruling, "forwarded_to_ids"), names)
            )
        wanted = ruling.proposal or self._wanted_text(
            {grant.dimension: grant.value for grant in grants}
        )
        if wanted:
            name = self.env._("Authority granted") if grants else None
            said_so.append(labelled(self.env, name, wanted) if name else wanted)
        self.message_post(
            body=Markup("<b>%s</b><br/>%s")
            % (ruling.display_name, Markup("<br/>").join(said_so)),
            partner_ids=(self.user_id - self.env.user).partner_id.ids,
        )

"""What the account's screen shows besides the file itself."""

from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..shared.label import address_line, listed, selection_labels
from ..shared.working_time import today_of
from .stakeholder import INFLUENCES

# People whom one row of the map names; more of them go on in the next.
_IN_A_ROW = 4


class KeyAccount(models.Model):
    """What the account's screen shows besides the file itself: people at a glance, how
    much there is of each kind of work, and the ways to it. Nothing here is stored.
    """

    _inherit = "key.account"

    partner_phone = fields.Char(related="partner_id.phone")
    partner_email = fields.Char(related="partner_id.email")
    partner_website = fields.Char(related="partner_id.website")
    partner_address = fields.Char(
        string="Address", compute="_compute_partner_address", compute_sudo=True
    )
    stakeholder_map = fields.Html(
        "Stakeholder map", compute="_compute_stakeholder_map", sanitize=False
    )
    missing_roles = fields.Char("Missing roles", compute="_compute_missing_roles")
    opportunity_count = fields.Integer(compute="_compute_deal_counts")
    plan_count = fields.Integer(compute="_compute_file_counts")
    merged_count = fields.Integer(compute="_compute_file_counts")
    invoice_count = fields.Integer(compute="_compute_deal_counts")

    # ---------------------------------------- compute

    @api.depends("partner_id.contact_address")
    def _compute_partner_address(self):
        for account in self:
            account.partner_address = address_line(account.partner_id)

    @api.depends("stakeholder_ids.role")
    @api.depends_context("lang")
    def _compute_missing_roles(self):
        labels = selection_labels(self.env["key.account.stakeholder"], "role")
        for account in self:
            known = set(account.stakeholder_ids.mapped("role"))
            account.missing_roles = listed(
                self.env,
                (label for role, label in labels.items() if role not in known),
            )

    @api.depends(
        "stakeholder_ids.partner_id",
        "stakeholder_ids.influence",
        "stakeholder_ids.attitude",
        "stakeholder_ids.role",
    )
    @api.depends_context("lang")
    def _compute_stakeholder_map(self):
        for account in self:
            account.stakeholder_map = account._draw_stakeholder_map()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_file_counts(self):
        for name, (model, link, *merged) in self._counted_files().items():
            own = {id_: id_ for id_ in self._origin.ids}
            files = self._with_merged() if merged else own
            records = self.env[model].with_context(active_test=False)
            counts = Counter()
            for file, count in records._read_group(
                [(link, "in", list(files))], [link], ["__count"]
            ):
                counts[files[file.id]] += count
            for account in self:
                account[name] = counts[account._origin.id]

    @api.model
    def _counted_files(self):
        """``{count on the account: (model, its link to the account)}``, and a third
        where those in files that were merged into it count, too; later rooms add
        theirs.
        """
        return {
            "plan_count": ("key.account.plan", "key_account_id"),
            "merged_count": ("key.account", "merged_into_id"),
        }

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_deal_counts(self):
        for name, (model, domain) in self._counted_deals().items():
            counts = self._count_readable(
                model,
                domain & Domain("key_account_id", "in", self.ids),
                ["key_account_id"],
            )
            for account in self:
                account[name] = counts.get((account._origin,), 0)
        counts = self._count_readable(
            "account.move",
            self._invoice_domain(),
            ["commercial_partner_id", "company_id"],
        )
        for account in self:
            account.invoice_count = counts.get(
                (account.partner_id, account.company_id), 0
            )

    @api.model
    def _counted_deals(self):
        """``{count on the account: (model, which of its documents count)}``; later
        rooms add theirs.
        """
        return {"opportunity_count": ("crm.lead", Domain("type", "=", "opportunity"))}

    # ---------------------------------------- actions

    def action_open_survey(self):
        self.ensure_one()
        self.action_fill_survey()
        action = self._action("key_account.survey_answer_action")
        action["domain"] = [
            ("key_account_id", "=", self.id),
            ("question_id.active", "=", True),
        ]
        action["context"] = {
            "search_default_group_section": 1,
            # Whose it is stands in the heading.
            "default_key_account_id": self.id,
        }
        action["display_name"] = self.env._("Profile survey of %s", self.display_name)
        return action

    def action_view_opportunities(self):
        action = self._action("crm.crm_lead_action_pipeline")
        action["domain"] = [
            ("key_account_id", "=", self.id),
            ("type", "=", "opportunity"),
        ]
        action["display_name"] = self.env._("Opportunities")
        # A few deals of one customer are read below each other on a telephone.
        board = self.env.ref("key_account.crm_lead_view_kanban_of_account").id
        action["views"] = [
            (board if kind == "kanban" else view, kind)
            for view, kind in action["views"]
        ]
        # Whom its quotation goes to, where only one person is known.
        people = self.stakeholder_ids.partner_id
        contact = people if len(people) == 1 else self.partner_id
        action["context"] = {
            "default_type": "opportunity",
            "default_partner_id": contact.id,
            "default_team_id": self.team_id.id,
            "default_user_id": self.user_id.id,
            "default_company_id": self.company_id.id,
        }
        return action

    def action_view_plans(self):
        return self._action_of_account("key.account.plan", self.env._("Plans"))

    def action_new_plan(self):
        return self._action_new("key.account.plan", self.env._("Write a Plan"))

    def action_plan_year(self):
        """The plan of the current year, or a new one."""
        self.ensure_one()
        Plan = self.env["key.account.plan"]
        year = Plan._fiscal_year(self, today_of(self))
        plan = Plan.search(
            [("key_account_id", "=", self.id), ("fiscal_year", "=", year)], limit=1
        )
        action = self._action_new(Plan._name, self.env._("Plan the Year"))
        action["context"] = {**action["context"], "default_kind": "year"}
        return {**action, "res_id": plan.id} if plan else action

    def action_view_invoices(self):
        action = self._action("account.action_move_out_invoice_type")
        action["domain"] = list(self._invoice_domain())
        action["context"] = {"create": False}
        return action

    def action_view_merged(self):
        action = self._action_of_account("key.account", self.env._("Earlier files"))
        action["domain"] = [("merged_into_id", "=", self.id)]
        action["context"] = {"active_test": False, "create": False}
        return action

    # ---------------------------------------- tooling

    def _draw_stakeholder_map(self):
        """People by influence (rows) and attitude (columns)."""
        badges = self._draw_stakeholder_badges()
        attitudes = selection_labels(self.env["key.account.stakeholder"], "attitude")
        head = Markup().join(
            Markup('<th class="text-center text-muted fw-normal">%s</th>') % label
            for label in attitudes.values()
        )
        rows = Markup().join(
            self._draw_stakeholder_row(
                influence,
                [badges.get((influence, attitude), []) for attitude in attitudes],
            )
            for influence, _label in reversed(INFLUENCES)
        )
        table = Markup(
            # Where there is no room for names, it is moved sideways.
            '<div class="table-responsive"><table class="table table-bordered table-sm"'
            ' style="table-layout: fixed; min-width: 36rem">'
            '<colgroup><col style="width: 4.5rem"/></colgroup>'
            '<thead><tr><th class="text-muted fw-normal">%s</th>%s</tr></thead>'
            "<tbody>%s</tbody></table></div>"
        )
        return table % (self.env._("Influence"), head, rows)

    @api.model
    def _draw_stakeholder_row(self, influence, cells):
        """The people of one influence. Many go on in rows without a line between them:
        a page ends between two rows, and in one it would cut through names."""
        rows = max(1, *(-(-len(cell) // _IN_A_ROW) for cell in cells))
        drawn = Markup()
        for row in range(rows):
            line = "border-top-0 " if row else ""
            line += "border-bottom-0" if row < rows - 1 else ""
            shown = slice(row * _IN_A_ROW, (row + 1) * _IN_A_ROW)
            drawn += Markup(
                '<tr class="%s"><th class="text-muted fw-normal %s">%s</th>%s</tr>'
            ) % (
                line,
                line,
                "" if row else influence,
                Markup().join(
                    Markup('<td class="align-middle %s">%s</td>')
                    % (line, Markup().join(cell[shown]))
                    for cell in cells
                ),
            )
        return drawn

    def _draw_stakeholder_badges(self):
        """``{(influence, attitude): [a person there, with their role]}``"""
        roles = selection_labels(self.env["key.account.stakeholder"], "role")
        tones = {"opponent": "danger", "sceptic": "warning", "neutral": "secondary"}
        badge = Markup(
            '<div><span class="badge text-bg-%s text-wrap text-break">%s</span>'
            ' <small class="d-inline-block text-break">%s</small></div>'
        )
        people = self.stakeholder_ids.grouped(lambda p: (p.influence, p.attitude))
        return {
            cell: [
                badge
                % (
                    tones.get(person.attitude, "success"),
                    person.partner_id.name or "",
                    roles.get(person.role, ""),
                )
                for person in persons
            ]
            for cell, persons in people.items()
        }

    def _count_readable(self, model, domain, groupby):
        """{group: number} of what the current user may read."""
        if not self.env[model].has_access("read"):
            return {}
        groups = self.env[model]._read_group(domain, groupby, ["__count"])
        return {tuple(keys): count for *keys, count in groups}

    def _invoice_domain(self):
        domain = Domain("move_type", "in", ("out_invoice", "out_refund"))
        domain &= Domain("company_id", "in", self.company_id.ids)
        # By their customers, which have an index; the company of an invoice has none.
        customers = self.partner_id.ids
        return domain & Domain("commercial_partner_id", "in", customers)

    def _action(self, xmlid):
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(xmlid)

    def _action_of_account(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("key_account_id", "=", self.id)],
            "context": {"default_key_account_id": self.id},
        }

    def _action_new(self, model, name):
        return {
            **self._action_of_account(model, name),
            "view_mode": "form",
            "domain": [],
        }

"""The people of an account at a glance: who they are, what they think of us, when they
have their birthday."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ...rules.birthday import next_birthday
from ..shared.label import selection_labels
from ..shared.working_time import today_of

# So many are named, the most influential first.
MOST_PEOPLE = 4
# A birthday this near is not overlooked.
SOON = timedelta(days=14)
ATTITUDE_TONES = {"opponent": "danger", "sceptic": "warning", "neutral": "secondary"}


class KeyAccount(models.Model):
    _inherit = "key.account"

    people_glance = fields.Html(
        string="People at a glance", compute="_compute_people_glance", sanitize=False
    )

    @api.depends(
        "stakeholder_ids.partner_id",
        "stakeholder_ids.influence",
        "stakeholder_ids.attitude",
        "stakeholder_ids.role",
        "stakeholder_ids.birthday",
    )
    @api.depends_context("lang")
    def _compute_people_glance(self):
        # All names at once.
        self.stakeholder_ids.partner_id.mapped("name")
        for account in self:
            account.people_glance = account._draw_people()

    def _draw_people(self):
        people = self.stakeholder_ids.sorted("influence", reverse=True)[:MOST_PEOPLE]
        if not people:
            return False
        roles = selection_labels(people, "role")
        attitudes = selection_labels(people, "attitude")
        row = Markup(
            '<li class="mb-1"><div class="d-flex align-items-baseline gap-2">'
            '%s<span class="badge text-bg-%s ms-auto">%s</span></div>'
            '<small class="text-muted">%s%s</small></li>'
        )
        return Markup('<ul class="list-unstyled mb-0">%s</ul>') % Markup().join(
            row
            % (
                person._person_link(),
                ATTITUDE_TONES.get(person.attitude, "success"),
                attitudes.get(person.attitude, ""),
                roles.get(person.role, ""),
                self._draw_birthday(person),
            )
            for person in people
        )

    def _draw_birthday(self, person):
        if not person.birthday:
            return ""
        today = today_of(self)
        day = next_birthday(person.birthday, today)
        return Markup(
            '<span class="ms-2 text-nowrap %s"><i class="fa fa-birthday-cake me-1"'
            ' role="img" aria-label="%s"></i>%s</span>'
        ) % (
            "fw-bold text-body" if day - today <= SOON else "",
            self.env._("Next birthday"),
            format_date(self.env, day),
        )


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    def _person_link(self):
        """The name, leading to the person; of somebody new, the name alone."""
        name = self.partner_id.name or ""
        if not self._origin:
            return name
        return Markup('<a href="/odoo/%s/%s">%s</a>') % (
            self._name,
            self._origin.id,
            name,
        )

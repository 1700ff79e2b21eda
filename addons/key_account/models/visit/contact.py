"""When somebody at the customer was met last: visits tell."""

from odoo import models

# From here on a visit has taken place.
_TOOK_PLACE = ("held", "reported", "reviewed")
# What says who was met, and when.
_MEETING = frozenset(("state", "met_ids", "held_end"))


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def write(self, vals):
        if _MEETING.isdisjoint(vals):
            return super().write(vals)
        before = self._people_met()
        result = super().write(vals)
        (before | self._people_met())._refresh_last_contact()
        return result

    def _people_met(self):
        """Whom these visits met, as people of their accounts; gone ones, too."""
        # The day of a contact does not hang on who may read the person.
        visits = self.sudo().with_context(active_test=False)
        visits = visits.filtered(lambda visit: visit.state in _TOOK_PLACE)
        people = visits.env["key.account.stakeholder"]
        if not visits.met_ids:
            return people
        return people.search(
            [
                ("key_account_id", "in", visits.key_account_id.ids),
                ("partner_id", "in", visits.met_ids.ids),
            ]
        )


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    def _visited_on(self):
        visits = self.env["key.account.visit"].with_context(active_test=False)
        files, last = self.key_account_id._with_merged(), {}
        for file, partner, moment in visits._read_group(
            [
                ("key_account_id", "in", list(files)),
                ("met_ids", "in", self.partner_id.ids),
                ("state", "in", _TOOK_PLACE),
                ("held_end", "!=", False),
            ],
            ["key_account_id", "met_ids"],
            ["held_end:max"],
        ):
            key, day = (files[file.id], partner.id), file.company_id._key_account_day
            last[key] = max(day(moment), last.get(key, day(moment)))
        return {
            person: last.get(
                (person.key_account_id._origin.id, person.partner_id._origin.id)
            )
            for person in self
        }

"""What was promised to a contact of the street, until it is done."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

CANVASS = "key.account.canvass"


class KeyAccountCanvass(models.Model):
    """A next step with a day stands on the author's My Day (or on that of whoever took
    over), until somebody says that it is done, enters the contact again, or makes a
    lead or an account of it."""

    _inherit = "key.account.canvass"

    next_done_on = fields.Datetime(
        string="Next step done on", readonly=True, copy=False
    )
    next_done_by_id = fields.Many2one(
        "res.users", string="Next step done by", readonly=True, copy=False
    )

    def action_next_done(self):
        """The next step is done, also once the report of its day is handed in; saying
        it again changes nothing."""
        self.check_access("write")
        todo = self.filtered(lambda entry: entry.next_date and not entry.next_done_on)
        todo._write_kept(
            {
                "next_done_on": fields.Datetime.now(),
                "next_done_by_id": self.env.uid,
            }
        )
        return True


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_canvass(self):
        """Contacts of the street who were promised something by a day."""
        until = fields.Date.add(self._today(), days=self.days)
        entries = self.env[CANVASS]
        query = self._find(
            CANVASS, Domain("next_date", "<=", until) & entries._next_step_open()
        )
        if query is None:
            return None
        turn = SQL(
            "COALESCE(%s, %s)",
            entries._field_to_sql(query.table, "next_user_id", query),
            entries._field_to_sql(query.table, "user_id", query),
        )
        return self._select(CANVASS, query, user=turn, date="next_date", since="date")

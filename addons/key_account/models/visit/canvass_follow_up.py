"""What was promised to a contact of the street, until it is done."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

CANVASS = "key.account.canvass"


class KeyAccountCanvass(models.Model):
    """A next step with a day stands on the author's My Day, until somebody says that it
    is done, enters the contact again, or makes a lead or an account of it."""

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
        query = self._find(
            CANVASS,
            Domain("next_date", "<=", until)
            & Domain("next_done_on", "=", False)
            & Domain("converted_on", "=", False),
        )
        if query is None:
            return None
        query.add_where(SQL("NOT EXISTS (%s)", self._entered_again(query)))
        return self._select(
            CANVASS, query, user="user_id", date="next_date", since="date"
        )

    @api.model
    def _entered_again(self, query):
        """Somebody went to the same potential customer on a later day."""
        entries = self.env[CANVASS]._fields
        return SQL(
            "SELECT 1 FROM key_account_canvass later WHERE %(place)s = %(here)s"
            " AND %(date)s > %(then)s",
            place=SQL.identifier("later", "place_id", to_flush=entries["place_id"]),
            here=self.env[CANVASS]._field_to_sql(query.table, "place_id", query),
            date=SQL.identifier("later", "date", to_flush=entries["date"]),
            then=self.env[CANVASS]._field_to_sql(query.table, "date", query),
        )

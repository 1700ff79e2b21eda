"""Who was named to decide, by whom and when: nobody names themselves to what waits."""

from odoo import api, fields, models


class KeyAccountNaming(models.Model):
    """Somebody was named to decide: as leader or manager of a team, as member of an
    authority level, as reviewer for a function. Insert-only.

    Whoever configures may name themselves, as in a company with one administrator. But
    what had come up before then waits for somebody else: the one who was named before,
    or who is named by another.
    """

    _name = "key.account.naming"
    _description = "Appointments"
    _inherit = ["key.account.evidence"]
    _order = "id desc"

    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    user_id = fields.Many2one(
        "res.users", string="Named", required=True, ondelete="restrict", index=True
    )
    named_by_id = fields.Many2one(
        "res.users", string="By", required=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True)
    as_support = fields.Boolean(string="As sales support")

    @api.model
    def _note(self, people, before=None, as_support=False):
        """Write down who has come since ``before``.

        :param people: ``{record: users who decide by it}``, now and before
        :param as_support: they support it, which decides on little
        """
        before, now = before or {}, fields.Datetime.now()
        self._record(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "user_id": user.id,
                    "named_by_id": self.env.uid,
                    "date": now,
                    "as_support": as_support,
                }
                for record, users in people.items()
                for user in users - before.get(record, users.browse())
            ]
        )

    @api.model
    def _own_hands(self, records, users, as_support=False):
        """``{(record id, user id): when}`` these users named themselves to decide by
        ``records``; not whom another has named afterwards. One query for all."""
        if not records or not users:
            return {}
        # Whether somebody named themselves does not hang on who may read it.
        rows = self.sudo().search_fetch(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("user_id", "in", users.ids),
                ("as_support", "=", as_support),
            ],
            ["res_id", "user_id", "named_by_id", "date"],
        )
        latest = {}
        for row in rows:
            latest.setdefault((row.res_id, row.user_id.id), row)
        return {
            key: row.date for key, row in latest.items() if row.named_by_id.id == key[1]
        }

    @api.model
    def _by_own_hand(self, records, users, since):
        """Those of these users who decide by ``records`` because they named themselves
        since then."""
        own = self._own_hands(records, users)
        late = {user_id for (_id, user_id), date in own.items() if date >= since}
        return users.filtered(lambda user: user.id in late)

"""Who goes on with what somebody has begun in the street, and left."""

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..shared.remembered import forget

CANVASS = "key.account.canvass"


class KeyAccountCanvasser(models.Model):
    """Whoever took over reads what was entered before them: what a shop sells, what it
    was promised. They enter nothing in the name of whom they follow."""

    _inherit = "key.account.canvasser"

    successor_ids = fields.Many2many(
        "res.users",
        "key_account_canvasser_successor_rel",
        "canvasser_id",
        "user_id",
        string="Taken over by",
        readonly=True,
        copy=False,
    )

    @api.depends("successor_ids")
    def _compute_access_user_ids(self):
        result = super()._compute_access_user_ids()
        for canvasser in self:
            canvasser.access_user_ids |= canvasser.successor_ids
        return result

    def _let_follow(self, person):
        # With full rights: nobody writes these by hand, and who may is asked of the
        # contacts that are handed over.
        self.sudo()._write_kept({"successor_ids": [Command.link(person.id)]})
        # Who reads is kept for record rules, and passes through no write.
        self.env.flush_all()
        forget(self.env)


class KeyAccountMarket(models.Model):
    _inherit = "key.account.market"

    @api.model
    def _canvassed_by(self, person):
        """Domain of the markets that are theirs, or that they canvass as well."""
        theirs = Domain("user_id", "=", person.id)
        return theirs | Domain("member_ids", "=", person.id)

    def _pass_on(self, person, successor):
        """One takes the place of the other, as responsible or beside whoever is.

        :raise AccessError: others say whose one of these markets is
        """
        self._assert_may_decide()
        own = self.filtered(lambda market: market.user_id == person)
        left = [Command.unlink(person.id)]
        own.write({"user_id": successor.id, "member_ids": left})
        (self - own).write({"member_ids": [*left, Command.link(successor.id)]})


class KeyAccountCanvass(models.Model):
    """The next step of a contact is its author's, until it is passed on; what was
    entered, and by whom, stays."""

    _inherit = "key.account.canvass"

    next_user_id = fields.Many2one(
        "res.users",
        string="Next step taken over by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _next_step_of(self, people):
        """Domain of the contacts whose next step is up to these people."""
        taken = Domain("next_user_id", "in", people.ids)
        own = Domain("next_user_id", "=", False) & Domain("user_id", "in", people.ids)
        return taken | own

    @api.model
    def _next_step_open(self):
        """Domain of the contacts that were promised something, and nobody did it or
        went there again."""
        again = Domain.custom(to_sql=self._entered_again_sql)
        return (
            Domain("next_date", "!=", False)
            & Domain("next_done_on", "=", False)
            & Domain("converted_on", "=", False)
            & ~again
        )

    @staticmethod
    def _entered_again_sql(model, alias, query):
        """Somebody went to the same potential customer on a later day."""
        entries = model._fields
        return SQL(
            "EXISTS (SELECT 1 FROM key_account_canvass later"
            " WHERE %(place)s = %(here)s AND %(date)s > %(then)s)",
            place=SQL.identifier("later", "place_id", to_flush=entries["place_id"]),
            here=model._field_to_sql(alias, "place_id", query),
            date=SQL.identifier("later", "date", to_flush=entries["date"]),
            then=model._field_to_sql(alias, "date", query),
        )

    def _pass_on_next_step(self, successor):
        """Their next steps are up to somebody else, who can read them.

        :raise AccessError: one of these may not be changed
        """
        self.check_access("write")
        self.canvasser_id._let_follow(successor)
        self._write_kept({"next_user_id": successor.id})

"""For which team somebody canvasses, and who may read what they enter."""

from odoo import api, fields, models

from ..shared.act import meet


class KeyAccountCanvasser(models.Model):
    """Somebody who canvasses for a team. What they enter has no account by which it
    could be read: it stands under this, and record rules ask the few of these instead
    of each of many entries; so a team that changes hands changes a few rows.

    What was entered for a team stays with it when its author goes over to another.
    """

    _name = "key.account.canvasser"
    _description = "Canvasser"
    _inherit = ["key.account.kept", "key.account.known"]
    _rec_name = "user_id"
    # Record rules ask for these first, and their ids are kept, so that PostgreSQL knows
    # how many entries they have, see ``shared/id_list.py``. Who reads is computed, and
    # passes through no write here: it changes with the team, which ends what is kept.
    _few = True
    _known_by = frozenset(("access_user_ids",))

    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, index=True, ondelete="restrict"
    )
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_canvasser_access_rel",
        "canvasser_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
        help="The author, and the team's managers and supporters.",
    )

    _once = models.UniqueIndex(
        "(user_id, company_id, COALESCE(team_id, 0))",
        "Somebody canvasses once for a team.",
    )

    @api.depends(
        "user_id",
        "team_id.user_id",
        "team_id.key_account_manager_ids",
        "team_id.key_account_support_ids",
    )
    def _compute_access_user_ids(self):
        meet(self.filtered("id"))
        for canvasser in self:
            canvasser.access_user_ids = canvasser._enters()

    def _enters(self):
        """Who makes entries in this name."""
        team = self.team_id
        return (
            self.user_id | team._key_account_managers() | team.key_account_support_ids
        )

    @api.model
    def _of(self, users):
        """``{user: canvasser}`` in the present company, for the team they work in now.

        With full rights: nobody makes these by hand, and who stands there does not hang
        on who asks.
        """
        company = self.env.company
        model = self.sudo()
        found = {
            (each.user_id, each.team_id): each
            for each in model.search(
                [("user_id", "in", users.ids), ("company_id", "=", company.id)]
            )
        }
        answer = {}
        for user in users:
            team = self._team_of(user)
            if (user, team) not in found:
                values = {
                    "user_id": user.id,
                    "company_id": company.id,
                    "team_id": team.id,
                }
                [found[user, team]] = model._create_kept([values])
            answer[user] = found[user, team]
        return answer

    @api.model
    def _team_of(self, user):
        accounts = self.env["key.account"].with_user(user)
        team = accounts.with_company(self.env.company)._default_team_id()
        return team.with_env(self.sudo().env)

    def _readers(self):
        """``{canvasser: users}`` who read what is handed in, and may return it: the
        team's managers and the directors of the company, without the author; only where
        there is nobody else, the author. Asked with full rights."""
        directors = self.env["key.account.deadline.mixin"]._key_account_directors(
            self.company_id
        )
        readers = {}
        for canvasser in self.sudo():
            managers = canvasser.team_id._key_account_managers().filtered(
                lambda user: user.active and user.has_group("key_account.group_manager")
            )
            managers |= directors.get(canvasser.company_id, managers.browse())
            others = managers - canvasser.user_id
            readers[canvasser.with_env(self.env)] = others or managers
        return readers

    def _reader(self, readers):
        """The one of these who is asked: the team's leader, else who else manages."""
        self.ensure_one()
        team = self.sudo().team_id
        leader, named = team.user_id & readers, team._key_account_managers()
        return (leader or named & readers or readers)[:1]

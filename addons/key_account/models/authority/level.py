"""The ladder of authority: which levels a company has, and who stands on them."""

import re
from collections.abc import Collection

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...rules.bench import Level, level_of
from ..shared.label import listed
from ..shared.res_users import SALES

_RANKED = re.compile(r"(?P<name>.+) \((?P<sequence>\d{1,9})\)$")


def _is_text(value):
    return isinstance(value, str)


class KeyAccountAuthorityLevel(models.Model):
    """A rung of the authority ladder; a higher sequence means more authority."""

    _name = "key.account.authority.level"
    _description = "Authority Level"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.kept"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(required=True, default=10, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_ids = fields.Many2many(
        "res.users",
        "key_account_authority_level_user_rel",
        "level_id",
        "user_id",
        string="Members",
        tracking=True,
        domain=[("share", "=", False)],
    )
    team_leader = fields.Boolean(
        string="And the leader of the order's team",
        tracking=True,
        help="The leader of the team of a quotation counts as a member for that"
        " quotation.",
    )
    limit_ids = fields.One2many(
        "key.account.authority.limit", "level_id", string="Limits"
    )
    active = fields.Boolean(default=True)

    _sequence_per_company = models.UniqueIndex(
        "(company_id, sequence) WHERE active",
        "A company has one authority level per sequence.",
    )

    @api.model
    def _search_display_name(self, operator, value):
        # As levels were called, with their rank, in files exported earlier.
        found = super()._search_display_name(operator, value)
        values = [value] if isinstance(value, str) else value
        if operator in Domain.NEGATIVE_OPERATORS or not isinstance(values, Collection):
            return found
        for ranked in filter(None, map(_RANKED.match, filter(_is_text, values))):
            found |= Domain("name", "=", ranked["name"]) & Domain(
                "sequence", "=", int(ranked["sequence"])
            )
        return found

    @api.constrains("user_ids")
    def _check_members(self):
        """Whoever signs off opens quotations, which takes a role."""
        for level in self:
            lacking = level.user_ids.filtered(
                lambda user: user.share or not user.has_group(SALES)
            )
            if lacking:
                raise ValidationError(
                    self.env._(
                        "%(users)s cannot be members of level “%(level)s”: they could"
                        " not open what they are to sign off. Give them a sales or"
                        " key-account role first.",
                        users=listed(self.env, lacking.mapped("name")),
                        level=level.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        self.env["key.account.naming"]._note(levels._deciding())
        levels._prepare_members()
        self.env["key.account.authority.limit"]._authority_changed(levels.company_id)
        return levels

    def write(self, vals):
        # Another place on the ladder is another authority for all its members.
        moved = self.filtered(
            lambda level: level.sequence != vals.get("sequence", level.sequence)
        )
        before = (self - moved)._deciding()
        res = super().write(vals)
        self.env["key.account.naming"]._note(self._deciding(), before)
        if "user_ids" in vals:
            self._prepare_members()
        self.env["key.account.authority.limit"]._authority_changed(self.company_id)
        return res

    def copy_data(self, default=None):
        """The next free rung, for nobody yet."""
        free = dict.fromkeys(self.company_id, 0)
        for level in self.search([("company_id", "in", self.company_id.ids)]):
            free[level.company_id] = max(free.get(level.company_id, 0), level.sequence)
        result = []
        for level, vals in zip(self, super().copy_data(default), strict=True):
            free[level.company_id] += 10
            given = default or {}
            vals["sequence"] = given.get("sequence", free[level.company_id])
            vals["name"] = given.get("name") or self.env._("%s (copy)", level.name)
            vals["user_ids"] = given.get("user_ids", [])
            vals["team_leader"] = given.get("team_leader", False)
            result.append(vals)
        return result

    def unlink(self):
        companies = self.company_id
        res = super().unlink()
        self.env["key.account.authority.limit"]._authority_changed(companies)
        return res

    def _deciding(self):
        """``{level: its members, and the leaders of teams where it counts them}``"""
        teams = self.env["crm.team"].sudo()
        leaders = teams.browse(teams._key_account_team_ids()).user_id
        return {
            level: level.user_ids | (leaders if level.team_leader else leaders.browse())
            for level in self.sudo()
        }

    @api.model
    def _assert_named_before(self, user, company, since):
        """Raise where a user has given themselves authority since something came up:
        it waits for somebody who had it before, or was given it by another."""
        levels = self.browse(level.id for level in self._ladder(company.id))
        if self.env["key.account.naming"]._by_own_hand(levels, user, since):
            raise AccessError(
                self.env._(
                    "You have named yourself to an authority level since this was"
                    " asked: somebody else decides on it, or names you."
                )
            )

    def _prepare_members(self):
        # Now: a change of groups makes everybody's next request slower, so it should
        # not come with somebody's request for sign-off. With all rights, as members may
        # work in companies that whoever names them does not see.
        self.sudo().user_ids._become_approvers()

    def _log_limit(self, text):
        """Changes of limits stand in the chatter of their level, where they outlive the
        limit."""
        for level in self:
            level.message_post(body=text, subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------
    # Who stands where
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("company_id")
    def _ladder(self, company_id):
        """The levels of a company as ``rules.bench.Level``, lowest first."""
        # What is kept for everybody must not depend on who asks first, and how.
        levels = self.sudo().with_context(active_test=True)
        levels = levels.search([("company_id", "=", company_id)], order="sequence")
        return tuple(
            Level(
                level.sequence,
                level.id,
                frozenset(level.user_ids.ids),
                level.team_leader,
            )
            for level in levels
        )

    @api.model
    def _level_of(self, user, company, team=None):
        """Sequence of the highest level ``user`` stands on in ``company``, or None."""
        if not user:
            return None
        leader = self._counted_leader_id(company, team)
        return level_of(self._ladder(company.id), user.id, leader)

    @api.model
    def _counted_leader_id(self, company, team):
        """Who leads a team, where a level of the company counts its leader. Leaders of
        teams without a process are named by whoever administrates sales, and have no
        authority by that."""
        counts = any(level.leader for level in self._ladder(company.id))
        if counts and team and team.id in team._key_account_team_ids():
            return team._with_people().user_id.id or None
        return None

    @api.model
    def _by_sequence(self, company, sequence):
        """The level record for a sequence of the ladder; empty when there is none."""
        for level in self._ladder(company.id):
            if level.sequence == sequence:
                return self.browse(level.id)
        return self.browse()

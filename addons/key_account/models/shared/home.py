"""The figures above My Day: what waits for somebody now, by their roles."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

# Counted as far as this; more is shown as "99+".
MOST = 99
# More of them would be no answer to "What do I do now?".
TILES = 8


class Tile(NamedTuple):
    """One figure: how many records there are, and the way to them."""

    key: str
    label: str
    model: str
    domain: Domain
    # External id of the window action in which they are worked on.
    action: str
    sequence: int
    # Each of them is one too many.
    late: bool = False
    # Not spoken of while there is none.
    quiet: bool = False


class KeyAccountHome(models.AbstractModel):
    """What waits for the user, in a few figures.

    A room adds its own by extending :meth:`_tiles`. Each is one search, counted as the
    reader: what somebody cannot read is not counted for them. Clicking a figure opens
    the very records that were counted. A method ``_open_<key>(record)`` opens a single
    one; without it, the form of the action does.
    """

    _name = "key.account.home"
    _description = "Figures above My Day"

    @api.model
    def read_tiles(self):
        """The figures of the user, the most urgent first; nothing for whoever has no
        role.

        :return: list of ``{key, label, count, more, late}``; ``more``: there are more
            than ``count``
        """
        counted = [
            (tile, self.env[tile.model].search_count(tile.domain, limit=MOST + 1))
            for tile in sorted(self._tiles(), key=lambda tile: tile.sequence)
        ]
        shown = [(tile, count) for tile, count in counted if count or not tile.quiet]
        while len(shown) > TILES:
            # The last one that says nothing, or else the last one.
            empty = [at for at, (_tile, count) in enumerate(shown) if not count]
            shown.pop(empty[-1] if empty else -1)
        return [
            {
                "key": tile.key,
                "label": tile.label,
                "count": min(count, MOST),
                "more": count > MOST,
                "late": tile.late and count > 0,
            }
            for tile, count in shown
        ]

    @api.model
    def open_tile(self, key):
        """What was counted; where that is a single record, the record itself.

        :raise UserError: nothing of that name is counted for this user
        """
        tile = next((tile for tile in self._tiles() if tile.key == key), None)
        if tile is None:
            raise UserError(
                self.env._("This is not among your figures. Reload the page.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(tile.action)
        context = safe_eval(action["context"] or "{}", {"uid": self.env.uid})
        action["context"] = {
            name: value
            for name, value in context.items()
            if not name.startswith("search_default_")
        }
        action.update(
            name=tile.label, display_name=tile.label, domain=list(tile.domain)
        )
        found = self.env[tile.model].search(tile.domain, limit=2)
        if len(found) != 1:
            return action
        if open_one := getattr(self, f"_open_{key}", None):
            return open_one(found)
        views = [view for view in action["views"] if all(view) and view[1] == "form"]
        views = views or found.get_formview_action()["views"]
        return {**action, "res_id": found.id, "views": views}

    # ------------------------------------------------------------
    # FOR THE ROOMS
    # ------------------------------------------------------------

    @api.model
    def _tiles(self):
        """Hook: the figures of the user, as a list of :class:`Tile`."""
        if not self._is("configuration"):
            return []
        steps = self.env["key.account.first.step"]
        return self._tile(
            "first_steps",
            steps._name,
            [("code", "in", steps._open_codes())],
            "key_account.first_step_action",
            50,
            quiet=self._is("specialist"),
            label=self.env._("First steps open"),
        )

    @api.model
    def _open_first_steps(self, step):
        return step.action_open()

    @api.model
    def _tile(self, key, model, domain, action, sequence, *, label, **how):
        """A list of this figure; without rights on the model, of nothing."""
        if not self.env[model].has_access("read"):
            return []
        return [Tile(key, label, model, Domain(domain), action, sequence, **how)]

    @api.model
    def _is(self, role):
        """Whether the user has this role of ours."""
        return self.env.user.has_group(f"key_account.group_{role}")

"""Who puts a record under another, or takes it away, needs the right on that one."""

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Command

from .label import field_label, listed


class KeyAccountUnder(models.AbstractModel):
    """Records that stand under others: a visit under its account, a line in its plan.

    Name in ``_under`` the fields (many2one or many2many) by which they do; each class
    of a model, in whatever room or add-on, may add its own. A record rule is asked
    after the insert that makes it true, and before a write only about what stood there
    before. So the right to change the parent, the one that a record leaves included, is
    asked here before anything is written: in ``create``, ``write``, an import, commands
    of a parent's form, as ``default_*`` in the context, as a user's own default.

    Where the business wants another right than to change the parent, the model answers
    ``_open_parents()``; where to read is enough, because its words are all that there
    is to guard, it is named in ``_under_read``. Superuser code is the process itself,
    and is not asked.
    """

    _name = "key.account.under"
    _description = "Records that stand under others"
    _inherit = ["key.account.kept"]

    _under = frozenset()
    # Of these: computed from another parent where they are not given, and asked then,
    # too.
    _under_derived = frozenset()
    # Those whose records have to be readable only: their words are taken over.
    _under_read = frozenset()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        self._assert_may_place(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_kept(vals)
        self._assert_may_move(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        # What a form computes from a parent tells of it: its customer, its name. One
        # that opens fills in what defaults say, unseen by what it sends; also on a
        # record there is.
        missing = self._under_names().difference(values)
        opens = missing and not (self and field_names)
        defaults = self.default_get(list(missing)) if opens else {}
        self._assert_may_look({**defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _named_elsewhere(self):
        return super()._named_elsewhere() | self._under_names()

    # ------------------------------------------------------------
    # WHAT IS ASKED
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _under_names(self):
        """What all classes of the model name."""
        return self._named("_under") | self._only_read_names()

    @api.model
    @tools.ormcache()
    def _only_read_names(self):
        return self._named("_under_read")

    @api.model
    @tools.ormcache()
    def _under_derived_names(self):
        return self._named("_under_derived")

    @api.model
    def _assert_may_place(self, vals_list):
        """Raise where one of these new records would stand under what the user has no
        right to; one question for all of them."""
        names = self._under_names()
        if self.env.su or not names:
            return
        touched = {}
        defaults = {}
        for vals in vals_list:
            missing = names.difference(vals)
            if missing and missing not in defaults:
                defaults[missing] = self.default_get(list(missing))
            given = {**defaults.get(missing, {}), **vals}
            given = {name: given[name] for name in names.intersection(given)}
            for name in self._under_derived_names().difference(given):
                given[name] = self.new(given)[name]._origin.id
            for name, value in given.items():
                touched.setdefault(name, set()).update(self._moves(name, value, set()))
        self._assert_parents_open(touched)

    def _assert_may_move(self, vals):
        """Raise where one of these records would leave, or come under, what the user
        has no right to."""
        names = self._under_names().intersection(vals)
        if self.env.su or not names or self._is_by_process(vals):
            return
        touched = {}
        # Where they stand now, whether or not the user sees it.
        for record in self.sudo().with_context(active_test=False):
            for name in names:
                moves = self._moves(name, vals[name], set(record[name]._ids))
                touched.setdefault(name, set()).update(moves)
        self._assert_parents_open(touched)

    def _assert_may_look(self, values):
        """Raise where a form names a parent that the user may not read."""
        if self.env.su:
            return
        for name in self._under_names().intersection(values):
            now = set(self.sudo().with_context(active_test=False)[name]._ids)
            moves = self._moves(name, values[name], now) - now
            parents = self._parents(name, moves)
            if refused := parents - parents._filtered_access("read"):
                self._refuse_parents(name, refused)

    @api.model
    def _moves(self, name, value, now):
        """Ids of what is left, and of what is come under, by a value as ``create`` and
        ``write`` take it, where ``now`` are the ids of today."""
        if self._fields[name].type == "many2one":
            return {self._to_id(name, value)} - {False} ^ now
        moves = set()
        for command, *arguments in self._commands(value):
            if command in (Command.LINK, Command.UPDATE):
                moves |= {self._to_id(name, arguments[0])} - now
            elif command in (Command.UNLINK, Command.DELETE):
                moves |= {self._to_id(name, arguments[0])} & now
            elif command == Command.CLEAR:
                moves |= now
            elif command == Command.SET:
                moves |= {self._to_id(name, each) for each in arguments[1]} ^ now
        return moves

    @api.model
    def _commands(self, value):
        if isinstance(value, models.BaseModel):
            return [Command.set(value.ids)]
        if not value:
            return [Command.clear()]
        if isinstance(value, tuple) or not isinstance(value[0], list | tuple):
            return [Command.set(list(value))]
        return value

    @api.model
    def _to_id(self, name, value):
        """The id that the database would make of a value; False for none."""
        if isinstance(value, models.BaseModel):
            return value.id
        if isinstance(value, list | tuple):
            value = value[0] if value else False
        if isinstance(value, dict):
            value = value.get("id")
        if not value:
            return False
        try:
            return int(value)
        except (TypeError, ValueError):
            # Left to nobody's interpretation but ours.
            raise AccessError(
                self.env._("%s: this is not a record.", field_label(self, name))
            ) from None

    @api.model
    def _parents(self, name, ids):
        return self.env[self._fields[name].comodel_name].browse(sorted(ids))

    @api.model
    def _assert_parents_open(self, touched):
        for name, ids in touched.items():
            parents = self._parents(name, ids)
            if parents and (refused := parents - self._open_parents(name, parents)):
                self._refuse_parents(name, refused)

    @api.model
    def _open_parents(self, name, parents):
        """Those of these parents under which the user may put something."""
        only_read = name in self._only_read_names()
        return parents._filtered_access("read" if only_read else "write")

    @api.model
    def _said_parents(self, name, vals_list):
        """The records under which, by this many2one field, new ones with these values
        would stand: also those that the context or the user's own default names."""
        unsaid = any(name not in vals for vals in vals_list)
        default = self.default_get([name]).get(name) if unsaid else False
        ids = {self._to_id(name, vals.get(name, default)) for vals in vals_list}
        return self._parents(name, ids - {False})

    @api.model
    def _refuse_parents(self, name, parents):
        """Name what the user may read, and nothing else."""
        known = parents._filtered_access("read")
        raise AccessError(
            self.env._(
                "%(what)s cannot be put under, or taken away from, %(parents)s: that"
                " takes the right to change it. Ask whoever is responsible for it, or"
                " their manager.",
                what=self.env["ir.model"]._get(self._name).name,
                parents=listed(self.env, known.mapped("display_name"))
                or self.env._(
                    "what you have no access to (%s)", field_label(self, name)
                ),
            )
        )

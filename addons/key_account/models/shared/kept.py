"""Fields that only the process writes: one refusal, one private way past it."""

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import OrderedSet

from .label import field_label, listed
from .ours import is_ours
from .unlocked import field_start, unlock, unlocked

_X2MANY = ("one2many", "many2many")
# Record rules ask each record that is read for these.
_ASKED_BY_RULES = ("company_id", "key_account_id")


class KeyAccountKept(models.AbstractModel):
    """What the process keeps by itself: states, who decided and when, figures.

    Every model of these add-ons inherits this, and every model of Odoo's that they give
    such fields. What a field is says that it is kept: stored and read-only, be it
    computed, related or plain. Four names say the rest; each class of a model, in
    whatever room or add-on, may add its own:

    - ``_kept``: also these, though a screen may show them as open;
    - ``_not_kept``: not these: read-only on screens, told by whoever makes the record;
    - ``_kept_of_odoo``: of Odoo's own fields, these as well as those it computes;
    - ``_no_default``: entered by people, through checks of their own; so no default
      fills them in unseen.

    What is kept is refused to everybody, superuser code included: on ``write``, on
    ``create``, in an import, as ``default_*`` in the context (where the field is
    computed, a context that speaks of it means another model, and is left aside). A
    record starts with what the field itself has as default, never with a user's own
    default, and a copy starts anew. What forms and imports send along is
    accepted: the default on ``create``; on ``write`` what is computed, where it is that
    already.

    The process writes them by ``_write_kept()``, which no RPC reaches; whoever calls it
    has checked who may. An override of ``write`` that does more than refuse asks
    ``_assert_kept()`` first, and by ``_is_by_process()`` lets pass what it would stop
    by other reasons, e.g. because the record is no draft any more.
    """

    _name = "key.account.kept"
    _description = "Fields kept by the process"
    _inherit = ["key.account.words"]

    _kept = frozenset()
    _not_kept = frozenset()
    _kept_of_odoo = frozenset()
    _no_default = frozenset()

    # ------------------------------------------------------------
    # THE WAY OF THE PROCESS
    # ------------------------------------------------------------

    def _write_kept(self, vals):
        """Write these fields, and what else changes together with them, by the chain of
        ``write()``: other modules and the history of changes see it."""
        return self._unlocked(vals).write(vals)

    def _set_kept(self, values):
        """Set kept fields, and what depends on them, without the chain of ``write()``.

        The fast way, for fields that nothing else hangs on: no history of changes, no
        constraint, no override of ``write`` sees it.
        """
        if not self:
            return
        for name, value in values.items():
            field = self._fields[name]
            self.env.remove_to_compute(field, self)
            with self.env.protecting([field], self):
                self[name] = value
        self.modified(list(values))

    @api.model
    def _create_kept(self, vals_list):
        """Make records that start with these values, kept ones among them."""
        names = {name for vals in vals_list for name in vals}
        return self._unlocked(names).create(vals_list)

    def _unlocked(self, names):
        """These records, open for one write (or create) of these fields."""
        names = self._unlocked_names().union(names)
        return unlock(self, self._name, names)

    def _locked(self):
        """These records without what was open for them: for all that follows."""
        if not self._unlocked_names():
            return self
        return self.with_context(key_account_unlocked=None)

    def _unlocked_names(self):
        return unlocked(self.env, self._name) or frozenset()

    def _is_by_process(self, names):
        """Whether the process itself writes all of these fields now."""
        return self._unlocked_names().issuperset(names)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def _fetch_query(self, query, fields):
        """What record rules ask of the rows comes with them, instead of by a query of
        its own that reads them whole once more."""
        if any(field.column_type for field in fields):
            asked = map(self._fields.get, _ASKED_BY_RULES)
            # Not where they are closed to whoever reads: then no rule of theirs asks.
            columns = (
                field
                for field in asked
                if field
                and field.store
                and field.column_type
                and self._has_field_access(field, "read")
            )
            fields = OrderedSet([*fields, *columns])
        return super()._fetch_query(query, fields)

    @api.model
    def default_get(self, fields):
        # Neither the context nor a user's own default says what the process keeps.
        own = self._start_names() | self._closed_by_groups()
        rest = [name for name in fields if name not in own]
        defaults = super().default_get(rest)
        defaults = {name: defaults[name] for name in defaults.keys() - own}
        for name in own.intersection(fields):
            if (field := self._fields[name]).default:
                defaults[name] = self._kept_start(field)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        closed = self._closed_names()
        model = self._locked()
        # They equal what the record starts with, and Odoo asks for the right to each.
        without_default = closed | self._named("_no_default")
        context = {
            key: value
            for key, value in model.env.context.items()
            if key.removeprefix("default_") not in without_default
        }
        if len(context) < len(model.env.context):
            model = model.with_env(model.env(context=context))
        return super(KeyAccountKept, model).create(
            [
                {name: value for name, value in vals.items() if name not in closed}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        self._assert_kept(vals)
        if closed := self._kept_names().intersection(vals) - self._unlocked_names():
            # They change nothing; written, a computed one would stay as it is.
            vals = {name: vals[name] for name in vals.keys() - closed}
        # What this write triggers must not inherit the right to it.
        return super(KeyAccountKept, self._locked()).write(vals)

    def copy_data(self, default=None):
        kept = self._kept_names().difference(default or ())
        return [
            {name: value for name, value in vals.items() if name not in kept}
            for vals in super().copy_data(default)
        ]

    # ------------------------------------------------------------
    # THE REFUSAL
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _kept_names(self):
        """What the fields themselves say, and what all classes of the model name."""
        derived = {name for name, field in self._fields.items() if self._keeps(field)}
        return derived - self._named("_not_kept") | self._named("_kept")

    @api.model
    @tools.ormcache()
    def _start_names(self):
        """What no default but the field's own fills in."""
        return self._kept_names() | self._named("_no_default")

    @api.model
    def _closed_by_groups(self):
        """Fields of ours that the user may not write: no default of their own does."""
        if self.env.su:
            return frozenset()
        return frozenset(
            name
            for name in self._names_with_groups()
            if not self._has_field_access(self._fields[name], "write")
        )

    @api.model
    @tools.ormcache()
    def _names_with_groups(self):
        return tuple(
            name
            for name, field in self._fields.items()
            if field.groups and is_ours(next(iter(field._modules), ""))
        )

    @api.model
    @tools.ormcache()
    def _left_aside_names(self):
        """What a context that speaks of it does not mean: it is always computed."""
        return frozenset(
            name
            for name in self._kept_names() - self._named("_kept")
            if self._fields[name].compute
        )

    @api.model
    @tools.ormcache()
    def _computed_names(self):
        """What Odoo computes and stores of its own models, and writes there itself."""
        computed = {
            name
            for name, field in self._fields.items()
            if field.store and field.compute and field.readonly
        }
        return (computed | self._named("_kept_of_odoo")).difference(
            self._kept_names(), self._named("_not_kept")
        )

    @api.model
    def _named(self, attribute):
        return frozenset().union(
            *(vars(each).get(attribute, ()) for each in type(self).__mro__)
        )

    @api.model
    def _keeps(self, field):
        """Whether what this field is says that only the process writes it."""
        if not field.store or not field.readonly or field.name in MAGIC_COLUMNS:
            return False
        return is_ours(self._original_module) or is_ours(next(iter(field._modules), ""))

    def _closed_names(self):
        """Kept fields that this environment may not write."""
        return self._kept_names() - self._unlocked_names()

    def _assert_kept(self, vals):
        """Raise where one of these values would change what is kept, and the process
        does not write it now."""
        if vals.get("company_id") and not self.env.su:
            self._assert_own_company(vals["company_id"])
        kept = self._kept_names().intersection(vals)
        if kept and (closed := kept - self._unlocked_names()):
            aside = self._left_aside_names()
            self._refuse_changed(closed - aside, closed & aside, vals)
        computed = self._computed_names().intersection(vals)
        # Odoo writes some of them itself, with full rights.
        if computed and not self.env.su and (held := self._held_by_process()):
            held._refuse_changed((), computed - self._unlocked_names(), vals)

    @api.model
    def _assert_own_company(self, company_id):
        """Raise where a record of ours would go to a company in which the user does not
        work: rules are asked only about where it was."""
        field = self._fields.get("company_id")
        if not field or field.related or not is_ours(self._original_module):
            return
        if company_id not in self.env.user._get_company_ids():
            raise AccessError(self.env._("You do not work in that company."))

    def _held_by_process(self):
        """Hook: those of these records of Odoo's of which nobody enters what Odoo
        itself computes, either."""
        return self.browse()

    def _refuse_changed(self, entered, computed, vals):
        changed = {
            name for name in computed if not self._is_unchanged(name, vals[name])
        }
        if changed := changed.union(entered):
            self._refuse_kept(changed)

    def _is_unchanged(self, name, value):
        """Whether these have this value already, as the caller reads it: forms and
        imports send along what is computed."""
        field = self._fields[name]
        if not self or field.type in _X2MANY:
            return False
        try:
            value = field.convert_to_cache(value, self, validate=False)
        except (TypeError, ValueError):
            return False
        return all(
            field.convert_to_cache(record[name], record, validate=False) == value
            for record in self
        )

    @api.model
    def _assert_kept_start(self, vals_list):
        """Raise where new records would start with anything but what a record starts
        with, be it said by the context."""
        closed = self._closed_names()
        defaults = {
            name: value
            for key, value in self.env.context.items()
            if key.startswith("default_")
            and (name := key.removeprefix("default_")) not in self._left_aside_names()
        }
        forged = {
            name
            for vals in (defaults, *vals_list)
            for name in closed.intersection(vals)
            if not self._is_start(name, vals[name])
        }
        if forged:
            self._refuse_kept(forged)

    @api.model
    def _is_start(self, name, value):
        # Without a default it is the process that gives the first value as well.
        field = self._fields[name]
        return bool(field.default) and value == self._kept_start(field)

    @api.model
    def _kept_start(self, field):
        return field_start(self, field)

    def _refuse_kept(self, names):
        labels = sorted(field_label(self, name) for name in names)
        raise AccessError(
            self.env._(
                "%(fields)s: recorded by the process itself, not entered by hand.",
                fields=listed(self.env, labels),
            )
        )

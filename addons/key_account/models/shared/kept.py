"""Fields that only the process writes: one refusal, one private way past it."""

from odoo import api, models, tools
from odoo.exceptions import AccessError

from .label import field_label
from .unlocked import unlock, unlocked


class KeyAccountKept(models.AbstractModel):
    """What the process keeps by itself: states, who decided and when, figures.

    Name the fields in ``_kept``; each class of a model, in whatever room or add-on, may
    add its own. From then on they are refused to everybody, superuser code included: on
    ``write``, on ``create``, in an import, as ``default_*`` in the context. A record
    starts with what the field itself has as default, never with a user's own default,
    and a copy starts anew. The default itself, sent along on ``create`` as forms do, is
    accepted.

    The process writes them by ``_write_kept()``, which no RPC reaches; whoever calls it
    has checked who may. An override of ``write`` that does more than refuse asks
    ``_assert_kept()`` first, and by ``_is_by_process()`` lets pass what it would stop
    by other reasons, e.g. because the record is no draft any more.
    """

    _name = "key.account.kept"
    _description = "Fields kept by the process"

    _kept = frozenset()

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

    @api.model
    def default_get(self, fields):
        # Neither the context nor a user's own default says what the process keeps.
        kept = self._kept_names()
        rest = [name for name in fields if name not in kept]
        defaults = super().default_get(rest)
        defaults = {name: defaults[name] for name in defaults.keys() - kept}
        for name in kept.intersection(fields):
            if (field := self._fields[name]).default:
                defaults[name] = self._kept_start(field)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        closed = self._closed_names()
        model = self._locked()
        # They equal what the record starts with, and Odoo asks for the right to each.
        context = {
            key: value
            for key, value in model.env.context.items()
            if key.removeprefix("default_") not in closed
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
        """What all classes of the model name."""
        return frozenset().union(
            *(vars(each).get("_kept", ()) for each in type(self).__mro__)
        )

    def _closed_names(self):
        """Kept fields that this environment may not write."""
        return self._kept_names() - self._unlocked_names()

    def _assert_kept(self, names):
        """Raise where one of these fields is kept, and the process does not write it
        now."""
        kept = self._kept_names().intersection(names)
        if kept and (closed := kept & self._closed_names()):
            self._refuse_kept(closed)

    @api.model
    def _assert_kept_start(self, vals_list):
        """Raise where new records would start with anything but what a record starts
        with, be it said by the context."""
        closed = self._closed_names()
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_")
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
        """What a new record starts with, as ``create`` takes it."""
        value = field.convert_to_cache(field.default(self), self, validate=False)
        return field.convert_to_write(value, self)

    def _refuse_kept(self, names):
        labels = sorted(field_label(self, name) for name in names)
        raise AccessError(
            self.env._(
                "%(fields)s: recorded by the process itself, not entered by hand.",
                fields=", ".join(labels),
            )
        )

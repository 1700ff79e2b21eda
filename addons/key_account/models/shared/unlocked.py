"""What one write may do that nobody else may: carried by it, and by nothing else."""

from typing import NamedTuple


class Unlocked(NamedTuple):
    """These fields of a model are open for the one write that carries this in its
    context. A caller can send any context over RPC, but no instance of this class."""

    model: str
    names: frozenset = frozenset()


def unlock(records, model, names=()):
    """These records, by which ``names`` of a model can be written."""
    return records.with_context(key_account_unlocked=Unlocked(model, frozenset(names)))


def unlocked(env, model):
    """The names that are open in this environment; None where nothing is."""
    carried = env.context.get("key_account_unlocked")
    if isinstance(carried, Unlocked) and carried.model == model:
        return carried.names
    return None


def field_start(model, field):
    """What a new record starts with by the field itself, as ``create`` takes it."""
    value = field.convert_to_cache(field.default(model), model, validate=False)
    return field.convert_to_write(value, model)


def fields_start(model, names):
    """What ``default_get`` answers where the process makes a record of Odoo's: no
    default of whoever set it off, nor of the context."""
    fields = map(model._fields.get, names)
    return {field.name: field_start(model, field) for field in fields if field.default}

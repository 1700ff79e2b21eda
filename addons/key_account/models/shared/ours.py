"""Which add-on a model, or a field, is of."""

_OURS = "key_account"


def is_ours(module):
    """Whether this add-on, or one that extends it under its name, says so."""
    return (module or "").startswith(_OURS)

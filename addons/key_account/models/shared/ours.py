"""Which add-on a model, or a field, is of."""

_OURS = "key_account"


def is_ours(module):
    """Whether this add-on, or one that extends it under its name, says so."""
    return (module or "").startswith(_OURS)


def is_model_of_ours(env, name):
    """Whether there is a model of this name, and it is of such an add-on."""
    return name in env and is_ours(env[name]._original_module)

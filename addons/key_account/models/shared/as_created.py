"""What a new record will say: its values, and what defaults add to them unseen."""


def as_created(model, vals_list, names):
    """``[values]`` of these fields, as ``create`` takes them for each of these records:
    said by the values; else by the context, a default of the user's own, the field's.

    A guard that reads the values alone does not see the rest.
    """
    missing = [name for name in names if any(name not in vals for vals in vals_list)]
    defaults = model.default_get(missing) if missing else {}
    return [
        {**defaults, **{name: vals[name] for name in names if name in vals}}
        for vals in vals_list
    ]

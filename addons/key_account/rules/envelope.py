"""What an approval covers, and what a signature binds.

An approval covers every version of a quotation that is nowhere worse than what was
approved, when measured with the inputs of that day. A signature binds exactly the terms
that were signed. Source: chapter "Authority limits, sign-off and evidence", section
"Approved envelope".
"""

import hashlib
import json

from .authority import DIMENSIONS


def fingerprint(terms):
    """SHA-256 over the canonical form of commercial terms (nested dicts, lists, plain
    values)."""
    canonical = json.dumps(
        terms, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def worst(measures):
    """{(dimension, scope): worst value}; a term that could not be measured is worst of
    all."""
    return _worst((_key(measure)[:2], measure) for measure in measures)


def worst_of_categories(measures):
    """{(dimension, scope, category): worst value} of what is measured by category: what
    was approved of one category of products is not approved of another, where limits
    are for categories."""
    return _worst(
        (_key(measure), measure) for measure in measures if measure.category is not None
    )


def _key(measure):
    return (measure.dimension, measure.scope, measure.category)


def _worst(measured):
    result = {}
    for key, measure in measured:
        if key not in result:
            result[key] = measure.value
        elif measure.value is None or result[key] is None:
            result[key] = None
        elif DIMENSIONS[measure.dimension].lower_is_worse:
            result[key] = min(result[key], measure.value)
        else:
            result[key] = max(result[key], measure.value)
    return result


def broken_terms(approved, current, measures=()):
    """Keys of the terms that are worse now than approved, both as returned by
    :func:`worst`, or both by :func:`worst_of_categories`.

    A dimension that was not measured at approval (switched on later) is not broken: it
    was not asked for then.

    :param measures: what ``current`` is the worst of: what rounding alone makes worse
        is not broken
    """
    return [
        key
        for key, value in current.items()
        if key in approved
        and _is_worse(key[0], value, approved[key])
        and not _is_rounding(measures, key, approved[key])
    ]


def _is_rounding(measures, key, limit):
    ours = [m for m in measures if _key(m)[: len(key)] == key]
    return bool(ours) and not any(
        m.value is None or DIMENSIONS[m.dimension].beyond(m, limit) for m in ours
    )


def _is_worse(dimension, value, limit):
    if limit is None:
        return False
    return value is None or DIMENSIONS[dimension].exceeds(value, limit)


def foreign_identity(approved, current):
    """Names of what must stay the same but does not: customer, company, currency,
    products, parts of combos, and the wording of agreements; or what the customer has
    to do first, where that has become less (and the current terms name it).
    """
    changed = [
        name
        for name in ("partner", "company", "currency")
        if approved[name] != current[name]
    ]
    for name in ("products", "parts", "agreements"):
        known = approved.get(name, current.get(name, ()))
        if any(entry not in known for entry in current.get(name, ())):
            changed.append(name)
    contents = approved.get("units", {})
    if any(
        contents.get(unit, content) != content
        for unit, content in current.get("units", {}).items()
    ):
        changed.append("units")
    changed += [
        name
        for name in ("signature", "prepayment")
        if name in current and current[name] < approved.get(name, 0)
    ]
    return changed

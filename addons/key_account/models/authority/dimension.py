"""The measured terms as people choose and read them: what limits and grants share."""

from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

from ...rules import authority as rules

_lt = LazyTranslate(__name__)

# What people read; a dimension that an add-on registers brings its own label.
LABELS = {
    "discount": _lt("Discount"),
    "amount": _lt("Amount"),
    "margin": _lt("Margin"),
    "payment_days": _lt("Payment days"),
    "lead_time": _lt("Lead time undercut"),
    "credit": _lt("Credit limit overrun"),
    "deviation": _lt("Deviations"),
}


def dimensions(model):
    """Registered dimensions as the selection of a field."""
    return [
        (code, model.env._(LABELS.get(code) or rule.label or code))
        for code, rule in rules.DIMENSIONS.items()
    ]


def mark_private(records):
    """Limits and grants of these dimensions are read by managers (record rules)."""
    for record in records:
        rule = rules.DIMENSIONS.get(record.dimension)
        record.is_private = bool(rule and rule.private)


def assert_not_negative(records):
    """Less than nothing is allowed only where it means something: of a margin."""
    labels = dict(dimensions(records))
    for record in records:
        rule = rules.DIMENSIONS.get(record.dimension)
        if record.value < 0 and rule and not rule.may_be_negative:
            raise ValidationError(
                records.env._(
                    "%(dimension)s cannot have the limit %(value)s: it is never below"
                    " zero. Enter zero or more.",
                    dimension=labels[record.dimension],
                    value=f"{record.value:g}",
                )
            )

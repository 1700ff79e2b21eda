"""Record rules ask for related records in ways that leave the indexes usable.

A rule is joined to Odoo's own by OR. What a path in it becomes otherwise is a joined
table, and PostgreSQL then reads every quotation there is for each list, count and
search, although each side of the OR has its index. The same question is asked here

- of few records (teams, accounts) as ``column = ANY(ARRAY(SELECT …))``: worked out
  once, and looked up in the index like a value; where the model knows its answer,
  as the value itself;
- of what some people have among many (orders, opportunities) as ``EXISTS`` by id:
  PostgreSQL looks up some rows, or finds all of them at once; and as a list as well
  where these are no more than a person works on (``_listed``), or where few of them
  have any of the records that are asked for (``_listing`` names the fields);
- of people who may be any number, by their ids in a JSON column with an index.

It is the same condition, and records at hand are filtered by it as it is written; by
the JSON column where there is one, which came with their row.
"""

import json

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.orm.domains import DomainCondition, DomainCustom, DomainOr
from odoo.tools import SQL, OrderedSet

from .remembered import forget

# Odoo's models that the department shares with everybody else.
SHARED = frozenset(("sale.order", "sale.order.line", "crm.lead"))


class Asked(DomainCustom):
    """A condition on related records, asked of the database in another way.

    :param at_hand: the same condition as records at hand are filtered by it, where that
        reads less
    """

    __slots__ = ("at_hand", "condition")

    def __new__(cls, condition, sql, at_hand=None):
        self = super().__new__(cls, sql)
        object.__setattr__(self, "condition", condition)
        object.__setattr__(self, "at_hand", at_hand or condition)
        return self

    def _as_predicate(self, records):
        return self.at_hand._as_predicate(records)

    def __eq__(self, other):
        return type(other) is type(self) and self.condition == other.condition

    def __hash__(self):
        return hash(repr(self.condition))

    def __iter__(self):
        return iter(self.condition)


class AskedFirst(Asked):
    """Asked of few records."""


class AskedLast(Asked):
    """Asked of many. Odoo sorts the sides of an OR by the names of their classes, and
    PostgreSQL does not go on where one side holds."""


def by_indexes(domain, model):
    """The same domain, asking for what is related to a record in these ways.

    :param domain: optimized, so that paths are conditions with ``any``
    """
    return domain.map_conditions(lambda condition: _asked(condition, model))


def _asked(condition, model):
    field, value = model._fields.get(condition.field_expr), condition.value
    if field is None or not field.store:
        return condition
    if _names_ids(condition, field):
        if beside := getattr(model, "_ids_beside", {}).get(field.name):
            return AskedFirst(
                condition, _among(beside, value), _stands_in(beside, value)
            )
        if _is_few(model):
            return AskedFirst(condition, _linked(field, value))
    elif (
        field.type == "many2one"
        and not field.company_dependent
        and condition.operator in ("any", "any!")
        and isinstance(value, Domain)
    ):
        related = model.env[field.comodel_name]
        at_hand = DomainCondition(
            field.name, condition.operator, by_indexes(value, related)
        )
        if _is_few(related):
            return AskedFirst(condition, _pointing_to(field, value), at_hand)
        if field.comodel_name != model._name and _is_narrow(value):
            return AskedLast(condition, _existing(field, value), at_hand)
    return condition


def _is_few(model):
    return getattr(model, "_few", False)


def _is_known(model, domain):
    """Whether the model keeps the answer: it does for its own fields, that is."""
    names = getattr(model, "_known_by", frozenset())
    return bool(names) and all(
        condition.field_expr in names and not isinstance(condition.value, Domain)
        for condition in domain.iter_conditions()
    )


def _is_narrow(domain):
    """Whether the domain asks for ids only: for what belongs to some people, say."""
    return all(
        _is_narrow(condition.value)
        if isinstance(condition.value, Domain)
        else condition.operator == "in" and _are_ids(condition.value)
        for condition in domain.iter_conditions()
    )


def _is_beside(model, domain):
    """Whether the domain asks for people whose ids stand in a JSON column."""
    beside = getattr(model, "_ids_beside", {})
    return isinstance(domain, DomainCondition) and domain.field_expr in beside


def _are_ids(value):
    return isinstance(value, OrderedSet) and all(type(id_) is int for id_ in value)


def _names_ids(condition, field):
    return (
        field.type == "many2many"
        and not field.domain
        and condition.operator == "in"
        and _are_ids(condition.value)
    )


def _among(column, ids):
    """One of the ids stands in a JSON column."""

    def to_sql(model, alias, query):
        listed = model._field_to_sql(alias, column, query)
        found = [SQL("%s @> %s::jsonb", listed, json.dumps([id_])) for id_ in ids]
        return SQL("(%s)", SQL(" OR ").join(found))

    return to_sql


def _stands_in(column, ids):
    """The same of records at hand: the column came with their row, where the people
    would be read by a query of their own."""
    ids = frozenset(ids)

    def is_named(record):
        record = record.sudo()
        if column not in record._cache:
            record.browse(record._prefetch_ids).fetch([column])
        return not ids.isdisjoint(record[column] or ())

    return DomainCustom(None, is_named)


def _linked(field, ids):
    """A many2many field links one of these ids with the record."""

    def to_sql(model, alias, query):
        return SQL(
            "%s = ANY(ARRAY(SELECT %s FROM %s WHERE %s IN %s))",
            SQL.identifier(alias, "id"),
            SQL.identifier(field.column1, to_flush=field),
            SQL.identifier(field.relation),
            SQL.identifier(field.column2),
            tuple(ids),
        )

    return to_sql


def _pointing_to(field, domain):
    """A many2one field points to one of the records of the domain."""

    def to_sql(model, alias, query):
        column = model._field_to_sql(alias, field.name, query)
        related = model.env[field.comodel_name]
        if _is_known(related, domain):
            known = list(related._known_ids(domain))
            if len(known) == 1:
                # Of one, an index gives the rows in the order in which it goes on.
                return SQL("%s = %s", column, known[0])
            return SQL("%s = ANY(%s::int[])", column, known) if known else SQL("FALSE")
        found = _matching(related, domain)
        return SQL("%s = ANY(ARRAY%s)", column, found.subselect())

    return to_sql


def _existing(field, domain):
    """The record that a many2one field points to is one of the domain."""

    def to_sql(model, alias, query):
        column = model._field_to_sql(alias, field.name, query)
        related, listing = model.env[field.comodel_name], getattr(model, "_listing", ())
        found = _matching(related, domain)
        if found.is_empty():
            return SQL("FALSE")
        if _is_beside(related, domain):
            # Found by the column's index, they are few: read once, and rows of the
            # model in whatever way is quickest. What EXISTS costs row by row is
            # overrated, until nothing but its own index seems worth to be read.
            return SQL("%s IN %s", column, found.subselect())
        found.add_where(SQL("%s = %s", SQL.identifier(found.table, "id"), column))
        asked = SQL("EXISTS %s", found.subselect("1"))
        if not (getattr(related, "_listed", False) or field.name in listing):
            return asked
        listed = SQL("%s = ANY(ARRAY(%s))", column, _each_listed(related, domain))
        # The list gives the index, and EXISTS is asked of the rows, which does not read
        # a long list once more for each.
        return SQL("(%s AND %s)", asked, listed)

    return to_sql


def _each_listed(model, domain):
    """The ids of the records of each side of an OR: those of one person or team stand
    in an index, and their rows are not read."""
    sides = domain.children if isinstance(domain, DomainOr) else [domain]
    return SQL(" UNION ALL ").join(_side_listed(model, side) for side in sides)


def _side_listed(model, domain):
    if isinstance(domain, DomainCondition):
        field = model._fields[domain.field_expr]
        if _names_ids(domain, field):
            return SQL(
                "SELECT %s FROM %s WHERE %s IN %s",
                SQL.identifier(field.column1, to_flush=field),
                SQL.identifier(field.relation),
                SQL.identifier(field.column2),
                tuple(domain.value),
            )
    return _matching(model, domain).select()


def _matching(model, domain):
    # As in a rule: whatever the user may read of them, archived ones too.
    model = model.sudo().with_context(active_test=False)
    return model._search(by_indexes(domain.optimize(model), model))


class KeyAccountKnown(models.AbstractModel):
    """Few records whose ids are kept for record rules, until one of them is written."""

    _name = "key.account.known"
    _description = "Records kept for rules"

    # Fields whose every change passes through ``write``, or follows that of another
    # model that keeps records in this way.
    _known_by = frozenset()

    @api.model
    @tools.ormcache("self.env.uid", "repr(domain)")
    def _known_ids(self, domain):
        return tuple(_matching(self, domain).get_result_ids())

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        forget(self.env)
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._known_by.intersection(vals):
            forget(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        forget(self.env)
        return result


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    @tools.conditional(
        "xml" not in tools.config["dev_mode"],
        tools.ormcache(
            "self.env.uid",
            "self.env.su",
            "model_name",
            "mode",
            "tuple(self._compute_domain_context_values())",
        ),
    )
    def _compute_domain(self, model_name, mode="read"):
        domain, model = super()._compute_domain(model_name, mode), self.env[model_name]
        ours = model_name.startswith("key.account.") or _is_few(model)
        if ours or model_name in SHARED:
            domain = by_indexes(domain, model)
        return domain

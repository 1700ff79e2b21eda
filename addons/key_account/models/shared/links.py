"""What hangs on records, several lists of it read by one query.

Odoo reads each one2many and many2many field by a query of its own. A form of ours has
many of them, and so has what is measured and decided; most of them are empty.
"""

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .ours import is_ours


def read_links(*wanted):
    """Put into the cache what these fields of these records link them with, as Odoo's
    own reading of each would, by the rules of whoever reads; what is there stays, and
    of drafts nothing is read.

    :param wanted: ``(records, names)``, one2many (by a many2one field) and many2many
        fields
    """
    missing = [
        (field, records)
        for records, names in wanted
        if all(records._ids)
        for field in map(records._fields.get, names)
        if any(field._cache_missing_ids(records))
    ]
    if not missing:
        return
    env = missing[0][1].env
    queries = [
        SQL("(%s)", _query(number, *each)) for number, each in enumerate(missing)
    ]
    found = [{} for _each in missing]
    rows = env.execute_query(SQL(" UNION ALL ").join(queries))
    for number, owner_id, linked_id, _place in sorted(rows, key=lambda row: row[3]):
        found[number].setdefault(owner_id, []).append(linked_id)
    for (field, records), linked in zip(missing, found, strict=True):
        values = [tuple(linked.get(id_, ())) for id_ in records._ids]
        field._insert_cache(records, values)


def _query(number, field, records):
    """``SELECT number, owner, linked record, place in its order``"""
    comodel = records.env[field.comodel_name].with_context(
        **{"active_test": False, **field.context}
    )
    domain = field.get_comodel_domain(records)
    if field.type == "one2many":
        domain &= Domain(field.inverse_name, "in", records.ids)
    query = comodel._search(domain, order=comodel._order)
    linked = SQL.identifier(query.table, "id")
    if field.type == "one2many":
        owner = comodel._field_to_sql(query.table, field.inverse_name, query)
    else:
        owner = SQL.identifier(field.relation, field.column1)
        joined = SQL("%s = %s", SQL.identifier(field.relation, field.column2), linked)
        query.add_join("JOIN", field.relation, None, joined)
        query.add_where(SQL("%s IN %s", owner, tuple(records.ids)))
    place = SQL("row_number() OVER (ORDER BY %s)", query.order or linked)
    query.order = None
    return query.select(SQL("%s", number), owner, linked, place)


class KeyAccountKept(models.AbstractModel):
    _inherit = "key.account.kept"

    def _fetch_query(self, query, fields):
        """Lists of ours that are read together are read by one query."""
        # Asked of each reading: most have columns only.
        lists = [
            field
            for field in fields
            if not field.column_type and _is_list_of_ours(self, field)
        ]
        if len(lists) < 2:
            return super()._fetch_query(query, fields)
        rest = [field for field in fields if field not in lists]
        fetched = super()._fetch_query(query, rest)
        try:
            read_links((fetched, [field.name for field in lists]))
        except AccessError:
            # Odoo says which of them.
            return super()._fetch_query(query, fields)
        return fetched


def _is_list_of_ours(model, field):
    if type(field) is fields.One2many:
        comodel = model.env[field.comodel_name]
        # Odoo reads along with the lines whether they are archived.
        is_plain = (
            comodel._fields[field.inverse_name].type == "many2one"
            and not comodel._active_name
        )
    else:
        is_plain = type(field) is fields.Many2many
    return (
        is_plain
        and not field.bypass_search_access
        and is_ours(next(iter(field._modules), ""))
    )

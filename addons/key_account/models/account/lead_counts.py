"""How much hangs on an opportunity: the figures on its buttons, by one query."""

from odoo import api, models
from odoo.tools import SQL


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def _counted_work(self):
        """Hook: ``{figure: field with the records that are counted}``. The figures are
        computed by ``_compute_work_counts``; each room adds its own.
        """
        return {}

    @api.depends(lambda self: ["team_id", *self._counted_work().values()])
    def _compute_work_counts(self):
        """Nothing hangs on opportunities that are not followed."""
        work = self._counted_work()
        followed = self._followed()
        for figure in work:
            self[figure] = 0
        if not followed:
            return
        queries = [followed._query_work(figure, name) for figure, name in work.items()]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(queries))
        counts = {(figure, lead_id): count for figure, lead_id, count in rows}
        for lead in followed:
            for figure in work:
                lead[figure] = counts.get((figure, lead._origin.id), 0)

    def _query_work(self, figure, name):
        """``SELECT figure, opportunity, number`` of what one of its fields lists."""
        field = self._fields[name]
        counted = self.env[field.comodel_name].with_context(active_test=True)
        query = counted._search([])
        if field.type == "many2many":
            query.add_join(
                "JOIN",
                field.relation,
                None,
                SQL(
                    "%s = %s",
                    SQL.identifier(field.relation, field.column2),
                    SQL.identifier(query.table, "id"),
                ),
            )
            owner = SQL.identifier(field.relation, field.column1)
        else:
            owner = counted._field_to_sql(query.table, field.inverse_name, query)
        query.add_where(SQL("%s = ANY(%s)", owner, self._origin.ids))
        query.groupby = owner
        return query.select(SQL("%s", figure), owner, SQL("count(*)"))

"""The limits of a company as a matrix, and trying out who could sign something off."""

from odoo import api, fields, models

from ...rules import authority as rules
from ..shared.label import selection_labels

# What makes a row of its own, beside the dimension.
SCOPE = ("team_id", "grade", "product_category_id", "date_from", "date_to")


class KeyAccountAuthorityLimit(models.Model):
    _inherit = "key.account.authority.limit"

    # ------------------------------------------------------------
    # MATRIX
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_matrix(self):
        """The matrix of the current company, in one read.

        :return: ``levels`` (columns), ``dimensions``, ``rows`` with ``cells`` by level
            id, what a row can be limited to, and whether the reader may edit
        """
        company = self.env.company
        levels = self.env["key.account.authority.level"].search(
            [("company_id", "=", company.id)], order="sequence"
        )
        # Who is at which level is no secret; people's own records may be closed.
        people = levels.sudo().user_ids
        return {
            "company": company.name,
            "currency": company.currency_id.name,
            "can_edit": self.has_access("write"),
            "levels": [
                {
                    "id": level.id,
                    "name": level.name,
                    "members": level.with_env(people.env).user_ids.mapped("name"),
                    "leader": level.team_leader,
                }
                for level in levels
            ],
            "dimensions": self._matrix_dimensions(company),
            "rows": self._matrix_rows(levels),
            "teams": self._matrix_choice(
                "crm.team", [("company_id", "in", (company.id, False))]
            ),
            "categories": self._matrix_choice("product.category", []),
            "grades": list(selection_labels(self, "grade").items()),
            "people": [{"id": user.id, "name": user.name} for user in people],
        }

    def _matrix_choice(self, model, domain):
        records = self.env[model].search(domain, limit=200)
        return [{"id": record.id, "name": record.display_name} for record in records]

    def _matrix_dimensions(self, company):
        measured = company._key_account_dimension_codes(company.id)
        may_see = self.env["sale.order"]._may_see_figures
        return [
            {
                "code": code,
                "name": name,
                "unit": rules.DIMENSIONS[code].unit,
                "measured": code in measured,
                "readable": may_see(code),
            }
            for code, name in selection_labels(self, "dimension").items()
            if code in rules.DIMENSIONS
        ]

    def _matrix_rows(self, levels):
        """One row per dimension and scope; two limits of one cell stand in two rows."""
        rows = {}
        for limit in self.search([("level_id", "in", levels.ids)], order="id"):
            number = 0
            while (
                limit.level_id.id
                in rows.get((limit._matrix_key(), number), {"cells": {}})["cells"]
            ):
                number += 1
            row = rows.setdefault((limit._matrix_key(), number), limit._matrix_row())
            row["cells"][limit.level_id.id] = {
                "id": limit.id,
                "value": limit.value,
                "unlimited": limit.unlimited,
            }
        return list(rows.values())

    def _matrix_key(self):
        return (self.dimension, *(self[name] for name in SCOPE))

    def _matrix_row(self):
        self.ensure_one()
        return {
            "dimension": self.dimension,
            "team_id": self.team_id.id,
            "team": self.team_id.name or "",
            "grade": self.grade or "",
            "product_category_id": self.product_category_id.id,
            "category": self.product_category_id.display_name or "",
            "date_from": fields.Date.to_string(self.date_from) or "",
            "date_to": fields.Date.to_string(self.date_to) or "",
            "cells": {},
        }

    # ------------------------------------------------------------
    # WHO COULD SIGN THIS?
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def try_out(self, values):
        """Who could sign these values off, by the same engine, nothing stored.

        :param values: ``terms`` {dimension: number}, ``user_id`` the author, and
            optionally ``team_id``, ``grade``, ``product_category_id``
        :return: each term with its verdict, and who decides the whole
        """
        self.check_access("read")
        category = values.get("product_category_id") or None
        may_see = self.env["sale.order"]._may_see_figures
        measures = [
            rules.Measure(
                code,
                float(value),
                "line" if category and code == "discount" else "order",
                "",
                category if code == "discount" else None,
            )
            for code, value in (values.get("terms") or {}).items()
            if code in rules.DIMENSIONS and may_see(code)
        ]
        author = values.get("user_id") or self.env.uid
        # Whoever may read limits may try them out, with all that decides beside them.
        full = self.sudo()
        decision = full._tried_bench(values).decide(measures, [author])
        order = full._tried_order(values)
        return {
            "terms": [order._tried_term(verdict) for verdict in decision.verdicts],
            "needed": decision.required_level is not None,
            "policy": decision.required_level is not None and not decision.outside,
            **order._tried_route(decision.required_level, decision.enough),
        }

    def _tried_bench(self, values):
        """Whom to ask, with a team, a grade and a category in place of a quotation."""
        team = self.env["crm.team"].browse(values.get("team_id") or [])
        categories = self.env["product.category"].browse(
            values.get("product_category_id") or []
        )
        return self._bench(
            self.env.company,
            team._authority_teams(self.env["key.account"]),
            grade=values.get("grade"),
            categories=categories,
        )

    def _tried_order(self, values):
        """A quotation that does not exist, for routing to say who is asked."""
        author = values.get("user_id") or self.env.uid
        return self.env["sale.order"].new(
            {
                "company_id": self.env.company.id,
                "team_id": values.get("team_id") or False,
                "user_id": author,
                "terms_author_id": author,
            }
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tried_term(self, verdict):
        measure = verdict.measure
        return {
            "dimension": self._dimension_labels()[measure.dimension],
            "value": self._value_text(measure.dimension, measure.value, verdict.limit),
            "limit": self._value_text(measure.dimension, verdict.limit),
            "within": verdict.within,
            **self._tried_route(verdict.required_level),
        }

    def _tried_route(self, required_level, enough=None):
        """The level and the people who would be asked, and why nobody can be."""
        if required_level is None:
            return {"level": "", "people": [], "nobody": "", "sole": False}
        route = self._route(required_level, enough=enough)
        nobody = "" if route.users else self._why_nobody(required_level, enough)
        return {
            "level": route.level.name or "",
            "people": route.users.mapped("name"),
            "nobody": nobody,
            "sole": route.sole,
        }

    def action_who_could_sign(self):
        """Try out other terms, beginning with those of this quotation."""
        self.ensure_one()
        self.check_access("read")
        worst = {}
        for verdict in self._authority_found()[self].decision.verdicts:
            code, value = verdict.measure.dimension, verdict.value
            if value is not None and self._may_see_figures(code):
                worst.setdefault(code, []).append(value)
        pick = {
            code: round(
                (min if rules.DIMENSIONS[code].lower_is_worse else max)(values), 2
            )
            for code, values in worst.items()
        }
        return {
            "type": "ir.actions.client",
            "tag": "key_account.authority_matrix",
            "name": self.env._("Who could sign this?"),
            "params": {
                "order": self.name,
                "values": {
                    "terms": pick,
                    "user_id": (self.terms_author_id or self.user_id).id,
                    "team_id": self.team_id.id,
                    "grade": self.sudo().key_account_id.limit_grade or "",
                },
            },
        }

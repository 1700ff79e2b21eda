"""The door "promotion": every week, customers who could become key accounts."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import identification as rules

_SALES = "sales_team.group_sale_salesman,key_account.group_specialist"
# What a proposal tells of its customer, as rules.Customer is read by _figures_of.
_FIGURES = (
    *("revenue", "growth", "margin", "margin_rate", "orders"),
    *("standing", "purchasing_power", "potential", "share"),
)
# Asked of the customer, entered by hand.
_JUDGED = ("standing", "purchasing_power", "potential", "share")


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_standing = fields.Integer(
        string="Standing and brand",
        aggregator="avg",
        copy=False,
        groups=_SALES,
        help="1 to 5; 0: nobody has judged it.",
    )
    key_account_purchasing_power = fields.Integer(
        string="Purchasing power",
        aggregator="avg",
        copy=False,
        groups=_SALES,
        help="1 to 5; 0: nobody has judged it.",
    )
    key_account_potential = fields.Integer(
        string="Potential",
        aggregator="avg",
        copy=False,
        groups=_SALES,
        help="1 to 5; 0: nobody has judged it.",
    )
    key_account_share = fields.Float(
        string="Our share (%)",
        digits=(5, 1),
        aggregator="avg",
        copy=False,
        groups=_SALES,
        help="Of what they buy of our kind; 0: not known.",
    )

    _key_account_judged_within = models.Constraint(
        "CHECK (key_account_standing BETWEEN 0 AND 5"
        " AND key_account_purchasing_power BETWEEN 0 AND 5"
        " AND key_account_potential BETWEEN 0 AND 5"
        " AND key_account_share BETWEEN 0 AND 100)",
        "A customer is judged from 1 to 5, 0 where nobody has; our share goes from 0 to"
        " 100 percent.",
    )


class KeyAccountProposal(models.Model):
    _inherit = "key.account.proposal"

    @api.model
    def _cron_identify(self):
        """Every week. Run twice it finds the same and writes nothing; whatever it
        writes is written by two statements, so that nothing is half proposed."""
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        self.sudo()._identify(companies)

    @api.model
    def _identify(self, companies):
        """Propose the customers of these companies who meet one of their criteria, with
        the figures of today; who is proposed no more lapses. A constant number of
        queries, however many orders and customers."""
        asking = companies.filtered(
            lambda c: any(v > 0 for v in c._key_account_criteria())
        )
        rows = [
            (company_id, partner_id, ",".join(reasons), *self._figures_of(customer))
            for company_id, partner_id, customer, reasons in self._found(asking)
        ]
        standing = self._standing(companies)
        self._put_forward(
            [row for row in rows if not self._stands(standing.get(row[:2]), row)]
        )
        found = {row[:2] for row in rows}
        self._let_lapse(
            [
                id_
                for customer, (id_, state, *_figures) in standing.items()
                if state == "open" and customer not in found
            ]
        )

    @api.model
    def _standing(self, companies):
        """``{(company id, customer id): (id, state, *figures)}`` of what was proposed
        before."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, partner_id, id, state, criteria, %s"
                "  FROM key_account_proposal"
                " WHERE is_superseded IS NOT TRUE AND company_id = ANY(%s)",
                SQL(", ").join(map(SQL.identifier, _FIGURES)),
                companies.ids,
            )
        )
        return {row[:2]: row[2:] for row in rows}

    @api.model
    def _stands(self, before, row):
        """Whether it waits to be decided on with these very figures: to write them once
        more would cost most of the job."""
        return (
            before is not None
            and before[1] in ("open", "submitted", "accepted")
            and (before[1] == "accepted" or before[2:] == row[2:])
        )

    @api.model
    def _found(self, companies):
        """(company id, customer id, Customer, reasons) of whoever is to be proposed."""
        accounts = self.env["key.account"]
        margin = any(
            c.key_account_propose_margin > 0 or c.key_account_exclude_margin > 0
            for c in companies
        )
        figures = accounts._customer_figures(companies, margin=margin)
        judged = self._judged() if figures else {}
        known = self._not_to_propose(companies) if figures else set()
        asked = {
            c.id: (c._key_account_criteria(), c._key_account_floors())
            for c in companies
        }
        for (company_id, partner_id), figure in figures.items():
            if (company_id, partner_id) in known or (None, partner_id) in known:
                continue
            standing, power, potential, share = judged.get(partner_id, (None,) * 4)
            customer = rules.Customer(
                figure.revenue,
                figure.known_margin,
                figure.orders,
                standing,
                power,
                potential,
                figure.margin_rate,
                share,
                figure.growth,
            )
            if reasons := rules.reasons(customer, *asked[company_id]):
                yield company_id, partner_id, customer, reasons

    @api.model
    def _judged(self):
        """``{customer id: what was judged of them}``; None where nobody has."""
        columns = SQL(", ").join(
            SQL("NULLIF(%s, 0)", SQL.identifier(f"key_account_{name}"))
            for name in _JUDGED
        )
        some = SQL(" OR ").join(
            SQL("%s > 0", SQL.identifier(f"key_account_{name}")) for name in _JUDGED
        )
        rows = self.env.execute_query(
            SQL("SELECT id, %s FROM res_partner WHERE %s", columns, some)
        )
        return {
            id_: tuple(None if value is None else float(value) for value in values)
            for id_, *values in rows
        }

    @api.model
    def _not_to_propose(self, companies):
        """(company id or None, customer id) of who has a file, also an archived one, is
        one of ours, or archived."""
        return set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT company_id, partner_id FROM key_account
                     WHERE company_id = ANY(%s)
                 UNION ALL SELECT NULL, partner_id FROM res_company
                 UNION ALL SELECT NULL, id FROM res_partner WHERE NOT active
                    """,
                    companies.ids,
                )
            )
        )

    @api.model
    def _figures_of(self, customer):
        return (
            customer.amount,
            customer.growth,
            customer.margin,
            customer.margin_rate,
            customer.orders,
            int(customer.standing or 0),
            int(customer.purchasing_power or 0),
            int(customer.potential or 0),
            customer.share,
        )

    @api.model
    def _put_forward(self, rows):
        """One statement: new ones, and new figures for those not decided on. Who was
        declined stays so until the day until which they were."""
        if not rows:
            return
        days = defaultdict(lambda: fields.Date.today())
        for company in self.env["res.company"].browse({row[0] for row in rows}):
            days[company.id] = company._key_account_today()
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            """
            INSERT INTO key_account_proposal AS old (
                company_id, partner_id, criteria, revenue, growth, margin, margin_rate,
                orders, standing, purchasing_power, potential, share, proposed_on,
                state, figured_on, create_uid, create_date, write_uid, write_date
            )
            SELECT found.*, 'open', now() AT TIME ZONE 'UTC', %s,
                   now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
              FROM unnest(%s::int[], %s::int[], %s::text[], %s::numeric[],
                          %s::numeric[], %s::numeric[], %s::numeric[], %s::int[],
                          %s::int[], %s::int[], %s::int[], %s::numeric[],
                          %s::date[]) AS found
                ON CONFLICT (company_id, partner_id)
                      WHERE is_superseded IS NOT TRUE DO UPDATE
               SET criteria = EXCLUDED.criteria, revenue = EXCLUDED.revenue,
                   growth = EXCLUDED.growth, margin = EXCLUDED.margin,
                   margin_rate = EXCLUDED.margin_rate, orders = EXCLUDED.orders,
                   standing = EXCLUDED.standing, potential = EXCLUDED.potential,
                   purchasing_power = EXCLUDED.purchasing_power,
                   share = EXCLUDED.share, figured_on = EXCLUDED.figured_on,
                   proposed_on = CASE WHEN old.state IN ('open', 'submitted')
                                      THEN old.proposed_on
                                      ELSE EXCLUDED.proposed_on END,
                   state = CASE WHEN old.state = 'submitted' THEN old.state
                                ELSE 'open' END
             WHERE old.state IN ('open', 'submitted', 'lapsed')
                OR (old.state = 'declined'
                    AND COALESCE(old.declined_until, EXCLUDED.proposed_on)
                        <= EXCLUDED.proposed_on)
            """,
            [self.env.uid, self.env.uid, *columns, [days[row[0]] for row in rows]],
        )
        self.env.invalidate_all()

    @api.model
    def _let_lapse(self, ids):
        """Whoever waits to be decided on, and meets nothing any more."""
        if not ids:
            return
        self.env.cr.execute(
            """
            UPDATE key_account_proposal
               SET state = 'lapsed', write_date = now() AT TIME ZONE 'UTC'
             WHERE state = 'open' AND id = ANY(%s)
            """,
            [ids],
        )
        self.env.invalidate_all()

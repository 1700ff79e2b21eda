"""A requirement measured: the price that is asked for against the reference price and
the specialist's limit, as a quotation made from it will be."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules import prices
from ...rules import requirement as rules
from ...rules.authority import UNLIMITED, Line, Measure


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    within_authority = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("open", "To be judged")],
        string="Within authority",
        compute="_compute_within_authority",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Measured where product and target price are given, else judged by hand.",
    )
    is_measured = fields.Boolean(
        compute="_compute_is_measured", store=True, precompute=True
    )
    measured_discount = fields.Float(
        string="Below reference price (%)",
        compute="_compute_within_authority",
        store=True,
        precompute=True,
        aggregator=None,
        digits=(16, 2),
    )
    authority_limit = fields.Char(
        string="Limit", compute="_compute_within_authority", store=True, precompute=True
    )
    authority_until = fields.Date(
        "Authority until",
        compute="_compute_within_authority",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The last day on which this limit holds.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("product_id", "target_price")
    def _compute_is_measured(self):
        for line in self:
            line.is_measured = line._can_be_measured()

    @api.depends(
        "product_id",
        "target_price",
        "quantity",
        "uom_id",
        "currency_id",
        "company_id",
        "key_account_id",
        "opportunity_id.user_id",
        "opportunity_id.team_id",
        "visit_id.user_id",
        "key_account_id.user_id",
        "key_account_id.team_id",
        "key_account_id.limit_grade",
    )
    def _compute_within_authority(self):
        measured = self.filtered(lambda line: line._can_be_measured())
        for line in self - measured:
            line.within_authority = line.within_authority or "open"
            line.measured_discount = 0.0
            line.authority_limit = False
            line.authority_until = False
        references = measured._reference_prices()
        limits = measured._discount_limits()
        for line in measured:
            measure = rules.measured(line._as_quoted(references[line]))
            limit, line.authority_until = limits[line]
            line.measured_discount = measure.value or 0.0
            line.within_authority = rules.judge(measure, limit)
            line.authority_limit = line._limit_text(limit)

    def _can_be_measured(self):
        return bool(self.product_id and self.target_price)

    def _reference_prices(self):
        """Reference price per unit, untaxed, in each line's currency and for its
        quantity: ``{line: price or None}``; as a quotation of today has it, one reading
        per source, company, unit and currency.
        """
        Reference = self.env["key.account.reference.price"]
        found = {}
        for (company, account), lines in self.grouped(
            lambda line: (line.company_id, line.key_account_id._origin)
        ).items():
            day = company._key_account_today()
            sources = Reference._sources(account, company, day)
            for (uom, currency), priced in lines.grouped(
                lambda line: (line.uom_id, line.currency_id)
            ).items():
                products = priced.product_id._origin
                facts = products._key_account_facts()
                asked = {
                    product.id: product._key_account_priced() for product in products
                }
                tables = Reference._tables(
                    sources, asked, uom, currency, company, day, facts
                )
                for line in priced:
                    product = line.product_id._origin
                    price = prices.price_at(
                        tables[product.id], line._quantity_in(product.uom_id)
                    )
                    if product.product_tmpl_id.type == "combo":
                        found[line] = Reference._untaxed_combo(
                            price, product, currency, company, day
                        )
                        continue
                    taxes = facts[product.id].included_tax_ids
                    found[line] = Reference._untaxed(price, product, taxes, company)
        return found

    def _quantity_in(self, uom):
        """What a quotation made from this line asks price lists for."""
        quantity = self.quantity or 1.0
        own = self.uom_id
        return own._compute_quantity(quantity, uom, raise_if_failure=False)

    def _as_quoted(self, reference):
        """The line of a quotation with this price, as the rules measure it."""
        self.ensure_one()
        if reference is None:
            return None
        quantity, price, currency = (
            self.quantity or 1.0,
            self.target_price,
            self.currency_id,
        )
        steps = self.env["key.account.reference.price"]._steps(currency)
        rounding = prices.rounding_of(price, reference, steps)
        return Line(
            self.name or "",
            currency.round(price * quantity),
            reference * quantity,
            total_rounding=currency.rounding / 2.0,
            price_rounding=rounding * quantity,
        )

    def _discount_limits(self):
        """Discount in % each line's specialist may give, as on a quotation, and the
        last day on which that holds: ``{line: (limit or None, date or False)}``."""
        # Measured by the whole deal, whatever of it the reader of the line may read.
        measured = self.sudo()
        Limit = measured.env["key.account.authority.limit"]
        Grant = measured.env["key.account.authority.grant"]
        grants = Grant._in_force(measured.opportunity_id)
        limits = dict.fromkeys(self, (None, False))
        deals = measured.grouped(
            lambda line: (line.company_id, line.opportunity_id, line.key_account_id)
        )
        for (company, lead, account), lines in deals.items():
            categories = lines.product_id.categ_id
            bench = Limit._bench_of_deal(company, lead, account, categories, grants)
            until = Limit._last_day_of(company, lead, grants)
            for line in lines.filtered("user_id"):
                category = line.product_id.categ_id.id
                asked = Measure("discount", None, category=category)
                limits[line] = (bench.limit(line.user_id.id, asked), until)
        return limits

    def _measured_below(self):
        """How far below the reference price those of these lines are asked for that lie
        beyond the specialist's limit, as the rules measure it."""
        return [
            Measure(
                "discount",
                line.measured_discount,
                "line",
                line.name or "",
                line.product_id.categ_id.id or None,
            )
            for line in self
            if line.within_authority == "no" and line.measured_discount > 0
        ]

    def _limit_text(self, limit):
        """A limit of the discount as it stands on the line."""
        if limit is None:
            return self.env._("no authority")
        if limit == UNLIMITED:
            return self.env._("unlimited")
        return self.env._("%s %%", f"{limit:g}")

    # ------------------------------------------------------------
    # MEASURING AGAIN
    # ------------------------------------------------------------

    @api.model
    def _measure_undecided(self, domain):
        """Limits or reference prices changed: measure again what is not decided."""
        undecided = Domain("state", "in", ("open", "outside"))
        # All of them, not only those that whoever changes a limit may read.
        self.sudo().search(Domain(domain) & undecided)._measure_again()

    def _measure_again(self):
        """Limits or grants changed: measure the lines anew that still count."""
        lines = self.filtered(lambda line: line.is_measured and line.state != "dropped")
        for name in ("within_authority", "authority_until", "state"):
            self.env.add_to_compute(self._fields[name], lines)

    @api.model
    def _authority_ended(self):
        """Domain of lines whose limit has ended since they were measured."""
        ended = self.env["res.company"]._key_account_before_today("authority_until")
        return ended & Domain("state", "!=", "dropped")

    # ------------------------------------------------------------
    # WHAT IS MEASURED IS NOT JUDGED
    # ------------------------------------------------------------

    def _will_be_measured(self, vals):
        """Whether this line, or a new one, is measured once ``vals`` are written."""
        product = vals.get("product_id", self.product_id)
        return bool(product and vals.get("target_price", self.target_price))

    @api.model
    def _without_judgement(self, vals):
        """What is measured is not judged by hand."""
        return {
            name: value for name, value in vals.items() if name != "within_authority"
        }

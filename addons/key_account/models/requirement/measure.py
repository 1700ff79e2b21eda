"""A requirement measured: the price that is asked for against the reference price and
the specialist's limit, as a quotation made from it will be."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules import requirement as rules
from ...rules.authority import UNLIMITED, Measure


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    within_authority = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("open", "To be judged")],
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
            discount = rules.discount(line.target_price, references[line])
            limit, line.authority_until = limits[line]
            line.measured_discount = discount or 0.0
            line.within_authority = rules.within(discount, limit)
            line.authority_limit = line._limit_text(limit)

    def _can_be_measured(self):
        return bool(self.product_id and self.target_price)

    def _reference_prices(self):
        """Reference price per unit, untaxed, in each line's currency: ``{line: price or
        None}``; as a quotation of today has it, one reading per source, company, unit
        and currency.
        """
        Reference = self.env["key.account.reference.price"]
        today = fields.Date.today()
        prices = {}
        for (company, account), lines in self.grouped(
            lambda line: (line.company_id, line.key_account_id._origin)
        ).items():
            sources = Reference._sources(account, company, today)
            for (uom, currency), priced in lines.grouped(
                lambda line: (line.uom_id, line.currency_id)
            ).items():
                products = priced.product_id._origin
                facts = products._key_account_facts()
                by_product = Reference._unit_prices(
                    sources, products, uom, currency, company, today, facts
                )
                for line in priced:
                    product = line.product_id._origin
                    prices[line] = Reference._untaxed(
                        by_product.get(product.id),
                        product,
                        facts[product.id].included_tax_ids,
                        currency,
                        company,
                    )
        return prices

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
        today = fields.Date.context_today(self)
        return Domain("authority_until", "<", today) & Domain("state", "!=", "dropped")

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

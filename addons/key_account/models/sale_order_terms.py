"""The commercial terms of a quotation: measured, compared with authority, shown while
edited."""

from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import format_amount, format_date, formatLang

from ..rules import authority as rules
from ..rules import envelope
from .approval import OPEN_EVENTS, UNLIMITED_SHOWN

UNDECIDED = ("draft", "sent")
# The strip stays quiet; refusals name every reason.
SHOWN_REASONS = 4
# Account states whose quotations are controlled; lost and dropped accounts are plain
# customers.
CONTROLLED_STATES = ("candidate", "trial", "active", "dormant")
# A write of one of these is a change of commercial terms.
ORDER_TERMS = frozenset(
    (
        "partner_id",
        "company_id",
        "currency_id",
        "pricelist_id",
        "payment_term_id",
        "commitment_date",
        "note",
        "fiscal_position_id",
        "order_line",
        "agreement_ids",
        "handover_terms",
        "requirement_ids",
        "user_id",
    )
)
# Kept by the process itself; nobody writes them by hand or over RPC.
PROCESS_FIELDS = frozenset(
    (
        "key_account_id",
        "authority_state",
        "authority_level_id",
        "terms_author_id",
        "approver_ids",
        "authority_confirmed",
        "authority_bound",
        "terms_version",
        "contract_state",
        "contract_number",
        "approval_ids",
        "signature_ids",
        "contract_review_ids",
    )
)


class Found(NamedTuple):
    """What measuring a quotation found: its authority state, the level that decides (or
    decided), the engine's decision, the inputs it was measured with, and the terms."""

    state: str
    level: models.BaseModel
    decision: rules.Decision
    inputs: dict
    terms: rules.Terms


class SaleOrder(models.Model):
    _inherit = "sale.order"

    key_account_id = fields.Many2one(
        "key.account",
        compute="_compute_key_account_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    terms_author_id = fields.Many2one(
        "res.users",
        string="Terms by",
        readonly=True,
        copy=False,
        help="The last colleague who changed commercial terms.",
    )
    authority_state = fields.Selection(
        [
            ("not_applicable", "Not applicable"),
            ("within", "Within authority"),
            ("required", "Sign-off required"),
            ("pending", "Sign-off pending"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        string="Authority",
        compute="_compute_authority_state",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    authority_level_id = fields.Many2one(
        "key.account.authority.level",
        string="Decided by level",
        compute="_compute_authority_state",
        store=True,
        copy=False,
    )
    authority_held = fields.Boolean(
        compute="_compute_authority_held",
        help="Must not reach the customer now: sign-off is missing and the company"
        " enforces it.",
    )
    authority_preview = fields.Html(
        compute="_compute_authority_preview", sanitize=False
    )
    authority_confirmed = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        groups="base.group_system",
        help="What was confirmed: the envelope that later changes are compared with.",
    )
    terms_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the changes of commercial terms. Each writes the row of the order,"
        " so that whoever decides or signs at the same moment meets the change.",
    )
    authority_bound = fields.Boolean(
        readonly=True,
        copy=False,
        help="Sign-off was asked for, or somebody signed: changed terms are compared"
        " with that.",
    )
    approver_ids = fields.Many2many(
        "res.users",
        "sale_order_key_account_approver_rel",
        "order_id",
        "user_id",
        string="Asked to sign off",
        readonly=True,
        copy=False,
    )
    approval_ids = fields.One2many(
        "key.account.approval",
        "order_id",
        string="Sign-off history",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    requirement_ids = fields.One2many(
        "key.account.requirement",
        "order_id",
        string="Requirements",
        groups="key_account.group_specialist,key_account.group_support",
    )
    agreement_ids = fields.Many2many(
        "key.account.agreement",
        "sale_order_key_account_agreement_rel",
        "order_id",
        "agreement_id",
        string="Agreements",
        copy=False,
        groups="key_account.group_specialist,key_account.group_support",
    )
    handover_terms = fields.Html(
        string="Handover terms",
        help="How, where and by whom the goods are handed over and accepted.",
    )
    authority_discount = fields.Float(
        string="Discount (%)",
        compute="_compute_authority_discount",
        help="Weighted, against reference prices.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("partner_id", "company_id")
    def _compute_key_account_id(self):
        partners = self.partner_id.commercial_partner_id
        accounts = self.env["key.account"].sudo()
        if partners:
            accounts = accounts.search([("partner_id", "in", partners.ids)])
        found = {
            (account.partner_id.id, account.company_id.id): account.id
            for account in accounts
        }
        for order in self:
            key = (order.partner_id.commercial_partner_id.id, order.company_id.id)
            order.key_account_id = found.get(key, False)

    @api.depends(
        "state",
        "company_id",
        "team_id",
        "user_id",
        "key_account_id",
        "key_account_id.state",
        "key_account_id.grade",
        "terms_author_id",
        "currency_id",
        "opportunity_id",
        "validity_date",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "order_line.product_uom_id",
        "order_line.price_subtotal",
        "order_line.display_type",
        "approval_ids",
    )
    def _compute_authority_state(self):
        concerned = self._key_account_concerned()
        rest = self - concerned
        rest.authority_state = "not_applicable"
        rest.authority_level_id = False
        if concerned:
            found = concerned._authority_found()
            for order in concerned:
                order.authority_state = found[order].state
                order.authority_level_id = found[order].level

    @api.depends(
        "authority_state",
        "order_line.price_subtotal",
        "order_line.product_uom_qty",
        "order_line.discount",
    )
    @api.depends_context("lang", "uid")
    def _compute_authority_preview(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_preview = False
        if concerned:
            found = concerned._authority_found()
            for order in concerned:
                order.authority_preview = order._preview(found[order])

    @api.depends("authority_state", "state", "company_id")
    def _compute_authority_held(self):
        modes = self.env["res.company"]._key_account_modes()
        for order in self:
            order.authority_held = (
                order.authority_state in ("required", "pending", "rejected")
                and order.state in UNDECIDED
                and modes.get(order.company_id.id) == "enforce"
            )

    @api.depends("authority_state", "approver_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for order in self:
            order.can_decide = (
                order.authority_state == "pending"
                and self.env.user in order.approver_ids
            )

    @api.depends("order_line.price_subtotal")
    def _compute_authority_discount(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_discount = 0.0
        inputs = concerned._measuring_inputs()
        for order in concerned:
            worst = envelope.worst(
                rules.Discount().measure(order._terms(inputs[order]))
            )
            order.authority_discount = worst.get(("discount", "order")) or 0.0

    # ------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------

    def _key_account_concerned(self):
        """Orders that the controls concern: of a key account, or of a key-account
        team."""
        modes = self.env["res.company"]._key_account_modes()
        if not modes:
            return self.browse()
        teams = self.env["crm.team"]._key_account_team_ids()
        orders = self.sudo().filtered(
            lambda order: (
                order.company_id.id in modes
                and (
                    order.team_id.id in teams
                    or order.key_account_id.state in CONTROLLED_STATES
                )
                and not order._is_webshop_cart()
            )
        )
        return orders.with_env(self.env) if orders else self.browse()

    def _key_account_customer(self):
        """The company that buys: the account's, which needs no look at the contact."""
        return self.key_account_id.partner_id or self.partner_id.commercial_partner_id

    def _is_webshop_cart(self):
        """A cart of the webshop (website_sale, where installed): prices are the
        shop's."""
        return "website_id" in self._fields and bool(self.website_id)

    # ------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------

    def _measured_lines(self):
        """Lines that carry a price; the parts of a combo are measured with it."""
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.combo_item_id
            )
        )

    def _measuring_inputs(self):
        """{order: inputs}: the rate and the untaxed reference price of each product and
        unit."""
        result = {}
        # Read for all at once: what is filtered below loses its prefetch companions.
        everything = self.sudo().order_line
        everything.product_id.product_tmpl_id.mapped("list_price")
        everything.tax_ids.mapped("price_include")
        for order in self.sudo():
            lines = order._measured_lines().filtered("product_id")
            prices = order._reference_prices(lines)
            result[self.browse(order._ids)] = {
                "date": fields.Date.to_string(order.date_order or fields.Date.today()),
                "rate": order.currency_rate or 1.0,
                "reference": prices,
            }
        return result

    def _identity(self, inputs=None):
        """What an approval is bound to by name: another of these needs another
        approval. With inputs, the products are those that were measured."""
        self.ensure_one()
        order = self.sudo()
        if inputs:
            products = {int(key.partition(":")[0]) for key in inputs["reference"]}
        else:
            products = order._measured_lines().product_id.ids
        return {
            "partner": order._key_account_customer().id,
            "company": order.company_id.id,
            "currency": order.currency_id.id,
            "products": sorted(products),
        }

    def _reference_prices(self, lines):
        """{"product:unit": untaxed unit price in the currency of the order}, in one
        batch per unit."""
        self.ensure_one()
        pricelist = self.company_id.key_account_reference_pricelist_id
        date = self.date_order or fields.Datetime.now()
        prices = {}
        for uom, group in lines.grouped("product_uom_id").items():
            if pricelist:
                found = pricelist._get_products_price(
                    group.product_id, 1.0, currency=self.currency_id, uom=uom, date=date
                )
            else:
                found = self._list_prices(group.product_id, uom, date)
            for line in group:
                product = line.product_id._origin or line.product_id
                price = found.get(line.product_id.id, found.get(product.id))
                prices[f"{product.id}:{uom.id}"] = line._untaxed_reference(price)
        return prices

    def _list_prices(self, products, uom, date):
        """``{product id: list price}``, as ``_price_compute()`` has them.

        That one reads the main company and the attributes of every product anew,
        although most prices are in its currency and most products have no attributes.
        """
        with_attributes = products.filtered("combination_indices")
        prices = with_attributes._price_compute(
            "list_price",
            uom=uom,
            currency=self.currency_id,
            company=self.company_id,
            date=date,
        )
        main_currency = self.env["res.company"]._key_account_main_currency()
        for product in products - with_attributes:
            # Its own fields would be fetched one by one from the template.
            template = product.product_tmpl_id
            price = template.list_price
            if uom and uom != template.uom_id:
                price = template.uom_id._compute_price(price, uom)
            currency = template.company_id.sudo().currency_id or main_currency
            if currency != self.currency_id:
                price = currency._convert(
                    price, self.currency_id, self.company_id, date
                )
            prices[product.id] = price
        return prices

    def _terms(self, inputs):
        """The terms as the rules measure them, with the given inputs."""
        self.ensure_one()
        order = self.sudo()
        lines, untaxed = [], 0.0
        for line in order.order_line:
            if line.display_type or line.is_downpayment:
                continue
            net = line.price_subtotal
            untaxed += net
            if line.combo_item_id:
                continue
            product = line.product_id._origin or line.product_id
            unit = inputs["reference"].get(f"{product.id}:{line.product_uom_id.id}")
            for part in line._combo_parts():
                net += part.price_subtotal
            if unit is not None:
                unit *= line.product_uom_qty
            lines.append(
                rules.Line(
                    where=(line.name or line.product_id.name or "").split("\n")[0],
                    net=net,
                    reference=unit if product else None,
                    category=product.product_tmpl_id.categ_id.id or None,
                )
            )
        return rules.Terms(tuple(lines), untaxed / (inputs["rate"] or 1.0))

    def _dimension_codes(self):
        return [
            code.strip()
            for code in (self.company_id.sudo().key_account_dimensions or "").split(",")
        ]

    # ------------------------------------------------------------
    # Authority
    # ------------------------------------------------------------

    def _authority_found(self):
        """``{order: Found}``, measured now."""
        inputs = self._measuring_inputs()
        grants = self._grants_by_lead()
        found = {}
        for order in self:
            terms = order._terms(inputs[order])
            answer = order._authority_of(terms, grants)
            found[order] = Found(*answer, inputs[order], terms)
        return found

    def _keep_found(self, found):
        """Store what was just found, which a change of the order's state did not
        change."""
        for order in self.filtered(lambda order: order in found):
            state, level, *_rest = found[order]
            order.sudo()._set_process(
                {"authority_state": state, "authority_level_id": level.id}
            )

    def _grants_by_lead(self):
        leads = self.sudo().opportunity_id
        grants = (
            self.env["key.account.authority.grant"]._in_force(leads) if leads else []
        )
        result = {}
        for grant in grants:
            key = (grant.opportunity_id.id, grant.user_id.id, grant.dimension)
            result.setdefault(key, []).append(grant.value)
        return result

    def _authority_of(self, terms, grants):
        """Authority state, level and decision for these terms."""
        self.ensure_one()
        order = self.sudo()
        Level = self.env["key.account.authority.level"]
        measures = rules.measure_terms(terms, order._dimension_codes())
        decision = order._decide(measures, grants)
        level = Level._by_sequence(order.company_id, decision.required_level)
        if order.state == "sale":
            if order._confirmed_envelope_holds():
                last = order._last_event()
                return (
                    "approved" if last and last.event == "approve" else "within",
                    Level,
                    decision,
                )
        elif decision.required_level is None:
            return ("within", Level, decision)
        for event in order.approval_ids.sorted("id", reverse=True):
            if (
                event.event in OPEN_EVENTS
                and event == order._last_event()
                and order._covered_by(event)
            ):
                return ("pending", level, decision)
            if event.event == "approve" and order._covered_by(event):
                return ("approved", event.level_id, decision)
            if event.event == "reject":
                same = event.fingerprint == order._terms_fingerprint()
                return ("rejected" if same else "required", level, decision)
            if event.event == "send_back":
                break
        return (
            ("required", level, decision)
            if decision.required_level
            else ("within", Level, decision)
        )

    def _decide(self, measures, grants):
        """The engine's decision for these measures, with the limits in force today."""
        self.ensure_one()
        Level, company, team = (
            self.env["key.account.authority.level"],
            self.company_id,
            self.team_id,
        )
        rows = self.env["key.account.authority.limit"]._rows(
            company.id, fields.Date.context_today(self)
        )
        grade = None
        if any(row.grade for row in rows):
            grade = self.key_account_id.grade or None
        people = (self.terms_author_id or self.create_uid) | self.user_id
        level_of = {person: Level._level_of(person, company, team) for person in people}
        ancestors = {}
        if any(row.category for row in rows):
            ancestors = self._category_ancestors()

        def limit_of_level(level, measure):
            return rules.effective_limit(
                rows,
                level,
                measure.dimension,
                team.id or None,
                grade,
                ancestors.get(measure.category, ()),
            )

        def limit_of_author(measure):
            limit = rules.UNLIMITED if people else None
            for person, level in level_of.items():
                granted = grants.get(
                    (self.opportunity_id.id, person.id, measure.dimension), ()
                )
                own = rules.personal_limit(
                    measure.dimension, limit_of_level(level, measure), granted
                )
                limit = rules.DIMENSIONS[measure.dimension].stricter(limit, own)
            return limit

        levels = [sequence for sequence, *_rest in Level._ladder(company.id)]
        known = [level for level in level_of.values() if level is not None]
        return rules.decide(
            measures,
            levels,
            limit_of_level,
            limit_of_author,
            author_level=min(known) if len(known) == len(level_of) and known else None,
            always=(
                team._key_account_policy("key_account_approval_policy")
                or company.key_account_approval_policy
            )
            == "always",
        )

    def _category_ancestors(self):
        """{category id: ids of it and its parents}"""
        return {
            category.id: tuple(
                int(part) for part in (category.parent_path or "").split("/") if part
            )
            for category in self.order_line.product_id.categ_id
        }

    def _last_event(self):
        return self.approval_ids.sorted("id", reverse=True)[:1]

    def _covered_by(self, event):
        """Whether this quotation is nowhere worse than what the event was about."""
        self.ensure_one()
        if (
            event.event == "approve"
            and event.valid_until
            and event.valid_until < fields.Date.context_today(self)
        ):
            return False
        return not self._broken_since(event.inputs or {})

    def _broken_since(self, inputs):
        """Terms that are worse now, measured with the inputs of then; identities that
        changed."""
        if not inputs:
            return ["inputs"]
        changed = envelope.foreign_identity(inputs, self._identity())
        approved = {
            tuple(key.split("/")): value for key, value in inputs["worst"].items()
        }
        terms = self._terms(inputs)
        worst = envelope.worst(rules.measure_terms(terms, self._dimension_codes()))
        broken = envelope.broken_terms(approved, worst)
        if terms.reference_value <= inputs["reference_value"] + rules.TOLERANCE:
            # More money for the same goods is no higher exposure: a lower discount
            # needs nobody.
            broken = [key for key in broken if key[0] != "amount"]
        return changed + broken

    def _confirmed_envelope_holds(self):
        """After confirmation: nothing is worse than what was confirmed (or no control
        applied then)."""
        self.ensure_one()
        confirmed = self.sudo().authority_confirmed
        return not confirmed or not self._broken_since(confirmed)

    def _envelope_inputs(self, found=None):
        """Inputs with the measured worst values: what an approval covers from now
        on."""
        self.ensure_one()
        inputs = found.inputs if found else self._measuring_inputs()[self]
        terms = found.terms if found else self._terms(inputs)
        worst = envelope.worst(rules.measure_terms(terms, self._dimension_codes()))
        return {
            **inputs,
            **self._identity(inputs),
            "worst": {"/".join(key): value for key, value in worst.items()},
            "reference_value": terms.reference_value,
        }

    def _set_process(self, values):
        """Set stored fields of the process, and what depends on them, without the whole
        chain of ``write()``: nothing else hangs on them, and this happens with every
        change of terms."""
        if not self:
            return
        for name, value in values.items():
            field = self._fields[name]
            self.env.remove_to_compute(field, self)
            with self.env.protecting([field], self):
                self[name] = value
        self.modified(list(values))

    def _mark_authority(self):
        """Have the stored authority state of these orders computed again."""
        self.env.add_to_compute(self._fields["authority_state"], self)
        self.env.add_to_compute(self._fields["authority_level_id"], self)

    # ------------------------------------------------------------
    # Fingerprint and snapshot
    # ------------------------------------------------------------

    def _terms_fingerprint(self):
        """SHA-256 of all commercial terms: what a signature binds."""
        self.ensure_one()
        return envelope.fingerprint(self.sudo()._commercial_terms())

    def _commercial_terms(self):
        lines = self.order_line.filtered(lambda line: not line.is_downpayment)
        return {
            "partner": self.partner_id.id,
            "company": self.company_id.id,
            "currency": self.currency_id.name,
            "pricelist": self.pricelist_id.id,
            "payment_term": self.payment_term_id.id,
            "commitment_date": fields.Datetime.to_string(self.commitment_date) or "",
            "note": str(self.note or ""),
            "handover": str(self.handover_terms or ""),
            "agreements": self.agreement_ids._terms(),
            "requirements": [
                [r.kind, r.name, r.our_standard or ""]
                for r in self.requirement_ids.sorted("id")
            ],
            "lines": [
                line._commercial_terms()
                for line in lines.sorted(lambda line: (line.sequence, line.id))
            ],
        }

    def _terms_snapshot(self):
        """The terms as a small readable table, kept with the event."""
        self.ensure_one()
        row = Markup(
            "<tr><td>%s</td><td class='text-end'>%s %s</td><td class='text-end'>%s</td>"
            "<td class='text-end'>%s %%</td><td class='text-end'>%s</td></tr>"
        )
        rows = Markup().join(
            row
            % (
                line.name,
                formatLang(self.env, line.product_uom_qty),
                line.product_uom_id.name or "",
                format_amount(self.env, line.price_unit, self.currency_id),
                formatLang(self.env, line.discount),
                format_amount(self.env, line.price_subtotal, self.currency_id),
            )
            for line in self.order_line.filtered(lambda line: not line.display_type)
        )
        total = format_amount(self.env, self.amount_untaxed, self.currency_id)
        return Markup(
            "<table class='table table-sm'>%s<tr><th colspan='4'>%s</th><th"
            " class='text-end'>%s</th></tr></table>"
        ) % (rows, self.env._("Untaxed amount"), total)

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _reasons(self, decision):
        """Why sign-off is needed, in the reader's language."""
        self.ensure_one()
        reasons = list(dict.fromkeys(map(self._reason, decision.outside)))
        if not reasons and decision.required_level:
            reasons = [
                self.env._(
                    "Every quotation of this team is signed off by the next level."
                )
            ]
        return reasons

    def _reason(self, verdict):
        measure = verdict.measure
        names = dict(
            self.env["key.account.approval.term"]
            ._fields["dimension"]
            ._description_selection(self.env)
        )
        if measure.scope == "line":
            term = self.env._(
                "%(dimension)s on “%(line)s”",
                dimension=names[measure.dimension],
                line=measure.where,
            )
        else:
            term = self.env._(
                "%(dimension)s of the order", dimension=names[measure.dimension]
            )
        level = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        if measure.value is None:
            return self.env._(
                "%(term)s cannot be measured: needs %(level)s.",
                term=term,
                level=level.name,
            )
        limit = self._shown(measure.dimension, verdict.limit)
        text = self.env._(
            "%(term)s is %(value)s, your limit is %(limit)s",
            term=term,
            value=self._shown(measure.dimension, measure.value),
            limit=limit,
        )
        if not level:
            return self.env._("%(text)s: no level may accept it.", text=text)
        return self.env._(
            "%(text)s: needs %(level)s (≤ %(limit)s).",
            text=text,
            level=level.name,
            limit=self._shown(measure.dimension, verdict.required_limit),
        )

    def _shown(self, dimension, value):
        if value is None:
            return self.env._("none")
        if value == rules.UNLIMITED:
            return self.env._("unlimited")
        if rules.DIMENSIONS[dimension].unit == "currency":
            return format_amount(self.env, value, self.company_id.currency_id)
        return f"{formatLang(self.env, value, digits=1)} %"

    def _preview(self, found):
        """The strip on the quotation: within, or what is outside and who decides."""
        self.ensure_one()
        state, decision = found.state, found.decision
        order = self._origin or self
        strip = Markup(
            "<div class='alert alert-%s py-2 mb-2' role='status'><i class='fa fa-%s"
            " me-2'></i>%s%s</div>"
        )
        if state == "within":
            return strip % (
                "success",
                "check",
                self.env._("Within your authority: no sign-off needed."),
                "",
            )
        if state == "approved":
            event = (
                order.sudo()
                .approval_ids.filtered(lambda a: a.event == "approve")
                .sorted("id")[-1:]
            )
            text = self.env._(
                "Approved by %(name)s on %(date)s; better terms need nobody, worse"
                " ones a new sign-off.",
                name=event.user_id.name,
                date=format_date(self.env, event.date),
            )
            return strip % ("success", "check-circle", text, "")
        lines = self._reasons(decision)
        if len(lines) > SHOWN_REASONS:
            rest = self.env._("and %s more", len(lines) - SHOWN_REASONS + 1)
            lines = [*lines[: SHOWN_REASONS - 1], rest]
        reasons = Markup("<ul class='mb-0 mt-1'>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )
        if state == "rejected":
            last = order.sudo()._last_event()
            text = self.env._(
                "Rejected by %(name)s: %(comment)s",
                name=last.user_id.name,
                comment=last.comment or "",
            )
            return strip % ("danger", "ban", text, reasons)
        if state == "pending":
            names = ", ".join(order.sudo().approver_ids.mapped("name")) or self.env._(
                "nobody available"
            )
            return strip % (
                "info",
                "hourglass-half",
                self.env._("Waiting for sign-off by %s.", names),
                reasons,
            )
        _level, users, _sole = order.sudo()._route(decision.required_level)
        who = ", ".join(users.mapped("name")) or self.env._(
            "nobody at present: tell Configuration"
        )
        return strip % (
            "warning",
            "lock",
            self.env._("Sign-off needed. Would be decided by: %s.", who),
            reasons,
        )

    # ------------------------------------------------------------
    # Changes of terms
    # ------------------------------------------------------------

    def _terms_changed(self):
        """Called after terms changed: remember who did, free what was bound to the old
        terms."""
        modes = self.env["res.company"]._key_account_modes()
        orders = self.sudo().filtered(lambda order: order.company_id.id in modes)
        user = self.env.user
        if orders and user._is_internal() and not user._is_superuser():
            others = orders.filtered(lambda order: order.terms_author_id != user)
            others._set_process({"terms_author_id": user})
        concerned = orders._key_account_concerned()
        for order in concerned:
            order._set_process({"terms_version": order.terms_version + 1})
        bound = concerned.filtered(
            lambda order: order.authority_bound and order.state in UNDECIDED
        )
        for order in bound:
            order._release_signature_if_changed()
            last = order._last_event()
            if last.event in OPEN_EVENTS and order.authority_state != "pending":
                order._log_approval(
                    "supersede", capacity="system", user=order.terms_author_id
                )
                order._close_requests()

    # ------------------------------------------------------------
    # Requesting and deciding
    # ------------------------------------------------------------

    def action_request_approval(self):
        """Ask whoever may sign these quotations off; found by level, team and
        availability."""
        for order in self:
            order.check_access("write")
            order._lock_for_decision()
            if order.state not in UNDECIDED or order.authority_state not in (
                "required",
                "rejected",
            ):
                raise UserError(
                    self.env._(
                        "%(order)s needs no sign-off now (it is: %(state)s).",
                        order=order.name,
                        state=order._authority_label(),
                    )
                )
            decision = order._decision_now()
            level, users, sole = order.sudo()._route(decision.required_level)
            event = order._log_approval(
                "request",
                capacity="author",
                decision=decision,
                approvers=users,
                required=level,
            )
            order.sudo().approver_ids = [Command.set(users.ids)]
            if users:
                order._ask(users, sole)
            else:
                order._report_nobody()
            order.message_post(
                body=self.env._(
                    "Sign-off requested: %s", " ".join(order._reasons(decision))
                ),
                subtype_xmlid="mail.mt_note",
            )
            event.flush_recordset()
        return True

    def action_approve(self, comment=None):
        """Sign these quotations off, with the authority of the caller."""
        return self._decide_request("approve", comment)

    def action_reject(self, comment=None):
        """Refuse these quotations; the comment says why."""
        return self._decide_request("reject", comment)

    def action_send_back(self, comment=None):
        """Give these quotations back to be improved; the comment says what."""
        return self._decide_request("send_back", comment)

    def action_withdraw(self):
        """Take an open request back: by whoever asked, or the salesperson."""
        for order in self:
            order.check_access("write")
            order._lock_for_decision()
            last = order.sudo()._last_event()
            if last.event not in OPEN_EVENTS:
                raise UserError(self.env._("%s has no open request.", order.name))
            requester = (
                order.sudo()
                .approval_ids.filtered(lambda a: a.event == "request")
                .sorted("id")[-1:]
            )
            if self.env.user not in (requester.user_id | order.user_id):
                raise UserError(
                    self.env._(
                        "Only %(name)s can withdraw the request for %(order)s.",
                        name=requester.user_id.name,
                        order=order.name,
                    )
                )
            order._log_approval("withdraw", capacity="author")
            order._close_requests()
        return True

    def _withdraw_requests(self, reason):
        """Withdraw open requests because the quotation or the deal has ended."""
        for order in self.sudo():
            if order._last_event().event in OPEN_EVENTS:
                order._log_approval("withdraw", capacity="system", comment=reason)
                order._close_requests()

    def _decide_request(self, event, comment):
        comment = (comment or "").strip()
        if event != "approve" and not comment:
            raise UserError(
                self.env._("Say why: a comment is required when not approving.")
            )
        for order in self:
            order._lock_for_decision()
            capacity, level = order._assert_may_decide()
            decision = order._decision_now()
            order._log_approval(
                event,
                capacity=capacity,
                level=level,
                comment=comment,
                decision=decision,
            )
            order._close_requests()
            order._tell_decision(event, comment)
        return True

    def _lock_for_decision(self):
        """One decision at a time: whoever comes second is told who was first.

        A row that somebody else has in hand is refused at once. One that somebody else
        has changed since this request began cannot be locked by PostgreSQL's isolation
        (repeatable read): Odoo then does the request again, on what is there now.
        """
        self.ensure_one()
        try:
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding on %s right now. Look again in a"
                    " moment.",
                    self.name,
                )
            ) from error
        self.invalidate_recordset(["approval_ids", "authority_state"])

    def _assert_may_decide(self):
        """Return (capacity, level) of the caller, or say why they may not decide."""
        self.ensure_one()
        order, user = self.sudo(), self.env.user
        last = order._last_event()
        if not last or last.event not in OPEN_EVENTS:
            if last and last.event in ("approve", "reject", "send_back"):
                raise UserError(
                    self.env._(
                        "%(order)s has been decided already by %(name)s: %(event)s.",
                        order=order.name,
                        name=last.user_id.name,
                        event=last.display_name,
                    )
                )
            raise UserError(
                self.env._("Nobody has asked for sign-off of %s.", order.name)
            )
        required = last.required_level_id.sequence
        decision = order._decision_now()
        needed = max(decision.required_level or 0, required or 0)
        level = self.env["key.account.authority.level"]._level_of(
            user, order.company_id, order.team_id
        )
        if order.company_id not in user.company_ids or level is None or level < needed:
            raise UserError(
                self.env._(
                    "%(order)s needs the authority of level %(level)s; yours does not"
                    " reach that far.",
                    order=order.name,
                    level=self.env["key.account.authority.level"]
                    ._by_sequence(order.company_id, needed)
                    .name
                    or needed,
                )
            )
        own = self.env["key.account.authority.level"]._by_sequence(
            order.company_id, level
        )
        requester = (
            order.approval_ids.filtered(lambda a: a.event == "request")
            .sorted("id")[-1:]
            .user_id
        )
        if user in (order.terms_author_id | order.user_id | requester):
            _level, users, sole = order._route(needed)
            if not (sole and user in users):
                raise UserError(
                    self.env._(
                        "Nobody signs off their own quotation: %s waits for somebody"
                        " else.",
                        order.name,
                    )
                )
            return "sole", own
        return "level", own

    def _decision_now(self):
        self.ensure_one()
        return self.sudo()._authority_found()[self.sudo()].decision

    def _route(self, required_level):
        """(level, users, sole): who decides a quotation that needs
        ``required_level``."""
        self.ensure_one()
        Level = self.env["key.account.authority.level"]
        involved = self.terms_author_id | self.user_id
        ladder = [
            row
            for row in Level._ladder(self.company_id.id)
            if row[0] >= (required_level or 0)
        ]
        for _sequence, level_id, user_ids, leader in ladder:
            users = self.env["res.users"].sudo().browse(user_ids)
            if leader:
                users |= self.team_id.user_id
            users = users.filtered(
                lambda u: u.active and self.company_id in u.company_ids
            )
            free = users - involved
            if free:
                team = self.team_id._key_account_managers() | self.team_id.member_ids
                return Level.browse(level_id), (free & team) or free, False
        top = ladder[-1] if ladder else None
        if top and self.company_id.key_account_sole_sign_off:
            members = (
                self.env["res.users"].sudo().browse(top[2]).filtered("active")
                & involved
            )
            if members:
                return Level.browse(top[1]), members, True
        return Level.browse(top[1]) if top else Level, self.env["res.users"], False

    # ------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------

    def _log_approval(
        self,
        event,
        *,
        capacity,
        decision=None,
        level=None,
        required=None,
        comment=None,
        approvers=None,
        user=None,
    ):
        """Record one event of the sign-off with the terms as they are now."""
        self.ensure_one()
        order = self.sudo()
        Approval = self.env["key.account.approval"]
        inputs = order._envelope_inputs()
        worst = inputs["worst"]
        if required is None and decision and decision.required_level:
            required = self.env["key.account.authority.level"]._by_sequence(
                order.company_id, decision.required_level
            )
        approval = Approval._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "event": event,
                    "user_id": (user or self.env.user).id,
                    "capacity": capacity,
                    "level_id": level.id if level else False,
                    "required_level_id": required.id if required else False,
                    "comment": comment or False,
                    "approver_ids": [Command.set(approvers.ids if approvers else [])],
                    "inputs": inputs,
                    "fingerprint": order._terms_fingerprint(),
                    "snapshot": order._terms_snapshot(),
                    "amount": order.amount_untaxed / (order.currency_rate or 1.0),
                    "discount": worst.get("discount/order") or 0.0,
                    "valid_until": order._approval_valid_until()
                    if event == "approve"
                    else False,
                }
            ]
        )
        if decision:
            self.env["key.account.approval.term"]._record(
                [order._term_values(approval, verdict) for verdict in decision.verdicts]
            )
        return approval

    def _term_values(self, approval, verdict):
        measure, limit = verdict.measure, verdict.limit
        required = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        return {
            "approval_id": approval.id,
            "dimension": measure.dimension,
            "scope": measure.scope,
            "where": measure.where,
            "value": measure.value or 0.0,
            "measured": measure.value is not None,
            "has_limit": limit is not None,
            "author_limit": UNLIMITED_SHOWN
            if limit == rules.UNLIMITED
            else (limit or 0.0),
            "required_level_id": required.id,
            "within": verdict.within,
            "verdict": self.env._("within")
            if verdict.within
            else self._reason(verdict),
        }

    def _approval_valid_until(self):
        days = self.company_id.key_account_approval_days or 30
        return self.validity_date or fields.Date.context_today(self) + timedelta(
            days=days
        )

    def _authority_label(self):
        labels = dict(self._fields["authority_state"]._description_selection(self.env))
        return labels.get(self.authority_state, "")

    def _ask(self, users, sole):
        """An activity for each approver; on their telephone it opens the decision."""
        for user in users:
            # In the language of whoever reads it, not of whoever asks.
            reader = self.with_context(lang=user.lang)
            if sole:
                summary = reader.env._("Sole sign-off: %s", self.name)
            else:
                summary = reader.env._("Sign off %s", self.name)
            self.sudo().activity_schedule(
                "key_account.activity_sign_off", user_id=user.id, summary=summary
            )

    def _report_nobody(self):
        """Nobody can decide: the request says so, and Configuration is told."""
        group = self.env.ref("key_account.group_configuration").sudo()
        for user in group.user_ids.filtered(lambda u: self.company_id in u.company_ids):
            self.sudo().activity_schedule(
                "key_account.activity_sign_off",
                user_id=user.id,
                summary=self.env._(
                    "Nobody can sign off %s: complete the authority levels.", self.name
                ),
            )

    def _close_requests(self):
        orders = self.sudo()
        orders.approver_ids = [Command.clear()]
        orders.activity_unlink(["key_account.activity_sign_off"])

    def _tell_decision(self, event, comment):
        labels = dict(
            self.env["key.account.approval"]
            ._fields["event"]
            ._description_selection(self.env)
        )
        body = self.env._(
            "Sign-off: %(event)s. %(comment)s", event=labels[event], comment=comment
        )
        order = self.sudo()
        asker = (
            order.terms_author_id | order.user_id
        ).partner_id - self.env.user.partner_id
        order.with_user(self.env.user).sudo().message_post(
            body=body, partner_ids=asker.ids, subtype_xmlid="mail.mt_note"
        )

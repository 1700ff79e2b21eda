"""All models of both add-ons, all of their fields: what only the process writes, and
what is a number. A model or a field made tomorrow is walked through tomorrow."""

import json
from math import inf, nan

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import Form, new_test_user, tagged

from .common import KeyAccountReportsCommon

OURS = "key_account"
# Read-only, and yet told by whoever makes the record: {model: names}, each with the
# reason beside it in the model.
TOLD = {}
# Odoo's own computed fields that Odoo's code writes in the name of the user.
WRITTEN_BY_ODOO = {
    "crm.lead": {"automated_probability"},
    # Measured anew, like every other term.
    "sale.order": {"currency_id"},
    "sale.order.line": {"invoice_status"},
}
FORGED = {
    "boolean": True,
    "integer": 7,
    "float": 7.0,
    "monetary": 7.0,
    "char": "forged",
    "text": "forged",
    "html": "<p>forged</p>",
    "date": "2001-01-01",
    "datetime": "2001-01-01 00:00:00",
    "many2one": 1,
    "many2one_reference": 1,
    "one2many": [Command.set([1])],
    "many2many": [Command.set([1])],
    "json": {"forged": True},
    "binary": "Zm9yZ2Vk",
}
# A new record has no such number, whatever it is; a grant is not changed.
REFUSED_ANYWAY = {
    ("key.account.authority.grant", "value"),
    ("key.account.visit", "review_difficulty"),
    ("key.account.visit", "review_potential"),
    ("key.account.visit", "review_standing"),
    ("key.account.visit", "review_value"),
}
UNCOMPARED = ("one2many", "many2many", "json", "binary")
NUMBERS = ("float", "monetary", "integer")
WIDEST = ",".join(
    [
        "key_account.group_director",
        "key_account.group_support",
        "key_account.group_contract_reviewer",
        "key_account.group_appraiser",
        "key_account.group_configuration",
        "sales_team.group_sale_manager",
        "account.group_account_manager",
        "base.group_system",
    ]
)


@tagged("post_install", "-at_install")
class TestEveryField(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.widest = new_test_user(
            cls.env,
            login="ka_widest",
            groups=WIDEST,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.team.key_account_manager_ids |= cls.widest
        cls.account.user_id = cls.widest

    # ------------------------------------------------------------
    # What there is
    # ------------------------------------------------------------

    def is_ours(self, field):
        return bool(field._modules) and field._modules[0].startswith(OURS)

    def models(self):
        """Models of ours, and those of Odoo's that we gave fields, with the names of
        the stored fields that are ours."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or not model._auto:
                continue
            ours = (model._original_module or "").startswith(OURS)
            names = {
                field.name
                for field in model._fields.values()
                if field.store
                and field.name not in MAGIC_COLUMNS
                and (ours or self.is_ours(field))
            }
            if names:
                yield model, names

    def reason(self, model, name):
        """Why only the process writes this field; None of an ordinary one. Told from
        the field itself, and from what the model says, not by the mixin."""
        field = model._fields[name]
        if hasattr(model, "_record"):
            return "evidence"
        if field.related and field.readonly:
            return "related"
        if field.compute and field.readonly and not field.inverse:
            return "computed"
        if field.readonly:
            return "read-only"
        if any(name in vars(each).get("_kept", ()) for each in type(model).__mro__):
            return "named"
        return None

    def kept(self):
        """(model, name, reason) of all that is to be refused."""
        for model, names in self.models():
            if model._transient:
                # What a wizard is told is what the user says.
                continue
            for name in sorted(names - TOLD.get(model._name, set())):
                if reason := self.reason(model, name):
                    yield model, name, reason

    def forged(self, model, name):
        field = model._fields[name]
        if field.type == "selection":
            start = field.default(model) if field.default else False
            return next(c for c in field.get_values(self.env) if c != start)
        return FORGED[field.type]

    def each(self):
        for model, name, _reason in self.kept():
            yield self.as_user(model), name, self.forged(model, name)

    def as_user(self, records):
        return records.with_user(self.widest).with_context(
            allowed_company_ids=self.company.ids
        )

    def a_record(self, model):
        found = model.sudo().with_context(active_test=False).search([], limit=1)
        return model.browse(found.id)

    # ------------------------------------------------------------
    # Adopted
    # ------------------------------------------------------------

    def test_every_model_of_ours_adopts_the_mixin(self):
        for model, names in self.models():
            numbers = [n for n in names if model._fields[n].type in NUMBERS]
            with self.subTest(model=model._name):
                if model._transient:
                    self.assertFalse(numbers and not hasattr(model, "_number_names"))
                elif (model._original_module or "").startswith(OURS):
                    self.assertTrue(hasattr(model, "_kept_names"))
                elif numbers:
                    self.assertTrue(hasattr(model, "_number_names"))

    def test_every_field_is_what_it_says(self):
        """What is kept and what is ordinary, told in two ways, is the same."""
        reasons = {}
        for model, name, reason in self.kept():
            reasons.setdefault(reason, set()).add((model._name, name))
            with self.subTest(model=model._name, field=name, reason=reason):
                self.assertIn(name, model._kept_names())
        # The walk is worth nothing where it finds nothing.
        self.assertGreater(len(reasons["evidence"]), 100)
        self.assertGreater(len(reasons["computed"]), 40)
        self.assertGreater(len(reasons["related"]), 30)
        self.assertGreater(len(reasons["read-only"]), 80)
        self.assertGreater(len(reasons["named"]), 5)
        kept = {(model._name, name) for model, name, _reason in self.kept()}
        for model, names in self.models():
            if hasattr(model, "_kept_names") and not model._transient:
                found = {(model._name, name) for name in model._kept_names() & names}
                self.assertLessEqual(found, kept)

    def test_a_field_made_today_is_refused_today(self):
        model = self.env["ir.model"]._get("key.account.plan")
        self.addCleanup(self.registry.reset_changes)
        self.env["ir.model.fields"].create(
            {
                "model_id": model.id,
                "name": "x_made_today",
                "ttype": "char",
                "readonly": True,
            }
        )
        plans = self.as_user(self.env["key.account.plan"])
        self.assertIn("x_made_today", plans._kept_names())
        with self.assertRaisesRegex(AccessError, "not entered by hand"):
            plans.create({"x_made_today": "forged"})

    # ------------------------------------------------------------
    # Attacked, as a user with all roles
    # ------------------------------------------------------------

    def test_values(self):
        for model, name, value in self.each():
            with self.subTest(model=model._name, field=name):
                with self.assertRaises(AccessError):
                    model.create({name: value})
                with self.assertRaises(AccessError):
                    model.web_save({name: value}, {"id": {}})

    def test_writing(self):
        for model, name, value in self.each():
            with self.subTest(model=model._name, field=name):
                record = self.a_record(model)
                field = model._fields[name]
                if record and field.type not in (
                    "one2many",
                    "many2many",
                    "binary",
                    "json",
                ):
                    value = self.another(record.sudo(), field, value)
                with self.assertRaises(UserError):
                    record.write({name: value})
                if record:
                    with self.assertRaises(UserError):
                        record.web_save({name: value}, {"id": {}})

    def another(self, record, field, value):
        """A value that the record has not yet."""
        if field.type == "selection":
            choices = field.get_values(self.env)
            return next((c for c in choices if c != record[field.name]), False)
        if field.type == "boolean":
            return not record[field.name]
        if field.type == "many2one" and record[field.name].id == value:
            return False
        return value

    def test_imports(self):
        for model, name, _value in self.each():
            with self.subTest(model=model._name, field=name):
                field = model._fields[name]
                text = {
                    "boolean": "True",
                    "date": "2001-01-01",
                    "datetime": "2001-01-01 00:00:00",
                    "char": "forged",
                    "text": "forged",
                    "html": "forged",
                    "integer": "7",
                    "float": "7",
                    "monetary": "7",
                }.get(field.type)
                if text:
                    result = model.load([name], [[text]])
                    self.assertFalse(result["ids"])
                    self.assertTrue(result["messages"])

    @freeze_time("2026-11-28 10:00:00")
    def test_defaults(self):
        """Neither the context's nor the user's own comes into what is inserted."""
        for model, name, value in self.each():
            with self.subTest(model=model._name, field=name):
                field = model._fields[name]
                plain = model._add_missing_default_values({}).get(name)
                forging = model.with_context(**{f"default_{name}": value})
                self.assertEqual(
                    forging._add_missing_default_values({}).get(name), plain
                )
                if name not in model._left_aside_names():
                    with self.assertRaises(AccessError):
                        forging.create({})
                if field.type in UNCOMPARED:
                    continue
                own = self.env["ir.default"].with_user(self.widest)
                # Nobody's form shows what nobody reads.
                creates = model.has_access("create") and model._has_field_access(
                    field, "read"
                )
                shown = creates and self.shown(model, name)
                own.set(model._name, name, value, user_id=True)
                self.assertEqual(model._add_missing_default_values({}).get(name), plain)
                if creates:
                    self.assertEqual(self.shown(model, name), shown)

    def shown(self, model, name):
        """What the form of a new record shows."""
        return model.onchange({}, [], {name: {}})["value"].get(name)

    def test_lines_from_their_parent(self):
        """Commands of a form's lines end at the line's own refusal."""
        targets = {}
        for model, name, _reason in self.kept():
            targets.setdefault(model._name, []).append(name)
        tried = 0
        for parent in self.parents():
            for field in parent._fields.values():
                if field.type != "one2many" or not field.store or field.compute:
                    continue
                child = self.env[field.comodel_name]
                for name in targets.get(child._name, ()):
                    command = Command.create({name: self.forged(child, name)})
                    with self.subTest(parent=parent._name, line=child._name, name=name):
                        with self.assertRaises(UserError), self.cr.savepoint():
                            self.as_user(parent).write({field.name: [command]})
                        tried += 1
        self.assertGreater(tried, 100)

    def parents(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.widest.id,
                "company_id": self.company.id,
            }
        )
        account = {"key_account_id": self.account.id}
        yield self.account
        yield lead
        yield self.make_order(discount=8.0)
        yield self.env["key.account.visit"].create(
            {**account, "date_start": fields.Datetime.now(), "user_id": self.widest.id}
        )
        yield self.env["key.account.plan"].create(
            {**account, "kind": "deal", "opportunity_id": lead.id}
        )
        yield self.env["key.account.evaluation"].create(account)
        yield self.env["key.account.diagnosis"].create(
            {**account, "opportunity_id": lead.id}
        )
        yield self.env["key.account.kpi.sheet"].create(
            {"user_id": self.specialist.id, "company_id": self.company.id}
        )
        yield self.levels[10]
        yield self.stages[0]

    def test_records_that_the_process_fills_in(self):
        """All defaults forged at once: a record is what it would have been."""
        first = {"key_account_id": self.account.id}
        next_year = fields.Date.add(fields.Date.today(), years=1)
        vals = {
            "key.account.agreement": {**first, "name": "Handover"},
            "key.account.visit": {**first, "date_start": fields.Datetime.now()},
            "key.account.plan": {**first, "kind": "year", "date_to": next_year},
            "key.account.evaluation": first,
            "key.account.diagnosis": first,
            "key.account.stakeholder": {**first, "partner_id": self.customer.id},
            "key.account.kpi.target": {
                "kpi_id": self.env["key.account.kpi"].search([], limit=1).id,
                "team_id": self.team.id,
                "value": 10.0,
                "date": "2027-01-01",
            },
        }
        for name, values in vals.items():
            with self.subTest(model=name):
                self.compare_twins(self.as_user(self.env[name]), values)

    def compare_twins(self, model, values):
        kept = {
            name
            for name in model._kept_names()
            if model._fields[name].type not in ("one2many", "many2many")
        }
        with self.cr.savepoint() as point:
            twin = model.create(values).sudo().read(kept)[0]
            self.env.flush_all()
            point.rollback()
        self.env.invalidate_all()
        context = {}
        own = self.env["ir.default"].with_user(self.widest)
        for name in kept:
            if model._fields[name].type in ("json", "binary"):
                continue
            own.set(model._name, name, self.forged(model, name), user_id=True)
            if name in model._left_aside_names():
                context[f"default_{name}"] = self.forged(model, name)
        made = model.with_context(**context).create(values)
        self.env.flush_all()
        self.env.invalidate_all()
        made = made.sudo().read(kept)[0]
        self.assertEqual({**made, "id": twin["id"]}, twin)

    # ------------------------------------------------------------
    # What Odoo computes
    # ------------------------------------------------------------

    def test_what_odoo_computes_of_our_deals(self):
        order = self.make_order()
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
            }
        )
        walked = 0
        for record in (order, order.order_line, lead):
            user = self.as_user(record)
            for name, field in record._fields.items():
                if (
                    not (field.store and field.compute and field.readonly)
                    or self.is_ours(field)
                    or name in WRITTEN_BY_ODOO.get(record._name, ())
                ):
                    continue
                value = self.another(record, field, self.forged(record, name))
                with self.subTest(model=record._name, field=name):
                    with self.assertRaises(AccessError):
                        user.write({name: value})
                walked += 1
        self.assertGreater(walked, 25)

    def test_a_line_is_not_born_to_be_billed_a_hundredfold(self):
        order = self.make_order()
        own = self.env["ir.default"].with_user(self.widest)
        own.set("sale.order.line", "qty_to_invoice", 100.0, user_id=True)
        line = self.as_user(self.env["sale.order.line"]).create(
            {"order_id": order.id, "product_id": self.pump.id, "qty_to_invoice": 100.0}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.qty_to_invoice, 0.0)

    def test_plain_sales_stay_as_they_are(self):
        plain = self.make_order(
            partner=self.plain_customer, team_id=self.plain_team.id, user=self.outsider
        )
        line = plain.order_line.with_user(self.outsider)
        line.write({"qty_to_invoice": 0.5})
        self.assertEqual(line.qty_to_invoice, 0.5)

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def numbers(self):
        for model, names in self.models():
            if hasattr(model, "_record"):
                continue
            for name in sorted(names):
                field = model._fields[name]
                kept = hasattr(model, "_kept_names") and name in model._kept_names()
                if field.type in NUMBERS and not kept:
                    yield self.as_user(model), name
        # What our rules read of Odoo's own.
        for model, name in (
            ("sale.order.line", "price_unit"),
            ("sale.order.line", "product_uom_qty"),
            ("sale.order.line", "discount"),
            ("crm.lead", "expected_revenue"),
            ("product.pricelist.item", "fixed_price"),
            ("product.pricelist.item", "percent_price"),
            ("product.product", "standard_price"),
            ("product.template", "list_price"),
            ("res.currency.rate", "rate"),
            ("account.payment.term.line", "nb_days"),
        ):
            yield self.as_user(self.env[model]), name

    def refusal(self, way, vals):
        """The words by which a value that is no number is refused."""
        try:
            with self.env.cr.savepoint():
                way(vals)
        except UserError as error:
            return str(error)
        except TypeError:
            # Other modules of Odoo compare what was sent before it comes to us.
            self.assertIsInstance(next(iter(vals.values())), str)
            return "not a number"
        self.fail("not refused")

    def test_numbers_are_numbers(self):
        count = 0
        for model, name in self.numbers():
            with self.subTest(model=model._name, field=name):
                for value in (nan, inf, -inf, "nan", "Infinity", json.loads("NaN")):
                    for way in (model.create, model.write):
                        words = self.refusal(way, {name: value})
                        if (model._name, name) not in REFUSED_ANYWAY:
                            self.assertIn("not a number", words)
                count += 1
        self.assertGreater(count, 60)

    def test_numbers_by_import_and_default(self):
        own = self.env["ir.default"].with_user(self.widest)
        for model, name in self.numbers():
            field = model._fields[name]
            if field.type == "integer":
                continue
            with self.subTest(model=model._name, field=name):
                if not model._transient:
                    result = model.load([name], [["nan"]])
                    self.assertFalse(result["ids"])
                    self.assertIn("not a number", str(result["messages"]))
                if hasattr(model, "_kept_names") and name in model._start_names():
                    # No default fills it in.
                    continue
                forging = model.with_context(**{f"default_{name}": inf})
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    forging._add_missing_default_values({})
                values = {
                    "field_id": self.env["ir.model.fields"]._get(model._name, name).id,
                    "user_id": self.widest.id,
                    "json_value": "NaN",
                }
                try:
                    default = own.create(values)
                except (ValidationError, ValueError):
                    # Odoo itself has refused it.
                    continue
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    model._add_missing_default_values({})
                default.unlink()

    # ------------------------------------------------------------
    # The ordinary
    # ------------------------------------------------------------

    def test_ordinary_defaults_go_on_working(self):
        own = self.env["ir.default"].with_user(self.specialist)
        for model, name, value in (
            ("sale.order", "client_order_ref", "PO 7"),
            ("sale.order", "payment_term_id", self.payment_term.id),
            ("key.account.visit", "objectives", "Listen"),
            ("key.account.agreement", "body", "<p>We agree.</p>"),
            ("key.account.plan", "contingency", "Wait"),
            ("crm.lead", "description", "<p>Described</p>"),
        ):
            own.set(model, name, value, user_id=True)
            user = self.env[model].with_user(self.specialist)
            found = user._add_missing_default_values({})[name]
            self.assertEqual(str(found), str(value))
        order = self.make_order(payment_term_id=self.payment_term.id)
        self.assertEqual(order.client_order_ref, "PO 7")

    def test_forms_are_saved(self):
        """What the web client sends of our forms is accepted."""
        self.account.user_id = self.specialist
        visits = self.env["key.account.visit"].with_user(self.specialist)
        visits = visits.with_context(
            default_key_account_id=self.account.id, default_company_id=self.company.id
        )
        form = Form(visits)
        form.date_start = fields.Datetime.now()
        with form.participant_ids.new() as line:
            line.user_id = self.colleague
        visit = form.save()
        self.assertEqual(visit.participant_ids.company_id, self.company)
        with Form(visit) as form:
            form.objectives = "Listen"
        visit.web_save({"objectives": "Ask"}, {"objectives": {}})
        # A computed field that a form sends along as it is.
        visit.participant_ids.write({"company_id": self.company.id, "role": "Expert"})
        self.assertEqual(visit.participant_ids.role, "Expert")
        self.assertEqual(visit.objectives, "Ask")

"""What the add-on of ``docs/integrator.md`` is said to do, tried.

``test_integrator.py`` puts this file among the tests of the add-on.
"""

import inspect
import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.key_account.models.shared.webhook import EVENTS
from odoo.addons.key_account.tests.common import KeyAccountCommon
from odoo.addons.key_account.tests.test_signature import SIGNATURE

PAGE = Path(__file__).with_name("integrator.md").read_text(encoding="utf-8")


class ExampleCommon(KeyAccountCommon):
    def plan(self, **vals):
        return (
            self.env["example.training"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "Maintenance",
                    "key_account_id": self.account.id,
                    "date": self.today() + timedelta(days=1),
                    **vals,
                }
            )
        )

    def today(self):
        return fields.Date.context_today(self.env["example.training"])


@tagged("post_install", "-at_install")
class TestExample(ExampleCommon):
    def test_gate(self):
        step = self.stages[0]
        step.gate_ids.unlink()
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": step.id, "kind": "training"}
        )
        self.assertEqual(gate.name, "Customer was trained")
        with self.assertRaisesRegex(UserError, "No training was held yet"):
            self.rpc(self.specialist, lead, "write", {"stage_id": self.stages[1].id})
        action = self.rpc(self.specialist, lead, "action_open_gate", gate.id)
        self.assertEqual(action["res_model"], "example.training")
        self.plan().action_hold()
        self.rpc(self.specialist, lead, "write", {"stage_id": self.stages[1].id})
        self.assertEqual(lead.stage_id, self.stages[1])
        self.assertEqual(
            gate._get_sentence_training(), "People of the customer were trained."
        )

    def test_next_step(self):
        lines = self.env["key.account.next.step.line"].with_user(self.specialist)
        lines = lines.with_context(allowed_company_ids=self.company.ids)
        rule = self.env.ref("example_key_account.next_step_training")
        mine = [("step_id", "=", rule.id), ("key_account_id", "=", self.account.id)]
        far = self.plan(date=self.today() + timedelta(days=8))
        self.assertFalse(lines.search(mine))
        training = self.plan()
        self.env.flush_all()
        line = lines.search(mine)
        self.assertEqual((line.date, line.user_id), (training.date, self.specialist))
        self.assertEqual(line.action_open()["res_id"], training.id)
        (training | far).action_hold()
        self.env.flush_all()
        self.assertFalse(lines.search(mine))

    def test_timeline(self):
        training = self.plan()
        training.action_hold()
        self.env.flush_all()
        entries = self.env["key.account.timeline"].with_user(self.specialist)
        entry = entries.search(
            [("key_account_id", "=", self.account.id), ("kind", "=", "training")]
        )
        self.assertEqual((entry.what, entry.note), ("Training held", "Maintenance"))
        self.assertEqual(entry.action_open()["res_id"], training.id)

    def test_figure(self):
        home = self.env["key.account.home"].with_user(self.specialist)
        home = home.with_context(allowed_company_ids=self.company.ids)
        self.assertNotIn("trainings_late", [t["key"] for t in home.read_tiles()])
        late = self.plan(date=self.today() - timedelta(days=1))
        self.plan()
        [tile] = [t for t in home.read_tiles() if t["key"] == "trainings_late"]
        self.assertEqual((tile["count"], tile["late"]), (1, True))
        self.assertEqual(home.open_tile("trainings_late")["res_id"], late.id)

    def test_first_step(self):
        steps = self.env["key.account.first.step"].with_user(self.configurator)
        steps = steps.with_context(allowed_company_ids=self.company.ids)
        step = steps.search([("code", "=", "training")])
        self.assertEqual((step.name, step.state), ("Trainings", "open"))
        self.plan()
        step.invalidate_recordset()
        self.assertEqual(step.state, "done")

    def test_import(self):
        trainings = self.env["example.training"].with_user(self.specialist)
        rows = [
            [self.account.display_name, "Bearings", "2026-05-04"],
            ["Nobody's", "Seals", "2026-05-05"],
        ]
        loading = trainings.with_context(import_file=True)
        columns = list(trainings._import_columns)
        result = loading.load(columns, rows)
        self.assertFalse(result["ids"])
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [1])
        result = loading.load(columns, rows[:1])
        self.assertEqual(trainings.browse(result["ids"]).user_id, self.specialist)

    def test_kpi(self):
        kpi = self.env.ref("example_key_account.kpi_training")
        self.plan(date=self.today()).action_hold()
        self.plan(date=self.today())
        period = self.company._key_account_period("quarter", self.today())
        figures = kpi._figures(self.company, period, self.specialist, self.team)
        for who in (self.specialist, self.team):
            figure = figures[kpi, who]
            self.assertEqual((figure.numerator, figure.denominator), (1, 2), who)
            self.assertEqual(figure.value, 50.0)

    def test_certificate(self):
        training = self.plan()
        training.action_hold()
        report = self.env["ir.actions.report"].with_user(self.specialist)
        content, _kind = report._render_qweb_html(
            "example_key_account.report_certificate", training.ids
        )
        self.assertIn("Certificate of training", content.decode())
        self.assertIn("Golden Gate Motors", content.decode())


@tagged("post_install", "-at_install")
class TestExampleWarranty(ExampleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["key.account.authority.limit"].create(
            [
                {"level_id": cls.levels[sequence].id, "dimension": "warranty", **limit}
                for sequence, limit in (
                    (10, {"value": 12}),
                    (20, {"value": 24}),
                    (40, {"unlimited": True}),
                )
            ]
        )
        settings = cls.env["res.config.settings"].with_company(cls.company)
        settings.create({"key_account_measure_warranty": True}).execute()

    def test_settings(self):
        self.assertEqual(
            self.company.key_account_dimensions, "discount,amount,warranty"
        )

    def test_it_is_measured_whenever_it_changes(self):
        order = self.make_order(warranty_months=12)
        self.assertEqual(order.authority_state, "within")
        self.rpc(self.specialist, order, "write", {"warranty_months": 18})
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[20])
        self.assertIn("Warranty (months)", order.authority_preview)
        self.approve(order)
        self.assertEqual(order.authority_state, "approved")
        self.rpc(self.specialist, order, "write", {"warranty_months": 17})
        self.assertEqual(order.authority_state, "approved", "less needs nobody")
        self.rpc(self.specialist, order, "write", {"warranty_months": 20})
        self.assertEqual(order.authority_state, "required")
        with self.assertRaisesRegex(UserError, "Warranty"):
            self.rpc(self.specialist, order, "action_confirm")

    def sign(self, order):
        """As the portal does, for whoever holds the link."""
        order.with_user(self.specialist).action_quotation_sent()
        order.with_user(self.env.ref("base.public_user")).sudo().write(
            {
                "signed_by": "Buyer",
                "signed_on": "2026-01-02 03:04:05",
                "signature": SIGNATURE,
            }
        )
        self.env.flush_all()

    def test_a_signature_binds_it(self):
        order = self.make_order(warranty_months=12, require_signature=True)
        self.sign(order)
        self.assertTrue(order.signature)
        self.rpc(self.specialist, order, "write", {"warranty_months": 6})
        self.assertFalse(order.signature, "what was signed is another offer")

    def test_what_was_signed_without_it_stays_signed(self):
        order = self.make_order()
        self.assertNotIn("added", order._commercial_terms())
        order.warranty_months = 3
        self.assertEqual(order._commercial_terms()["added"], {"warranty_months": 3})


@tagged("post_install", "-at_install")
class TestExampleTemplate(ExampleCommon, HttpCase):
    def test_the_template_has_the_columns_and_examples(self):
        self.authenticate("ka_specialist", "ka_specialist")
        answer = self.url_open("/key_account/import_template/example.training.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        rows = list(sheet.values)
        self.assertEqual(rows[0], ("Account", "Subject", "Planned for"))
        self.assertEqual(rows[1][:2], ("Golden Gate Motors", "Maintenance of pumps"))

    def test_who_has_no_key_is_told_so(self):
        answer = self.url_open(
            "/json/2/key.account/search",
            data="{}",
            headers={
                "Authorization": "bearer none",
                "Content-Type": "application/json",
            },
        )
        self.assertEqual(answer.status_code, 401)


def rows_after(words):
    """The cells of the table that follows these words on the page."""
    text = PAGE.partition(words)[2].partition("\n|")[2].partition("\n\n")[0]
    lines = text.splitlines()[2:]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        for line in lines
    ]


def names(cell):
    """What stands in ``code`` in a cell; ``.visit`` is ``key.account.visit``."""
    found = re.findall(r"`([^`]+)`", cell)
    return [f"key.account{name}" if name[0] == "." else name for name in found]


@tagged("post_install", "-at_install")
class TestPage(KeyAccountCommon):
    def test_every_model_is_named(self):
        said = [name for row in rows_after("## Models") for name in names(row[0])]
        self.assertEqual(len(said), len(set(said)))
        there = {
            name
            for name in self.env.registry
            if name.startswith("key.account")
            and not (self.env[name]._abstract or self.env[name]._transient)
        }
        self.assertEqual(set(said), there | {"crm.stage.gate"})

    def test_methods_take_what_is_said(self):
        rows = rows_after("**Methods that are meant for others**")
        self.assertGreater(len(rows), 10)
        for models, methods in rows:
            for name in names(methods):
                method, arguments = re.fullmatch(r"(\w+)\((.*)\)", name).groups()
                said = [each.strip() for each in arguments.split(",") if each]
                for model in names(models):
                    found = getattr(type(self.env[model]), method)
                    asked = list(inspect.signature(found).parameters)[1:]
                    self.assertEqual(said, asked, (model, method))

    def test_events_are_those_that_there_are(self):
        for [model], cell in (
            (names(first), second) for first, second in rows_after("## What happened")
        ):
            for part in cell.split(";"):
                field, *codes = names(part)
                if len(codes) > 1:
                    selection = self.env[model]._fields[field].get_values(self.env)
                    self.assertEqual(codes, list(selection), (model, field))
        told = PAGE.partition("Events:\n")[2].partition(".\n")[0]
        self.assertEqual(names(told), [*dict(EVENTS), "test"])


@tagged("post_install", "-at_install")
class TestAdministratorPages(KeyAccountCommon):
    """Scheduled actions, groups and parameters of both pages are those there are."""

    def test_names(self):
        own = ("key_account", "key_account_reports")
        data = self.env["ir.model.data"].search([("module", "in", own)])
        there = {
            kind: {each.complete_name for each in data if each.model == model}
            for kind, model in (("cron", "ir.cron"), ("group", "res.groups"))
        }
        for page in sorted(Path(__file__).parent.glob("administrator*.md")):
            text = page.read_text(encoding="utf-8")
            crons = re.findall(r"`(key_account\w*\.cron_\w+)`", text)
            self.assertEqual(sorted(crons), sorted(there["cron"]), page.name)
            groups = set(re.findall(r"`(?:key_account\.)?(group_\w+)`", text))
            groups = {f"key_account.{name}" for name in groups}
            self.assertEqual(groups, there["group"], page.name)
            self.assertIn("`key_account.webhook_own_hosts`", text)

    def test_scheduled_actions_are_called_so(self):
        page = Path(__file__).with_name("administrator.md")
        found = re.findall(
            r"^\| \*([^*]+)\* `([\w.]+)` \|", page.read_text(), re.MULTILINE
        )
        self.assertEqual(len(found), 12)
        for name, xml_id in found:
            called = self.env.ref(xml_id).name
            self.assertEqual(called, f"Key Accounts: {name}")

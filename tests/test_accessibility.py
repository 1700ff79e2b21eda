"""axe-core finds nothing serious or critical in the screens of the add-ons.

What it finds in Odoo's own parts of them is named in ``OF_ODOO``, each with what it is;
that it is Odoo's is measured: plain screens of Odoo, looked at in the same run, have it
too. Whatever is not named there is ours to mend.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

from odoo.addons.key_account.tests.common import KeyAccountCommon
from odoo.addons.key_account.tests.satisfaction_common import Satisfied

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from devkit import extras  # noqa: E402

# (rule of axe, selector) in Odoo's screens: what it is. A selector beginning with # is
# a pair of colours.
OF_ODOO = {
    ("any", ".o_control_panel *"): "the bar with search, pager and views",
    ("any", ".o-mail-Form-chatter *"): "messages and activities beside a form",
    ("any", ".o_calendar_container *"): "the calendar",
    ("aria-allowed-attr", ".o_select_menu .o-dropdown"): "a choice in a form",
    ("autocomplete-valid", ".o_select_menu_input"): "a choice in a form",
    ("aria-allowed-attr", ".o-autocomplete--input"): "a field that finds a record",
    ("aria-allowed-attr", ".o_tag"): "tags in a form",
    ("aria-allowed-attr", ".o_progress"): "a bar that shows how far it is",
    ("aria-prohibited-attr", ".o_field_daterange i"): "from one day to another",
    ("aria-required-parent", ".o_notebook .nav-link"): "the tabs of a form",
    ("button-name", ".o_optional_columns_dropdown button"): "columns to choose",
    ("label", ".o_list_record_selector input"): "ticks in front of rows",
    ("image-alt", ".o_avatar img"): "pictures of people",
    ("role-img-alt", ".o-mail-ActivityButton i"): "the clock of activities",
    ("color-contrast", "#757a7f on #ffffff"): "the grey of what matters less",
    ("color-contrast", "#008f8c on #ffffff"): "a link",
    ("color-contrast", "#808080 on #ffffff"): "small words of a deal",
    ("color-contrast", "#ffffff on #28a745"): "the green of a badge",
    ("color-contrast", "#ffffff on #17a2b8"): "the blue of a badge",
}
OF_DASHBOARDS = {
    ("any", ".o_spreadsheet_dashboard_search_panel *"): "the list of dashboards",
}
OF_PORTAL = {
    ("color-contrast", "#ffffff on #17a2b8"): "the blue of a badge",
}


def window(model, record=None, views=((False, "form"),)):
    """An action that opens a view of a model, or a record in it."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "res_id": record.id if record else False,
        "views": views,
        "target": "current",
    }


class TestAccessibility(Satisfied, KeyAccountCommon, HttpCase):
    test_tags = {"standard", "post_install"}
    test_module = "key_account"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axe = extras.axe_source()
        cls.script = Path(__file__).with_suffix(".js").read_text()
        cls._make_people()
        cls._make_work()

    @classmethod
    def _make_work(cls):
        """A little of everything: a screen without a record shows hardly anything."""
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pumps for the new line",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )
        cls.planned, cls.held, cls.reported = (cls._visit(days) for days in (-3, 2, 4))
        for visit in cls.held | cls.reported:
            visit.with_user(cls.specialist).action_hold()
        cls.reported.write(
            {
                "summary": "They need pumps.",
                "outcome": "achieved",
                "met_ids": [Command.set(cls.li.ids)],
                "next_step": "Send samples",
                "next_date": fields.Date.today() + timedelta(days=9),
            }
        )
        cls.reported.with_user(cls.specialist).action_submit_report()
        cls.requirement = cls.env["key.account.requirement"].create(
            {
                "name": "Delivery in two weeks",
                "kind": "delivery",
                "opportunity_id": cls.lead.id,
                "visit_id": cls.reported.id,
            }
        )
        cls.feedback = cls.env["key.account.feedback"].create(
            {
                "name": "Pump leaks",
                "key_account_id": cls.account.id,
                "partner_id": cls.li.id,
                "user_id": cls.specialist.id,
                "channel": "mail",
            }
        )

    @classmethod
    def _visit(cls, days):
        visit = cls.env["key.account.visit"].create(
            {
                "key_account_id": cls.account.id,
                "user_id": cls.specialist.id,
                "opportunity_ids": [Command.set(cls.lead.ids)],
                "contact_ids": [Command.set(cls.li.ids)],
                "date_start": fields.Datetime.now() - timedelta(days=days),
            }
        )
        visit.with_user(cls.specialist).action_confirm()
        return visit

    def look(self, user, scenes, known, call="lookAtActions"):
        """Let a person open screens; fail with what was found in ours, and with what is
        called Odoo's while its plain screens, where some are looked at, have it not."""
        self.env.flush_all()
        made = [{"name": name, **scene} for name, scene in scenes.items()]
        source = json.dumps(self.axe)
        portal = call == "lookAtPages"
        code = "%s\nwindow.eval(%s);\ntell(%s, %s, %s, %s);" % (
            self.script,
            source,
            call,
            json.dumps(made),
            json.dumps(list(known)),
            source if portal else "null",
        )
        heard = []
        handle = ChromeBrowser._handle_console

        def hear(browser, type, args=None, **details):
            heard.extend(str(one.get("value")) for one in args or ())
            return handle(browser, type, args, **details)

        with patch.object(ChromeBrowser, "_handle_console", hear):
            self.browser_js(
                "/my" if portal else "/odoo",
                code,
                "document.readyState === 'complete'" if portal else "odoo.isReady",
                login=user.login,
                timeout=600,
            )
        said = next(words for words in heard if words.startswith("AXE "))
        answer = json.loads(said.removeprefix("AXE "))
        self.assertNotIn("error", answer)
        found = answer["found"]
        plain = {name for name in scenes if name.startswith("plain")}
        ours = [
            "{scene}: {rule}: {what} {colour}".format(**one)
            for one in found
            if one["reason"] < 0 and one["scene"] not in plain
        ]
        self.assertFalse(ours, "\n" + "\n".join(ours))
        theirs = {one["reason"] for one in found if one["scene"] in plain}
        if plain:
            not_theirs = [key for i, key in enumerate(known) if i not in theirs]
            self.assertFalse(not_theirs, "No plain screen of Odoo has this")

    def test_screens_of_the_specialist(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        plain_order = self.make_order(partner=self.plain_customer)
        plain_lead = self.lead.copy(
            {"team_id": self.plain_team.id, "partner_id": self.plain_customer.id}
        )
        bars = self.env["ir.ui.view"].create(
            {
                "name": "bars",
                "model": "res.partner",
                "arch": "<list><field name='color' widget='progressbar'/></list>",
            }
        )
        self.look(
            self.specialist,
            {
                "my day": {"request": "key_account.next_step_line_action"},
                "accounts": {"request": "key_account.key_account_action"},
                "account": {"request": window("key.account", record=self.account)},
                "pipeline": {"request": "key_account.crm_lead_pipeline_action"},
                "deal": {"request": window("crm.lead", record=self.lead)},
                "requirements": {"request": "key_account.requirement_action"},
                "visits": {"request": "key_account.visit_action"},
                "visit": {"request": window("key.account.visit", record=self.planned)},
                "report": {
                    "request": window("key.account.visit", record=self.held),
                    "click": ["button[name=action_open_report]"],
                    "see": "[name=summary]",
                },
                "canvassing": {"request": "key_account.canvass_action"},
                "a contact": {"request": window("key.account.canvass")},
                "canvassing day": {"request": "key_account.canvass_today_action"},
                "quotation": {"request": window("sale.order", record=order)},
                "feedback": {"request": "key_account.feedback_action"},
                "one feedback": {
                    "request": window("key.account.feedback", record=self.feedback)
                },
                "plain quotations": {"request": "sale.action_quotations"},
                "plain quotation": {
                    "request": window("sale.order", record=plain_order)
                },
                "plain deals": {"request": "crm.crm_lead_action_pipeline"},
                "plain deal": {"request": window("crm.lead", record=plain_lead)},
                "plain contact": {
                    "request": window("res.partner", record=self.plain_customer)
                },
                "plain calendar": {"request": "calendar.action_calendar_event"},
                "plain bars": {
                    "request": window("res.partner", views=[[bars.id, "list"]])
                },
                "plain meeting": {"request": window("calendar.event")},
            },
            OF_ODOO,
        )

    def test_screens_of_the_manager(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        reported = window("key.account.visit", record=self.reported)
        self.look(
            self.manager,
            {
                "plan": {"request": "key_account.visit_plan_action"},
                "coverage": {"request": "key_account.visit_coverage_action"},
                "review": {
                    "request": reported,
                    "click": ["button[name=action_open_review]"],
                    "see": "[name=grant_ids]",
                },
                "sign-off": {"request": "key_account.approval_inbox_action"},
                "quotation": {"request": window("sale.order", record=order)},
                "matrix": {"request": "key_account.authority_matrix_action"},
                "hand over": {"request": "key_account.handover_action"},
                "give": {"request": "key_account.visit_give_action"},
                "people": {"request": "key_account.stakeholder_action"},
                "sheets": {"request": "key_account_reports.kpi_sheet_action"},
                "a sheet": {"request": window("key.account.kpi.sheet")},
                "analysis": {"request": "key_account_reports.visit_report_action"},
            },
            OF_ODOO,
        )

    def test_screens_of_configuration(self):
        self.look(
            self.configurator,
            {
                "first steps": {"request": "key_account.first_step_action"},
                "settings": {"request": "key_account.company_settings_action"},
                "set up": {"request": "key_account.set_up_action"},
                "webhooks": {"request": "key_account.webhook_action"},
                "a webhook": {"request": window("key.account.webhook")},
                "matrix": {
                    "request": "key_account.authority_matrix_action",
                    "click": [".o_ka_matrix_add", ".o_ka_matrix_cell"],
                    "see": ".o_ka_matrix_edit input",
                },
                "questions": {"request": "key_account.survey_question_action"},
            },
            OF_ODOO,
        )

    def test_screens_of_reviews_and_appraisals(self):
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        order = self.make_order()
        order.sudo()._make_contract_review()
        review = window("key.account.contract.review", order.contract_review_ids)
        self.look(
            self.reviewer,
            {
                "my day": {"request": "key_account.next_step_line_action"},
                "reviews": {"request": "key_account.contract_review_action"},
                "a review": {"request": review},
            },
            OF_ODOO,
        )
        self.look(
            self.accountant,
            {
                "my day": {"request": "key_account.next_step_line_action"},
                "to invoice": {"request": "key_account.order_to_invoice_action"},
            },
            OF_ODOO,
        )
        sheet = (
            self.env["key.account.kpi.sheet"]
            .with_user(self.manager)
            .create({"user_id": self.specialist.id, "period": "quarter"})
        )
        self.assertTrue(sheet.line_ids)
        dashboards = ("specialist", "department", "direction")
        self.look(
            self.director,
            {
                "a sheet with lines": {"request": window(sheet._name, sheet)},
                **{
                    f"dashboard {name}": {
                        "request": f"key_account_reports.action_dashboard_{name}"
                    }
                    for name in dashboards
                },
                "evaluation": {"request": window("key.account.evaluation")},
                "rulings": {"request": "key_account.ruling_action"},
                "rulings as cards": {
                    "request": "key_account.ruling_action",
                    "options": {"viewType": "kanban"},
                },
            },
            OF_ODOO | OF_DASHBOARDS,
        )

    def test_settings(self):
        self.look(
            self._user("ka_system", "base.group_system"),
            {
                "settings": {"request": "key_account.res_config_settings_action"},
            },
            OF_ODOO | {("any", ".settings_tab *"): "the list of apps"},
        )

    def test_the_tab_key_leads_out_of_a_text(self):
        form = self.env.ref("key_account.visit_view_form_report")
        report = window("key.account.visit", self.held, [[form.id, "form"]])
        scenes = {"report": {"request": report, "text": "[name=summary]"}}
        self.look(self.specialist, scenes, (), "pressTab")

    def test_pages_of_the_customer(self):
        order = self.make_order(require_signature=True)
        order.with_user(self.specialist).action_quotation_sent()
        survey = self._ask().sudo()
        customer = self._user("ka_customer", "base.group_portal")
        customer.partner_id.parent_id = self.customer
        pages = {
            "plain home": "/my/home",
            "feedback": "/my/feedback",
            "new feedback": "/my/feedback/new",
            "quotation": order.get_portal_url(),
            "survey": f"/satisfaction/{survey.access_token}",
        }
        self.look(
            customer,
            {name: {"url": url} for name, url in pages.items()},
            OF_PORTAL,
            "lookAtPages",
        )

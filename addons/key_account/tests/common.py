from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user

LIMITS = {
    "discount": {10: 5, 20: 10, 30: 20, 40: None},
    "amount": {10: 100_000, 20: 500_000, 30: 2_000_000, 40: None},
}
SPECIALIST = "key_account.group_specialist"
MANAGER = "key_account.group_manager"
DIRECTOR = "key_account.group_director"


def speak_chinese(env):
    """Chinese, with the words of the add-ons, also where nobody had loaded it."""
    languages = env["res.lang"].with_context(active_test=False)
    if languages.search([("code", "=", "zh_CN")]).active:
        return
    env["res.lang"]._activate_lang("zh_CN")
    modules = ("key_account", "key_account_reports")
    there = [name for name in modules if name in env.registry._init_modules]
    env["ir.module.module"]._load_module_terms(there, ["zh_CN"])


class KeyAccountCommon(TransactionCase):
    """A key-account department: people of every role, a team with the eight steps, one
    customer.

    ::

        director ── manager ── specialist, colleague (same team)
        general_manager (level 40)    support    reviewer    accountant    configurator
        outsider: a salesperson without any key-account role
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What can be made at once is: every class of tests makes all this anew. Odoo's
        # own logo would be brought to five sizes for each company.
        cls.company, cls.other_company = cls.env["res.company"].create(
            [
                {"name": name, "logo": False}
                for name in ("East Precision", "East Precision Europe")
            ]
        )
        # Days are counted as the tests count them, at any hour and wherever they run.
        both = cls.company | cls.other_company
        both.resource_calendar_id.tz = cls.env.user.tz = "UTC"
        cls.env.user.company_ids |= both
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls._make_users()
        cls._make_team()
        cls._make_authority()
        cls._make_customer()

    @classmethod
    def beside(cls, module):
        """Whether a module that these do not depend on is installed, too."""
        return module in cls.env.registry._init_modules

    def stock_asks_nothing(self):
        """Orders made by SQL need no shipping policy, where stock is installed."""
        if self.beside("sale_stock"):
            self.env.cr.execute(
                "ALTER TABLE sale_order ALTER picking_policy DROP NOT NULL"
            )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            name=login.replace("_", " ").title(),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            context={"no_reset_password": True, "mail_create_nolog": True},
        )

    @classmethod
    def _make_users(cls):
        """All at once: one by one it is what making a department takes longest."""
        groups = {
            "specialist": SPECIALIST,
            "colleague": SPECIALIST,
            "manager": MANAGER,
            "other_manager": MANAGER,
            "director": DIRECTOR,
            "general_manager": DIRECTOR,
            "support": "key_account.group_support",
            "reviewer": "key_account.group_contract_reviewer",
            "appraiser": "key_account.group_appraiser",
            "configurator": "key_account.group_configuration",
            "accountant": "account.group_account_invoice",
            "outsider": "sales_team.group_sale_salesman",
        }
        users = (
            cls.env["res.users"]
            .with_context(no_reset_password=True, mail_create_nolog=True)
            .create(
                [
                    {
                        "login": f"ka_{role}",
                        "password": f"ka_{role}",
                        "name": f"ka_{role}".replace("_", " ").title(),
                        "email": f"ka_{role}@example.com",
                        "group_ids": [Command.set(cls.env.ref(group).ids)],
                        "company_id": cls.company.id,
                        "company_ids": [Command.set(cls.company.ids)],
                    }
                    for role, group in groups.items()
                ]
            )
        )
        for role, user in zip(groups, users, strict=True):
            setattr(cls, role, user.with_env(cls.env))

    @classmethod
    def _make_team(cls):
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Key Accounts",
                "company_id": cls.company.id,
                "user_id": cls.manager.id,
                "key_account_manager_ids": [Command.set(cls.manager.ids)],
                "key_account_support_ids": [Command.set(cls.support.ids)],
                "crm_team_member_ids": [
                    Command.create({"user_id": user.id})
                    for user in cls.specialist | cls.colleague
                ],
            }
        )
        cls.team.is_key_account = True
        cls.team._load_stage_template("eight_steps")
        cls.stages = cls.env["crm.stage"].search(
            [("team_ids", "in", cls.team.ids)], order="sequence"
        )
        cls.plain_team = cls.env["crm.team"].create(
            {"name": "Plain", "company_id": cls.company.id}
        )

    @classmethod
    def _make_authority(cls):
        members = {
            10: cls.specialist | cls.colleague,
            20: cls.manager,
            30: cls.director,
            40: cls.general_manager,
        }
        names = {10: "Specialist", 20: "Manager", 30: "Director", 40: "General manager"}
        levels = cls.env["key.account.authority.level"].create(
            [
                {
                    "name": names[sequence],
                    "sequence": sequence,
                    "company_id": cls.company.id,
                    "user_ids": [Command.set(users.ids)],
                    "limit_ids": [
                        Command.create(
                            {
                                "dimension": dimension,
                                "value": values[sequence] or 0,
                                "unlimited": values[sequence] is None,
                            }
                        )
                        for dimension, values in LIMITS.items()
                    ],
                }
                for sequence, users in members.items()
            ]
        )
        cls.levels = dict(zip(members, levels, strict=True))
        cls.company.key_account_mode = "enforce"

    @classmethod
    def _make_customer(cls):
        cls.customer, cls.plain_customer = cls.env["res.partner"].create(
            [
                {
                    "name": "Golden Gate Motors",
                    "is_company": True,
                    "email": "buyer@golden.example.com",
                },
                {"name": "Corner Shop", "is_company": True},
            ]
        )
        cls.account = cls.env["key.account"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )
        cls.pump, cls.valve = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "list_price": price,
                    "standard_price": cost,
                    "taxes_id": [Command.clear()],
                    "invoice_policy": "order",
                }
                for name, price, cost in (("Pump", 1000, 600), ("Valve", 100, 60))
            ]
        )
        cls.payment_term = cls.env["account.payment.term"].search(
            [], limit=1
        ) or cls.env["account.payment.term"].create({"name": "30 days"})

    def rpc(self, user, records, method, *args, context=None, **kwargs):
        """Call a method as the web client does: by name, as this user, with any
        context."""
        kwargs["context"] = {"allowed_company_ids": self.company.ids, **(context or {})}
        model = records.browse().with_env(self.env(user=user, su=False, context={}))
        ids = [records.ids] if records else []
        return call_kw(model, method, ids + list(args), kwargs)

    def work_by(self, zone, hours):
        """The company works by these: ``(day of the week, from, to)``, where it is no
        morning with the part of the day; return the calendar."""
        rows = [
            {
                "name": "Work",
                "dayofweek": str(day),
                "hour_from": start,
                "hour_to": end,
                "day_period": part[0] if part else "morning",
            }
            for day, start, end, *part in hours
        ]
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Hours",
                "tz": zone,
                "company_id": self.company.id,
                "attendance_ids": [Command.clear(), *map(Command.create, rows)],
            }
        )
        self.company.resource_calendar_id = calendar
        self.env.flush_all()
        return calendar

    def make_order(self, discount=0.0, quantity=1.0, user=None, partner=None, **vals):
        """A quotation made by ``user`` (the specialist), as the web client would make
        it."""
        user = user or self.specialist
        order = (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": user.id,
                    "require_signature": False,
                    "require_payment": False,
                    "payment_term_id": self.payment_term.id,
                    "commitment_date": fields.Datetime.now() + timedelta(days=30),
                    "handover_terms": "<p>Ex works, inspection on arrival.</p>",
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.pump.id,
                                "product_uom_qty": quantity,
                                "discount": discount,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )
        self.env.flush_all()
        return order

    def listen(self):
        """A messenger of the company; a function of a record that says what it was told
        of it. Nothing is sent."""
        messenger = self.env["key.account.webhook"].create(
            {
                "name": "Group",
                "company_id": self.company.id,
                "new_address": "https://robot.example.com/send?key=123456",
            }
        )

        def told(record):
            messages = self.env["key.account.webhook.message"].search(
                [
                    ("webhook_id", "=", messenger.id),
                    ("res_model", "=", record._name),
                    ("res_id", "in", record.ids),
                ],
                order="id",
            )
            return messages.mapped("event")

        return told

    def links_of_mail(self, user):
        """``{words: address}`` of the links in the last mail to this person."""
        self.env["mail.message.schedule"].search([])._send_notifications()
        self.env.flush_all()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", user.partner_id.ids)], order="id desc", limit=1
        )
        page = html.fromstring(mail.body_html or "<p/>")
        return {
            " ".join(link.text_content().split()): link.get("href")
            for link in page.iter("a")
        }

    def make_tax(self, amount=13.0, name="Tax"):
        country = self.env.ref("base.cn").id
        where = {"company_id": self.company.id, "country_id": country}
        group = self.env["account.tax.group"].create({"name": "Tax", **where})
        return self.env["account.tax"].create(
            {"name": name, "amount": amount, "tax_group_id": group.id, **where}
        )

    def approve(self, order, user=None):
        order.with_user(self.specialist).action_request_approval()
        order.with_user(user or self.manager).action_approve()
        return order

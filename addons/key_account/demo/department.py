from odoo import Command, api, models

from . import texts

TEAMS = {
    "china": {
        "company": "company",
        "domain": "eastchina-precision.example.com",
        "name": "Key Accounts 大客户部",
        "manager": "manager",
        "members": ("specialist", "specialist_2"),
        "support": ("support",),
        "tax": ("VAT 13% 增值税", 13.0),
        "timezone": "Asia/Shanghai",
        # None: as the set-up wizard proposes
        "amounts": {},
        "mode": "enforce",
        "measured": ("margin", "payment_days"),
        "policy": "over_limit",
        "reviews": {
            "technical": "reviewer",
            "quality": "reviewer",
            "finance": "reviewer_finance",
        },
    },
    "europe": {
        "company": "company_europe",
        "domain": "ecp-europe.example.com",
        "name": "Key Accounts Europe",
        "manager": "manager_europe",
        "members": ("specialist_europe", "specialist_europe_2"),
        "support": ("support_europe",),
        "tax": ("VAT 19%", 19.0),
        "timezone": "Europe/Berlin",
        "amounts": {10: 15_000, 20: 75_000, 30: 300_000},
        # For the first weeks; see _enforce.
        "mode": "observe",
        "measured": (),
        "policy": "always",
        "reviews": {},
    },
}
# People whom no file of users names: name, mailbox, group.
HIRED = {
    "specialist_europe_2": ("Pieter Jansen", "pieter.jansen", "specialist"),
    "support_europe": ("Lena Fischer", "lena.fischer", "support"),
}
PRODUCTS_IN_CHINESE = {
    "spindle": ("主轴箱体", "QT600，孔 H6，三坐标检测"),
    "valve": ("液压阀块", "350 bar，去毛刺并冲洗"),
    "edrive": ("电驱动壳体", "AlSi10Mg，100 % 气密检测"),
    "carrier": ("行星架", "42CrMo4 锻件，5 MW 齿轮箱用"),
    "joint": ("机器人关节壳体", "AL7075，硬质阳极氧化"),
    "bracket": ("导轨支架", "S355，热浸镀锌"),
    "axle": ("轴箱体", "GE300，符合 EN 13749"),
    "tooling": ("工装夹具", "归客户所有，由我方保管"),
    "roller": ("输送机驱动壳体", "EN-GJS-500-7，RAL 7016"),
    "shaft": ("传动轴法兰", "34CrNiMo6，3.2 船级社证书"),
    "bogie": ("转向架支座", "EN 15085 CL1 焊接"),
    "tooling_europe": ("工装夹具", "归客户所有，由我方保管"),
}
CHINESE = "zh_CN"
# Notifications stay in Odoo; whatever would be sent all the same is dropped at the end.
QUIET = {"mail_notify_force_send": False, "mail_activity_quick_update": True}
# What is printed includes what the module being installed adds to it.
INSTALLING = {"install_module": "key_account", "load_all_views": True}


class KeyAccountDemo(models.AbstractModel):
    """Makes the demo data that XML and CSV cannot say: what people did.

    Evidence is recorded by business methods alone, and these check who calls them. So
    the story is told by calling them as its people, in the time in which it happened.
    """

    _name = "key.account.demo"
    _description = "Demo Data of Key Account"

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    @api.model
    def _ref(self, name):
        return self.env.ref(f"key_account.demo_{name}")

    def _user(self, code):
        return self._ref(f"user_{code}")

    def _company(self, team_code):
        return self._ref(TEAMS[team_code]["company"])

    def _team(self, team_code):
        return self._ref(f"team_{team_code}")

    def _env_of(self, user, team_code=None):
        """The environment in which a user works, in one company."""
        company = self._company(team_code) if team_code else user.company_id
        return self.env(
            user=user.id,
            su=False,
            context={
                **QUIET,
                **INSTALLING,
                "allowed_company_ids": company.ids,
                "lang": user.lang,
                "tz": user.tz,
            },
        )

    def _name_it(self, name, record):
        """Give a record of the story an external id."""
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"key_account.demo_{name}", "record": record, "noupdate": True}]
        )
        return record

    def _name_them(self, name, records):
        """Give each of many records an external id."""
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"key_account.demo_{name}_{record.id}",
                    "record": record,
                    "noupdate": True,
                }
                for record in records
            ]
        )

    # ------------------------------------------------------------
    # SET-UP
    # ------------------------------------------------------------

    @api.model
    def _install_chinese(self):
        """Half of the department works in Chinese."""
        if CHINESE in dict(self.env["res.lang"].get_installed()):
            return
        language = self.env["res.lang"].with_context(active_test=False)
        language = language.search([("code", "=", CHINESE)])
        wizard = self.env["base.language.install"]
        wizard.create({"lang_ids": [Command.set(language.ids)]}).lang_install()

    @api.model
    def _set_up(self):
        # Otherwise loaded after the demo data: half of the people write in Chinese.
        self.env["ir.module.module"]._load_module_terms(["key_account"], [CHINESE])
        companies = self.env["res.company"]
        self._hire()
        self._begin_with_my_day()
        for code in TEAMS:
            companies |= self._set_up_company(code)
        self._translate_products()
        self._share_with_administrator(companies)
        for code in TEAMS:
            self._set_up_department(code)

    def _hire(self):
        """More people for the second company: here, so that only a new database gets
        them."""
        company = self._company("europe")
        users = self.env["res.users"].with_context(no_reset_password=True)
        for login, (name, mailbox, group) in HIRED.items():
            groups = [self.env.ref(f"key_account.group_{group}").id]
            if group == "support":
                groups.append(
                    self.env.ref("sales_team.group_sale_salesman_all_leads").id
                )
            user = users.create(
                {
                    "name": name,
                    "login": login,
                    "password": login,
                    "email": f"{mailbox}@demo.example.com",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set(groups)],
                    "lang": "en_US",
                    "tz": "Europe/Berlin",
                    "notification_type": "inbox",
                }
            )
            self._name_it(f"user_{login}", user)

    def _begin_with_my_day(self):
        """What waits for people comes first when they log in, not Odoo's discussions;
        each may choose another page in their preferences."""
        names = self.env["ir.model.data"].search(
            [
                ("module", "=", "key_account"),
                ("model", "=", "res.users"),
                ("name", "=like", "demo_user_%"),
            ]
        )
        users = self.env["res.users"].browse(names.mapped("res_id"))
        colleagues = users.filtered(lambda user: not user.share)
        colleagues.action_id = self.env.ref("key_account.next_step_line_action").id

    def _set_up_company(self, code):
        """Accounts, tax and prices of a company."""
        company, spec = self._company(code), TEAMS[code]
        company.resource_calendar_id.tz = spec["timezone"]
        # Later than the company, which partner_autocomplete would look up outside.
        company.write(
            {"email": f"sales@{spec['domain']}", "website": f"https://{spec['domain']}"}
        )
        warehouses = self.env.get("stock.warehouse")
        if warehouses is not None:
            # Stock asks each company for one before it delivers anything.
            warehouses.create({"company_id": company.id})
        currency = company.currency_id
        # Not try_loading(), which expects a server that has finished starting.
        charts = self.env["account.chart.template"]
        charts._load("generic_coa", company, install_demo=False)
        company.currency_id = currency
        tax = self._set_up_tax(company, *spec["tax"])
        products = self.env["product.product"].search([("company_id", "=", company.id)])
        products.with_company(company).taxes_id = [Command.set(tax.ids)]
        for product in products:
            # The file is loaded in another company, and each has its own costs.
            product.with_company(company).standard_price = product.standard_price
        self._name_it(f"pricelist_{code}", self._set_up_pricelist(company))
        return company

    def _set_up_pricelist(self, company):
        """One per company; where pricelists are in use, Odoo made it already."""
        pricelists = self.env["product.pricelist"]
        vals = {
            "name": f"Reference prices 参考价格 {company.currency_id.name}",
            "currency_id": company.currency_id.id,
            "company_id": company.id,
        }
        pricelist = pricelists.search([("company_id", "=", company.id)], limit=1)
        pricelist.write(vals)
        return pricelist or pricelists.create(vals)

    def _set_up_tax(self, company, name, amount):
        """The generic chart is that of no country: give it the company's."""
        country, domain = company.country_id, [("company_id", "=", company.id)]
        company.account_fiscal_country_id = country
        self.env["account.tax.group"].search(domain).country_id = country
        self.env["account.tax"].search(domain).country_id = country
        domestic = self.env["account.fiscal.position"].search(
            [*domain, ("country_id", "!=", False)]
        )
        domestic.country_id = country
        tax = company.account_sale_tax_id
        tax.write({"name": name, "amount": amount, "invoice_label": f"{amount:g}%"})
        tax.tax_group_id.name = name
        return tax

    def _translate_products(self):
        for code, (name, description) in PRODUCTS_IN_CHINESE.items():
            product = self._ref(f"product_{code}").with_context(lang=CHINESE)
            product.write({"name": name, "description_sale": description})

    def _share_with_administrator(self, companies):
        """The administrator of a demo database may look at everything, and starts where
        there is something to see."""
        groups = ["director", "configuration", "appraiser", "contract_reviewer"]
        administrator = self.env.ref("base.user_admin")
        administrator.email = administrator.email or "admin@demo.example.com"
        administrator.write(
            {
                "company_id": companies[0].id,
                "company_ids": [Command.link(company.id) for company in companies],
                "group_ids": [
                    Command.link(self.env.ref(f"key_account.group_{group}").id)
                    for group in groups
                ],
            }
        )

    def _set_up_department(self, code):
        """By the wizard, as whoever configures the process would do it."""
        spec = TEAMS[code]
        env = self._env_of(self._user("configuration"), code)
        members = env["res.users"].union(
            *(self._user(member) for member in spec["members"])
        )
        wizard = env["key.account.set.up"].create(
            {
                "company_id": self._company(code).id,
                "team_name": spec["name"],
                "leader_id": self._user(spec["manager"]).id,
                "member_ids": [Command.set(members.ids)],
                "support_ids": [
                    Command.set([self._user(user).id for user in spec["support"]])
                ],
                "mode": spec["mode"],
                "approval_policy": spec["policy"],
                "contract_review": bool(spec["reviews"]),
                "reference_pricelist_id": self._ref(f"pricelist_{code}").id,
                **{f"measure_{dimension}": True for dimension in spec["measured"]},
            }
        )
        wizard.action_next()
        tops = {30: self._user("director"), 40: self._user("general_manager")}
        for level in wizard.level_ids:
            if level.sequence in tops:
                level.user_ids = tops[level.sequence]
            if level.sequence in spec["amounts"]:
                level.amount = spec["amounts"][level.sequence]
        action = wizard.action_apply()
        team = self.env["crm.team"].browse(action["context"]["default_team_id"])
        self._name_it(f"team_{code}", team)
        self._set_up_contract_review(env, spec["reviews"])

    def _set_up_contract_review(self, env, reviews):
        for sequence, (function, user) in enumerate(reviews.items()):
            english, chinese = texts.QUESTIONS[function]
            record = env["key.account.contract.review.function"].create(
                {
                    "sequence": 10 * sequence,
                    "function": function,
                    "user_ids": [Command.set(self._user(user).ids)],
                    "question": english,
                }
            )
            record.with_context(lang=CHINESE).question = chinese

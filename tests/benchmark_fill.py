"""A database of some size, filled by SQL, for ``make bench ARGS=--scale``.

People, teams and one record of each kind are made as Odoo makes them; all others are
copies of these by ``INSERT … SELECT … FROM generate_series``, with other customers,
people, dates, amounts and states. Ids of copies follow one another, so that what
belongs together is found by counting. Half of the orders are of key accounts.
"""

import time

TEAMS, SPECIALISTS, PLAIN_TEAMS, SALESPEOPLE = 20, 60, 10, 20
ACCOUNTS = 1000
# The account with many orders, and the one with two.
BIG, SMALL, MANY, FEW = 0, 1, 2000, 2
LINES, LOGS = 2, 4
YEARS = 3
# Quotations that the person who is seldom asked was asked to sign off.
ASKED = 9
# One controlled order of so many was signed off, signed, observed.
SIGN_OFF_EACH, SIGNED_EACH, OBSERVED_EACH = 5, 10, 10
# SQL: states of orders, by their number.
STATES = (
    "(ARRAY['draft', 'sent', 'sale', 'sale', 'sale', 'sale', 'sale', 'sale', 'sale',"
    " 'cancel'])[1 + (%s) %% 10]"
)
PASSWORD_FREE = {"no_reset_password": True, "mail_create_nolog": True}


class Fill:
    """Fills an empty database in which both add-ons are installed."""

    def __init__(self, env, orders, say=print):
        self.env = env
        self.cr = env.cr
        self.orders = orders
        self.leads = self.visits = orders // 5
        self.say = say
        self.base = {}
        self.cr.execute("SET maintenance_work_mem = '256MB'")

    def run(self):
        for step in (
            self.make_people,
            self.make_models,
            self.copy_accounts,
            self.copy_leads,
            self.copy_visits,
            self.copy_orders,
            self.copy_sign_off,
            self.copy_invoices,
            self.make_sheets,
        ):
            start = time.monotonic()
            step()
            self.env.cr.commit()
            self.say(f"{step.__name__:16}{time.monotonic() - start:6.0f} s")
        self.analyze()

    def analyze(self):
        connection = self.cr._cnx
        connection.rollback()
        before, connection.autocommit = connection.autocommit, True
        self.cr.execute("VACUUM (ANALYZE, FREEZE)")
        connection.autocommit = before

    # People and the first of each kind, as Odoo makes them

    def user(self, login, *groups):
        groups = ("base.group_user", *groups)
        return (
            self.env["res.users"]
            .with_context(**PASSWORD_FREE)
            .create(
                {
                    "name": login.replace("_", " ").title(),
                    "login": f"scale_{login}",
                    "email": f"{login}@example.com",
                    "group_ids": [
                        (
                            6,
                            0,
                            [self.env.ref(g).id for g in groups],
                        )
                    ],
                }
            )
        )

    def make_people(self):
        role, sales = "key_account.group_%s", "sales_team.group_sale_salesman"
        self.managers = [
            self.user(f"manager_{n}", role % "manager") for n in range(TEAMS)
        ]
        self.specialists = [
            self.user(f"specialist_{n}", role % "specialist")
            for n in range(SPECIALISTS)
        ]
        self.salespeople = [self.user(f"plain_{n}", sales) for n in range(SALESPEOPLE)]
        self.director = self.user("director", role % "director")
        self.support = self.user("support", role % "support")
        self.asked = self.user("asked", sales)
        self.reviewer = self.user("reviewer", role % "contract_reviewer")
        self.user("configuration", role % "configuration")
        self.user("accountant", "account.group_account_invoice")
        self.user("both", role % "support", role % "contract_reviewer")
        teams = self.env["crm.team"]
        company = {"company_id": self.env.company.id}
        self.teams = [
            teams.create(
                {
                    "name": f"Key accounts {n}",
                    "user_id": manager.id,
                    "key_account_manager_ids": [(6, 0, manager.ids)],
                    "key_account_support_ids": [
                        (6, 0, self.support.ids if n < 2 else [])
                    ],
                    "crm_team_member_ids": [
                        (0, 0, {"user_id": user.id})
                        for user in self.specialists[n::TEAMS]
                    ],
                    **company,
                }
            )
            for n, manager in enumerate(self.managers)
        ]
        self.plain_teams = [
            teams.create(
                {
                    "name": f"Plain {n}",
                    "crm_team_member_ids": [
                        (0, 0, {"user_id": user.id})
                        for user in self.salespeople[n::PLAIN_TEAMS]
                    ],
                    **company,
                }
            )
            for n in range(PLAIN_TEAMS)
        ]
        for team in self.teams:
            team.is_key_account = True
            team._load_stage_template("eight_steps")
        levels = [
            (10, self.specialists, 5),
            (20, self.managers, 10),
            (30, [self.director, self.asked], 50),
        ]
        for sequence, users, discount in levels:
            self.env["key.account.authority.level"].create(
                {
                    "name": f"Level {sequence}",
                    "sequence": sequence,
                    "user_ids": [(6, 0, [user.id for user in users])],
                    "limit_ids": [
                        (0, 0, {"dimension": "discount", "value": discount}),
                        (0, 0, {"dimension": "amount", "value": 100_000}),
                    ],
                }
            )
        self.env.company.key_account_mode = "enforce"

    def make_models(self):
        """One record of each kind, to be copied."""
        product = self.env["product.product"].create(
            {
                "name": "Part",
                "list_price": 100.0,
                "invoice_policy": "order",
                "taxes_id": [(5, 0)],
            }
        )
        self.partner = self.env["res.partner"].create(
            {"name": "Customer", "is_company": True}
        )
        specialist, team = self.specialists[0], self.teams[0]
        self.account = self.env["key.account"].create(
            {
                "partner_id": self.partner.id,
                "team_id": team.id,
                "user_id": specialist.id,
            }
        )
        self.stages = team._key_account_stages()
        as_user = self.env(user=specialist.id)
        self.lead = as_user["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "team_id": team.id,
                "user_id": specialist.id,
                "expected_revenue": 10_000.0,
            }
        )
        self.requirement = as_user["key.account.requirement"].create(
            {"name": "Steel", "opportunity_id": self.lead.id}
        )
        self.visit = as_user["key.account.visit"].create(
            {
                "name": "Visit",
                "key_account_id": self.account.id,
                "user_id": specialist.id,
                "date_start": "2030-01-02 02:00:00",
                "date_end": "2030-01-02 03:00:00",
                "purpose": self.env["key.account.visit"]
                ._fields["purpose"]
                .get_values(self.env)[0],
                "objectives": "To know more",
            }
        )
        line = {"product_id": product.id, "product_uom_qty": 1.0, "discount": 8.0}
        self.order = as_user["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "team_id": team.id,
                "user_id": specialist.id,
                "require_signature": False,
                "require_payment": False,
                "order_line": [(0, 0, line) for _n in range(LINES)],
            }
        )
        self.env.flush_all()
        self.order.action_request_approval()
        self.order.with_user(self.managers[0]).action_approve()
        self.env.flush_all()
        self.invoice = self.make_invoice(product)
        self.env.flush_all()
        self.order = self.order.with_env(self.env)

    def make_invoice(self, product):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-01-05",
                "invoice_line_ids": [
                    (0, 0, {"product_id": product.id, "price_unit": 100.0})
                ],
            }
        )
        invoice.action_post()
        return invoice

    # Copies by SQL

    def next_base(self, table):
        self.cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        self.base[table] = self.cr.fetchone()[0]
        return self.base[table]

    def copy(self, table, row_id, count, values, where="TRUE"):
        """``count`` copies of a row; in the SQL of ``values`` g is 0, 1, 2, …"""
        base = self.next_base(table)
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id'",
            [table],
        )
        names = [name for (name,) in self.cr.fetchall()]
        strange = set(values) - set(names)
        if strange:
            raise ValueError(f"{table} has no {strange}")
        # Built at once, and asked once for all rows.
        again = self.drop_indexes(table) if count > 20_000 else []
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join(values.get(name, f'row."{name}"') for name in names)
        self.cr.execute(
            f"INSERT INTO {table} (id, {columns})"
            f" SELECT {base} + 1 + g, {chosen} FROM {table} AS row,"
            f" generate_series(0, {count} - 1) AS g"
            f" WHERE row.id = {row_id} AND {where}"
        )
        self.cr.execute(f"SELECT setval('{table}_id_seq', MAX(id)) FROM {table}")
        for definition in again:
            self.cr.execute(definition)
        return base + 1

    def drop_indexes(self, table):
        self.cr.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)"
            " FROM pg_index WHERE indrelid = %s::regclass AND NOT indisunique",
            [table],
        )
        found = self.cr.fetchall()
        self.cr.execute(
            "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        keys = self.cr.fetchall()
        for name, _definition in found:
            self.cr.execute(f"DROP INDEX {name}")
        for name, _definition in keys:
            self.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        return [definition for _name, definition in found] + [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            for name, definition in keys
        ]

    def ids(self, records, index):
        """SQL: the id of the record that stands at this place, counted around."""
        listed = ", ".join(str(record.id) for record in records)
        return f"(ARRAY[{listed}])[1 + (({index}) % {len(records)})::int]"

    def copy_accounts(self):
        name = "'Customer ' || g"
        first = self.copy(
            "res_partner",
            self.partner.id,
            ACCOUNTS * 2,
            {
                "name": name,
                "complete_name": name,
                "commercial_partner_id": self.own_id("res_partner"),
            },
        )
        self.partners = first
        self.copy(
            "key_account",
            self.account.id,
            ACCOUNTS,
            {
                "partner_id": f"{first} + g",
                "name": name,
                "code": "'KA' || g",
                "state": "(ARRAY['active','candidate','candidate','trial'])[1 + g % 4]",
                "grade": "(ARRAY['A','B','C','D'])[1 + g % 4]",
                "team_id": self.ids(self.teams, "g"),
                "user_id": self.ids(self.specialists, "g"),
            },
        )
        self.accounts = self.base["key_account"] + 1
        self.cr.execute(
            "INSERT INTO key_account_access_rel (key_account_id, user_id)"
            " SELECT a.id, a.user_id FROM key_account a WHERE a.id >= %(first)s"
            " UNION SELECT a.id, t.user_id FROM key_account a JOIN crm_team t"
            " ON t.id = a.team_id WHERE a.id >= %(first)s"
            " UNION SELECT a.id, r.user_id FROM key_account a"
            f" JOIN {self.support_relation()} r ON r.team_id = a.team_id"
            " WHERE a.id >= %(first)s",
            {"first": self.accounts},
        )
        # Whose they were on which day: since long before what happens here.
        self.cr.execute(
            "INSERT INTO key_account_event (key_account_id, company_id, user_id, kind,"
            " date, new_user_id, new_team_id, new_state, create_date)"
            " SELECT id, company_id, user_id, 'opened', CURRENT_DATE - 3650, user_id,"
            " team_id, state, create_date FROM key_account WHERE id >= %s",
            [self.accounts],
        )

    def support_relation(self):
        field = self.env["crm.team"]._fields["key_account_support_ids"]
        return (
            f"(SELECT {field.column1} AS team_id, {field.column2} AS user_id"
            f" FROM {field.relation})"
        )

    def own_id(self, table):
        return f"{self.next_base(table)} + 1 + g"

    def account_of(self, number):
        """SQL: the place of the account of the controlled order ``number``."""
        return (
            f"CASE WHEN {number} < {MANY} THEN {BIG}"
            f" WHEN {number} < {MANY + FEW} THEN {SMALL}"
            f" ELSE 2 + ({number} * 7919::bigint) % {ACCOUNTS - 2} END"
        )

    def copy_leads(self):
        """Half of the leads are deals of key accounts; each has some stage log."""
        deal, number = "g % 2 = 0", "(g / 2)"
        place = f"(2 + ({number} * 7919::bigint) % {ACCOUNTS - 2})"
        stages = self.ids(self.stages, number)
        self.first_lead = self.copy(
            "crm_lead",
            self.lead.id,
            self.leads,
            {
                "name": "'Deal ' || g",
                "partner_id": f"{self.partners} + CASE WHEN {deal} THEN {place}"
                f" ELSE {ACCOUNTS} + g % {ACCOUNTS} END",
                "key_account_id": f"CASE WHEN {deal}"
                f" THEN {self.accounts} + {place} END",
                "team_id": f"CASE WHEN {deal} THEN {self.ids(self.teams, place)}"
                f" ELSE {self.ids(self.plain_teams, number)} END",
                "user_id": f"CASE WHEN {deal} THEN {self.ids(self.specialists, place)}"
                f" ELSE {self.ids(self.salespeople, number)} END",
                "stage_id": f"CASE WHEN {deal} THEN {stages} ELSE row.stage_id END",
                "expected_revenue": "1000 + g % 50000",
                "create_date": self.moment(self.leads),
                "stage_deadline": f"CASE WHEN {deal} AND g % 10 = 0 THEN"
                f" {self.moment(self.leads)} + interval '30 days' END",
                "date_last_stage_update": self.moment(self.leads),
            },
        )
        deals = self.leads // 2
        lead = f"{self.first_lead} + 2 * (g / {LOGS})"
        place = f"(2 + ((g / {LOGS}) * 7919::bigint) % {ACCOUNTS - 2})"
        moment = self.moment(deals * LOGS)
        self.cr.execute("SELECT MIN(id) FROM key_account_stage_log")
        [log] = self.cr.fetchone()
        self.copy(
            "key_account_stage_log",
            log,
            deals * LOGS,
            {
                "opportunity_id": lead,
                "origin_ref": lead,
                "key_account_id": f"{self.accounts} + {place}",
                "team_id": self.ids(self.teams, place),
                "responsible_id": self.ids(self.specialists, place),
                "user_id": self.ids(self.specialists, place),
                "event": "CASE WHEN g % 2 = 0 THEN 'enter' ELSE 'leave' END",
                "stage_id": self.ids(self.stages, f"(g % {LOGS}) / 2"),
                "date": f"{moment} + g % {LOGS} * interval '1 day'",
                "entered_on": f"CASE WHEN g % 2 = 1 THEN {moment} END",
                "duration": "CASE WHEN g % 2 = 1 THEN 24.0 END",
                "working_hours": "CASE WHEN g % 2 = 1 THEN 8.0 END",
                "in_time": "g % 3 > 0",
            },
        )
        self.copy(
            "key_account_requirement",
            self.requirement.id,
            deals,
            {
                "opportunity_id": f"{self.first_lead} + 2 * g",
                "key_account_id": f"{self.accounts} + 2"
                f" + (g * 7919::bigint) % {ACCOUNTS - 2}",
            },
        )

    def moment(self, count):
        """SQL: copies are spread over the years that end now."""
        span = f"interval '{YEARS * 365} days' / {count}"
        return f"(now() at time zone 'UTC' - ({count} - g) * ({span}))"

    def copy_visits(self):
        place = f"((g * 7919::bigint) % {ACCOUNTS})"
        moment = self.moment(self.visits)
        held = "g % 10 > 1"
        self.copy(
            "key_account_visit",
            self.visit.id,
            self.visits,
            {
                "name": "'Visit ' || g",
                "key_account_id": f"{self.accounts} + {place}",
                "team_id": self.ids(self.teams, place),
                "user_id": self.ids(self.specialists, place),
                "calendar_event_id": "NULL",
                "state": "(ARRAY['planned','cancelled','held','reported','reviewed',"
                "'reviewed','reviewed','reviewed','reviewed','reviewed'])[1 + g % 10]",
                "date_start": moment,
                "date_end": f"{moment} + interval '1 hour'",
                "date_original": moment,
                "held_start": f"CASE WHEN {held} THEN {moment} END",
                "held_end": f"CASE WHEN {held} THEN {moment} + interval '1 hour' END",
                "reported_on": f"CASE WHEN g % 10 > 2 THEN {moment}"
                " + interval '2 hours' END",
                "report_in_time": "g % 10 > 3",
            },
        )

    def copy_orders(self):
        controlled, number = "g % 2 = 0", "(g / 2)"
        place = f"({self.account_of(number)})"
        moment = self.moment(self.orders)
        lead = f"{self.first_lead} + 2 * {number}"
        state = STATES % "g / 2"
        plain_customer = f"{ACCOUNTS} + g % {ACCOUNTS}"
        partner = (
            f"{self.partners} + CASE WHEN {controlled} THEN {place}"
            f" ELSE {plain_customer} END"
        )
        user = (
            f"CASE WHEN {controlled} THEN {self.ids(self.specialists, place)}"
            " WHEN g % 5000 = 1 THEN NULL"
            f" ELSE {self.ids(self.salespeople, number)} END"
        )
        amount = "(100 + g % 9900)::numeric"
        self.first_order = self.copy(
            "sale_order",
            self.order.id,
            self.orders,
            {
                "name": "'Q' || lpad(g::text, 8, '0')",
                "access_token": "NULL",
                "partner_id": partner,
                "partner_invoice_id": partner,
                "partner_shipping_id": partner,
                "key_account_id": f"CASE WHEN {controlled}"
                f" THEN {self.accounts} + {place} END",
                "team_id": f"CASE WHEN {controlled} THEN {self.ids(self.teams, place)}"
                f" ELSE {self.ids(self.plain_teams, number)} END",
                "user_id": user,
                "opportunity_id": f"CASE WHEN {controlled}"
                f" AND {number} < {self.leads // 2} THEN {lead} END",
                "state": state,
                "invoice_status": f"CASE WHEN {state} = 'sale' THEN 'invoiced'"
                " ELSE 'no' END",
                "locked": "FALSE",
                "date_order": moment,
                "create_date": moment,
                "amount_untaxed": amount,
                "amount_total": amount,
                "authority_state": f"CASE WHEN NOT ({controlled}) THEN 'not_applicable'"
                f" WHEN {number} % {SIGN_OFF_EACH} = 0 THEN"
                f" CASE WHEN {number} % 100 = 0 THEN 'pending' ELSE 'approved' END"
                f" ELSE 'within' END",
                "authority_bound": f"{controlled} AND {number} % {SIGN_OFF_EACH} = 0",
                "sign_off_readers": "NULL",
            },
        )
        order = f"{self.first_order} + g / {LINES}"
        g_order, g_number = f"(g / {LINES})", f"(g / {LINES} / 2)"
        place = f"({self.account_of(g_number)})"
        controlled = f"{g_order} % 2 = 0"
        self.first_line = self.copy(
            "sale_order_line",
            self.order.order_line[0].id,
            self.orders * LINES,
            {
                "order_id": order,
                "order_partner_id": f"{self.partners} + CASE WHEN {controlled}"
                f" THEN {place} ELSE {ACCOUNTS} + {g_order} % {ACCOUNTS} END",
                "salesman_id": f"CASE WHEN {controlled}"
                f" THEN {self.ids(self.specialists, place)}"
                f" WHEN {g_order} % 5000 = 1 THEN NULL"
                f" ELSE {self.ids(self.salespeople, g_number)} END",
                "state": STATES % g_number,
                "price_unit": f"(100 + {g_order} % 9900)::numeric / {LINES}",
                "price_subtotal": f"(100 + {g_order} % 9900)::numeric / {LINES}",
            },
        )

    def copy_sign_off(self):
        """Events of sign-off, signatures, observations; who was asked."""
        order = f"({self.first_order} + 2 * {SIGN_OFF_EACH} * (g / 2))"
        place = f"({self.account_of(f'({SIGN_OFF_EACH} * (g / 2))')})"
        signed_off = self.orders // 2 // SIGN_OFF_EACH
        self.cr.execute(
            "SELECT MIN(id) FROM key_account_approval WHERE event = 'request'"
        )
        [event] = self.cr.fetchone()
        first = self.copy(
            "key_account_approval",
            event,
            signed_off * 2,
            {
                "order_id": order,
                "key_account_id": f"{self.accounts} + {place}",
                "event": "CASE WHEN g % 2 = 0 THEN 'request' ELSE 'approve' END",
                "user_id": "CASE WHEN g % 2 = 0"
                f" THEN {self.ids(self.specialists, place)}"
                f" ELSE {self.ids(self.managers, place)} END",
                "date": self.moment(signed_off * 2),
                "inputs": "NULL",
                "snapshot": "NULL",
            },
        )
        self.cr.execute("SELECT MIN(id) FROM key_account_approval_term")
        [term] = self.cr.fetchone()
        of_term = self.account_of(f"({SIGN_OFF_EACH} * g)")
        self.copy(
            "key_account_approval_term",
            term,
            signed_off,
            {
                "approval_id": f"{first} + 2 * g",
                "key_account_id": f"{self.accounts} + ({of_term})",
            },
        )
        field = self.env["sale.order"]._fields["sign_off_user_ids"]
        self.cr.execute(
            f"INSERT INTO {field.relation} (order_id, user_id)"
            " SELECT o.id, t.user_id FROM sale_order o"
            " JOIN crm_team t ON t.id = o.team_id"
            " WHERE o.authority_bound AND o.id >= %(first)s"
            " UNION SELECT o.id, %(director)s FROM sale_order o"
            " WHERE o.authority_bound AND o.id >= %(first)s AND o.id %% 3 = 0"
            " UNION (SELECT o.id, %(asked)s FROM sale_order o"
            " WHERE o.authority_bound AND o.id >= %(first)s"
            " ORDER BY o.id LIMIT %(few)s)"
            " ON CONFLICT DO NOTHING",
            {
                "first": self.first_order,
                "director": self.director.id,
                "asked": self.asked.id,
                "few": ASKED,
            },
        )
        self.cr.execute(
            "UPDATE sale_order SET sign_off_readers = asked.ids FROM"
            " (SELECT order_id, jsonb_agg(user_id ORDER BY user_id) AS ids"
            f" FROM {field.relation} GROUP BY order_id) asked"
            " WHERE asked.order_id = sale_order.id"
        )
        self.copy_evidence()

    def copy_evidence(self):
        controlled = self.orders // 2
        count = controlled // SIGNED_EACH
        order = f"({self.first_order} + 2 * {SIGNED_EACH} * g)"
        place = f"({self.account_of(f'({SIGNED_EACH} * g)')})"
        self.cr.execute(
            "INSERT INTO key_account_signature (id, order_id, key_account_id,"
            " company_id, entered_by_id, event, method, signed_by, fingerprint,"
            " signed_on, entered_on)"
            f" SELECT nextval('key_account_signature_id_seq'), {order},"
            f" {self.accounts} + {place}, {self.env.company.id},"
            f" {self.ids(self.specialists, place)},"
            " 'signature', 'portal', 'Buyer', 'x',"
            f" {self.moment(count)}, {self.moment(count)}"
            f" FROM generate_series(0, {count} - 1) g"
        )
        count = controlled // OBSERVED_EACH
        self.cr.execute(
            "INSERT INTO key_account_observation (id, order_id, key_account_id,"
            " company_id, user_id, action, fingerprint, day, date)"
            f" SELECT nextval('key_account_observation_id_seq'), {order},"
            f" {self.accounts} + {place}, {self.env.company.id},"
            f" {self.ids(self.specialists, place)}, 'send', 'x',"
            f" {self.moment(count)}::date, {self.moment(count)}"
            f" FROM generate_series(0, {count} - 1) g"
        )

    def copy_invoices(self):
        """A posted invoice for each order, of its first line; every second is paid."""
        g_number = "(g / 2)"
        controlled, place = "g % 2 = 0", f"({self.account_of(g_number)})"
        partner = (
            f"{self.partners} + CASE WHEN {controlled} THEN {place}"
            f" ELSE {ACCOUNTS} + g % {ACCOUNTS} END"
        )
        user = (
            f"CASE WHEN {controlled} THEN {self.ids(self.specialists, place)}"
            f" ELSE {self.ids(self.salespeople, g_number)} END"
        )
        day = f"{self.moment(self.orders)}::date"
        amount = "(100 + g % 9900)::numeric"
        money = {
            name: amount
            for name in (
                "amount_untaxed amount_total amount_untaxed_signed amount_total_signed"
                " amount_untaxed_in_currency_signed amount_total_in_currency_signed"
            ).split()
        }
        residual = f"CASE WHEN g % 2 = 1 THEN {amount} ELSE 0 END"
        first = self.copy(
            "account_move",
            self.invoice.id,
            self.orders,
            {
                "name": "'INV' || lpad(g::text, 8, '0')",
                "sequence_number": "g",
                "payment_reference": "NULL",
                "partner_id": partner,
                "commercial_partner_id": partner,
                "partner_shipping_id": partner,
                "invoice_user_id": user,
                "team_id": f"CASE WHEN {controlled} THEN {self.ids(self.teams, place)}"
                f" ELSE {self.ids(self.plain_teams, g_number)} END",
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day,
                "payment_state": "CASE WHEN g % 2 = 0 THEN 'paid' ELSE 'not_paid' END",
                "amount_residual": residual,
                "amount_residual_signed": residual,
                **money,
            },
        )
        for kind, sign in (("product", "-"), ("payment_term", "")):
            line = self.invoice.line_ids.filtered(
                lambda each, k=kind: each.display_type == k
            )
            balance = f"{sign}{amount}"
            self.copy(
                "account_move_line",
                line[0].id,
                self.orders,
                {
                    "move_id": f"{first} + g",
                    "move_name": "'INV' || lpad(g::text, 8, '0')",
                    "partner_id": partner,
                    "date": day,
                    "invoice_date": day,
                    "date_maturity": "NULL" if sign else day,
                    "balance": balance,
                    "amount_currency": balance,
                    "debit": "0" if sign else amount,
                    "credit": amount if sign else "0",
                    "price_subtotal": amount,
                    "price_total": amount,
                },
            )
            if kind == "product":
                self.cr.execute(
                    "INSERT INTO sale_order_line_invoice_rel"
                    " (invoice_line_id, order_line_id)"
                    f" SELECT {self.base['account_move_line']} + 1 + g,"
                    f" {self.first_line} + {LINES} * g"
                    f" FROM generate_series(0, {self.orders} - 1) g"
                )

    def make_sheets(self):
        """An appraisal sheet of this quarter for each specialist and team."""
        if "key.account.kpi.sheet" not in self.env:
            return
        self.env["key.account.kpi.sheet"].create(
            [
                {"user_id": user.id, "period": "quarter"}
                for user in self.specialists[:40]
            ]
        )


def fill(database, orders):
    """Fill ``database`` and say how long it took."""
    import os

    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error"]
    )
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [1]})
        Fill(env, orders).run()


if __name__ == "__main__":
    import sys

    fill(sys.argv[1], int(sys.argv[2]))

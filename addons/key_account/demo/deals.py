import base64

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.tools.misc import file_open

from . import texts
from .accounts import account_of

# Steps of a deal: (name, working days from its start, hour); methods of DealStory.
STEPS = (
    ("enter", 0, 9.5),
    ("draft_plan", 0, 15.0),
    ("plan", 1, 9.1),
    ("appoint", 1, 10.5),
    ("confirm", 2, 9.3),
    ("arrive", 4, 14.0),
    ("hold", 4, 16.4),
    ("report", 4, 17.2),
    ("review", 5, 11.0),
    ("settle", 6, 16.6),
    ("request", 6, 16.8),
    ("rule", 7, 9.6),
    ("quote", 7, 11.5),
    ("request_approval", 7, 13.2),
    ("reject", 9, 10.1),
    ("approve", 7, 16.2),
    ("ask_again", 9, 15.4),
    ("send", 9, 14.2),
    ("lose", 15, 16.2),
    ("sign", 11, 10.6),
    ("first_verdict", 11, 15.0),
    ("last_verdicts", 12, 10.2),
    ("invoice", 15, 10.1),
    ("pay", 33, 11.3),
)
ORDER = [name for name, _day, _hour in STEPS]
# Steps that only a deal whose story ends there goes through.
ENDINGS = {"reject", "ask_again", "lose"}


class DealStory:
    """One deal, step by step, each taken by whoever takes it in the real process."""

    def __init__(self, demo, clock, deal):
        self.demo = demo
        self.clock = clock
        self.deal = deal
        self.account = account_of(deal.account)
        self.lang = self.account.lang
        # In Europe work begins when it is afternoon in China, whose clock is used.
        self.shift = 7 if self.account.team == "europe" else 0
        self.lead = self.visit = self.order = None

    def events(self):
        """(day, hour, what) of every step up to the last that happens."""
        last = ORDER.index(self.deal.until)
        for name, day, hour in STEPS[: last + 1]:
            if name in ENDINGS and name != self.deal.until:
                continue
            delay = (
                2
                if self.deal.late and ORDER.index(name) >= ORDER.index("report")
                else 0
            )
            if name == "approve" and len(self.deal.code) % 3 == 0:
                # Some approvals take longer than the step allows.
                delay += 1
            yield self.deal.start + day + delay, hour + self.shift, getattr(self, name)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def by(self, user, records):
        """Records as this user has them before them."""
        return records.with_env(self.demo._env_of(user, self.account.team))

    def by_specialist(self, records):
        return self.by(self.demo._user(self.account.user), records)

    def by_manager(self, records):
        return self.by(self.demo._team(self.account.team).user_id, records)

    def by_accountant(self, records):
        return self.by(self.demo._user("accountant"), records)

    def team(self):
        return self.demo._team(self.account.team)

    def say(self, what):
        return what[self.lang]

    def contacts(self):
        partners = [
            self.demo._partner(self.account, person.code)
            for person in self.account.people
        ]
        return self.demo.env["res.partner"].union(*partners)

    def buyer(self):
        return self.demo._ref(f"partner_{self.deal.account}_buyer")

    # ------------------------------------------------------------
    # STEPS 1 TO 3: PLAN, VISIT, REVIEW
    # ------------------------------------------------------------

    def enter(self):
        deal, user = self.deal, self.demo._user(self.account.user)
        self.lead = self.by_specialist(self.demo.env["crm.lead"]).create(
            {
                "name": deal.name,
                "type": "opportunity",
                "partner_id": self.buyer().id,
                "company_id": self.demo._company(self.account.team).id,
                "team_id": self.team().id,
                "user_id": user.id,
                "expected_revenue": sum(
                    quantity * price for _p, quantity, price in deal.goods
                ),
                "date_deadline": self.clock.day(deal.start + 30),
                "probability": 20,
            }
        )
        self.demo._name_it(f"deal_{deal.code}", self.lead)

    def draft_plan(self):
        """Complete; but where the story stops here, the contingency is missing."""
        complete = self.deal.until != "draft_plan"
        self.plan_record = self.by_specialist(self.demo.env["key.account.plan"]).create(
            {
                "kind": "deal",
                "opportunity_id": self.lead.id,
                "key_account_id": self.lead.key_account_id.id,
                "situation": self.say(texts.SITUATION),
                "contingency": complete and self.say(texts.CONTINGENCY),
                "date_from": self.clock.day(self.deal.start),
                "date_to": self.clock.day(self.deal.start + 30),
                "objective_ids": [
                    Command.create({"name": name, "measure": measure, "target": target})
                    for name, measure, target in self.say(texts.OBJECTIVES)
                ],
                "action_ids": [
                    Command.create(self._plan_action(*action))
                    for action in self.say(texts.ACTIONS)
                ],
            }
        )

    def _plan_action(self, phase, name, duty, standard, day, who):
        china = self.account.team == "china"
        user = self.demo._user(who if who == "support" and china else self.account.user)
        return {
            "phase": phase,
            "name": name,
            "duty": duty,
            "standard": standard,
            "date_due": self.clock.day(self.deal.start + day),
            "user_id": user.id,
        }

    def plan(self):
        self.by_manager(self.plan_record).action_approve()
        if self.deal.until != "plan":
            self._next_step()

    def appoint(self):
        start = self.deal.start + 4
        self.visit = self.by_specialist(self.demo.env["key.account.visit"]).create(
            {
                "key_account_id": self.lead.key_account_id.id,
                "opportunity_ids": [Command.set(self.lead.ids)],
                "contact_ids": [Command.set(self.contacts()[:2].ids)],
                "purpose": "development",
                "step": "2" if len(self.account.people) > 1 else "1",
                "method": "video" if self.account.code == "meridian" else "onsite",
                "objectives": self.say(texts.VISIT_OBJECTIVES),
                "date_start": self.clock.at(start, 14.0 + self.shift),
                "date_end": self.clock.at(start, 17.5 + self.shift),
            }
        )
        self.demo._name_it(f"visit_{self.deal.code}", self.visit)

    def confirm(self):
        self.visit.action_confirm()

    def arrive(self):
        self.visit.action_check_in()
        self._tick_off(self.plan_record.action_ids[:1])

    def hold(self):
        self.visit.action_hold()

    def report(self):
        deal, clock = self.deal, self.clock
        self.visit.write(
            {
                "met_ids": [Command.set(self.contacts()[:2].ids)],
                "summary": deal.summary,
                "requirement_ids": [
                    Command.create(vals) for vals in self._requirements()
                ],
                "target_price": deal.goods[0][2],
                "competitors": self.say(texts.COMPETITORS),
                "outcome": "partly" if deal.scores[0] < 3 else "achieved",
                "next_step": self.say(texts.NEXT_STEP),
                "next_date": clock.day(deal.start + 9),
                "commitment_ids": [
                    Command.create(
                        {"side": side, "name": name, "date": clock.day(deal.start + 7)}
                    )
                    for side, name in self.say(texts.COMMITMENTS)
                ],
            }
        )
        judged = self.visit.requirement_ids.filtered(lambda line: line.state == "open")
        judged.action_settle()
        self.visit.action_report()
        self._tick_off(self.plan_record.action_ids[1:2])
        self._next_step()

    def _requirements(self):
        """Goods are measured, the rest is judged; what stays open comes later."""
        for product, quantity, price in self.deal.goods:
            record = self.demo._ref(f"product_{product}")
            record = self.by_specialist(record)
            yield {
                "kind": "target_price",
                "name": record.name,
                "product_id": record.id,
                "quantity": quantity,
                "target_price": price,
                "able": "yes",
                "our_standard": record.description_sale,
            }
        for code in self.deal.asks.split():
            if code != "open":
                yield self._judged(code)

    def _judged(self, code):
        ask = self.say(texts.ASKS)[code]
        return {
            "kind": ask.kind,
            "name": ask.asked,
            "our_standard": ask.standard or False,
            "able": ask.able or False,
            "within_authority": ask.within,
            "condition": ask.condition or False,
        }

    def review(self):
        deal = self.deal
        visit = self.by_manager(self.visit)
        potential, standing, value, difficulty = deal.scores
        guidance = self.say(texts.GUIDANCE)
        if deal.grant:
            self._grant(visit)
        visit.action_review(
            {
                "review_potential": potential,
                "review_standing": standing,
                "review_value": value,
                "review_difficulty": difficulty,
                "review_feasibility": "feasible" if difficulty < 4 else "with_changes",
                "guidance": guidance[visit.id % len(guidance)],
                "duties": self.say(texts.DUTIES),
            }
        )
        self._do_follow_up()
        self._manager_next_step()

    def _grant(self, visit):
        visit.env["key.account.authority.grant"].create(
            {
                "opportunity_id": self.lead.id,
                "company_id": self.lead.company_id.id,
                "user_id": self.lead.user_id.id,
                "dimension": "discount",
                "value": self.deal.grant,
                "date_until": self.clock.day(self.deal.start + 30),
                "visit_id": visit.id,
                "reason": self.say(texts.RULING),
            }
        )

    # ------------------------------------------------------------
    # STEPS 4 AND 5: AUTHORITY, RULING
    # ------------------------------------------------------------

    def settle(self):
        if "open" in self.deal.asks.split():
            asked = {**self._judged("open"), "opportunity_id": self.lead.id}
            self.lead.env["key.account.requirement"].create(asked)
            return
        self._next_step()

    def request(self):
        if self.lead._outside_lines():
            self.lead.action_request_ruling(self.say(texts.PROPOSAL))

    def rule(self):
        lead = self.by_manager(self.lead)
        if not lead._open_request():
            return
        if self.deal.until == "rule":
            lead.action_rule("abandon", self.say(texts.ABANDON), category="capability")
            self._close_plan(texts.ABANDON)
            return
        ruling = self.say(texts.RULING)
        lead.action_rule("quote", ruling, category="strategy")
        if lead._open_request():
            # Beyond the manager's own limits: forwarded to the director.
            director = self.by(self.demo._user("director"), self.lead)
            director.action_rule("quote", ruling, category="strategy")
        lead.action_next_step()

    # ------------------------------------------------------------
    # STEPS 6 TO 8: QUOTATION, SIGN-OFF, SIGNATURE
    # ------------------------------------------------------------

    def quote(self):
        action = self.lead.action_quotation_from_requirements()
        self.order = self.lead.env["sale.order"].browse(action["res_id"])
        self.demo._name_it(f"quotation_{self.deal.code}", self.order)
        self.order.write(
            {
                "payment_term_id": self._payment_term(self.deal.payment).id,
                "commitment_date": self.clock.at(self.deal.start + 40, 8.0),
                "validity_date": self.clock.day(self.deal.start + 45),
                "handover_terms": self.say(texts.HANDOVER),
                "client_order_ref": f"RFQ-{self.clock.day(self.deal.start):%y%m%d}",
                "agreement_ids": [Command.set(self._agreement().ids)],
            }
        )
        self._tick_off(self.plan_record.action_ids[3:])

    def _payment_term(self, name):
        return self.demo.env.ref(f"account.account_payment_term_{name}")

    def _agreement(self):
        name, body = self.say(texts.AGREEMENT)
        agreement = self.lead.env["key.account.agreement"].create(
            {
                "name": name,
                "type_id": self.demo.env.ref("key_account.agreement_type_handover").id,
                "key_account_id": self.lead.key_account_id.id,
                "opportunity_id": self.lead.id,
                "body": body,
            }
        )
        agreement.action_ready()
        return agreement

    def request_approval(self):
        self._next_step()
        if self.order.authority_state == "required" and not self.deal.unasked:
            self.order.action_request_approval()

    def reject(self):
        self._approver_order().action_reject(self.say(texts.REJECT))

    def approve(self):
        if self.order.authority_state == "pending":
            self._approver_order().action_approve(self.say(texts.APPROVE))
        self._manager_next_step()

    def ask_again(self):
        """The customer bargains after the approval: the approver is asked anew and
        sees what has changed since."""
        quantity, price, payment = self.deal.bargains
        self.order.payment_term_id = self._payment_term(payment)
        line = self.order.order_line.filtered("product_id")[:1]
        line.write({"product_uom_qty": quantity, "price_unit": price})
        self.order.action_request_approval()

    def _approver_order(self):
        return self.by(self.order.sudo().approver_ids[:1], self.order)

    def send(self):
        self.order.action_quotation_sent()
        self._tick_off(self.plan_record.action_ids[2:3])

    def sign(self):
        if self.deal.by_scan:
            self._return_scan()
        else:
            self._sign_on_portal()

    def _sign_on_portal(self):
        """As the portal does for whoever holds the link (portal_quote_accept)."""
        order = self.order.with_user(SUPERUSER_ID)
        signer = self._signer()
        order.write(
            {
                "signed_by": signer.name,
                "signed_on": fields.Datetime.now(),
                "signature": self._signature_image(),
            }
        )
        order.env.cr.flush()
        if not order._has_to_be_paid():
            order._validate_order()
        order.message_post(
            author_id=signer.id,
            body=order.env._("Order signed by %s", signer.name),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _return_scan(self):
        content, _type = (
            self.order.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("sale.action_report_saleorder", self.order.ids)
        )
        signer = self._signer()
        self.order._file_signed_return(
            base64.b64encode(content),
            f"{self.order.name}-signed-return.pdf",
            signer.name,
            signer.function,
            fields.Datetime.now(),
        )

    def _signer(self):
        """Whoever approves or decides at the customer."""
        ranked = sorted(
            self.account.people,
            key=lambda p: (p.role != "approver", p.role != "decision_maker"),
        )
        return self.demo._partner(self.account, ranked[0].code)

    def _signature_image(self):
        number = 1 + len(self.account.code) % 3
        with file_open(f"key_account/demo/img/signature_{number}.png", "rb") as image:
            return base64.b64encode(image.read())

    # ------------------------------------------------------------
    # CONTRACT REVIEW, INVOICE, PAYMENT, OR NOT
    # ------------------------------------------------------------

    def first_verdict(self):
        self._pass(self._open_items()[:1])

    def last_verdicts(self):
        self._pass(self._open_items())

    def _open_items(self):
        reviews = self.order.sudo().contract_review_ids
        return reviews.item_ids.filtered(lambda item: item.verdict == "open")

    def _pass(self, items):
        verdicts = self.say(texts.VERDICTS)
        for item in items:
            self.by(item.user_ids[:1], item).action_pass(verdicts[item.function])

    def invoice(self):
        """Sales makes the draft, the accountant posts it."""
        wizard = self.order.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.order.ids
        )
        wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        self.bill = self.by_accountant(self.order.sudo().invoice_ids)
        self.bill.action_post()
        self.demo._name_it(f"invoice_{self.deal.code}", self.bill)
        self._close_plan(texts.WON)

    def pay(self):
        wizard = self.bill.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.bill.ids
        )
        wizard.create({"payment_date": fields.Date.today()}).action_create_payments()

    def lose(self):
        reason = self.demo._lost_reason(self.lang)
        self.lead.action_set_lost(lost_reason_id=reason.id)
        self.order._action_cancel()
        self._close_plan(texts.LOST)

    # ------------------------------------------------------------
    # TOOLING
    # ------------------------------------------------------------

    def _next_step(self):
        self.lead.action_next_step()
        if not self.lead.stage_id.is_won:
            self.lead.probability = min(90, self.lead.probability + 12)

    def _manager_next_step(self):
        self.by_manager(self.lead).action_next_step()

    def _tick_off(self, actions):
        for action in actions.filtered(lambda action: action.state == "todo"):
            self.by(action.user_id, action).action_done()

    def _close_plan(self, result):
        self._tick_off(self.plan_record.action_ids)
        self.plan_record.result = self.say(result)
        self.plan_record.action_close()

    def _do_follow_up(self):
        """In older deals, what was promised is done by the time of the review."""
        if self.deal.start < -10:
            for activity in self.visit.sudo().activity_ids:
                self.by(activity.user_id, activity).action_feedback()


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _lost_reason(self, lang):
        name, reasons = texts.LOST[lang], self.env["crm.lost.reason"]
        found = reasons.search([("name", "=", name)], limit=1)
        return found or reasons.create({"name": name})

"""Each kind of gate × each way a stage can change: refused, and let through."""

import base64
from contextlib import contextmanager

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .stage_common import SCORES, StageCommon

# What is met by the customer or the opportunity itself, so that it can hold for an
# opportunity that is only being made.
_AT_CREATION = (
    "field",
    "domain",
    "profile",
    "qualification",
    "evaluation",
    "diagnosis",
    "feedback",
)


@tagged("post_install", "-at_install")
class TestGateMatrix(StageCommon):
    """Two opportunities in the first step: of one nothing is known, the other has all
    there is. One gate at a time stands between them and the second step.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.gate_ids.active = False
        cls.gates = cls.make_gates()
        cls.poor = cls.make_poor_lead()
        cls.rich = cls.lead
        cls.rich_too = cls.make_lead(name="Ready")
        cls.enrich_account()
        cls.enrich(cls.rich)
        cls.enrich(cls.rich_too)
        # Known to the plain team, too: the way in from there.
        cls.visit_step.team_ids = [Command.link(cls.plain_team.id)]
        cls.plain_team.use_leads = True
        cls.plain_team.member_ids = cls.outsider
        for lead in cls.poor | cls.rich | cls.rich_too:
            cls.set_back(lead)

    # -- the gates, and what meets them -----------------------------------------

    @classmethod
    def make_gates(cls):
        """One gate of every kind there is, all of them switched off."""
        email_cc = cls.env["ir.model.fields"]._get("crm.lead", "email_cc")
        parameters = {
            "field": {"field_id": email_cc.id},
            "domain": {"domain": "[('expected_revenue', '>', 1000)]"},
            "document": {"document_type": "minutes"},
            "profile": {"number": 40},
            "evaluation": {"min_grade": "B", "max_age_days": 30},
            "checklist": {"check_ids": [Command.create({"name": "Budget known"})]},
        }
        kinds = cls.env["crm.stage.gate"]._fields["kind"].get_values(cls.env)
        gates = cls.env["crm.stage.gate"].create(
            [
                {"stage_id": cls.first.id, "kind": kind, **parameters.get(kind, {})}
                for kind in kinds
            ]
        )
        gates.active = False
        return {gate.kind: gate for gate in gates}

    @classmethod
    def make_poor_lead(cls):
        """A customer with a file in which nothing stands but a complaint."""
        stranger = cls.env["res.partner"].create({"name": "Blank", "is_company": True})
        account = cls.env["key.account"].create(
            {
                "partner_id": stranger.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )
        cls.env["key.account.feedback"].create(
            {"name": "Late again", "key_account_id": account.id}
        )
        return cls.make_lead(name="Blank", partner_id=stranger.id)

    @classmethod
    def enrich_account(cls):
        """Everything that any gate can ask of the customer."""
        self = cls("make_gates")
        cls.account.sudo().write(
            {
                name: value
                for part in ("money", "authority", "need")
                for name, value in (
                    (f"man_{part}", "confirmed"),
                    (f"man_{part}_evidence", "Known"),
                )
            }
        )
        self.meet_evaluation()
        self.meet_diagnosis()

    @classmethod
    def enrich(cls, lead):
        """Everything that any gate can ask of the opportunity."""
        self = cls("make_gates")
        lead.write({"email_cc": "a@b.example.com", "expected_revenue": 5000})
        cls.env["ir.attachment"].create(
            {"name": "minutes.pdf", "res_model": "crm.lead", "res_id": lead.id}
        )
        self.meet_plan(lead)
        self.meet_review(self.meet_visit(lead))
        self.settled(lead)
        self.meet_ruling(lead)
        self.meet_signature(lead)
        self.meet_sample(lead)
        self.meet_audit(lead)
        lead.with_user(cls.specialist).action_tick(cls.gates["checklist"].check_ids.id)

    def meet_evaluation(self):
        evaluation = (
            self.env["key.account.evaluation"]
            .with_user(self.specialist)
            .create({"key_account_id": self.account.id})
        )
        judged = evaluation.line_ids.filtered(lambda line: line.method == "judgement")
        judged.judgement = "5"
        evaluation.action_finish()

    def meet_diagnosis(self):
        diagnosis = (
            self.env["key.account.diagnosis"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "why_us": "Only ours run dry.",
                    "problem_ids": [
                        Command.create({"name": "Stops", "root_cause": "Run dry"})
                    ],
                }
            )
        )
        diagnosis.action_send()
        diagnosis.action_accept(self.contact.id)

    def meet_ruling(self, lead):
        self.outside(lead)
        lead.with_user(self.specialist).action_request_ruling("Buy it in")
        lead.with_user(self.manager).action_rule("quote", "We can")

    def meet_audit(self, lead):
        visit = self.meet_visit(lead, purpose="audit", audit_result="passed")
        # The latest visit is the one that was reviewed.
        visit.with_user(self.manager).action_review(SCORES)

    def meet_sample(self, lead):
        sample = (
            self.env["key.account.sample"]
            .with_user(self.specialist)
            .create(
                {
                    "opportunity_id": lead.id,
                    "subject": "Pump",
                    "standard": "Runs dry",
                    "promised_date": fields.Date.add(fields.Date.today(), days=9),
                    "checker_id": self.colleague.id,
                }
            )
        )
        sample.action_agree(self.contact.id)
        sample.with_user(self.colleague).action_check(True)
        sample.action_send()
        sample.action_judge("accepted", self.contact.id)

    def meet_signature(self, lead):
        order = self.make_order(opportunity_id=lead.id)
        order.with_user(self.specialist).action_quotation_sent()
        self.env["key.account.signed.return"].with_user(self.specialist).create(
            {
                "order_id": order.id,
                "document": base64.b64encode(b"%PDF-scan"),
                "signed_by": "Ms Li",
            }
        ).action_file()
        order.signature_ids.with_user(self.manager).action_confirm_scan()

    # -- the ground both stand on ------------------------------------------------

    @classmethod
    def set_back(cls, lead, **vals):
        """Put a lead where the case begins, without anything being asked or logged."""
        vals = {
            "stage_id": cls.first.id,
            "team_id": cls.team.id,
            "user_id": cls.specialist.id,
            "type": "opportunity",
            "active": True,
            "probability": 20,
            "won_status": "pending",
            **vals,
        }
        cls.env.flush_all()
        columns = ", ".join(f"{name} = %s" for name in vals)
        cls.env.cr.execute(
            f"UPDATE crm_lead SET {columns} WHERE id = %s", [*vals.values(), lead.id]
        )
        cls.env.invalidate_all()

    def set_outside(self, lead, **vals):
        """In the plain team, in the step that both teams know."""
        self.set_back(
            lead, team_id=self.plain_team.id, stage_id=self.visit_step.id, **vals
        )

    @contextmanager
    def nothing_stays(self):
        """Whatever happens inside is taken back."""
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                yield
            finally:
                self.env.cr.clear()
                savepoint.rollback()
                self.env.transaction.invalidate_field_data()

    @contextmanager
    def only(self, kind):
        """This gate alone stands at the end of the first step."""
        with self.nothing_stays():
            self.gates[kind].active = True
            self.env.flush_all()
            yield

    def standing(self, lead):
        """Where a lead stands in the database, whatever the cache says."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT team_id, stage_id, won_status FROM crm_lead WHERE id = %s",
            [lead.id],
        )
        return self.env.cr.fetchone()

    def check_way(self, way, prepare=None, target=None):
        """Each kind of gate refuses the poor lead, and nothing is written; it lets the
        rich one through.

        :param way: what changes the stage of a lead
        :param prepare: brings a lead to where the way begins
        :param target: the stage it leads to; the second step by default
        """
        prepare = prepare or (lambda lead: None)
        target = target or self.visit_step
        for kind in self.gates:
            with self.subTest(kind=kind, outcome="refused"), self.only(kind):
                prepare(self.poor)
                before = self.standing(self.poor)
                with self.assertRaises(ValidationError) as refusal:
                    way(self.poor)
                self.assertIn("missing before you can move on", str(refusal.exception))
                self.assertIn("Blank", str(refusal.exception))
                self.env.cr.clear()
                self.assertEqual(self.standing(self.poor), before)
            with self.subTest(kind=kind, outcome="let through"), self.only(kind):
                prepare(self.rich)
                way(self.rich)
                self.assertEqual(
                    self.standing(self.rich)[:2], (self.team.id, target.id)
                )

    # -- inside the process --------------------------------------------------------

    def test_every_kind_is_in_the_matrix(self):
        self.assertEqual(len(self.gates), 20)
        for kind, gate in self.gates.items():
            with self.subTest(kind=kind):
                self.assertTrue(gate._check(self.poor)[self.poor.id])
                self.assertFalse(gate._check(self.rich)[self.rich.id])

    def test_write(self):
        self.check_way(lambda lead: self.move(lead, self.visit_step))

    def test_write_as_superuser(self):
        self.check_way(lambda lead: lead.sudo().write({"stage_id": self.visit_step.id}))

    def test_web_save_as_forms_and_dragged_cards_do(self):
        vals = {"stage_id": self.visit_step.id}
        self.check_way(
            lambda lead: self.rpc(
                self.specialist, lead, "web_save", vals, specification={}
            )
        )

    def test_jump_over_several_steps(self):
        (self.visit_step | self.review_step).gate_ids.active = False
        self.check_way(
            lambda lead: self.move(lead, self.check_step), target=self.check_step
        )

    def test_next_step_button(self):
        self.check_way(lambda lead: self.rpc(self.specialist, lead, "action_next_step"))

    def test_mass_edit(self):
        """Two at once: both pass, but one that lacks something holds both back."""
        vals = {"stage_id": self.visit_step.id}
        for kind in self.gates:
            for other, target in (
                (self.poor, self.first),
                (self.rich_too, self.visit_step),
            ):
                both = self.rich | other
                with self.subTest(kind=kind, other=other.name), self.only(kind):
                    if other == self.poor:
                        with self.assertRaisesRegex(ValidationError, "Blank"):
                            self.rpc(self.specialist, both, "write", vals)
                        self.env.cr.clear()
                    else:
                        self.rpc(self.specialist, both, "write", vals)
                    for lead in both:
                        self.assertEqual(self.standing(lead)[1], target.id)

    def test_import_onto_an_existing_record(self):
        def load(lead):
            result = self.rpc(
                self.specialist,
                self.env["crm.lead"],
                "load",
                [".id", "stage_id/.id"],
                [[str(lead.id), str(self.visit_step.id)]],
            )
            if not result["ids"]:
                raise ValidationError(result["messages"][0]["message"])

        self.check_way(load)

    def test_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Move on",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": f"records.write({{'stage_id': {self.visit_step.id}}})",
            }
        )

        def run(lead):
            context = {"active_model": "crm.lead", "active_ids": lead.ids}
            action.with_user(self.specialist).with_context(
                **context, active_id=lead.id
            ).run()

        self.check_way(run)

    def test_restore_into_a_later_step(self):
        vals = {"active": True, "stage_id": self.visit_step.id, "probability": 10}
        self.check_way(
            lambda lead: self.rpc(self.specialist, lead, "write", vals),
            prepare=lambda lead: self.set_back(
                lead, active=False, probability=0, won_status="lost"
            ),
        )

    def test_restore_itself_is_free(self):
        for method in ("action_restore", "action_unarchive"):
            with self.subTest(method), self.only("plan"):
                self.set_back(self.poor, active=False, probability=0, won_status="lost")
                self.rpc(self.specialist, self.poor, method)
                self.assertEqual(self.standing(self.poor)[1], self.first.id)
                self.assertTrue(self.poor.active)

    # -- winning ---------------------------------------------------------------------

    def win(self, way):
        (self.stages - self.first).gate_ids.active = False
        self.check_way(way, target=self.won)

    def test_won_buttons(self):
        for method in ("action_set_won", "action_set_won_rainbowman"):
            self.win(
                lambda lead, method=method: self.rpc(self.specialist, lead, method)
            )

    def test_won_stage_written(self):
        vals = {"stage_id": self.won.id, "probability": 100}
        self.win(lambda lead: self.rpc(self.specialist, lead, "write", vals))

    def test_calling_the_stage_won(self):
        def call_won(lead):
            # Of the two, this one alone stands in the stage.
            other = (self.poor | self.rich) - lead
            self.set_back(other, stage_id=self.review_step.id)
            self.set_back(lead)
            self.rpc(self.configurator, self.first, "write", {"is_won": True})

        self.check_way(call_won, target=self.first)

    def test_probability_alone_wins_nothing(self):
        with self.only("plan"):
            self.rpc(self.specialist, self.poor, "write", {"probability": 100})
            self.assertEqual(self.standing(self.poor)[1:], (self.first.id, "pending"))

    # -- coming in from elsewhere ------------------------------------------------------

    def test_team_change(self):
        self.check_way(
            lambda lead: self.rpc(
                self.specialist, lead, "write", {"team_id": self.team.id}
            ),
            prepare=self.set_outside,
        )

    def test_salesperson_change(self):
        """The team, and with it the process, follows from the salesperson."""
        self.check_way(
            lambda lead: lead.write({"user_id": self.specialist.id}),
            prepare=lambda lead: self.set_outside(lead, user_id=self.outsider.id),
        )

    def test_assignment_of_leads(self):
        self.check_way(
            lambda lead: lead._handle_salesmen_assignment(
                user_ids=self.specialist.ids, team_id=self.team.id
            ),
            prepare=lambda lead: self.set_outside(lead, user_id=None, type="lead"),
        )

    def test_conversion(self):
        def convert(lead):
            wizard = self.env["crm.lead2opportunity.partner"].with_user(self.specialist)
            wizard.with_context(active_model="crm.lead", active_ids=lead.ids).create(
                {
                    "name": "convert",
                    "action": "exist",
                    "lead_id": lead.id,
                    "partner_id": lead.partner_id.id,
                    "user_id": self.specialist.id,
                    "team_id": self.team.id,
                    "force_assignment": True,
                }
            ).action_apply()

        self.check_way(
            convert, prepare=lambda lead: self.set_outside(lead, type="lead")
        )

    def test_mass_conversion(self):
        def convert(lead):
            wizard = self.env["crm.lead2opportunity.partner.mass"]
            wizard = wizard.with_user(self.specialist).with_context(
                active_model="crm.lead", active_ids=lead.ids, active_id=lead.id
            )
            wizard.create(
                {
                    "lead_tomerge_ids": [Command.set(lead.ids)],
                    "name": "convert",
                    "action": "each_exist_or_create",
                    "deduplicate": False,
                    "user_ids": [Command.set(self.specialist.ids)],
                    "team_id": self.team.id,
                    "force_assignment": True,
                }
            ).action_mass_convert()

        self.check_way(
            convert, prepare=lambda lead: self.set_outside(lead, type="lead")
        )

    def test_merge(self):
        """The head of the merge comes into the team with the stage it stands in."""
        other = self.make_lead(name="Second", team_id=self.plain_team.id)

        def merge(lead):
            leads = (lead | other).with_user(self.specialist)
            leads.merge_opportunity(team_id=self.team.id)

        def prepare(lead):
            self.set_back(other, team_id=self.plain_team.id, probability=1)
            self.set_outside(lead, probability=60)

        self.check_way(merge, prepare=prepare)

    # -- being made --------------------------------------------------------------------

    def check_making(self, make):
        """What is made in a later step has passed those before: kinds that can hold
        then let it through, all others refuse it.

        :param make: makes a record with these values, as a customer's
        """
        rich = {
            "name": "Made",
            "partner_id": self.customer.id,
            "email_cc": "a@b.example.com",
            "expected_revenue": 5000.0,
        }
        poor = {"name": "Made", "partner_id": self.poor.partner_id.id}
        made = [("name", "=", "Made")]
        for kind in self.gates:
            with self.subTest(kind=kind, outcome="refused"), self.only(kind):
                with self.assertRaisesRegex(ValidationError, "missing before you can"):
                    make(poor)
                self.env.cr.clear()
                self.assertFalse(self.env["crm.lead"].search(made))
            with self.subTest(kind=kind, outcome="let through"), self.only(kind):
                if kind in _AT_CREATION:
                    make(rich)
                    found = self.env["crm.lead"].search(made)
                    self.assertEqual(found.stage_id, self.visit_step)
                else:
                    with self.assertRaises(ValidationError):
                        make(rich)

    def place(self):
        return {
            "team_id": self.team.id,
            "stage_id": self.visit_step.id,
            "user_id": self.specialist.id,
            "type": "opportunity",
            "company_id": self.company.id,
        }

    def test_create(self):
        Lead = self.env["crm.lead"]
        self.check_making(
            lambda vals: self.rpc(
                self.specialist, Lead, "create", [{**vals, **self.place()}]
            )
        )

    def test_create_with_defaults_of_the_context_as_quick_create_does(self):
        Lead = self.env["crm.lead"]
        defaults = {f"default_{name}": value for name, value in self.place().items()}
        self.check_making(
            lambda vals: self.rpc(
                self.specialist, Lead, "create", [vals], context=defaults
            )
        )

    def test_import(self):
        def load(vals):
            vals = {**vals, **self.place()}
            names = {"partner_id", "team_id", "stage_id", "user_id", "company_id"}
            header = [f"{name}/.id" if name in names else name for name in vals]
            labels = {"opportunity": "Opportunity"}
            row = [str(labels.get(value, value)) for value in vals.values()]
            result = self.rpc(
                self.specialist, self.env["crm.lead"], "load", header, [row]
            )
            if not result["ids"]:
                raise ValidationError(result["messages"][0]["message"])

        self.check_making(load)

    def test_message_from_the_mail_gateway(self):
        message = {"subject": "Made", "email_from": "x@example.com", "to": "", "cc": ""}
        self.check_making(
            lambda vals: self.env["crm.lead"].message_new(
                message, {**vals, **self.place()}
            )
        )

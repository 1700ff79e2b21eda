"""Records put under, or moved to, what belongs to others"""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import AttackCase

# What everybody reads, and configuration alone writes: nothing is seen or decided by
# standing under it.
_SHARED = {
    "key.account.agreement.type",
    "key.account.authority.level",
    "key.account.capability",
    "key.account.contract.review.function",
    "key.account.criterion",
    "key.account.kpi",
    "key.account.kpi.grade",
    "key.account.kpi.level",
    "key.account.kpi.set",
    "key.account.problem",
    "key.account.stage.check",
    "key.account.survey.option",
    "key.account.survey.question",
}
# Odoo's documents that records of ours stand under, and Odoo's links that ours read.
_DOCUMENTS = {"crm.lead", "sale.order"}
_LINKS = {("sale.order", "opportunity_id")}


class ParentCase(AttackCase):
    """``self.other``: the account of a colleague, which the specialist may not read;
    ``self.theirs``: one of each kind of record under it; ``self.made``: by whom, and of
    which values, those of the specialist were made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Secret Turbines", "is_company": True}
        )
        cls.other = cls.env["key.account"].create(
            {
                "partner_id": cls.other_customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.colleague.id,
            }
        )
        cls.own_lead = cls._lead(cls.customer, cls.specialist)
        cls.other_lead = cls._lead(cls.other_customer, cls.colleague)
        cls.theirs = cls._file(cls.other, cls.other_lead)
        cls.own = cls._file(cls.account, cls.own_lead)
        cls.env.flush_all()

    @classmethod
    def _lead(cls, customer, user):
        return cls.env["crm.lead"].create(
            {
                "name": f"Deal of {user.name}",
                "type": "opportunity",
                "partner_id": customer.id,
                "team_id": cls.team.id,
                "user_id": user.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _file(cls, account, lead):
        """``{model: record}``: one of each kind under an account and its deal."""
        deal = {"key_account_id": account.id, "opportunity_id": lead.id}
        order = cls.env["sale.order"].create(
            {
                "partner_id": account.partner_id.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": account.user_id.id,
                "opportunity_id": lead.id,
            }
        )
        found = {"key.account": account, "crm.lead": lead, "sale.order": order}
        cls.made = {}

        def make(model, user=account.user_id, **vals):
            found[model] = cls.env[model].with_user(user).create(vals)
            cls.made[model] = (user, vals)
            return found[model].id

        visit = make(
            "key.account.visit",
            key_account_id=account.id,
            date_start="2030-05-06 09:00:00",
            opportunity_ids=[Command.set(lead.ids)],
        )
        make("key.account.visit.participant", visit_id=visit, user_id=cls.support.id)
        make("key.account.visit.commitment", visit_id=visit, name="Send samples")
        make("key.account.requirement", visit_id=visit, name="Ra 0.4")
        plan = make("key.account.plan", **deal)
        make("key.account.plan.objective", plan_id=plan, name="Win")
        make("key.account.plan.action", plan_id=plan, name="Call")
        make("key.account.plan.competitor", plan_id=plan, name="Secret Works")
        make("key.account.plan.factor", plan_id=plan, name="Quality")
        make("key.account.plan.budget", plan_id=plan, name="Fair", amount=10.0)
        make("key.account.risk", key_account_id=account.id, name="Secret credit")
        make("key.account.obstacle", name="Secret rival", **deal)
        make("key.account.purchase.step", key_account_id=account.id, step="need")
        diagnosis = make("key.account.diagnosis", **deal)
        make("key.account.diagnosis.problem", diagnosis_id=diagnosis, name="Scrap")
        make("key.account.diagnosis.value", diagnosis_id=diagnosis, name="No scrap")
        evaluation = make("key.account.evaluation", key_account_id=account.id)
        criterion = cls.env["key.account.criterion"].create(
            {"name": f"Of {account.name}", "company_id": cls.company.id}
        )
        make(
            "key.account.evaluation.line",
            evaluation_id=evaluation,
            criterion_id=criterion.id,
        )
        make("key.account.agreement", name="Quality agreement", **deal)
        make("key.account.member", key_account_id=account.id, user_id=cls.support.id)
        make(
            "key.account.stakeholder",
            key_account_id=account.id,
            partner_id=cls.env["res.partner"]
            .create({"name": "Mr Secret", "parent_id": account.partner_id.id})
            .id,
        )
        make(
            "key.account.authority.grant",
            user=cls.manager,
            opportunity_id=lead.id,
            company_id=cls.company.id,
            user_id=account.user_id.id,
            dimension="discount",
            value=6.0,
        )
        found["key.account.survey.answer"] = account.answer_ids[:1]
        return found

    # ---------------------------------------- what stands under something

    def writable(self, model):
        """Whether anybody but the process may write this model at all."""
        access = self.env["ir.model.access"].search([("model_id.model", "=", model)])
        return any(access.mapped("perm_write")) or any(access.mapped("perm_create"))

    def parents(self):
        """(model, field) of all models of all add-ons by which a record stands under
        an account or a document of ours."""
        ours = {"key_account", "key_account_reports"}
        for model in self.env.registry.values():
            if model._abstract or model._transient or not model._auto:
                continue
            evidence = "key.account.evidence" in self.bases(model)
            if evidence or not self.writable(model._name):
                continue
            for field in model._fields.values():
                linked = (model._name, field.name) in _LINKS
                if not (linked or ours & set(field._modules)):
                    continue
                if self.is_parent(field):
                    yield self.env[model._name], field

    def is_parent(self, field):
        if field.type not in ("many2one", "many2many") or not field.store:
            return False
        if field.related or (field.compute and field.readonly):
            return False
        comodel = field.comodel_name
        if not (comodel.startswith("key.account") or comodel in _DOCUMENTS):
            return False
        return comodel not in _SHARED

    def bases(self, model):
        return {base._name for base in model.__mro__ if getattr(base, "_name", None)}

    def is_kept(self, model, field):
        return "key.account.kept" in self.bases(type(model)) and (
            field.name in model._kept_names()
        )

    def guarded(self):
        """(model, field) of all parents that are asked for their right."""
        for model, field in self.parents():
            if not self.is_kept(model, field):
                yield model, field

    def foreign(self, field):
        """A record of others that this field could name."""
        return self.theirs.get(field.comodel_name)

    def value(self, field, record):
        if field.type == "many2many":
            return [Command.link(record.id)]
        return record.id


@tagged("post_install", "-at_install")
class TestAttackParent(ParentCase):
    # The walk

    def test_every_parent_is_asked(self):
        """A record under what one may not write: every field of every model by which a
        record stands under another | – | each asks for the right, or only the process
        writes it"""
        open_ones = [
            f"{model._name}.{field.name}"
            for model, field in self.guarded()
            if "key.account.under" not in self.bases(type(model))
            or field.name not in model._under_names()
        ]
        self.assertFalse(open_ones)
        self.assertGreater(len(list(self.guarded())), 20)

    def test_created_under_others(self):
        """create of each such model under each thing of a colleague: as a number, as
        text, as default of the context, as one's own default | specialist | refused
        before anything is written"""
        for model, field in self.guarded():
            parent = self.foreign(field)
            if not parent or model._name in ("sale.order", "crm.lead"):
                continue
            before = model.sudo().search_count([])
            value = self.value(field, parent)
            with self.subTest(model=model._name, field=field.name):
                self.not_put(model, "create", {field.name: value})
                self.not_put(model, "create", [{}, {field.name: value}])
                if field.type == "many2one":
                    self.not_put(model, "create", {field.name: str(parent.id)})
                    self.not_put(model, "create", {field.name: hex(parent.id)})
                context = {f"default_{field.name}": value}
                self.not_put(model, "create", {}, context=context)
                with self.own_default(model._name, field.name, value):
                    self.not_put(model, "create", {})
            self.assertEqual(model.sudo().search_count([]), before)

    def test_moved_under_others(self):
        """write of each of one's own records: to, and from, what is a colleague's |
        specialist | refused, stays where it was"""
        tried = 0
        for model, field in self.guarded():
            record, parent = self.own.get(model._name), self.foreign(field)
            if not record or not parent:
                continue
            tried += 1
            before = record.sudo()[field.name]
            with self.subTest(model=model._name, field=field.name):
                vals = {field.name: self.value(field, parent)}
                self.not_put(record, "write", vals)
                self.not_put(record, "web_save", vals, {})
            record.invalidate_recordset()
            self.assertEqual(record.sudo()[field.name], before)
        self.assertGreater(tried, 15)

    def test_form_under_others(self):
        """onchange with the account, the visit, the plan … of a colleague; of one's own
        record as if its form opened, with that as default of the context | specialist |
        refused, no name of theirs"""
        for model, field in self.guarded():
            parent = self.foreign(field)
            if not parent or not model.with_user(self.specialist).has_access("create"):
                continue
            vals = {field.name: self.value(field, parent)}
            spec = {name: {} for name in ("display_name", field.name)}
            words = self.not_put(model, "onchange", [], vals, [field.name], spec)
            self.assertNotIn("Secret", words)
            if own := self.own.get(model._name):
                context = {f"default_{field.name}": vals[field.name]}
                words = self.not_put(own, "onchange", {}, [], spec, context=context)
                self.assertNotIn("Secret", words)

    def not_put(self, records, method, *args, context=None):
        """The words of the refusal, which names nothing of the colleague's."""
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self.rpc(self.specialist, records, method, *args, context=context)
        self.env.invalidate_all()
        words = str(refusal.exception)
        for secret in (self.other.name, self.other_lead.name, "Mr Secret"):
            self.assertNotIn(secret, words)
        return words

    @contextmanager
    def own_default(self, model, name, value):
        Default = self.env["ir.default"].with_user(self.specialist)
        Default.set(model, name, value, user_id=True)
        yield
        Default.sudo().search([("user_id", "=", self.specialist.id)]).unlink()

    # By hand

    def test_join_the_account_team(self):
        """key.account.member: oneself put on an account; one's own row moved there;
        oneself in place of another; the file's own list, the sponsor | specialist who
        is not on it, support, somebody on its team | refused"""
        Member = self.env["key.account.member"]
        for user in (self.specialist, self.support, self.outsider):
            for account in (self.other, self.other | self.account):
                rows = [
                    {"key_account_id": each.id, "user_id": user.id} for each in account
                ]
                with self.assertRaises(AccessError):
                    self.rpc(user, Member, "create", rows)
        own = self.own["key.account.member"]
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, own, "write", {"key_account_id": self.other.id})
        theirs = self.theirs["key.account.member"]
        self.assertEqual(theirs.user_id, self.support)
        for vals in (
            {"user_id": self.outsider.id},
            {"key_account_id": self.account.id},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.support, theirs, "write", vals)
        with self.assertRaises(AccessError):
            self.rpc(self.support, theirs, "unlink")
        commands = [Command.create({"user_id": self.outsider.id})]
        for vals in ({"member_ids": commands}, {"sponsor_id": self.outsider.id}):
            with self.assertRaises(AccessError):
                self.rpc(self.support, self.other, "write", vals)
        self.env.flush_all()
        self.assertNotIn(self.specialist, self.other.access_user_ids)
        self.assertNotIn(self.outsider, self.other.access_user_ids)

    def test_default_places_nothing(self):
        """key.account.member with a colleague's account as one's own default, in the
        context | specialist | refused"""
        Member, name = self.env["key.account.member"], "key_account_id"
        vals = {"user_id": self.specialist.id}
        with self.own_default(Member._name, name, self.other.id):
            words = self.not_put(Member, "create", vals)
        context = {f"default_{name}": self.other.id}
        self.assertEqual(self.not_put(Member, "create", vals, context=context), words)
        self.assertIn("Who works for an account", words)

    def test_id_as_text(self):
        """key.account.member with the account's id as text, as a fraction | specialist
        | refused"""
        for account_id in (
            str(self.other.id),
            f" {self.other.id}",
            self.other.id + 0.0,
        ):
            vals = {"key_account_id": account_id, "user_id": self.specialist.id}
            words = self.not_put(self.env["key.account.member"], "create", vals)
            self.assertIn("Who works for an account", words)

    def test_import_under_others(self):
        """load() of stakeholders, members and visits into a colleague's account |
        specialist | refused, row named, nothing written"""
        for model, names, row in (
            ("key.account.member", ["user_id/.id"], [str(self.specialist.id)]),
            ("key.account.stakeholder", ["partner_id/.id"], [str(self.customer.id)]),
            ("key.account.visit", ["date_start"], ["2030-05-06 09:00:00"]),
        ):
            before = self.env[model].search_count([])
            result = self.rpc(
                self.specialist,
                self.env[model],
                "load",
                ["key_account_id/.id", *names],
                [[str(self.other.id), *row]],
            )
            self.assertFalse(result["ids"], model)
            self.assertTrue(result["messages"], model)
            self.assertEqual(self.env[model].search_count([]), before)

    def test_commands_of_a_parent(self):
        """One2many and many2many commands from one's own account, visit, plan, deal and
        quotation: what is a colleague's linked to it | specialist | refused"""
        theirs = self.theirs
        for parent, name, model in (
            (self.account, "visit_ids", "key.account.visit"),
            (self.account, "plan_ids", "key.account.plan"),
            (self.account, "stakeholder_ids", "key.account.stakeholder"),
            (self.account, "member_ids", "key.account.member"),
            (self.own["key.account.visit"], "requirement_ids", None),
            (self.own["key.account.plan"], "objective_ids", None),
            (self.own_lead, "key_account_visit_ids", "key.account.visit"),
            (self.own_lead, "key_account_plan_ids", "key.account.plan"),
            (self.own_lead, "requirement_ids", "key.account.requirement"),
            (self.own["sale.order"], "agreement_ids", "key.account.agreement"),
        ):
            model = model or parent._fields[name].comodel_name
            for command in (
                Command.link(theirs[model].id),
                Command.set([theirs[model].id]),
            ):
                with (
                    self.subTest(name=name, command=command),
                    self.assertRaises(UserError),
                ):
                    with self.env.cr.savepoint():
                        self.rpc(self.specialist, parent, "write", {name: [command]})
                self.env.invalidate_all()

    def test_quotation_on_a_deal_of_others(self):
        """A quotation made for, or moved to, the opportunity of a colleague |
        specialist, salesperson of another team | refused"""
        for user in (self.specialist, self.outsider):
            vals = {
                "partner_id": self.customer.id,
                "opportunity_id": self.other_lead.id,
            }
            with self.assertRaises(AccessError):
                self.rpc(user, self.env["sale.order"], "create", vals)
        order = self.own["sale.order"]
        self.not_put(order, "write", {"opportunity_id": self.other_lead.id})
        self.assertEqual(order.opportunity_id, self.own_lead)

    def test_ordinary_moves_go_on(self):
        """An owner and a manager add a colleague; one's own records are made, moved
        between one's own accounts, and written as they are; a plain deal is quoted |
        specialist, manager, support, salesperson | done"""
        Member = self.env["key.account.member"]
        row = {"key_account_id": self.account.id, "user_id": self.colleague.id}
        self.rpc(self.specialist, Member, "create", row)
        self.rpc(
            self.manager,
            self.account,
            "write",
            {"member_ids": [Command.create({"user_id": self.reviewer.id})]},
        )
        self.rpc(
            self.specialist, self.account, "write", {"sponsor_id": self.director.id}
        )
        self.assertIn(self.colleague, self.account.access_user_ids)
        self.rpc(
            self.colleague, self.own["key.account.member"], "write", {"role": "QA"}
        )
        self.rpc(
            self.colleague,
            self.env["key.account.stakeholder"],
            "create",
            {"key_account_id": self.account.id, "partner_id": self.customer.id},
        )
        second = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        person = self.own["key.account.stakeholder"]
        self.rpc(self.specialist, person, "write", {"key_account_id": second.id})
        for record in self.own.values():
            record = record.with_user(self.specialist)
            if "key.account.under" not in self.bases(type(record)):
                continue
            for name in record._under_names():
                value = record._fields[name].convert_to_write(record[name], record)
                record._assert_may_move({name: value})
        plain = self.env["crm.lead"].create(
            {
                "name": "Plain",
                "team_id": self.plain_team.id,
                "user_id": self.sales_admin.id,
            }
        )
        vals = {"partner_id": self.plain_customer.id, "opportunity_id": plain.id}
        with self.assertRaises(AccessError):
            plain.with_user(self.outsider).check_access("write")
        second.sudo().active = False
        self.rpc(self.outsider, self.env["sale.order"], "create", vals)

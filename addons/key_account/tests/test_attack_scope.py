"""Escaping the controls: scope, author, limits, grants"""

from contextlib import suppress
from types import SimpleNamespace

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.guard.scope import SCOPE
from ..models.shared import optional
from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackScope(AttackCase):
    def still_held(self, order=None):
        order = order or self.order
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.sudo().authority_state, "required")
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def forbidden(self, user, records, method, *args, **kwargs):
        """No access, or refused; nothing of it is kept."""
        with self.assertRaises(UserError):
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()

    # Out of the department

    def test_another_team(self):
        """team_id: a held quotation of a prospect without file is moved to a plain
        team | specialist, accountant | refused; by the team's manager allowed"""
        order = self.make_order(discount=50.0, partner=self.plain_customer)
        for user in (self.specialist, self.accountant):
            for team in (self.plain_team.id, False):
                self.refused_rpc(user, order, "write", {"team_id": team}, order=order)
        self.still_held(order)
        self.rpc(self.manager, order, "write", {"team_id": self.plain_team.id})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "not_applicable")

    def test_another_customer(self):
        """partner_id: a held quotation of a key account, in a plain team, is moved to a
        plain customer | salesman of that team | refused"""
        order = self.make_order(
            discount=60.0, user=self.outsider, team_id=self.plain_team.id
        )
        self.assertEqual(order.authority_state, "required")
        vals = {"partner_id": self.plain_customer.id}
        self.refused_rpc(self.outsider, order, "write", vals, order=order)

    def test_team_and_customer_at_once(self):
        """team_id, partner_id and the state in one write | specialist | refused"""
        vals = {
            "team_id": self.plain_team.id,
            "partner_id": self.plain_customer.id,
            "state": "sale",
        }
        self.refused_rpc(self.specialist, self.order, "write", vals)
        self.still_held()

    def test_account_in_another_team(self):
        """A quotation of a key account moved to, or made in, a plain team |
        specialist | controlled all the same"""
        self.rpc(self.specialist, self.order, "write", {"team_id": self.plain_team.id})
        self.still_held()
        self.still_held(self.make_order(discount=50.0, team_id=self.plain_team.id))

    def test_policy_of_another_team(self):
        """The account's team asks for sign-off always; its quotation is moved to a
        team that does not | specialist | the account's policy holds"""
        self.team.key_account_approval_policy = "always"
        order = self.make_order()
        self.assertEqual(order.authority_state, "required")
        self.rpc(self.specialist, order, "write", {"team_id": self.plain_team.id})
        self.still_held(order)

    def test_review_of_another_team(self):
        """The account's team has contracts reviewed, by reviewers of its own; its
        quotation is moved to a plain team, or to one with other reviewers, before
        and while it is reviewed | specialist | reviewed all the same, by those of the
        account's team, too"""
        functions = self.env["key.account.contract.review.function"]
        colleague = self._user("ka_legal", "key_account.group_contract_reviewer")
        self.team.key_account_contract_review = "yes"
        functions.search([("company_id", "=", self.company.id)]).active = False
        functions.create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        lenient = self.env["crm.team"].create(
            {"name": "Lenient", "company_id": self.company.id, "is_key_account": True}
        )
        lenient.key_account_contract_review = "no"
        functions.create(
            {
                "function": "finance",
                "company_id": self.company.id,
                "team_id": lenient.id,
                "user_ids": [Command.set(colleague.ids)],
            }
        )
        for team in (self.plain_team, lenient):
            order = self.make_order()
            self.rpc(self.specialist, order, "write", {"team_id": team.id})
            self.refused_rpc(
                self.specialist,
                order,
                "action_confirm",
                order=order,
                says="contract review",
            )
            self.rpc(self.specialist, order, "action_start_contract_review")
            asked = order.sudo().contract_review_ids.item_ids.user_ids
            self.assertIn(self.reviewer, asked)
            self.rpc(self.specialist, order, "write", {"team_id": self.team.id})
            self.rpc(self.specialist, order, "write", {"team_id": team.id})
            self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_another_company(self):
        """company_id: moved to a company without controls | specialist of both |
        refused"""
        self.specialist.company_ids |= self.other_company
        self.refused_rpc(
            self.specialist,
            self.order,
            "write",
            {"company_id": self.other_company.id, "team_id": False},
            context={"allowed_company_ids": (self.company | self.other_company).ids},
        )
        self.still_held()

    def test_customer_put_under_another_company(self):
        """The customer of a key account is made a contact of a plain company, then
        quoted to in a plain team | specialist, Sales administrator | refused; of a
        plain company, or with the controls off, as in plain Odoo"""
        moving = {"is_company": False, "parent_id": self.plain_customer.id}
        for user in (self.specialist, self.sales_admin):
            for method, *args in (("write", moving), ("web_save", moving, {})):
                with self.assertRaisesRegex(UserError, "customer of a key account"):
                    self.rpc(user, self.customer, method, *args)
            self.assertEqual(self.customer.commercial_partner_id, self.customer)
        self.rpc(self.specialist, self.customer, "write", {"is_company": True})
        other = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        self.rpc(self.specialist, other, "write", moving)
        self.assertEqual(other.commercial_partner_id, self.plain_customer)
        self.company.key_account_mode = "off"
        self.rpc(self.specialist, self.customer, "write", moving)
        self.assertEqual(self.customer.parent_id, self.plain_customer)

    def test_contact_detached_from_its_company(self):
        """The order's contact loses its parent company, then is chosen again |
        specialist who may edit contacts | refused"""
        order = self.make_order(
            discount=60.0,
            user=self.outsider,
            team_id=self.plain_team.id,
            partner=self.contact.partner_id,
        )
        self.outsider.group_ids |= self.env.ref("base.group_partner_manager")
        partner = self.contact.partner_id
        self.rpc(self.outsider, partner, "write", {"parent_id": False})
        self.refused_rpc(
            self.outsider, order, "write", {"partner_id": partner.id}, order=order
        )
        self.assertEqual(order.sudo().authority_state, "required")

    def test_end_of_the_account(self):
        """The account is declared lost or dropped, archived, given another team or
        customer | specialist, support | refused: its manager decides"""
        self.account.state = "active"
        for user in (self.specialist, self.support):
            self.forbidden(user, self.account, "action_lose", "gone")
            self.forbidden(user, self.account, "write", {"active": False})
            for name, value in (
                ("team_id", self.plain_team.id),
                ("partner_id", self.plain_customer.id),
                ("user_id", self.general_manager.id),
            ):
                self.forbidden(user, self.account, "write", {name: value})
        self.still_held()

    def test_account_merged_away(self):
        """The customer is merged into a plain contact | whoever may merge contacts |
        the survivor's quotations are controlled"""
        order = self.make_order(discount=60.0, team_id=self.plain_team.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.plain_customer).ids, self.plain_customer)
        self.env.invalidate_all()
        self.assertEqual(order.partner_id, self.plain_customer)
        self.still_held(order)

    def test_team_that_is_no_key_account_team_any_more(self):
        """is_key_account, its managers and policy switched | manager, director, Sales
        administrator | refused: only Configuration"""
        for user in (self.manager, self.director, self.sales_admin):
            for vals in (
                {"is_key_account": False},
                {"key_account_manager_ids": [Command.link(user.id)]},
                {"key_account_approval_policy": "over_limit"},
                {"key_account_contract_review": "no"},
            ):
                self.forbidden(user, self.team, "write", vals)

    def test_mode_of_the_company(self):
        """Controls switched off, dimensions or reference prices taken away |
        specialist, manager, director, Sales administrator, Configuration | no access
        to the company; the set-up wizard is Configuration's"""
        users = (self.specialist, self.manager, self.director, self.sales_admin)
        for user in (*users, self.configurator):
            for vals in (
                {"key_account_mode": "off"},
                {"key_account_dimensions": ""},
                {"key_account_approval_days": 9_999},
            ):
                self.forbidden(user, self.company, "write", vals)
        for user in users:
            self.forbidden(
                user, self.env["key.account.set.up"], "create", [{"mode": "off"}]
            )

    # In another name

    def test_salesperson_with_more_authority(self):
        """user_id: the general manager is named as salesperson | specialist | the
        weaker of author and salesperson counts: held"""
        vals = {"user_id": self.general_manager.id}
        self.rpc(self.specialist, self.order, "write", vals)
        self.env.flush_all()
        self.assertEqual(self.order.terms_author_id, self.specialist)
        self.assertEqual(self.order.authority_state, "required")

    def test_made_in_the_name_of_another(self):
        """A quotation created with another salesperson, or none | specialist, Sales
        administrator | no access, or held: its author counts too"""
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.make_order(discount=50.0, user_id=self.general_manager.id)
        for user, salesperson in (
            (self.specialist, False),
            (self.sales_admin, self.general_manager.id),
        ):
            order = self.make_order(discount=50.0, user=user, user_id=salesperson)
            self.assertEqual(order.terms_author_id, user)
            self.assertEqual(order.authority_state, "required")

    def test_made_by_a_machine(self):
        """A quotation made by cron or superuser, its author unknown | OdooBot | no
        authority: held"""
        order = (
            self.env["sale.order"]
            .with_user(self.bot)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.general_manager.id,
                    "order_line": [Command.create({"product_id": self.pump.id})],
                }
            )
        )
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_copied_from_a_director(self):
        """A copy of what the general manager may promise alone | specialist | the
        copier is its author: held"""
        order = self.make_order(discount=50.0, user=self.general_manager)
        self.assertEqual(order.authority_state, "within")
        order.with_user(self.general_manager).user_id = self.specialist
        copy = order.with_user(self.specialist).copy()
        self.env.flush_all()
        self.assertEqual(copy.terms_author_id, self.specialist)
        self.assertEqual(copy.authority_state, "required")

    # More authority

    def test_limits_edited(self):
        """Limits and levels written, created, deleted, archived | specialist, support,
        manager, director, Sales administrator, accountant | no access"""
        level = self.levels[10]
        limit = level.limit_ids[:1]
        for user in (
            self.specialist,
            self.support,
            self.manager,
            self.director,
            self.sales_admin,
            self.accountant,
        ):
            for records, method, arguments in (
                (limit, "write", [{"unlimited": True}]),
                (limit, "unlink", []),
                (level, "write", [{"user_ids": [Command.link(user.id)]}]),
                (self.levels[40], "write", [{"user_ids": [Command.link(user.id)]}]),
                (level, "write", [{"sequence": 99}]),
                (self.levels[20], "action_archive", []),
                (level.browse(), "create", [{"name": "Me", "sequence": 50}]),
                (
                    limit.browse(),
                    "create",
                    [{"level_id": level.id, "dimension": "discount", "value": 99}],
                ),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, records, method, *arguments)
        self.env.invalidate_all()
        self.still_held()

    def test_leader_of_the_team(self):
        """Making oneself leader of the key-account team, or of a team made for the
        purpose, where leaders count as a level | Sales administrator | refused; no
        authority"""
        self.levels[40].team_leader = True
        self.forbidden(
            self.sales_admin, self.team, "write", {"user_id": self.sales_admin.id}
        )
        team = self.env["crm.team"].browse(
            self.rpc(
                self.sales_admin,
                self.env["crm.team"],
                "create",
                {
                    "name": "Mine",
                    "user_id": self.sales_admin.id,
                    "company_id": self.company.id,
                },
            )
        )
        order = self.make_order(discount=50.0, user=self.sales_admin, team_id=team.id)
        self.assertEqual(order.authority_state, "required")

    def test_limit_deleted_with_its_team(self):
        """Deleting the team or product category that a stricter limit is for | Sales
        administrator | refused"""
        team = self.env["crm.team"].create(
            {"name": "Strict", "company_id": self.company.id}
        )
        self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 0.0,
                "team_id": team.id,
            }
        )
        with (
            suppress(UserError, IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.rpc(self.sales_admin, team, "unlink")
        self.env.invalidate_all()
        self.assertTrue(team.exists())

    def test_grade_of_the_account(self):
        """The account is given a grade for which limits are wider | specialist |
        refused: its manager grades"""
        self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 60.0,
                "grade": "A",
            }
        )
        self.forbidden(self.specialist, self.account, "write", {"grade": "A"})
        self.still_held()
        self.rpc(self.manager, self.account, "write", {"grade": "A"})
        self.env.flush_all()
        self.assertEqual(self.order.authority_state, "within")

    def test_evaluation_that_nobody_confirmed(self):
        """The account is evaluated into a grade for which limits are wider, the
        confirmation written, given as a default, or called | specialist | the limits
        of that grade do not apply"""
        self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 60.0,
                "grade": "A",
            }
        )
        Evaluation = self.env["key.account.evaluation"]
        values = [{"key_account_id": self.account.id}]
        by_default = {"default_confirmed_by_id": self.manager.id}
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, Evaluation, "create", values, context=by_default)
        evaluation = self.rpc(self.specialist, Evaluation, "create", values)
        evaluation = Evaluation.browse(evaluation)
        for line in evaluation.line_ids:
            best = {"judgement": "5"}
            if line.method == "figure":
                more = line.direction == "higher"
                best = {"actual": line.standard * 9 if more else 0.1, "known": True}
            self.rpc(self.specialist, line, "write", best)
        self.rpc(self.specialist, evaluation, "action_finish")
        self.assertEqual(self.account.grade, "A")
        forged = {"confirmed_by_id": self.manager.id}
        self.forbidden(self.specialist, evaluation, "write", forged)
        self.forbidden(self.specialist, evaluation, "action_confirm")
        self.forbidden(self.specialist, self.account, "write", {"limit_grade": "A"})
        self.still_held()

    def deal(self, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def grant(self, giver, lead, value, user=None, **vals):
        vals = {
            "opportunity_id": lead.id,
            "user_id": (user or self.specialist).id,
            "dimension": "discount",
            "value": value,
            "company_id": self.company.id,
            **vals,
        }
        return self.rpc(giver, self.env["key.account.authority.grant"], "create", vals)

    def test_grant_to_oneself(self):
        """A grant to oneself | specialist, support, manager, director, Sales
        administrator | refused"""
        lead = self.deal()
        for user in (
            self.specialist,
            self.support,
            self.manager,
            self.director,
            self.sales_admin,
        ):
            with self.assertRaises(AccessError):
                self.grant(user, lead, 9.0, user=user)

    def test_grant_beyond_ones_own_limit(self):
        """A grant of more than one may promise oneself | manager | refused"""
        with self.assertRaises(AccessError):
            self.grant(self.manager, self.deal(), 50.0)

    def test_grant_in_the_name_of_another(self):
        """granted_by_id, opportunity or value of a grant given or changed by RPC |
        manager | the giver is who gives; what was given is not changed"""
        lead = self.deal()
        giver = {"granted_by_id": self.general_manager.id}
        for value in (50.0, 9.0):
            with self.assertRaises(AccessError):
                self.grant(self.manager, lead, value, **giver)
        grant = self.grant(self.manager, lead, 9.0)
        grant = self.env["key.account.authority.grant"].browse(grant)
        self.assertEqual(grant.granted_by_id, self.manager)
        for vals in (
            {"value": 50.0},
            {"user_id": self.colleague.id},
            {"granted_by_id": self.general_manager.id},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.manager, grant, "write", vals)

    def test_grant_of_another_company(self):
        """A grant in a company where one has more authority | manager there, for a
        deal here | counts there only: held"""
        self.manager.company_ids |= self.other_company
        self.env["key.account.authority.level"].create(
            {
                "name": "All",
                "sequence": 40,
                "company_id": self.other_company.id,
                "user_ids": [Command.set(self.manager.ids)],
                "limit_ids": [
                    Command.create({"dimension": "discount", "unlimited": True})
                ],
            }
        )
        lead = self.deal()
        order = self.make_order(discount=50.0, opportunity_id=lead.id)
        try:
            self.grant(self.manager, lead, 60.0, company_id=self.other_company.id)
        except UserError:
            self.env.invalidate_all()
        self.still_held(order)

    def test_grant_of_another_deal(self):
        """opportunity_id: the quotation is hung on another customer's deal with a
        grant | specialist | the grant does not count: held"""
        lead = self.deal(partner_id=self.plain_customer.id)
        self.grant(self.general_manager, lead, 60.0)
        self.rpc(self.specialist, self.order, "write", {"opportunity_id": lead.id})
        self.still_held()
        own = self.deal()
        self.grant(self.general_manager, own, 60.0)
        self.rpc(self.specialist, self.order, "write", {"opportunity_id": own.id})
        self.env.flush_all()
        self.assertEqual(self.order.authority_state, "within")

    def test_grant_that_has_ended(self):
        """Promising within a grant whose date has passed | specialist | held"""
        lead = self.deal()
        self.grant(self.general_manager, lead, 60.0, date_until="2020-01-01")
        order = self.make_order(discount=50.0, opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "required")

    def test_approver_who_left(self):
        """The only one who may sign off is archived | specialist | nobody decides
        instead; the request says so"""
        self.general_manager.active = False
        self.order.with_user(self.specialist).action_request_approval()
        self.assertFalse(self.order.approver_ids)
        for user in (self.specialist, self.manager, self.director):
            self.forbidden(user, self.order, "action_approve")
        self.assertEqual(self.order.authority_state, "pending")

    # In by the back door, and past the account's own team

    def test_confirmed_elsewhere(self):
        """A plain quotation at 60 % less is confirmed, then given to the key account or
        its team | salesman, specialist | refused; its manager may, and whoever does
        cannot change its terms afterwards"""
        vals = {"discount": 60.0, "partner": self.plain_customer, "user": self.outsider}
        order = self.make_order(**vals, team_id=self.plain_team.id)
        self.rpc(self.outsider, order, "action_confirm")
        for name, value in (
            ("partner_id", self.customer.id),
            ("team_id", self.team.id),
        ):
            self.refused_rpc(self.outsider, order, "write", {name: value}, order=order)
        self.team.key_account_manager_ids |= self.sales_admin
        self.rpc(self.sales_admin, order, "write", {"partner_id": self.customer.id})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.assertFalse(order._may_not("invoice"))
        cheap = self.make_order(partner=self.plain_customer, team_id=self.plain_team.id)
        self.rpc(self.specialist, cheap, "action_confirm")
        self.rpc(self.specialist, cheap, "write", {"partner_id": self.customer.id})
        self.rpc(self.specialist, cheap.order_line, "write", {"discount": 90.0})
        self.env.flush_all()
        self.assertEqual(cheap.authority_state, "required")
        self.assertTrue(cheap._may_not("invoice"))

    def test_limits_of_another_team(self):
        """team_id: the account's quotation is moved to, or made in, another key-account
        team, whose limits are wider, which the author leads, which asks less often |
        specialist | the stricter of both teams holds: held"""
        wider = self.env["crm.team"].create(
            {
                "name": "Projects",
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "is_key_account": True,
            }
        )
        self.levels[40].team_leader = True
        self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 60.0,
                "team_id": wider.id,
            }
        )
        self.rpc(self.specialist, self.order, "write", {"team_id": wider.id})
        self.still_held()
        self.still_held(self.make_order(discount=50.0, team_id=wider.id))
        self.team.key_account_approval_policy = "always"
        self.still_held(self.make_order(team_id=wider.id))

    def test_grant_when_the_deal_changes_hands(self):
        """partner_id of an opportunity with a grant: another customer, or none, is
        named in it, and that one's quotation hung on it | specialist | the grant was
        for the customer it was given for: held"""
        lead = self.deal()
        lead.partner_id = self.plain_customer
        self.grant(self.general_manager, lead, 60.0)
        self.rpc(self.specialist, self.order, "write", {"opportunity_id": lead.id})
        for partner in (False, self.customer.id):
            self.rpc(self.specialist, lead, "write", {"partner_id": partner})
            self.order._mark_authority()
            self.still_held()

    def test_lines_taken_by_a_visitor(self):
        """order_id of the lines of a held quotation, with the rights by which a
        webshop merges carts | portal contact, public | refused"""
        for visitor in (self.contact, self.env.ref("base.public_user")):
            cart = self.visitors_order(visitor)
            lines = self.order.order_line.with_user(visitor).sudo()
            self.refused(lines.write, {"order_id": cart.id}, says="being prepared")
            self.assertEqual(self.line.order_id, self.order)

    def test_lines_merged_into_a_cart(self):
        """The same with lines that were signed off, or are within authority, so that
        they are nobody's there | portal contact | they stay the colleague's who priced
        them, and the cart is no cart of the shop's any more"""
        for order in (self.approved(), self.make_order(discount=3.0)):
            cart = self.visitors_order(self.contact)
            self.assertFalse(cart.terms_author_id)
            lines = order.order_line.with_user(self.contact).sudo()
            lines.write({"order_id": cart.id})
            self.assertEqual(cart.terms_author_id, self.specialist)

    def visitors_order(self, visitor):
        """An order that a visitor makes, with the rights that a shop has."""
        values = {"partner_id": self.contact.partner_id.id}
        values["company_id"] = self.company.id
        return self.env["sale.order"].with_user(visitor).sudo().create(values)

    def test_cart_of_the_webshop(self):
        """website_id: a quotation flagged as a cart of the webshop, or a cart whose
        prices a colleague has changed | specialist | controlled: only what the
        customer put together alone is the shop's"""
        names = {"website_id": None}
        cart = SimpleNamespace(_fields=names, website_id=1, terms_author_id=False)
        self.assertTrue(optional.is_webshop_cart(cart))
        cart.terms_author_id = self.order.terms_author_id
        self.assertTrue(cart.terms_author_id)
        self.assertFalse(optional.is_webshop_cart(cart))
        self.assertIn("website_id", SCOPE)

"""Authority borrowed: delegations, limits through the matrix, several at once"""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .attack_common import FORGED, AttackCase


@tagged("post_install", "-at_install")
class TestAttackAuthority(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Delegation = cls.env["key.account.authority.delegation"]

    def requested(self, discount=8.0, **vals):
        order = self.make_order(discount=discount, **vals)
        order.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        return order

    def values(self, delegator, delegate, start=0, end=3):
        today = fields.Date.context_today(self.env.user)
        return {
            "delegator_id": delegator.id,
            "delegate_id": delegate.id,
            "date_from": fields.Date.to_string(today + timedelta(days=start)),
            "date_to": fields.Date.to_string(today + timedelta(days=end)),
            "reason": "Business trip",
            "company_id": self.company.id,
        }

    def delegate(self, delegator, delegate, by=None, context=None, **days):
        vals = self.values(delegator, delegate, **days)
        with self.env.cr.savepoint():
            [number] = self.rpc(
                by or delegator, self.Delegation, "create", [vals], context=context
            )
            self.env.flush_all()
        return self.Delegation.browse(number)

    def not_delegated(self, *args, **kwargs):
        before = self.Delegation.sudo().search_count([])
        with self.assertRaises(UserError):
            self.delegate(*args, **kwargs)
        self.env.invalidate_all()
        self.assertEqual(self.Delegation.sudo().search_count([]), before)

    # Delegations

    def test_delegation_of_somebody_else(self):
        """The general manager's sign-off delegated by RPC, whatever the context |
        specialist, manager, director, support | refused"""
        for user in (self.specialist, self.manager, self.director, self.support):
            for context in ({}, FORGED, {"default_delegator_id": user.id}):
                self.not_delegated(
                    self.general_manager, self.colleague, by=user, context=context
                )

    def test_delegation_by_import(self):
        """The same by load() and web_save | specialist, director | refused"""
        vals = self.values(self.general_manager, self.colleague)
        names = [f"{key}/.id" if key.endswith("_id") else key for key in vals]
        before = self.Delegation.sudo().search([])
        row = [str(value) for value in vals.values()]
        for user in (self.specialist, self.director):
            try:
                result = self.rpc(user, self.Delegation, "load", names, [row])
                self.assertFalse(result["ids"])
            except UserError:
                self.env.invalidate_all()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.rpc(user, self.Delegation, "web_save", [], vals, {})
        self.assertEqual(self.Delegation.sudo().search([]), before)

    def test_own_delegation_turned_into_another(self):
        """One's own delegation rewritten to the general manager's | director, its
        delegate | refused"""
        own = self.delegate(self.director, self.colleague)
        for user in (self.director, self.colleague):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                vals = {"delegator_id": self.general_manager.id}
                self.rpc(user, own, "write", vals)
        self.env.invalidate_all()
        self.assertEqual(own.delegator_id, self.director)

    def test_delegation_to_oneself(self):
        """A delegation to oneself | manager, Configuration | refused by the database"""
        for by in (self.manager, self.configurator):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self.delegate(self.manager, self.manager, by=by)

    def test_chain_of_delegations(self):
        """General manager to director, director on to the specialist's colleague |
        director, Configuration | refused; the colleague cannot decide"""
        self.delegate(self.general_manager, self.director)
        for by in (self.director, self.configurator):
            self.not_delegated(self.director, self.colleague, by=by, start=1)
        order = self.requested(50.0)
        self.refused_rpc(self.colleague, order, "action_approve", order=order)

    def test_chain_closed_later(self):
        """Two delegations of separate days, moved together to make a chain | director |
        refused"""
        self.delegate(self.general_manager, self.director)
        later = self.delegate(self.director, self.colleague, start=10, end=12)
        for vals in ({"date_from": fields.Date.today()}, {"date_from": "2020-01-01"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.rpc(self.director, later, "write", vals)
        archived = self.delegate(self.director, self.outsider, start=20, end=22)
        self.rpc(self.director, archived, "write", {"active": False})
        self.rpc(self.director, archived, "write", {"date_from": fields.Date.today()})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(self.director, archived, "write", {"active": True})

    def test_loop_of_delegations(self):
        """Manager for director and director for manager in the same days | both |
        refused"""
        self.delegate(self.manager, self.director)
        self.not_delegated(self.director, self.manager)

    def test_delegation_to_a_portal_user(self):
        """Sign-off delegated to a portal contact, to a reviewer without sales rights,
        to OdooBot | manager, Configuration | refused"""
        for user in (self.contact, self.reviewer, self.bot):
            for by in (self.manager, self.configurator):
                self.not_delegated(self.manager, user, by=by)

    def test_delegation_by_a_portal_user(self):
        """A delegation made by a portal contact, for the manager or for themselves |
        portal contact | no access"""
        for delegator in (self.manager, self.contact):
            self.not_delegated(delegator, self.colleague, by=self.contact)

    def test_backdated_delegation(self):
        """A delegation of past days, or one that began in the past | manager | past
        days lend nothing; a decision is dated by the clock, and nothing before it
        changes"""
        order = self.requested()
        events = order.approval_ids
        self.delegate(self.manager, self.outsider, start=-9, end=-1)
        self.refused_rpc(self.outsider, order, "action_approve", order=order)
        self.delegate(self.manager, self.outsider, start=0, end=1)
        began = self.Delegation.sudo().search(
            [
                ("delegator_id", "=", self.manager.id),
                ("date_to", ">=", fields.Date.today()),
            ]
        )
        self.rpc(self.manager, began, "write", {"date_to": "2099-01-01"})
        now = fields.Datetime.now()
        self.rpc(self.outsider, order, "action_approve")
        decided = order.approval_ids - events
        self.assertEqual(decided.capacity, "delegate")
        self.assertGreaterEqual(decided.date, now.replace(microsecond=0))
        self.assertEqual(events.mapped("capacity"), ["author"])

    def test_delegation_to_the_author(self):
        """Manager delegates to the terms' author, and to the salesperson | author,
        salesperson | not asked, cannot decide"""
        self.delegate(self.manager, self.specialist)
        order = self.requested()
        self.assertNotIn(self.specialist, order.approver_ids)
        self.refused_rpc(self.specialist, order, "action_approve", order=order)
        sold = self.make_order(discount=8.0, user=self.colleague)
        sold.sudo().with_user(self.bot).user_id = self.specialist
        self.rpc(self.support, sold, "action_request_approval")
        self.assertNotIn(self.specialist, sold.approver_ids)
        self.refused_rpc(self.specialist, sold, "action_approve", order=sold)

    def test_author_delegates(self):
        """Terms of the manager's own, put to the manager's delegate | delegate |
        refused"""
        self.delegate(self.manager, self.outsider)
        order = self.make_order(discount=18.0, user=self.manager)
        self.rpc(self.manager, order, "action_request_approval")
        self.refused_rpc(self.outsider, order, "action_approve", order=order)

    # The matrix

    def test_matrix_edited(self):
        """What the matrix saves (web_save, write through the level) | specialist,
        manager, director | no access, and the matrix says that it is read-only"""
        limit = self.levels[10].limit_ids[:1]
        before = limit.value
        new = {"level_id": self.levels[10].id, "dimension": "discount", "value": 99.0}
        through = {"limit_ids": [Command.update(limit.id, {"unlimited": True})]}
        for user in (self.specialist, self.manager, self.director):
            self.assertFalse(self.rpc(user, limit.browse(), "get_matrix")["can_edit"])
            for records, method, arguments in (
                (limit, "web_save", [{"value": 99.0}, {}]),
                (limit.browse(), "web_save", [[], new, {}]),
                (limit, "write", [{"value": 99.0}]),
                (self.levels[10], "write", [through]),
                (limit, "copy", []),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.rpc(user, records, method, *arguments, context=FORGED)
        self.env.invalidate_all()
        self.assertEqual((limit.value, limit.unlimited), (before, False))
        self.assertEqual(len(self.levels[10].limit_ids), 2)

    def test_ended_delegation_by_context(self):
        """active_test in the context: the first to ask brings a delegation back that
        was ended early, or a level that was archived | former delegate, former member |
        refused"""
        order = self.requested(50.0)
        delegation = self.delegate(self.general_manager, self.colleague)
        delegation.active = False
        level = self.levels[40].copy(
            {"sequence": 50, "user_ids": [Command.set(self.outsider.ids)]}
        )
        level.active = False
        for user in (self.colleague, self.outsider):
            self.env.registry.clear_cache()
            self.refused_rpc(
                user,
                order,
                "action_approve",
                order=order,
                context={"active_test": False},
            )
        self.assertNotIn(50, [row[0] for row in level._ladder(self.company.id)])
        self.assertFalse(self.Delegation._in_force(self.company))

    def test_another_day_by_time_zone(self):
        """tz in the context, or in one's own preferences, where it is still yesterday
        or already tomorrow: an approval that has ended, a delegation that has not begun
        | specialist, delegate | the company's day counts: refused"""
        order = self.approved()
        self.env.cr.execute(
            "UPDATE key_account_approval SET valid_until = %s WHERE order_id = %s",
            (fields.Date.today() - timedelta(days=1), order.id),
        )
        self.delegate(self.general_manager, self.colleague, start=1)
        waiting = self.requested(50.0)
        self.env.invalidate_all()
        for tz in ("Etc/GMT+12", "Pacific/Kiritimati"):
            (self.specialist | self.colleague).tz = tz
            for context in ({}, {"tz": tz}):
                self.refused_rpc(
                    self.specialist,
                    order,
                    "action_confirm",
                    order=order,
                    context=context,
                )
                self.refused_rpc(
                    self.colleague,
                    waiting,
                    "action_approve",
                    order=waiting,
                    context=context,
                )

    def test_limits_read_by_trying_out(self):
        """try_out of the matrix, which answers who could sign what | portal contact,
        reviewer, specialist | no access; nothing of margins for whoever may not see
        them"""
        self.company.key_account_dimensions = "discount,margin"
        Limit = self.env["key.account.authority.limit"]
        Limit.create(
            {"level_id": self.levels[10].id, "dimension": "margin", "value": 25.0}
        )
        values = {"terms": {"margin": 20.0, "discount": 8.0}}
        for user in (self.contact, self.reviewer):
            with self.assertRaises(AccessError):
                self.rpc(user, Limit, "try_out", values)
        seen = self.rpc(self.specialist, Limit, "try_out", values)["terms"]
        self.assertEqual([term["dimension"] for term in seen], ["Discount"])
        seen = self.rpc(self.manager, Limit, "try_out", values)["terms"]
        self.assertEqual(len(seen), 2)

    # Several at once

    def test_high_level_without_a_limit(self):
        """Sign-off, by RPC and as the delegate, of a discount for which the own level
        has no limit, though it stands higher than the one that is asked | director,
        their delegate | refused"""
        self.levels[30].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        ).unlink()
        order = self.requested()
        self.delegate(self.director, self.other_manager)
        for user in (self.director, self.other_manager):
            with self.assertRaises(UserError):
                self.rpc(user, order, "action_approve", context=FORGED)
        self.assertEqual(order.authority_state, "pending")

    def test_grant_as_a_way_round_a_category(self):
        """More room granted in a deal, then used in a category in which whoever gave it
        may do less | manager, specialist | sign-off is required as before"""
        category = self.env["product.category"].create({"name": "Castings"})
        self.pump.categ_id = category
        self.levels[20].limit_ids = [
            Command.create(
                {
                    "dimension": "discount",
                    "value": 3,
                    "product_category_id": category.id,
                }
            )
        ]
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        values = {
            "opportunity_id": lead.id,
            "user_id": self.specialist.id,
            "company_id": self.company.id,
            "dimension": "discount",
            "value": 10,
        }
        Grant = self.env["key.account.authority.grant"]
        self.rpc(self.manager, Grant, "create", [values], context=FORGED)
        order = self.make_order(discount=8.0, opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[30])

    def test_several_with_forged_approvers(self):
        """Several decided at once, one of them beyond one's level, with oneself as
        approver in context, defaults and values | manager | nothing decided"""
        mine, other = self.requested(), self.requested(50.0)
        for name in ("approver_ids", "sign_off_user_ids"):
            vals = {name: [Command.link(self.manager.id)]}
            self.refused_rpc(self.manager, other, "write", vals, order=other)
        context = {
            **FORGED,
            "default_approver_ids": self.manager.ids,
            "default_sign_off_user_ids": self.manager.ids,
            "approver_ids": self.manager.ids,
        }
        for method in ("action_approve", "action_reject", "action_send_back"):
            words = self.refused_rpc(
                self.manager,
                mine | other,
                method,
                "fine",
                order=mine,
                context=context,
            )
            self.assertIn(other.name, words)
        self.assertEqual(set((mine | other).mapped("authority_state")), {"pending"})
        self.rpc(self.manager, mine, "action_approve")
        self.assertEqual(mine.authority_state, "approved")

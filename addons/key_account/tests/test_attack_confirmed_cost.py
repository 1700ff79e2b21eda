"""What confirmed lines cost us: read, typed, made cheap for a moment"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_confirmed_cost import ConfirmedCostCommon


@tagged("post_install", "-at_install")
class TestAttackConfirmedCost(ConfirmedCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._user("ka_portal_cost", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer

    def test_read_by_whoever_sees_no_margin(self):
        """The cost of a confirmed line read, searched, grouped, exported | portal
        contact, specialist, support | refused; the manager reads it"""
        line, lines = self.confirmed().order_line, self.env["sale.order.line"]
        above = [("confirmed_cost", ">", 1)]
        calls = [
            (line, "read", [["confirmed_cost"]]),
            (line, "web_read", [{"confirmed_cost": {}}]),
            (line, "export_data", [["confirmed_cost"]]),
            (lines, "search", [above]),
            (
                self.env["sale.order"],
                "search",
                [[("order_line.confirmed_cost", ">", 1)]],
            ),
            (lines, "formatted_read_group", [[], [], ["confirmed_cost:sum"]]),
            (lines, "search_read", [[], ["name"], 0, None, "confirmed_cost"]),
        ]
        through = []
        for user in (self.portal, self.specialist, self.support):
            for records, method, args in calls:
                try:
                    self.rpc(user, records, method, *args)
                except (UserError, ValueError):
                    continue
                through.append((user.login, method, args))
        self.assertFalse(through)
        self.assertEqual(
            self.rpc(self.manager, line, "read", ["confirmed_cost"])[0][
                "confirmed_cost"
            ],
            600,
        )

    def test_written_by_hand(self):
        """The cost of a line written, created with, imported, as default of the context
        or of the user, in whatever mode | manager, director, superuser | refused, or
        nothing said"""
        order = self.confirmed()
        line = order.order_line
        draft = self.make_order()
        for mode in ("enforce", "observe", "off"):
            self.company.key_account_mode = mode
            for user in (self.manager, self.director):
                with self.subTest(mode=mode, user=user.login):
                    with self.assertRaises(AccessError):
                        self.rpc(user, line, "write", {"confirmed_cost": 1})
                    with self.assertRaises(AccessError):
                        self.rpc(
                            user,
                            line.browse(),
                            "create",
                            {
                                "order_id": draft.id,
                                "product_id": self.pump.id,
                                "confirmed_cost": 1,
                            },
                        )
            with self.assertRaises(AccessError):
                line.sudo().with_context(**FORGED).write({"confirmed_cost": 1})
        self.rpc(
            self.manager,
            line.browse(),
            "load",
            [".id", "confirmed_cost"],
            [[str(line.id), "1"]],
        )
        self.assertEqual(self.costs(order), [600])

    def test_product_made_cheap_for_a_moment(self):
        """The cost of the product set to nothing for a moment, the order confirmed
        meanwhile | specialist | products are not theirs to write"""
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.pump, "write", {"standard_price": 1.0})

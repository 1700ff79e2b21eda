"""What other modules of Odoo count and price by records of their own, beside a line"""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..models.guard.line import LINE_TERMS
from ..models.terms.change import BRINGING_TERMS
from .neighbour_common import NeighbourCase

# Odoo computes a term of these, and they say nothing of it: what is bought, delivered
# and worked, by which costs follow; the other end of what is a term.
_NO_TERM = {"analytic_line_ids", "move_ids", "linked_line_ids", "purchase_line_ids"}


@tagged("post_install", "-at_install")
class TestAttackNeighboursMore(NeighbourCase):
    def product(self, **vals):
        free = {"type": "service", "taxes_id": [Command.clear()]}
        return self.env["product.product"].create({"name": "Service", **free, **vals})

    def confirmed(self, **line):
        order = self.make_order(order_line=[Command.create(line)])
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        return order

    # -- projects ---------------------------------------------------------------

    def test_milestone_of_a_hundredfold(self):
        """A milestone of a confirmed order, reached, for a hundredfold of what was
        ordered: its quantity, its share, a second one | specialist who works on
        projects | not billed before sign-off; what was ordered is"""
        self.needs("sale_project")
        service = self.product(
            list_price=100.0,
            invoice_policy="delivery",
            service_type="milestones",
            service_tracking="project_only",
        )
        order = self.confirmed(product_id=service.id, product_uom_qty=10.0)
        line = order.order_line
        self.assertEqual(line.qty_delivered_method, "milestones")
        self.specialist.group_ids |= self.env.ref("project.group_project_user")
        reached = {"name": "Done", "project_id": line.project_id.id}
        reached.update(sale_line_id=line.id, is_reached=True)
        Milestone = self.env["project.milestone"]
        self.rpc(self.specialist, Milestone, "create", [reached])
        milestone = Milestone.search([("sale_line_id", "=", line.id)], limit=1)
        Milestone.search([("sale_line_id", "=", line.id)]).is_reached = False

        def stands(quantity, state):
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(line.qty_delivered, quantity)
            self.assertEqual(order.authority_state, state)
            self.assertEqual(bool(order._may_not("invoice")), state == "required")

        for vals in ({"product_uom_qty": 5000.0}, {"quantity_percentage": 500.0}):
            vals = {"is_reached": True, **vals}
            self.rpc(self.specialist, milestone, "write", vals)
            stands(5000.0, "required")
            self.rpc(self.specialist, milestone, "write", {"quantity_percentage": 1.0})
            stands(10.0, "within")
        more = {**reached, "product_uom_qty": 10.0}
        made = self.rpc(self.specialist, Milestone, "create", [more])
        self.rpc(
            self.specialist,
            Milestone.browse(made),
            "write",
            {"quantity_percentage": 499.0},
        )
        stands(5000.0, "required")

    # -- events -----------------------------------------------------------------

    def test_cheaper_ticket(self):
        """event_ticket_id of a line: the price of another ticket of the event, and its
        name | specialist, on what the general manager has offered, and what the
        customer has signed | their terms, measured by their limits; the signature is
        taken off"""
        self.needs("event_sale")
        product = self.product(
            list_price=1000.0, service_tracking="event", invoice_policy="order"
        )
        now = fields.Datetime.now()
        tickets = [
            Command.create({"name": name, "product_id": product.id, "price": price})
            for name, price in (("Hall", 1000.0), ("Fence", 10.0))
        ]
        event = self.env["event.event"].create(
            {
                "name": "Fair",
                "date_begin": now + timedelta(days=5),
                "date_end": now + timedelta(days=6),
                "event_ticket_ids": tickets,
            }
        )
        hall, fence = event.event_ticket_ids
        line = {
            "product_id": product.id,
            "event_id": event.id,
            "event_ticket_id": hall.id,
            "discount": 8.0,
        }
        cheaper = {"event_ticket_id": fence.id}
        order = self.make_order(
            user=self.general_manager, order_line=[Command.create(line)]
        )
        self.assertEqual(order.authority_state, "within")
        order.with_user(self.bot).user_id = self.general_manager
        self.director.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.rpc(self.director, order.order_line, "write", cheaper)
        self.assertEqual(order.order_line.price_unit, 10.0)
        self.assertEqual(order.terms_author_id, self.director)
        self.assertEqual(self.remeasured(order), "required")
        signed = self.signed(order_line=[Command.create(line)])
        self.rpc(self.specialist, signed.order_line, "write", cheaper)
        self.env.invalidate_all()
        self.assertFalse(signed.signature)
        self.unsigned(signed)

    # -- whatever else -----------------------------------------------------------

    def test_whatever_a_term_is_computed_from(self):
        """Each field of an order, and of its lines, from which Odoo computes a term,
        whatever module added it | whoever writes it | is a term itself"""
        terms = {
            "sale.order": self.env["sale.order"]._order_terms() | BRINGING_TERMS,
            "sale.order.line": LINE_TERMS,
        }
        wanted = {
            self.env[model]._fields[name]
            for model, names in terms.items()
            for name in names & self.env[model]._fields.keys()
        }
        found, open_fields = set(wanted), list(wanted)
        while open_fields:
            for field in self.computed_from(open_fields.pop()) - found:
                found.add(field)
                open_fields.append(field)
        unknown = {
            str(field)
            for field in found
            if field.model_name in terms
            and (not field.compute or not field.readonly)
            and field.name not in terms[field.model_name] | _NO_TERM
            and field.name not in self.env[field.model_name]._kept_names()
        }
        self.assertFalse(unknown)

    def computed_from(self, field):
        """Fields from which Odoo computes this one."""
        found = set()
        for path in self.env.registry.field_depends.get(field, ()):
            model = field.model_name
            for name in path.split("."):
                step = self.env[model]._fields.get(name)
                if not step:
                    break
                found.add(step)
                model = step.comodel_name
        return found

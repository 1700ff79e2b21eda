"""Next steps that a customer's quotations and orders ask for."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .to_invoice import TO_INVOICE

# Orders confirmed longer ago are history, however they stand.
_IN_PROGRESS_DAYS = 365


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_quotation_expiring(self):
        """Quotations with the customer whose validity ends within the days of the
        rule; long expired ones are history."""
        today = self._today()
        return self._steps(
            "sale.order",
            Domain("key_account_id", "!=", False)
            & Domain("state", "=", "sent")
            & Domain("validity_date", "<=", fields.Date.add(today, days=self.days))
            & Domain("validity_date", ">=", fields.Date.subtract(today, days=30)),
            account="key_account_id",
            date="validity_date",
            user="user_id",
        )

    def _due_contract_review(self):
        """Contracts that wait for the reader's verdict; without the account, whose file
        reviewers need not be able to read."""
        item = "key.account.contract.review.item"
        query = self._find(
            item,
            Domain("verdict", "=", "open")
            & Domain("review_id.state", "=", "in_review")
            & Domain("user_ids", "in", self.env.uid),
        )
        if query is None:
            return None
        deadline = self.env[item]._field_to_sql(query.table, "deadline", query)
        return self._select(
            item,
            query,
            date=self._day(deadline),
            user=SQL("%s", self.env.uid),
            mine=SQL("TRUE"),
        )

    def _open_contract_review(self, item):
        return item.review_id.get_formview_action()

    def _due_to_invoice(self):
        """Orders to invoice: of those only who make invoices, and without the account,
        whose file they need not be able to read. The days of the rule count from the
        delivery that is agreed, or else from the order."""
        if not self.env.user.has_group("account.group_account_invoice"):
            return None
        query = self._find("sale.order", TO_INVOICE)
        if query is None:
            return None
        orders = self.env["sale.order"]
        ordered, delivered = (
            orders._field_to_sql(query.table, name, query)
            for name in ("date_order", "commitment_date")
        )
        since = SQL("COALESCE(%s, %s)", delivered, ordered)
        return self._select(
            "sale.order",
            query,
            date=SQL("(%s + %s)", self._day(since), self.days),
            since=self._day(ordered),
            user=SQL("%s", self.env.uid),
            mine=SQL("TRUE"),
        )

    def _due_order_silent(self):
        """Orders in progress of whose customer nobody has told or asked anything for
        the days of the rule: no message that leaves the house on the order, no visit;
        they start to count when they are confirmed."""
        today = self._today()
        since = fields.Date.subtract(today, days=_IN_PROGRESS_DAYS)
        query = self._find(
            "sale.order",
            Domain("key_account_id", "!=", False)
            & Domain("state", "=", "sale")
            & Domain("date_order", ">=", since)
            & self._undelivered(),
        )
        if query is None:
            return None
        self._join_last_word(query)
        orders = self.env["sale.order"]
        confirmed = orders._field_to_sql(query.table, "date_order", query)
        last = self._day(SQL("GREATEST(%s, told.moment, visited.moment)", confirmed))
        due = SQL("(%s + %s)", last, self.days)
        query.add_where(SQL("%s <= %s", due, today))
        return self._select(
            "sale.order",
            query,
            account="key_account_id",
            date=due,
            since=last,
            user="user_id",
        )

    def _undelivered(self):
        """What is neither delivered nor billed in full; where nothing is delivered from
        stock, billing says it."""
        open_ = Domain("invoice_status", "!=", "invoiced")
        if "delivery_status" in self.env["sale.order"]._fields:
            # sale_stock
            open_ |= Domain("delivery_status", "in", ("pending", "started", "partial"))
        return open_

    def _join_last_word(self, query):
        """When somebody of ours last wrote to the customer from the order (``told``),
        and when they were last visited (``visited``)."""
        self.env["mail.message"].flush_model()
        self.env["key.account.visit"].flush_model(
            ["key_account_id", "state", "held_start"]
        )
        words = {
            "order": SQL.identifier(query.table, "id"),
            "account": SQL.identifier(query.table, "key_account_id"),
        }
        told = SQL(
            """LATERAL (
                SELECT MAX(message.date) AS moment FROM mail_message message
                  JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
                                                   AND subtype.internal IS NOT TRUE
                 WHERE message.model = 'sale.order' AND message.res_id = %(order)s
                   AND message.message_type IN ('comment', 'email_outgoing')
                   AND message.is_internal IS NOT TRUE
                   AND EXISTS (SELECT FROM res_users author
                                WHERE author.partner_id = message.author_id
                                  AND author.share IS NOT TRUE))""",
            **words,
        )
        visited = SQL(
            """LATERAL (
                SELECT MAX(each.held_start) AS moment FROM key_account_visit each
                 WHERE each.key_account_id = %(account)s
                   AND each.state IN ('held', 'reported', 'reviewed'))""",
            **words,
        )
        query.add_join("LEFT JOIN", "told", told, SQL("TRUE"))
        query.add_join("LEFT JOIN", "visited", visited, SQL("TRUE"))

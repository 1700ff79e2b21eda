"""What a requirement line asks for, and what a ruling on it is about."""

from odoo import models

from ...rules import requirement as rules

# Among the lines of a request: whose deal it was.
_CUSTOMER = "customer"


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    def _changed_by(self, vals):
        """Those of these lines that say something else afterwards of what a ruling is
        about; a form sends back what it shows."""
        names = rules.ASKED.intersection(vals)
        return self.filtered(
            lambda line: any(
                (self._fields[name].convert_to_write(line[name], line) or False)
                != (vals[name] or False)
                for name in names
            )
        )

    def _as_asked(self):
        """``{line id: what it says}`` of what a ruling is about, and for whom it is
        asked, as it is kept with the request."""
        lines = {
            str(line.id): [
                line.kind,
                line.name,
                line.product_id.id,
                line.quantity,
                line.uom_id.id,
                line.target_price,
                line.currency_id.id,
                line.able,
                line.condition or "",
            ]
            for line in self
        }
        return {**lines, _CUSTOMER: self._buyer().id}

    def _buyer(self):
        """The customer of the deal of these lines, whatever of it one may read."""
        return self.sudo().opportunity_id.partner_id.commercial_partner_id

    def _unchanged_since(self, request):
        """Those of these lines that an exception request was about, and that say what
        they said then, for the same customer; requests of before this was kept name
        their lines alone."""
        asked = self.filtered(lambda line: line in request.requirement_ids)
        kept = request.asked
        if not kept:
            return asked
        if customer := kept.get(_CUSTOMER):
            now = self.env["key.account.merge"]._customer_now(customer)
            # A person of whom it has become known for whom they work is the same buyer.
            partner = self.env["res.partner"].sudo().browse(now).exists()
            if partner.commercial_partner_id != asked._buyer():
                return asked.browse()
        now = asked._as_asked()
        return asked.filtered(lambda line: now[str(line.id)] == kept.get(str(line.id)))

    def _judge_anew(self):
        """These are asked for by, or of, somebody else from now on: what was ruled and
        settled does not go with them."""
        self.filtered("ruling_id")._write_kept({"ruling_id": False})
        if settled := self.filtered(lambda line: line.state == "settled"):
            settled.action_reopen()

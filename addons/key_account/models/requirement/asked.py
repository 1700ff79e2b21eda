"""What a requirement line asks for, and what a ruling on it is about."""

from odoo import models

from ...rules import requirement as rules


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
        """``{line id: what it says}`` of what a ruling is about, as it is kept with the
        request."""
        return {
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

    def _unchanged_since(self, request):
        """Those of these lines that an exception request was about, and that say what
        they said then; requests of before this was kept name their lines alone."""
        asked = self.filtered(lambda line: line in request.requirement_ids)
        kept = request.asked
        if not kept:
            return asked
        now = asked._as_asked()
        return asked.filtered(lambda line: now[str(line.id)] == kept.get(str(line.id)))

"""Authority limits from a file."""

from odoo import api, models


class KeyAccountAuthorityLimit(models.Model):
    _name = "key.account.authority.limit"
    _inherit = ["key.account.authority.limit", "key.account.importing"]
    _import_columns = (
        *("level_id", "dimension", "value", "unlimited"),
        *("team_id", "grade", "product_category_id", "date_from", "date_to"),
    )

    @api.model
    def _import_examples(self):
        """A limit for each level, of what it has none of yet."""
        levels = self.env["key.account.authority.level"].search(
            [("company_id", "=", self.env.company.id)], order="sequence"
        )
        labels = dict(self._fields["dimension"]._description_selection(self.env))
        examples = []
        for number, level in enumerate(levels, start=1):
            limited = set(level.limit_ids.mapped("dimension"))
            code = next((each for each in labels if each not in limited), None)
            if code:
                example = {"level_id": level.name, "dimension": labels[code]}
                examples.append({**example, "value": str(5 * number)})
        return examples

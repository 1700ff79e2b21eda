"""Gates in words: for the editor, the process manual, and whoever has to meet them."""

from odoo import api, fields, models

from ..shared.label import in_clauses


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    sentence = fields.Text(
        string="In words",
        compute="_compute_sentence",
        help="What the gate asks for, as the process manual says it.",
    )

    @api.depends(lambda self: self._sentence_fields())
    @api.depends_context("lang")
    def _compute_sentence(self):
        for gate in self:
            gate.sentence = gate._get_sentence()

    @api.model
    def _sentence_fields(self):
        """What the sentences are made of; an add-on with a kind of its own adds to
        it.
        """
        return [
            "kind",
            "label",
            "number",
            "domain",
            "document_type",
            "field_id",
            "check_ids.name",
        ]

    def _get_sentence(self):
        """What is asked for, after the company's own words where there are some."""
        self.ensure_one()
        if not self.kind:
            return ""
        words = self._of_kind("_get_sentence")
        sentence = (words and words()) or self.name or ""
        if not self.label or self.label == sentence:
            return sentence
        return self.env._(
            "%(label)s. %(sentence)s", label=self.label.rstrip(".。"), sentence=sentence
        )

    def _get_sentence_field(self):
        return self.env._(
            "“%(field)s” of the opportunity is filled in.",
            field=self.sudo().field_id.field_description or "…",
        )

    def _get_sentence_domain(self):
        return self.env._(
            "The opportunity meets the condition: %(domain)s", domain=self.domain
        )

    def _get_sentence_document(self):
        return self.env._(
            "A document “%(type)s” is there: an agreement that is ready or signed, or"
            " an attachment of that name.",
            type=self._get_document_label() or "…",
        )

    def _get_document_label(self):
        """What the document is called; a room may know a better name for its code."""
        return self.document_type

    def _get_sentence_checklist(self):
        return self.env._(
            "To be ticked off: %(items)s.",
            items=in_clauses(self.env, self.check_ids.mapped("name")) or "…",
        )

"""Gates in words: for the editor, the process manual, and whoever has to meet them."""

from odoo import api, fields, models


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
            "min_grade",
            "max_age_days",
            "check_ids.name",
        ]

    def _get_sentence(self):
        """What is asked for, after the company's own words where there are some."""
        self.ensure_one()
        if not self.kind:
            return ""
        words = getattr(self, f"_get_sentence_{self.kind}", None)
        sentence = words() if words else self._get_plain_sentences().get(self.kind)
        sentence = sentence or self.name or ""
        if not self.label or self.label == sentence:
            return sentence
        return self.env._(
            "%(label)s. %(sentence)s", label=self.label.rstrip(".。"), sentence=sentence
        )

    def _get_plain_sentences(self):
        """Kinds without parameters."""
        return {
            "qualification": self.env._(
                "Money, Authority and Need of the customer are each judged, with"
                " evidence."
            ),
            "plan": self.env._(
                "The plan of the deal has an objective, steps with people and dates,"
                " and a contingency."
            ),
            "diagnosis": self.env._("The customer has accepted the diagnosis report."),
            "review": self.env._("The manager has reviewed the latest reported visit."),
            "requirement": self.env._(
                "At least one requirement is recorded, and none is still open."
            ),
            "ruling": self.env._("The manager has ruled: quote."),
            "quotation": self.env._("The latest quotation is complete."),
            "approval": self.env._(
                "The latest quotation is signed off, or lies within the author's"
                " authority."
            ),
            "signature": self.env._("The customer has signed the latest quotation."),
            "contract_review": self.env._(
                "The contract review has passed, or none is asked for."
            ),
        }

    def _get_sentence_field(self):
        return self.env._(
            "“%(field)s” of the opportunity is filled in.",
            field=self.field_id.field_description or "…",
        )

    def _get_sentence_domain(self):
        return self.env._(
            "The opportunity meets the condition: %(domain)s", domain=self.domain
        )

    def _get_sentence_document(self):
        types = self.env["key.account.agreement.type"].sudo()
        kind = types.search([("code", "=", self.document_type or "")], limit=1)
        return self.env._(
            "A document “%(type)s” is there: an agreement that is ready or signed, or"
            " an attachment of that name.",
            type=kind.name or self.document_type or "…",
        )

    def _get_sentence_profile(self):
        return self.env._(
            "The customer's profile survey is complete to %(number)g %%.",
            number=self.number,
        )

    def _get_sentence_visit(self):
        if self.number <= 1:
            return self.env._(
                "A visit for this opportunity has been held and reported."
            )
        return self.env._(
            "%(number)g visits for this opportunity have been held and reported.",
            number=self.number,
        )

    def _get_sentence_evaluation(self):
        if not self.max_age_days:
            return self.env._(
                "The customer is evaluated %(grade)s or better.",
                grade=self.min_grade or "…",
            )
        return self.env._(
            "The customer is evaluated %(grade)s or better, no more than %(days)d days"
            " ago.",
            grade=self.min_grade or "…",
            days=self.max_age_days,
        )

    def _get_sentence_checklist(self):
        return self.env._(
            "To be ticked off: %(items)s.",
            items="; ".join(self.check_ids.mapped("name")) or "…",
        )

"""Gates: what must hold before an opportunity may leave a stage forward."""

from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules.evidence import says_nothing
from ..shared.label import selection_label
from .gate_facts import GateFacts


class CrmStageGate(models.Model):
    """What must hold before an opportunity may leave a stage forward.

    A kind is one method: ``_check_<kind>(leads)`` tells, for all leads at once and with
    a fixed number of queries, what is missing. A room or another add-on adds a kind by
    ``selection_add`` and that method. Where the kind has them, these are asked as well:

    - ``_open_<kind>(lead)``: the action that leads straight to what is missing
    - ``_get_items_<kind>(lead)``: what of it is done in the panel itself
    - ``_get_name_<kind>()``: its ready-made name, where parameters make it more than
      the kind's own
    - ``_get_problem_<kind>()``: what is wrong with its parameters
    - ``_get_sentence_<kind>()``: what it asks for, as the process manual says it

    What several kinds ask is read once, in ``GateFacts.of(leads)``.
    """

    _name = "crm.stage.gate"
    _description = "Stage Gate"
    _inherit = ["key.account.kept"]
    _order = "stage_id, sequence, id"
    _rec_names_search = ["label", "stage_id"]

    stage_id = fields.Many2one(
        "crm.stage", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("field", "Field is set"),
            ("domain", "Condition holds"),
            ("document", "Document is there"),
        ],
        required=True,
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        domain=[("model", "=", "crm.lead")],
        ondelete="cascade",
    )
    domain = fields.Char(string="Condition", default="[]")
    number = fields.Float(
        default=1.0, help="Number of visits, or per cent of the profile."
    )
    document_type = fields.Char(
        "Document type",
        help="The type of an agreement, or a part of an attachment's name, e.g."
        " “minutes”.",
    )
    label = fields.Char(
        string="In your words",
        translate=True,
        help="Shown instead of the ready-made text.",
    )
    name = fields.Char(compute="_compute_name")

    @api.depends("kind", "number", "field_id", "document_type", "label")
    @api.depends_context("lang")
    def _compute_name(self):
        for gate in self:
            gate.name = gate.label or gate._get_ready_made_name()

    @api.constrains("kind", "field_id", "domain", "number", "document_type")
    def _check_parameters(self):
        for gate in self:
            problem = gate._get_parameter_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "The gate “%(gate)s” of stage “%(stage)s” is incomplete:"
                        " %(problem)s",
                        gate=gate.name,
                        stage=gate.stage_id.name,
                        problem=problem,
                    )
                )

    def _of_kind(self, prefix):
        """The method that this gate's kind has under a prefix, or None."""
        return getattr(self, f"{prefix}_{self.kind}", None)

    def _get_ready_made_name(self):
        """What the kind says with its parameters, else the name of the kind."""
        self.ensure_one()
        words = self._of_kind("_get_name")
        if name := words and words():
            return name
        return selection_label(self, "kind", self.kind)

    def _get_parameter_problem(self):
        """What is wrong with the parameters that the kind needs, or None."""
        self.ensure_one()
        problem = self._of_kind("_get_problem")
        return problem() if problem else None

    # ------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------

    def _evaluate(self, leads):
        """What each gate misses in each opportunity: ``{gate: {lead.id: text or
        None}}``.
        """
        facts = GateFacts.of(leads)
        return {gate: gate._check(leads, facts) for gate in self}

    def _check(self, leads, facts=None):
        """What this gate misses: ``{lead.id: text, or None where it is met}``.

        Facts are read as they are, whoever asks: a gate does not open because the
        person asking cannot see what is wrong.
        """
        self.ensure_one()
        # The caller's context, which anybody may send, has no say in what is a fact.
        context = {"lang": self.env.context.get("lang"), "key_account_facts": facts}
        gate = self.with_env(self.env(su=True, context=context))
        check = gate._of_kind("_check")
        if check is None:
            return dict.fromkeys(
                leads._ids,
                self.env._(
                    "The add-on that checks “%(gate)s” is missing.", gate=self.kind
                ),
            )
        return check(leads.with_env(gate.env))

    def _open(self, lead):
        """The action that leads to what this gate asks for, or False when it is on the
        form.
        """
        self.ensure_one()
        opener = self._of_kind("_open")
        return opener(lead) if opener else False

    def _get_panel_items(self, lead):
        """What of this gate is done in the panel itself; none of most kinds."""
        items = self._of_kind("_get_items")
        return items(lead) if items else []

    # ------------------------------------------------------------
    # KIND: FIELD IS SET
    # ------------------------------------------------------------

    def _get_name_field(self):
        # Whoever reads a gate need not be allowed to look fields up.
        return self.field_id and self.env._(
            "“%(field)s” is set", field=self.sudo().field_id.field_description
        )

    def _get_problem_field(self):
        if self.field_id.model != "crm.lead":
            return self.env._("choose a field of the opportunity.")
        return None

    def _check_field(self, leads):
        # Gates are looked at as superuser, who reads every field.
        name = self.field_id.name
        missing = self.env._(
            "“%(field)s” is not set.", field=self.field_id.field_description
        )
        page = self.field_id.ttype == "html"
        texts = page or self.field_id.ttype in ("char", "text")
        return {
            lead.id: None
            if lead[name] and not (texts and says_nothing(lead[name], page))
            else missing
            for lead in leads
        }

    # ------------------------------------------------------------
    # KIND: CONDITION HOLDS
    # ------------------------------------------------------------

    def _get_problem_domain(self):
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
            domain.validate(self.env["crm.lead"])
        except Exception as error:  # whatever is wrong with it, it is the domain
            return self.env._("the condition cannot be read: %(error)s", error=error)
        if domain.is_true():
            return self.env._("an empty condition always holds.")
        return None

    def _check_domain(self, leads):
        domain = Domain(literal_eval(self.domain or "[]"))
        matching = leads.filtered_domain(domain)
        missing = self.env._("Not fulfilled: %(gate)s.", gate=self.name)
        return {lead.id: None if lead in matching else missing for lead in leads}

    # ------------------------------------------------------------
    # KIND: DOCUMENT IS THERE
    # ------------------------------------------------------------

    def _get_name_document(self):
        return self.document_type and self.env._(
            "Document “%(type)s” is there", type=self.document_type
        )

    def _get_problem_document(self):
        if not self.document_type:
            return self.env._("say which document.")
        return None

    def _check_document(self, leads):
        there = self._leads_with_document(leads)
        missing = self.env._(
            "There is no document “%(type)s”.", type=self.document_type
        )
        return {lead.id: None if lead.id in there else missing for lead in leads}

    def _leads_with_document(self, leads):
        """Ids of the opportunities that have it: an attachment of that name, or what
        else a room takes for a document.
        """
        groups = self.env["ir.attachment"]._read_group(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", leads.ids),
                ("name", "ilike", self.document_type),
            ],
            ["res_id"],
        )
        return {res_id for (res_id,) in groups}

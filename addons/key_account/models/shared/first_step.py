"""What a company has to set up, in order: each line is done by fact, not by a tick."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

_CONFIGURATION = "key_account.group_configuration"


class FirstStep(NamedTuple):
    """One thing that a company sets up.

    :param name: what it is called, translated
    :param why: what it is good for, in a sentence
    :param done: whether the company has it
    :param action: external id of the action on whose screen it is done
    """

    name: str
    why: str
    done: bool
    action: str


class KeyAccountFirstStep(models.Model):
    """The list of first steps of the current company. Nothing of it is stored, but
    which of them the company has said it does not need.

    A room or an add-on adds a line by ``_first_steps()`` and a method
    ``_first_step_<code>()`` that answers a ``FirstStep``.
    """

    _name = "key.account.first.step"
    _description = "First Step"
    _auto = False
    _order = "sequence, id"
    _rec_names_search = ["code"]

    code = fields.Char(readonly=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="What to set up", compute="_compute_fact")
    why = fields.Char(string="What for", compute="_compute_fact")
    state = fields.Selection(
        [("open", "To do"), ("done", "Done"), ("left", "Not needed")],
        compute="_compute_fact",
    )

    @property
    def _table_query(self):
        rows = [
            SQL("(%s, %s, %s)", number, code, sequence)
            for number, (code, sequence) in enumerate(self._first_steps().items(), 1)
        ]
        return SQL(
            "SELECT * FROM (VALUES %s) AS step (id, code, sequence)",
            SQL(", ").join(rows),
        )

    @api.depends("code")
    @api.depends_context("lang", "company")
    def _compute_fact(self):
        left = self._left()
        for step in self:
            fact = self._fact(step.code)
            step.name, step.why = fact.name, fact.why
            step.state = "done" if fact.done else "open"
            if not fact.done and step.code in left:
                step.state = "left"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Open the screen on which this is set up."""
        self.ensure_one()
        self.check_access("read")
        fact = self._fact(self.code)
        action = self.env["ir.actions.actions"]._for_xml_id(fact.action)
        model = action.get("res_model")
        if model and not self.env[model].has_access("read"):
            raise UserError(
                self.env._(
                    "%s: Configuration does not give the right to set this up. Ask a"
                    " director of key accounts.",
                    fact.name,
                )
            )
        return action

    def action_leave(self):
        """Say that the company does not need this."""
        self._write_left(self._left() | set(self.mapped("code")))

    def action_take_up(self):
        """Take back that the company does not need this."""
        self._write_left(self._left() - set(self.mapped("code")))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def count_open(self):
        """How many steps of the current company are to do; none for whoever does not
        configure key accounts."""
        configures = self.env.user.has_group(_CONFIGURATION)
        return len(self._open_codes()) if configures else 0

    @api.model
    def _open_codes(self):
        """Codes of the current company's steps that are to do. A few small queries,
        whatever there is."""
        left = self._left()
        return [
            code
            for code in self._first_steps()
            if code not in left and not self._fact(code).done
        ]

    @api.model
    def _first_steps(self):
        """Hook: ``{code: sequence}`` of what there is to set up."""
        return {"people": 10, "observe": 100, "enforce": 200}

    @api.model
    def _fact(self, code):
        # Whether there is any, of what who configures need not be able to read.
        return getattr(self.sudo(), f"_first_step_{code}")()

    @api.model
    def _first_step_people(self):
        roles = ("key_account.group_specialist", "key_account.group_manager")
        return FirstStep(
            self.env._("People and their roles"),
            self.env._("At least one specialist, and a manager who is somebody else."),
            len(set().union(*map(self._people_of, roles))) > 1
            and all(map(self._people_of, roles)),
            "key_account.set_up_action",
        )

    @api.model
    def _first_step_observe(self):
        return FirstStep(
            self.env._("Quotations are measured"),
            self.env._(
                "Mode “Observe”: what lies outside the limits is noted, nothing is"
                " stopped."
            ),
            self.env.company.key_account_mode != "off",
            "key_account.set_up_action",
        )

    @api.model
    def _first_step_enforce(self):
        return FirstStep(
            self.env._("Limits are enforced"),
            self.env._(
                "Mode “Enforce”, after some weeks of observing: what lies outside waits"
                " for its sign-off."
            ),
            self.env.company.key_account_mode == "enforce",
            "key_account.set_up_action",
        )

    @api.model
    def _people_of(self, group):
        """Ids of who has this role in the current company."""
        people = Domain("all_group_ids", "in", self.env.ref(group).ids)
        people &= Domain("share", "=", False)
        people &= Domain("company_ids", "in", self.env.company.ids)
        return set(self.env["res.users"].search(people)._ids)

    @api.model
    def _has_any(self, model, domain=Domain.TRUE, of_all=False):
        """Whether the current company has any of these, or any that is of all."""
        companies = [*self.env.company.ids, *([False] if of_all else [])]
        domain = Domain("company_id", "in", companies) & Domain(domain)
        return bool(self.env[model].search_count(domain, limit=1))

    @api.model
    def _left(self):
        codes = self.env.company.sudo().key_account_first_steps_left or ""
        return set(filter(None, codes.split(",")))

    def _write_left(self, codes):
        if not self.env.user.has_group(_CONFIGURATION):
            raise AccessError(
                self.env._(
                    "Only somebody with Key Accounts / Configuration can say what a"
                    " company does not need."
                )
            )
        # Who configures key accounts need not be able to write companies.
        company = self.env.company.sudo()
        company.key_account_first_steps_left = ",".join(sorted(codes)) or False
        self.invalidate_model(["state"])


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_first_steps_left = fields.Char(
        string="First steps not needed", copy=False, prefetch="key_account"
    )

"""Whether the terms of a quotation lie within authority, and who decides else."""

from datetime import date
from typing import NamedTuple

from odoo import models

from ...rules import authority as rules
from ...rules.states import UNDECIDED


class Found(NamedTuple):
    """What measuring a quotation found: its authority state, the level that decides (or
    decided), the engine's decision, the last day on which this state holds (if it
    ends), the inputs it was measured with, and the terms."""

    state: str
    level: models.BaseModel
    decision: rules.Decision
    until: date | bool
    inputs: dict
    terms: rules.Terms


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Authority
    # ------------------------------------------------------------

    def _authority_found(self):
        """``{order: Found}``, measured now."""
        # With all rights: what is found does not hang on what whoever asks may read.
        orders, found = self.sudo(), {}
        inputs, granted = orders._measuring_inputs(), orders._grants_in_force()
        grants = orders._grants_by_lead(granted)
        Limit = self.env["key.account.authority.limit"]
        for asked, order in zip(self, orders, strict=True):
            terms = order._terms(inputs[order])
            state, level, decision, until = order._authority_of(terms, grants)
            if state != "approved" and order.state in UNDECIDED:
                lead, company = order.opportunity_id, order.company_id
                until = Limit._last_day_of(company, lead, granted)
            found[asked] = Found(state, level, decision, until, inputs[order], terms)
        return found

    def _keep_found(self, found):
        """Store what was just found, which a change of the order's state did not
        change."""
        for order in self.filtered(lambda order: order in found):
            state, level, _decision, until, *_rest = found[order]
            order._set_process(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": until,
                }
            )

    def _grants_in_force(self):
        leads = self.opportunity_id
        Grant = self.env["key.account.authority.grant"]
        return Grant._in_force(leads) if leads else Grant

    def _grants_by_lead(self, grants=None):
        result = {}
        for grant in self._grants_in_force() if grants is None else grants:
            key = (
                grant.opportunity_id.id,
                grant.company_id.id,
                grant.user_id.id,
                grant.dimension,
            )
            given = (grant.customer_id.id, grant.value)
            result.setdefault(key, []).append(given)
        return result

    def _grants_of_its_deal(self, grants):
        """``{key: values}`` of what was given for this customer: naming another one in
        the deal afterwards, or none, carries nothing over."""
        if not grants:
            return {}
        customer = self.partner_id.commercial_partner_id.id
        deal = self.opportunity_id.partner_id.commercial_partner_id.id
        return {
            key: [value for whose, value in given if (whose or deal) == customer]
            for key, given in grants.items()
        }

    def _authority_of(self, terms, grants):
        """Authority state, level and decision for these terms, and the last day of an
        approval."""
        self.ensure_one()
        Level = self.env["key.account.authority.level"]
        measures = rules.measure_terms(terms, self._dimension_codes())
        decision = self._decide(measures, grants)
        level = Level._by_sequence(self.company_id, decision.required_level)
        if self._cancelled_as_confirmed():
            return (*self._confirmed_as(), decision, False)
        if self.state == "sale":
            if self._confirmed_envelope_holds():
                return (*self._confirmed_as(), decision, False)
        elif decision.required_level is None:
            return ("within", Level, decision, False)
        if answer := self._sign_off_answer(level):
            state, level, until = answer
            return (state, level, decision, until)
        if decision.required_level:
            return ("required", level, decision, False)
        return ("within", Level, decision, False)

    def _sign_off_answer(self, level):
        """Hook: (authority state, level, last day) that sign-off gives to these terms,
        or None; ``sign_off`` knows.

        :param level: the level that decides
        """
        return None

    def _last_sign_off(self):
        """Hook: what happened last in sign-off, as the code of its event; ``sign_off``
        knows."""
        return False

    def _decide(self, measures, grants):
        """The engine's decision for these measures, with the limits in force today."""
        self.ensure_one()
        Level, company = self.env["key.account.authority.level"], self.company_id
        teams, grants = self._authority_teams(), self._grants_of_its_deal(grants)
        rows = self.env["key.account.authority.limit"]._rows(
            company.id, company._key_account_today()
        )
        grade = None
        if any(row.grade for row in rows):
            grade = self.key_account_id.limit_grade or None
        people = (self.terms_author_id or self.create_uid) | self.user_id
        level_of = {
            person: min(
                (Level._level_of(person, company, team) for team in teams),
                key=lambda level: -1 if level is None else level,
            )
            for person in people
        }
        ancestors = {}
        if self._limits_by_category():
            ancestors = self._category_ancestors()

        def limit_of_level(level, measure):
            stricter, strictest = (
                rules.DIMENSIONS[measure.dimension].stricter,
                rules.UNLIMITED,
            )
            for team in teams:
                of_team = rules.effective_limit(
                    rows,
                    level,
                    measure.dimension,
                    team.id or None,
                    grade,
                    ancestors.get(measure.category, ()),
                )
                strictest = stricter(strictest, of_team)
            return strictest

        def limit_of_author(measure):
            limit = rules.UNLIMITED if people else None
            for person, level in level_of.items():
                granted = grants.get(
                    (
                        self.opportunity_id.id,
                        company.id,
                        person.id,
                        measure.dimension,
                    ),
                    (),
                )
                own = rules.personal_limit(
                    measure.dimension, limit_of_level(level, measure), granted
                )
                limit = rules.DIMENSIONS[measure.dimension].stricter(limit, own)
            return limit

        levels = [sequence for sequence, *_rest in Level._ladder(company.id)]
        known = [level for level in level_of.values() if level is not None]
        return rules.decide(
            measures,
            levels,
            limit_of_level,
            limit_of_author,
            author_level=min(known) if len(known) == len(level_of) and known else None,
            always=self._sign_off_policy() == "always",
        )

    def _authority_teams(self):
        """The teams whose limits and leader count: the order's, and the account's,
        where another team sells. The stricter holds, so that moving a quotation widens
        nothing."""
        own, known = self.team_id, self.env["crm.team"]._key_account_team_ids()
        if known == {own.id}:
            # There is no other: the account need not be read.
            return (own,)
        account = self.key_account_id.team_id
        return (own, account) if account and account != own else (own,)

    def _sign_off_policy(self):
        """That of the order's team, or of the account's: sign-off always, if one of
        them asks for it."""
        name = "key_account_approval_policy"
        known = self.env["crm.team"]._key_account_team_ids()
        teams = self._authority_teams()
        general, found = self.company_id._key_account_setting(name), set()
        for team in [team for team in teams if team.id in known] or teams:
            own = team._key_account_policy(name)
            found.add(own or general)
        return "always" if "always" in found else found.pop()

    def _limits_by_category(self):
        """Whether limits in force today are for categories of products."""
        rows = self.env["key.account.authority.limit"]._rows(
            self.company_id.id, self.company_id._key_account_today()
        )
        return any(row.category for row in rows)

    def _category_ancestors(self):
        """{category id: ids of it and its parents}"""
        return {
            category.id: category._key_account_lineage()
            for category in self.order_line.product_id.categ_id
        }

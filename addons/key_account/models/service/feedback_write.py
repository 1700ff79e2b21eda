"""What may be changed in a feedback, and what is written down of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules import feedback as rules
from ..shared.label import listed

# What the deadlines hang on.
_MEASURED = frozenset(
    ("kind", "severity", "received_on", "key_account_id", "company_id")
)
# What stays as it was, once it is resolved or cancelled.
_CONTENT = frozenset(
    "name kind channel severity description received_on key_account_id partner_id"
    " company_id user_id order_id visit_id answer_draft root_cause"
    " corrective_action".split()
)


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"
    _under_read = frozenset(("order_id", "visit_id"))

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_stands_somewhere(vals_list)
        records = super().create(vals_list)
        records._note("receive")
        records._measure()
        return records

    def write(self, vals):
        self._assert_kept(vals)
        if self._is_by_process(vals):
            return super().write(vals)
        # Before any word: a refusal names what it is about.
        self.check_access("write")
        changed = self._changed_by(vals, _CONTENT)
        measured = self._changed_by(vals, _MEASURED)
        if changed:
            changed._assert_not_ended()
            changed._assert_may_relax(vals)
        # Who gives it more time was asked; whatever else is said gives none.
        freed = measured.filtered(lambda f: f._relaxes(vals) or f._is_moved(vals))
        before = {each: (each.user_id, each.key_account_id) for each in self}
        result = super().write(vals)
        self._note_changes(before)
        freed._measure()
        (measured - freed)._measure(no_more=True)
        if "user_id" in vals:
            self._deadline_refresh()
        return result

    def _changed_by(self, vals, names):
        """Those of these that would say something else by one of these names; a form
        sends back what it shows."""
        names = names.intersection(vals)
        return self.filtered(
            lambda feedback: any(
                not feedback._is_unchanged(name, vals[name]) for name in names
            )
        )

    # ---------------------------------------- what is refused

    def _assert_not_ended(self):
        if ended := self.filtered(lambda f: f.state in ("resolved", "cancelled")):
            raise UserError(
                self.env._(
                    "%s: it is over, and stays as it was written down. Take it up again"
                    " first.",
                    listed(self.env, ended.mapped("display_name")),
                )
            )

    def _assert_may_relax(self, vals):
        """Nobody gives themselves more time, or moves what is told against them: what
        shortens a deadline is for everybody who works on it, and what stands under no
        account for everybody who sees it."""
        moved = self.filtered(lambda feedback: feedback._is_moved(vals))
        relaxed = self.filtered(lambda feedback: feedback._relaxes(vals))
        (relaxed | moved.filtered("key_account_id"))._assert_relaxed_by_user()
        if moved:
            # As it would stand: under the team of the other account.
            account = self.env["key.account"].browse(
                self._to_id("key_account_id", vals["key_account_id"]) or []
            )
            self._assert_may_move(vals)
            if account:
                probe = self.new({"key_account_id": account.id})
                if not probe._of_user(probe._handlers()):
                    self._refuse_parents("key_account_id", account)

    def _is_moved(self, vals):
        name = "key_account_id"
        return name in vals and not self._is_unchanged(name, vals[name])

    def _relaxes(self, vals):
        """Whether this gives it more time."""
        self.ensure_one()
        kind, severity = (
            vals.get("kind", self.kind),
            vals.get("severity", self.severity),
        )
        if self.kind == "complaint" != kind:
            return True
        order = [rules.MINOR, rules.NORMAL, rules.CRITICAL]
        if severity in order and order.index(severity) < order.index(self.severity):
            return True
        if kind != self.kind and kind != "complaint":
            return True
        received = fields.Datetime.to_datetime(vals.get("received_on"))
        return bool(received) and received > self.received_on

    # ---------------------------------------- what is written down

    def _note_changes(self, before):
        """Who had it before is responsible for what happened until now."""
        given = self.filtered(lambda each: each.user_id != before[each][0])
        given._note(
            "assign",
            {each: {"responsible_id": before[each][0].id} for each in given},
        )
        moved = self.filtered(lambda each: each.key_account_id != before[each][1])
        moved._note(
            "move",
            {
                each: {
                    "responsible_id": before[each][0].id,
                    "owner_id": before[each][1].sudo().user_id.id,
                    "old_account_id": before[each][1].id,
                }
                for each in moved
            },
        )

    # ---------------------------------------- constraints

    @api.constrains("partner_id", "order_id", "visit_id", "key_account_id")
    def _check_of_the_account(self):
        for feedback in self.filtered("key_account_id"):
            account = feedback.key_account_id
            customer = account.partner_id
            people = customer | account.stakeholder_ids.partner_id
            contact = feedback.partner_id
            strangers = []
            if contact and not (contact | contact.commercial_partner_id) & people:
                strangers.append(contact.display_name)
            order = feedback.order_id
            if order and order.partner_id.commercial_partner_id != customer:
                strangers.append(order.display_name)
            visit = feedback.visit_id
            if visit and visit.key_account_id != account:
                strangers.append(visit.display_name)
            if strangers:
                feedback._refuse_strangers(strangers)

    @api.constrains("company_id", "key_account_id")
    def _check_company_of_the_account(self):
        """Elsewhere nobody would look at it, and no gate ask for it."""
        for feedback in self.filtered("key_account_id"):
            company = feedback.company_id
            if company != feedback.key_account_id.company_id:
                feedback._refuse_strangers([company.display_name])

    def _refuse_strangers(self, strangers):
        raise ValidationError(
            self.env._(
                "%(feedback)s: %(strangers)s does not belong to %(account)s."
                " Choose what belongs to this account, or the other account.",
                feedback=self.display_name,
                strangers=listed(self.env, strangers),
                account=self.key_account_id.display_name,
            )
        )

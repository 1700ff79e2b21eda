"""What becomes of a contact: a lead, or a key account; each once."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_escape

from ..shared.act import meet
from ..shared.label import field_label, labelled, listed, selection_label

# What a lead, and a file, are told beside what they have fields for.
_TOLD = (
    *("kind", "size", "products", "brand_ids", "brand_policy", "interest"),
    *("next_step", "next_date", "note"),
)


class KeyAccountCanvass(models.Model):
    """Made with the rights of whoever presses the button, by the doors that leads and
    files have of their own; pressed again, it opens what there is."""

    _inherit = "key.account.canvass"

    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Key account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    converted_on = fields.Datetime(
        "Converted on", readonly=True, copy=False, index="btree_not_null"
    )
    converted_by_id = fields.Many2one(
        "res.users", string="Converted by", readonly=True, copy=False
    )

    # ---------------------------------------- CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_converted(self):
        if converted := self.filtered("converted_on"):
            raise UserError(
                self.env._(
                    "%(entries)s: a lead or an account was made of it, so it stays.",
                    entries=listed(self.env, converted.mapped("display_name")),
                )
            )

    # ---------------------------------------- actions

    def action_to_lead(self):
        """A lead with what was entered; of each contact once."""
        self._assert_may_convert("crm.lead")
        for entry in self.filtered(lambda entry: not entry.lead_id):
            leads = self.env["crm.lead"].with_company(entry.company_id)
            lead = leads.create(entry._lead_values())
            entry._converted({"lead_id": lead.id})
        return self._open_made("lead_id")

    def action_to_account(self):
        """The file of a prospect, with a customer where there is none yet, and with the
        answers of the dealer survey; of each contact once."""
        self._assert_may_convert("key.account")
        for entry in self.filtered(lambda entry: not entry.key_account_id):
            customer = entry._customer()
            account = entry._file_of(customer)
            entry._converted({"key_account_id": account.id, "partner_id": customer.id})
            entry._hand_on_survey(account)
        return self._open_made("key_account_id")

    # ---------------------------------------- business

    def _assert_may_convert(self, model):
        """Asked before anything is made; two who press at once wait for each other."""
        self.check_access("write")
        self.env[model].check_access("create")
        meet(self)
        self.invalidate_recordset(["lead_id", "key_account_id"])

    def _converted(self, values):
        self._write_kept(
            {
                "converted_on": self.converted_on or fields.Datetime.now(),
                "converted_by_id": self.converted_by_id.id or self.env.uid,
                **values,
            }
        )
        if self.place_id and values.get("partner_id"):
            # With full rights: whoever made the contact may canvass there no more.
            self.place_id.sudo().partner_id = values["partner_id"]

    def _lead_values(self):
        self.ensure_one()
        return {
            "name": self.name,
            "partner_id": self.partner_id.id,
            "partner_name": self.name,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "street": self.street,
            "description": self._told_html(),
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
        }

    def _told_html(self):
        """What was entered, each with its name, for whoever goes on with it."""
        rows = []
        for name in _TOLD:
            value, kind = self[name], self._fields[name].type
            if kind == "selection":
                value = selection_label(self, name, value)
            elif kind == "many2many":
                value = listed(self.env, value.mapped("name"))
            if value:
                label = field_label(self, name)
                rows.append(f"<li>{html_escape(labelled(self.env, label, value))}</li>")
        return f"<ul>{''.join(rows)}</ul>" if rows else False

    def _customer(self):
        """The known customer, or a new one with what was entered."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id.commercial_partner_id
        partners = self.env["res.partner"].with_company(self.company_id)
        customer = partners.create(
            {
                "name": self.name,
                "is_company": True,
                "phone": self.phone,
                "street": self.street,
                "vat": self.vat,
            }
        )
        if self.contact_name:
            partners.create(
                {
                    "name": self.contact_name,
                    "parent_id": customer.id,
                    "phone": self.phone,
                }
            )
        return customer

    def _file_of(self, customer):
        """The file there is, if it may be read; else a new one, which is refused where
        there is one."""
        accounts = self.env["key.account"].with_company(self.company_id)
        found = accounts.search(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", self.company_id.id),
            ],
            limit=1,
        )
        return found or accounts.create(self._account_values(customer))

    def _account_values(self, customer):
        return {
            "partner_id": customer.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
        }

    def _hand_on_survey(self, account):
        """Hook: the answers of the dealer survey go to the file."""

    def _open_made(self, name):
        """What was made of these contacts."""
        made = self[name]
        action = {
            "type": "ir.actions.act_window",
            "res_model": made._name,
            "name": field_label(self, name),
        }
        if len(made) == 1:
            return {**action, "res_id": made.id, "views": [(False, "form")]}
        return {
            **action,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "mobile_view_mode": "kanban",
            "domain": [("id", "in", made.ids)],
        }

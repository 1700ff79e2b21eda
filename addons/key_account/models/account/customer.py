"""One customer, one file: of the company, also when contacts are merged."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, frozendict

from ...rules import account_state
from ..shared.label import listed, noted
from ..shared.remembered import forget
from .key_account import ENDED_STATES

# What deals and quotations ask of a file: a file has many columns.
_ASKED_BY_DEALS = (
    "partner_id",
    "company_id",
    "state",
    "team_id",
    "user_id",
    "won_date",
)


class KeyAccount(models.Model):
    _inherit = "key.account"

    _kept = frozenset(("merged_into_id",))

    merged_into_id = fields.Many2one(
        "key.account",
        string="Merged into",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    merged_account_ids = fields.One2many(
        "key.account",
        "merged_into_id",
        string="Earlier files",
        context={"active_test": False},
        help="Files of contacts that were merged into this customer, with their own"
        " history.",
    )
    _one_file_per_customer = models.UniqueIndex(
        "(partner_id, company_id) WHERE active",
        "This customer already has a key account in the company.",
    )

    @api.constrains("active", "merged_into_id")
    def _check_merged_stays_archived(self):
        for account in self:
            if account.active and account.merged_into_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s was merged into %(survivor)s and stays archived."
                        " Continue with %(survivor)s.",
                        account=account.display_name,
                        survivor=account.merged_into_id.display_name,
                    )
                )

    def _assert_may_become(self, state):
        """What was merged into another file is its history, and becomes nothing."""
        if merged := self.filtered("merged_into_id"):
            raise UserError(
                self.env._(
                    "These files were merged into others, and stay as they are:"
                    " %(accounts)s. Continue with the account that each was merged"
                    " into.",
                    accounts=listed(self.env, merged.mapped("display_name")),
                )
            )
        return super()._assert_may_become(state)

    def onchange(self, values, field_names, fields_spec):
        # The form shows the customer's name, address and telephone with full rights.
        said = values.get("partner_id")
        if not self and "partner_id" not in values:
            said = self.default_get(["partner_id"]).get("partner_id")
        if said and not self.env.su:
            customer = self.new({"partner_id": said}).partner_id._origin
            if not customer.has_access("read"):
                raise AccessError(
                    self.env._(
                        "You have no access to what this is about. Ask whoever is"
                        " responsible for it, or their manager."
                    )
                )
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _of_customers(self, partners):
        """``{(customer id, company id): id of the account file}``; one search.

        An archived file (one merged away) is nobody's, whatever the context says.
        """
        # Which file a deal belongs to does not hang on who may read the file.
        accounts = self.browse().sudo().with_context(active_test=True)
        if partners:
            accounts = accounts.search_fetch(
                [("partner_id", "in", partners.ids)], _ASKED_BY_DEALS
            )
        return {
            (account.partner_id.id, account.company_id.id): account.id
            for account in accounts
        }

    def _read_for_deals(self):
        """Read what deals ask of this file, and of those that came along with it, where
        all of its columns would be read otherwise; return it."""
        if self.env.su and self and "team_id" not in self._cache:
            self.browse(self._prefetch_ids).fetch(_ASKED_BY_DEALS)
        return self

    @api.model
    def _with_commercial_partner(self, vals):
        """A file is kept of the company, not of one of its addresses or people."""
        vals = dict(vals)
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id
        return vals

    @api.model
    def _assert_one_file_per_customer(self, pairs, but=None):
        """Name the file that exists, and its keeper, before the index refuses.

        Looked up with full rights: the file may be one that the user cannot see.
        """
        pairs = [pair for pair in pairs if all(pair)]
        if not pairs:
            return
        if len(set(pairs)) < len(pairs):
            twice = {
                partner
                for partner, company in pairs
                if pairs.count((partner, company)) > 1
            }
            raise ValidationError(
                self.env._(
                    "A customer has one key account per company. Open one file only"
                    " for: %s.",
                    listed(
                        self.env,
                        self.env["res.partner"].browse(twice).mapped("display_name"),
                    ),
                )
            )
        domain = Domain("partner_id", "in", [partner for partner, _company in pairs])
        domain &= Domain("company_id", "in", [company for _partner, company in pairs])
        existing = self.sudo().search(domain) - (but or self.browse())
        for account in existing:
            if (account.partner_id.id, account.company_id.id) in pairs:
                self._assert_may_be_told(account)
                raise ValidationError(
                    self.env._(
                        "%(customer)s already has the key account %(code)s in"
                        " %(company)s, kept by %(specialist)s. Continue with that one,"
                        " or ask its manager for access.",
                        customer=account.partner_id.display_name,
                        code=account.code,
                        company=account.company_id.name,
                        specialist=account.user_id.name or self.env._("nobody"),
                    )
                )

    @api.model
    def _assert_may_be_told(self, account):
        """Who keeps the file is told in the company itself, of customers one may read;
        everybody else learns only that it cannot be opened."""
        customer = account.partner_id.with_env(self.env)
        if self.env.su or (
            account.company_id in self.env.user.company_ids
            and customer.has_access("read")
            and self.has_access("read")
        ):
            return
        raise ValidationError(
            self.env._(
                "This account cannot be opened: the customer has one already, or is not"
                " yours to open it for. Ask a manager of the company."
            )
        )

    def _merge_into(self, survivor):
        """Archive these files; the survivor goes on from how far they had come."""
        if not self:
            return
        files = self | survivor
        state = account_state.most_living(files.mapped("state"))
        # A customer that has ended leaves no day behind since when they are one.
        won = [
            file.won_date
            for file in self
            if file.won_date and file.state not in ENDED_STATES
        ]
        self._write_kept({"active": False, "merged_into_id": survivor.id})
        forget(self.env)
        self._on_merger(survivor)._note("merged", [{}] * len(self))
        changed = survivor._on_merger(self)
        vals = {} if survivor.state == state else {"state": state}
        if state == "trial":
            # One that has not ended is not made longer by a merger.
            # When an earlier one of a file that is lost ended says nothing of it.
            running = files.filtered(lambda file: file.state == state)
            ends = list(filter(None, running.mapped("trial_end")))
            if ends and survivor.trial_end != min(ends):
                vals["trial_end"] = min(ends)
        if vals:
            changed._write_kept(vals)
        if won and (not survivor.won_date or min(won) < survivor.won_date):
            changed._note("signed", [{"date": min(won)}])
        for account in self:
            account.message_post(
                body=self.env._("Merged into %s.", survivor._get_html_link())
            )
        survivor.message_post(
            body=self.env._(
                "The files %s were merged into this one and stay readable as earlier"
                " files.",
                listed(
                    self.env,
                    (noted(self.env, account.name, account.code) for account in self),
                ),
            )
        )

    @api.model
    @tools.ormcache()
    def _merged_away(self):
        """``{id of a file that was merged away: id of the one that stays}``, through
        whatever file. There are few: kept in memory until the next one."""
        self.env["key.account"].flush_model(["merged_into_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE file AS (
                    SELECT id, merged_into_id AS into_id
                      FROM key_account
                     WHERE merged_into_id IS NOT NULL
                     UNION
                    SELECT file.id, later.merged_into_id
                      FROM file
                      JOIN key_account AS later ON later.id = file.into_id
                     WHERE later.merged_into_id IS NOT NULL
                )
                SELECT file.id, file.into_id
                  FROM file
                  JOIN key_account AS last ON last.id = file.into_id
                 WHERE last.merged_into_id IS NULL
                """
            )
        )
        return frozendict(rows)

    def _with_merged(self):
        """``{file id: account id}`` of these accounts: their own, and the files that
        were merged into them. What was done for a customer is found in all of them."""
        own = set(self._origin.ids)
        merged = self._merged_away().items()
        return {
            **{id_: id_ for id_ in own},
            **{file: account for file, account in merged if account in own},
        }

    def _first_opened(self):
        """``{account: moment}`` at which the first file of each was opened: whoever was
        a customer before files were merged is one since then."""
        found = {}
        # When a file was opened is no secret of it.
        files = self.env["key.account"].sudo().browse(self._with_merged())
        for file, account in self._with_merged().items():
            opened = files.browse(file).create_date
            found[account] = min(opened, found.get(account, opened))
        return {account: found[account._origin.id] for account in self}

    def _on_merger(self, others):
        names = listed(
            self.env, (noted(self.env, other.name, other.code) for other in others)
        )
        return self._on_occasion(reason=self.env._("Merged: %s", names))

    @api.model
    def _relink_documents(self, partners):
        """Let the documents of these customers find their account again, also those of
        colleagues: hence with full rights.
        """
        if not partners:
            return
        domain = [("partner_id.commercial_partner_id", "in", partners.ids)]
        for model in self._linked_models():
            documents = (
                self.env[model].sudo().with_context(active_test=False).search(domain)
            )
            documents = self._relinked(documents, partners)
            self.env.add_to_compute(documents._fields["key_account_id"], documents)
            documents.modified(["key_account_id"])

    @api.model
    def _relinked(self, documents, partners):
        """Those of these documents that may find another account: what was decided
        stays with the customer with whom it was, also where whoever spoke for it has
        gone over to one of these."""
        return documents.filtered(
            lambda document: (
                not self._is_decided(document)
                or not document.key_account_id.active
                or document.key_account_id.partner_id in partners
            )
        )

    @api.model
    def _is_decided(self, document):
        """Hook: whether nothing more is to be won or lost by it."""
        return document._name == "crm.lead" and document.won_status != "pending"

    @api.model
    def _linked_models(self):
        """Models whose ``key_account_id`` follows their customer; later rooms add
        theirs.
        """
        return ["crm.lead"]

"""Odoo's ratings, where they are of our visits and feedback."""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.misc import get_lang

from ..shared.secret_link import mail_links
from ..shared.working_time import today_of
from .satisfaction import never_deleted

RATED = ("key.account.visit", "key.account.feedback")
_TEMPLATE = "key_account.mail_template_rating"
# The customer may think it over for so long.
_SECOND_THOUGHTS = timedelta(days=1)
_KEY = 128
# Odoo lets the public read ratings; what is ours of them is for our roles.
_ROLES = "key_account.group_specialist,key_account.group_support"


class RatingRating(models.Model):
    """Whoever reads the visit or the feedback reads what the customer says of it, and
    nobody else. Nobody of ours makes, changes or deletes it, superuser code included:
    it is made where the customer is asked, and answered through the link in the mail.

    Odoo's own token may be read by every employee; so these ratings have none, and the
    link has a key of its own, which nobody reads.
    """

    _name = "rating.rating"
    _inherit = ["key.account.kept", "rating.rating"]

    key_account_key = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    key_account_until = fields.Date(
        string="Open until",
        readonly=True,
        copy=False,
        groups=_ROLES,
        help="The last day.",
    )
    key_account_answered_on = fields.Datetime(
        string="First answered on", readonly=True, copy=False, groups=_ROLES
    )
    key_account_low_on = fields.Datetime(
        string="Low rating followed up on", readonly=True, copy=False, groups=_ROLES
    )

    _key_account_key_is_one = models.UniqueIndex(
        "(key_account_key) WHERE key_account_key IS NOT NULL",
        "A link belongs to one rating alone.",
    )

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """As the customer knows it: they read it on Odoo's page."""
        ours = self._of_ours()
        for rating in ours:
            rating.res_name = rating._record()._rating_name(rating._language())
        return super(RatingRating, self - ours)._compute_res_name()

    # ---------------------------------------- what it is of

    def _of_ours(self):
        # What a rating is of is no secret of it.
        return self.filtered(lambda rating: rating.sudo().res_model in RATED)

    def _record(self):
        """The visit or feedback, with full rights; none where Odoo asked about
        something else: of any rating there is, Odoo tries out the template."""
        self.ensure_one()
        rating = self.sudo()
        if not rating._of_ours():
            return rating.env["key.account.visit"]
        return rating.env[rating.res_model].browse(rating.res_id)

    def _language(self):
        """The contact's, as long as it is installed."""
        self.ensure_one()
        record = self._record()
        own = self.sudo().partner_id.lang or record.key_account_id.partner_id.lang
        return get_lang(self.env, own or record.company_id.partner_id.lang).code

    @api.model
    def _names_ours(self, vals):
        ids = [self.env["ir.model"]._get_id(name) for name in RATED]
        return vals.get("res_model_id") in ids or vals.get("res_model") in RATED

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        unasked = any(not self._is_by_process(vals) for vals in vals_list)
        if unasked:
            said = self.default_get(["res_model_id", "res_model"])
            if any(self._names_ours({**said, **vals}) for vals in vals_list):
                self._refuse_rated()
        ratings = super().create(vals_list)
        if unasked and ratings._of_ours():
            self._refuse_rated()
        return ratings

    def write(self, vals):
        by_process = self._is_by_process(vals)
        if not by_process and (self._names_ours(vals) or self._of_ours()):
            self._refuse_rated()
        result = super().write(vals)
        if not by_process and self._of_ours():
            self._refuse_rated()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never_ours(self):
        if self._of_ours():
            self._refuse_rated()

    @api.model
    def _refuse_rated(self):
        raise AccessError(never_deleted(self.env))

    # ---------------------------------------- who reads it

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self._readable_domain()
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    @api.model
    def _readable_domain(self):
        readable = Domain("res_model", "not in", RATED)
        for name in RATED:
            model = self.env[name].with_context(active_test=False)
            if model.has_access("read"):
                readable |= Domain("res_model", "=", name) & Domain(
                    "res_id", "in", model._search(Domain.TRUE)
                )
        return readable

    def _check_access(self, operation):
        result = super()._check_access(operation)
        allowed = self - result[0] if result else self
        hidden = self.browse()
        for name, ratings in allowed._of_ours().sudo().grouped("res_model").items():
            records = self.env[name].browse(ratings.mapped("res_id"))
            seen = set(records._filtered_access("read").ids)
            closed = ratings.filtered(lambda each, seen=seen: each.res_id not in seen)
            hidden |= self.browse(closed.ids)
        if not hidden:
            return result
        if result:
            return result[0] | hidden, result[1]
        return hidden, lambda: AccessError(
            self.env._(
                "What customers say of visits and feedback is read by whoever may read"
                " these."
            )
        )

    # ---------------------------------------- from outside

    @api.model
    def _by_key(self, key):
        """The rating of ours that this link opens, with full rights, or none."""
        none = self.sudo().browse()
        if not isinstance(key, str) or not 20 <= len(key) <= _KEY:
            return none
        if not key.isprintable():
            # No column of text holds the character zero.
            return none
        return none.search([("key_account_key", "=", key)], limit=1)

    def _is_open(self):
        """Whether the customer may answer it, or answer otherwise."""
        self.ensure_one()
        answered, until = self.key_account_answered_on, self.key_account_until
        if answered:
            return fields.Datetime.now() < answered + _SECOND_THOUGHTS
        return bool(until) and today_of(self._record()) <= until

    def _closed_words(self):
        """Why it is not open, in the customer's language."""
        env = self.with_context(lang=self._language()).env
        if self.consumed:
            return env._("Thank you, we have your rating: it stands as it was given.")
        return env._("This link has expired. Thank you for your interest.")

    def _is_answered_by(self, user):
        """Nobody who works here answers for the customer, nor another customer."""
        self.ensure_one()
        if user._is_internal():
            return False
        customer = self.partner_id.commercial_partner_id
        return user._is_public() or (user.partner_id.commercial_partner_id == customer)

    def _take(self, mark, words):
        """Record what the customer answers; whoever calls it has checked who it is.

        :raise UserError: it is too late
        """
        self.ensure_one()
        # Of two answers at the same time one waits; then PostgreSQL ends its
        # transaction, and the request, done again, finds the other.
        self.env.cr.execute(
            SQL("SELECT 1 FROM %s WHERE id = %s FOR UPDATE", self._table_sql, self.id)
        )
        self.invalidate_recordset()
        if not self._is_open():
            raise UserError(self._closed_words())
        self._write_kept(
            {
                "rating": mark,
                "feedback": words or False,
                "consumed": True,
                "key_account_answered_on": self.key_account_answered_on
                or fields.Datetime.now(),
            }
        )

    # ---------------------------------------- asking

    @api.model
    def _new_key(self):
        return secrets.token_urlsafe(32)

    def _mail_request(self):
        mail_links(
            self,
            _TEMPLATE,
            "rating_link",
            lambda record: record._link(),
            lambda rating: rating.partner_id.email_normalized,
            self.env._(
                "The mail template “Key Accounts: Request a Rating” is missing. Ask an"
                " administrator to restore it."
            ),
        )

    def _link(self):
        self.ensure_one()
        return f"{self.get_base_url()}/rate/{self.sudo().key_account_key}"

    def _last_day(self):
        """Until when it can be answered, as the customer says it."""
        self.ensure_one()
        return format_date(self.env, self.key_account_until, lang_code=self._language())

"""Mails whose link is a key: whoever has it answers in the customer's place."""

import re

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

_UUID = "[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
_SLASH = "(?:/|%2[Ff])"
# A key within an address, also where a mail program has rewritten the address: of a
# page behind a link, of a survey, of a rating.
_KEY = re.compile(
    rf"(access_token(?:=|%3[Dd])(?={_UUID})"
    rf"|{_SLASH}(?:satisfaction|rate){_SLASH})[\w-]{{20,128}}"
)


def without_keys(text):
    """What a customer wrote, without the keys of links of ours that it quotes."""
    return _KEY.sub(r"\1", text)


def mail_links(records, template, key, link, address, missing):
    """Mail each of these records' own link, after the transaction.

    The mail hangs on no record and is nobody's of ours, or who reads the record's
    messages would answer for the customer; what template renders it without this key
    shows none.

    :param template: external id of the mail template
    :param key: under which name the template finds the link in its context
    :param link: called with a record, answers its link
    :param address: called with a record, answers where it goes
    :param missing: the sentence for who finds no template
    :raise UserError: with that sentence
    """
    # A mail's author and maker may read it: neither is a colleague.
    own = records.with_user(SUPERUSER_ID).sudo()
    template = own.env.ref(template, raise_if_not_found=False)
    if not template:
        raise UserError(missing)
    mails = own.env["mail.mail"]
    for record in own:
        mail_id = template.with_context(**{key: link(record)}).send_mail(
            record.id,
            email_values={
                "model": False,
                "res_id": False,
                "author_id": own.env.ref("base.partner_root").id,
                "email_to": address(record),
                "email_cc": False,
                "recipient_ids": [],
                "auto_delete": True,
            },
        )
        mails |= mails.browse(mail_id)
    mails.send_after_commit()


class KeyAccountSecretLink(models.AbstractModel):
    """A record whose page the customer opens, and answers, by the link of a mail.

    The key of the link is put in while a mail leaves, for addresses of the customer
    alone: nobody of ours reads it, neither from the record nor from the message that is
    kept with it.
    """

    _name = "key.account.secret.link"
    _description = "Page behind a Secret Link"
    _inherit = ["portal.mixin"]
    _no_default = frozenset(("access_token",))

    access_token = fields.Char(groups=fields.NO_ACCESS)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any("access_token" in vals for vals in vals_list):
            self._refuse_kept(["access_token"])
        return super().create(vals_list)

    def write(self, vals):
        if "access_token" in vals and not self.env.su:
            # Whoever chooses the key knows it; Odoo makes it, with full rights.
            self._refuse_kept(["access_token"])
        return super().write(vals)

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        # Odoo shows it to whoever shares the record.
        self.check_access("read")
        keyed = share_token and self.env.su
        return super()._get_share_url(redirect, signup_partner, pid, keyed)

    def _sign_token(self, pid):
        # With full rights: it is made from the key.
        return super(KeyAccountSecretLink, self.sudo())._sign_token(pid)

    def get_portal_url(
        self,
        suffix=None,
        report_type=None,
        download=None,
        query_string=None,
        anchor=None,
    ):
        """The address of the page, without its key: whoever is logged in needs none,
        and a mail gets it while it leaves."""
        self.ensure_one()
        self.check_access("read")
        parts = [
            f"report_type={report_type}" if report_type else "",
            "download=true" if download else "",
            (query_string or "").lstrip("&"),
        ]
        query = "&".join(filter(None, parts))
        url = f"{self.access_url}{suffix or ''}{query and '?'}{query}"
        return f"{url}#{anchor}" if anchor else url

    def _secret_readers(self):
        """Hook: whose people read the link (a company), and the address beside theirs
        to which the mail goes."""
        raise NotImplementedError

    def _is_for_customer(self, addresses):
        """Whether a mail to these addresses is read by nobody but the customer."""
        self.ensure_one()
        customer, address = self._secret_readers()
        partners = self.env["res.partner"]
        people = partners.search(
            Domain("email_normalized", "in", list(addresses))
            & Domain("commercial_partner_id", "in", customer.ids)
        )
        known = {address, *people.mapped("email_normalized")}
        return (
            bool(addresses)
            and known.issuperset(addresses)
            and not partners._colleagues_among(addresses)
        )

    def _with_key(self, body):
        """This mail (HTML), its links to the page opening it without a login."""
        self.ensure_one()
        page = re.escape(self.get_base_url() + self.access_url)
        key = self._portal_ensure_token()

        def keyed(found):
            query = "&amp;" if found["query"] else ""
            return f"{found['page']}?access_token={key}{query}"

        return re.sub(rf"(?P<page>{page}(?:/\w+)*)(?![\w/])(?P<query>\?)?", keyed, body)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        results = super()._prepare_outgoing_list(*args, **kwargs)
        if not self.res_id or not _is_behind_link(self.env, self.model):
            return results
        record = self.env[self.model].sudo().browse(self.res_id).exists()
        for values in results if record else ():
            if record._is_for_customer(values["email_to_normalized"]):
                body = record._with_key(values["body"])
            else:
                # Odoo's own button has it, at whatever address the contact is.
                body = _KEY.sub(r"\1", values["body"])
            values.update(body=body, body_alternative=html2plaintext(body))
        return results


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        # A customer's answer quotes the mail to which it is one, with its link.
        return super().create(
            [
                {**vals, "body": type(body)(_KEY.sub(r"\1", body))}
                if (body := vals.get("body"))
                and _is_behind_link(self.env, vals.get("model"))
                else vals
                for vals in vals_list
            ]
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _addresses_of_colleagues(self):
        """Those of their addresses at which somebody who works here reads."""
        return self._colleagues_among(self.sudo().mapped("email_normalized"))

    @api.model
    def _colleagues_among(self, addresses):
        """Those of these addresses at which somebody who works here reads: their own,
        and whatever is of a domain, or the address, of a company of ours; with full
        rights, for who works here is no question of who asks."""
        addresses = set(addresses)
        addresses.discard(False)
        users = self.env["res.users"].sudo().with_context(active_test=False)
        own = users.search(
            [
                ("share", "=", False),
                "|",
                ("email_normalized", "in", list(addresses)),
                ("login", "in", list(addresses)),
            ]
        )
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        domains = self.env["mail.alias.domain"].sudo().search(Domain.TRUE)
        names = set(domains.mapped("name"))
        return {
            *(each for each in addresses if each.partition("@")[2] in names),
            *companies.partner_id.mapped("email_normalized"),
            *own.mapped("email_normalized"),
            *own.mapped("login"),
        } & addresses


def _is_behind_link(env, name):
    return isinstance(env.get(name), env.registry["key.account.secret.link"])

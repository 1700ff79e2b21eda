"""Mails whose link is a key: whoever has it answers in the customer's place."""

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError


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

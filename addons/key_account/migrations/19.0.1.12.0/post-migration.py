"""Messages kept with a diagnosis or a feedback do not show the key of their link."""


def migrate(cr, version):
    if version:
        hide_keys(cr)


def hide_keys(cr):
    """Whoever reads such a message could answer in the customer's place. The mails that
    customers have, and the keys in them, stay as they are.
    """
    cr.execute(
        """
        UPDATE mail_message
           SET body = regexp_replace(
                   body, '(access_token(=|%3D))[0-9a-fA-F-]{32,36}', '\\1', 'g')
         WHERE model IN ('key.account.diagnosis', 'key.account.feedback')
           AND body LIKE '%access\\_token%'
        """
    )

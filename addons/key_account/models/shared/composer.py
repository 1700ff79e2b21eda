"""The mail that somebody reads before it is sent to a customer."""


def composer(record, name, template=None, **context):
    """Odoo's composer for one record; nothing is sent before whoever opens it says so.

    :param name: title of the dialog
    :param template: external id of the ``mail.template``; None for words of one's own
    :param context: what the composer's message is to be known by, or starts with
    """
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": "mail.compose.message",
        "view_mode": "form",
        "views": [(False, "form")],
        "target": "new",
        "context": {
            "default_model": record._name,
            "default_res_ids": record.ids,
            "default_template_id": template and record.env.ref(template).id,
            "default_composition_mode": "comment",
            "default_email_layout_xmlid": "mail.mail_notification_light",
            "force_email": True,
            **context,
        },
    }

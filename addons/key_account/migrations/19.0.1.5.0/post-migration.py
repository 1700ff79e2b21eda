"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def name_activities_of_suggestions(env):
    """What the process has asked for about suggestions is told apart from what people
    have noted down to do."""
    own = env.ref("key_account.mail_activity_suggestion", raise_if_not_found=False)
    todo = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    if own and todo:
        activities = env["mail.activity"].search(
            [
                ("res_model", "=", "key.account.suggestion"),
                ("activity_type_id", "=", todo.id),
                ("automated", "=", True),
            ]
        )
        activities.activity_type_id = own


# In this order; each does nothing where it is done already.
STEPS = (name_activities_of_suggestions,)

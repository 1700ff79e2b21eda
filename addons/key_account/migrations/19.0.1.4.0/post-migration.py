"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def name_requests(env):
    """A decision says which request it ended: the last one before it. How many working
    hours that took was not counted then, and stays empty."""
    env.cr.execute(
        """
        UPDATE key_account_approval AS decision
           SET request_id = (
               SELECT max(request.id) FROM key_account_approval AS request
                WHERE request.order_id = decision.order_id
                  AND request.event = 'request' AND request.id < decision.id)
         WHERE decision.event IN ('approve', 'reject', 'send_back')
           AND decision.request_id IS NULL
        """
    )


def number_samples(env):
    """The sequence of samples, as a new database has it."""
    if not env.ref("key_account.sequence_key_account_sample", raise_if_not_found=False):
        convert_file(
            env, "key_account", "data/sample.xml", {}, mode="init", noupdate=True
        )


def make_feedback(env):
    """The numbers of feedback, and the rules for what is open of it, once: an update
    leaves out what is only made once. Importance A is resolved sooner than the rest,
    as in a new database, where nobody has made a policy of their own of it."""
    if env.ref("key_account.next_step_complaint", raise_if_not_found=False):
        return
    name = "data/feedback.xml"
    convert_file(env, "key_account", name, {}, mode="init", noupdate=True)
    hours = {"complaint": 24, "opinion": 40, "question": 24}
    policy = env.ref("key_account.policy_a", raise_if_not_found=False)
    if policy and not policy.company_id:
        quiet = policy.with_context(tracking_disable=True)
        quiet.write({f"{kind}_resolution_hours": each for kind, each in hours.items()})


def make_after_order(env):
    """Weekly proposals and next steps of what follows an order, once: an update leaves
    out what is only made once."""
    if not env.ref("key_account.cron_losses", raise_if_not_found=False):
        name = "data/after_order.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)


def number_suggestions(env):
    """The sequence of suggestions, as a new database has it."""
    name = "key_account.sequence_key_account_suggestion"
    if not env.ref(name, raise_if_not_found=False):
        convert_file(
            env, "key_account", "data/suggestion.xml", {}, mode="init", noupdate=True
        )


def follow_orders(env):
    """Confirmed orders of key accounts whose promised day is still to come are followed
    until they are handed over; what was promised for a day that is over was not
    recorded then."""
    if env["key.account.delivery"].search_count([], limit=1):
        return
    modes = env["res.company"]._key_account_modes()
    for company in env["res.company"].browse(list(modes)):
        env.cr.execute(
            """
            INSERT INTO key_account_delivery (
                   name, order_id, key_account_id, company_id, team_id, user_id,
                   confirmed_on, promised_on, state,
                   create_uid, create_date, write_uid, write_date)
            SELECT o.name, o.id, account.id, account.company_id, account.team_id,
                   o.user_id,
                   (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   (o.commitment_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   'open', %(uid)s, now() AT TIME ZONE 'UTC',
                   %(uid)s, now() AT TIME ZONE 'UTC'
              FROM sale_order AS o
              JOIN key_account AS account ON account.id = o.key_account_id
             WHERE o.state = 'sale' AND o.company_id = %(company)s
               AND o.commitment_date >= now() AT TIME ZONE 'UTC'
            """,
            {
                "zone": company._key_account_time_zone(company.id),
                "company": company.id,
                "uid": env.uid,
            },
        )
    env.invalidate_all()


def make_canvass_step(env):
    """The rule for what was promised on the street, once."""
    if not env.ref("key_account.next_step_canvass", raise_if_not_found=False):
        name = "data/next_steps_canvass.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)


def ask_about_satisfaction(env):
    """The questions and the scheduled action, once; nobody is asked by itself before a
    company says so."""
    if env.ref("key_account.cron_satisfaction", raise_if_not_found=False):
        return
    name = "data/satisfaction.xml"
    convert_file(env, "key_account", name, {}, mode="init", noupdate=True)


# In this order; each does nothing where it is done already.
STEPS = (
    name_requests,
    number_samples,
    number_suggestions,
    make_feedback,
    make_after_order,
    follow_orders,
    make_canvass_step,
    ask_about_satisfaction,
)

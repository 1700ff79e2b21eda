"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql
from odoo.tools.convert import convert_file


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def make_checklists(env):
    """The checklists of visits, as a new database has them, and the job that asks for
    what they say. Visits planned already are left as they are."""
    if not env.ref("key_account.cron_preparation", raise_if_not_found=False):
        quiet = env(context={**env.context, "mail_create_nolog": True})
        convert_file(
            quiet, "key_account", "data/preparation.xml", {}, mode="init", noupdate=True
        )


def end_commitments(env):
    """What was promised at a visit and nobody is reminded of any more was seen to, as
    far as is known; what has an open activity is open."""
    env.cr.execute(
        """
        UPDATE key_account_visit_commitment AS line
           SET done_on = COALESCE(activity.date_done::timestamp, visit.reported_on,
                                  visit.write_date)
          FROM key_account_visit AS visit, key_account_visit_commitment AS same
     LEFT JOIN mail_activity AS activity ON activity.id = same.activity_id
         WHERE same.id = line.id AND visit.id = line.visit_id
           AND line.done_on IS NULL
           AND visit.state IN ('reported', 'reviewed')
           AND activity.active IS NOT TRUE
        """
    )
    env.invalidate_all()


def keep_day_of_values(env):
    """Accounts said one by one when their value was computed; the company says it for
    all of them now. Versions before 19.0.1.2.0 computed none."""
    if not sql.column_exists(env.cr, "key_account", "value_computed_on"):
        return
    env.cr.execute(
        """
        UPDATE res_company
           SET key_account_values_on = found.moment
          FROM (SELECT company_id, MAX(value_computed_on) AS moment
                  FROM key_account GROUP BY company_id) AS found
         WHERE found.company_id = res_company.id AND key_account_values_on IS NULL
        """
    )
    env.cr.execute("ALTER TABLE key_account DROP COLUMN value_computed_on")
    env.invalidate_all()


def know_who_meets(env):
    """Whom visits have put into their meetings: our people who take part and are
    there."""
    env.cr.execute(
        """
        INSERT INTO key_account_visit_calendar_rel (visit_id, partner_id)
        SELECT DISTINCT visit.id, person.partner_id
          FROM key_account_visit AS visit
          JOIN calendar_event_res_partner_rel AS meeting
            ON meeting.calendar_event_id = visit.calendar_event_id
     LEFT JOIN key_account_visit_participant AS part ON part.visit_id = visit.id
          JOIN res_users AS person
            ON person.id IN (visit.user_id, part.user_id)
           AND person.partner_id = meeting.res_partner_id
   ON CONFLICT DO NOTHING
        """
    )
    env.invalidate_all()


def make_dealer_questions(env):
    """The questions of the dealer survey: an update leaves out what is only made
    once."""
    questions = env["key.account.survey.question"].with_context(active_test=False)
    if not questions.search_count([("kind", "=", "dealer")], limit=1):
        name = "data/dealer_questions.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)


def make_next_steps(env):
    """The rules for birthdays, files to look through and silent orders, once."""
    if not env.ref("key_account.next_step_birthday", raise_if_not_found=False):
        convert_file(
            env,
            "key_account",
            "data/next_steps_customer.xml",
            {},
            mode="init",
            noupdate=True,
        )


# In this order; each does nothing where it is done already.
STEPS = (
    make_checklists,
    end_commitments,
    keep_day_of_values,
    make_dealer_questions,
    make_next_steps,
    know_who_meets,
)

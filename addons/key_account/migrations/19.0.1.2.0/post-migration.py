"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, split_every, sql
from odoo.tools.convert import convert_file

# What is known of each account without a history, as events of kind "initial".
_INITIAL = """
      WITH tracked AS (
          SELECT message.res_id AS account_id, max(message.date) AS moment
            FROM mail_tracking_value AS tracking
            JOIN ir_model_fields AS field
              ON field.id = tracking.field_id
             AND field.model = 'key.account' AND field.name = 'state'
            JOIN mail_message AS message
              ON message.id = tracking.mail_message_id
             AND message.model = 'key.account'
        GROUP BY message.res_id
      ), known AS (
          SELECT account.*, zone.day AS opened,
                 (tracked.moment AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date
                 AS changed
            FROM key_account AS account
            JOIN res_company AS company ON company.id = account.company_id
       LEFT JOIN resource_calendar AS calendar
              ON calendar.id = company.resource_calendar_id
       LEFT JOIN tracked ON tracked.account_id = account.id
      CROSS JOIN LATERAL (
              SELECT COALESCE(calendar.tz, 'UTC') AS tz,
                     (account.create_date AT TIME ZONE 'UTC'
                      AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS day
                 ) AS zone
           WHERE NOT EXISTS (SELECT FROM key_account_event AS event
                              WHERE event.key_account_id = account.id)
      ), told AS (
          SELECT id, company_id, LEAST(opened, won_date, lost_date) AS day,
                 NULL AS state, user_id, team_id, grade, 1 AS turn
            FROM known
           UNION ALL
          SELECT id, company_id, COALESCE(won_date, changed, opened), 'active',
                 NULL, NULL, NULL, 2
            FROM known
           WHERE won_date IS NOT NULL OR state IN ('active', 'dormant')
           UNION ALL
          SELECT id, company_id,
                 CASE WHEN state IN ('lost', 'dropped')
                      THEN COALESCE(lost_date, changed, opened)
                      ELSE GREATEST(COALESCE(changed, opened), won_date) END,
                 state, NULL, NULL, NULL, 3
            FROM known
           WHERE state <> 'active'
      )
      INSERT INTO key_account_event (
          key_account_id, company_id, kind, date, user_id, new_state, new_user_id,
          new_team_id, new_grade, create_uid, create_date, write_uid, write_date
      )
      SELECT id, company_id, 'initial', day, %(root)s, state, user_id, team_id, grade,
             %(root)s, now() AT TIME ZONE 'UTC', %(root)s, now() AT TIME ZONE 'UTC'
        FROM told
    ORDER BY id, turn
"""


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def make_policies(env):
    """Policies as a new database has them; a company that had its own months until an
    evaluation is stale gets its own, with these."""
    if not env["key.account.policy"].search_count([], limit=1):
        quiet = env(context={**env.context, "mail_create_nolog": True})
        convert_file(
            quiet, "key_account", "data/policies.xml", {}, mode="init", noupdate=True
        )
    if not sql.column_exists(env.cr, "res_company", "key_account_evaluation_months"):
        return
    env.cr.execute(
        "SELECT id, COALESCE(key_account_evaluation_months, 0) FROM res_company"
    )
    for company_id, months in env.cr.fetchall():
        company = env["res.company"].browse(company_id)
        if company.key_account_evaluation_months != months:
            company.with_context(
                mail_create_nolog=True, tracking_disable=True
            ).key_account_evaluation_months = months
    # It is told by the policies from now on.
    env.cr.execute("ALTER TABLE res_company DROP COLUMN key_account_evaluation_months")


def load_history(env):
    """What is known of accounts that were there before their history was kept: since
    when they are customers, when they ended, who has them."""
    env.flush_all()
    env.cr.execute(_INITIAL, {"root": SUPERUSER_ID})
    env.invalidate_all()


def date_contacts(env):
    """Visits held tell when people were met last; what was typed in before counts where
    it is later."""
    env.cr.execute(
        "UPDATE key_account_stakeholder SET contact_noted = last_contact"
        " WHERE contact_noted IS NULL AND last_contact IS NOT NULL"
    )
    people = env["key.account.stakeholder"].with_context(active_test=False).search([])
    people.invalidate_recordset(["contact_noted", "last_contact"])
    people._refresh_last_contact()
    env.flush_all()


def load_answers(env):
    """The answers that there are, as of the day on which they were given: what was
    answered before them is not known."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO key_account_survey_change (
            key_account_id, company_id, question_id, date, changed_by_id, answered,
            source, answered_on, user_id, expires_on, create_uid, create_date,
            write_uid, write_date
        )
        SELECT key_account_id, company_id, question_id,
               COALESCE(answered_on, write_date::date), COALESCE(user_id, %(root)s),
               TRUE, source, answered_on, user_id, expires_on, %(root)s,
               now() AT TIME ZONE 'UTC', %(root)s, now() AT TIME ZONE 'UTC'
          FROM key_account_survey_answer AS answer
         WHERE answered
           AND NOT EXISTS (SELECT FROM key_account_survey_change AS change
                            WHERE change.key_account_id = answer.key_account_id
                              AND change.question_id = answer.question_id)
      ORDER BY id
     RETURNING id, key_account_id, question_id
        """,
        {"root": SUPERUSER_ID},
    )
    loaded = {key: id_ for id_, *key_ in env.cr.fetchall() for key in [tuple(key_)]}
    env.invalidate_all()
    answers = env["key.account.survey.answer"].search([("answered", "=", True)])
    for part in split_every(1000, answers.ids, answers.browse):
        rows = [
            (loaded[key], answer.value)
            for answer in part
            if (key := (answer.key_account_id.id, answer.question_id.id)) in loaded
        ]
        if rows:
            env.cr.execute(
                SQL(
                    "UPDATE key_account_survey_change AS change SET value = said.value"
                    " FROM (VALUES %s) AS said (id, value) WHERE change.id = said.id",
                    SQL(", ").join(SQL("(%s::int, %s::varchar)", *row) for row in rows),
                )
            )
        env.invalidate_all()


def sign_each_judgement(env):
    """Money, authority and need had one author and one day: those of whatever of them
    is judged. Candidates whose need is confirmed have been interested since."""
    for name in ("money", "authority", "need"):
        env.cr.execute(
            SQL(
                "UPDATE key_account SET %(user)s = man_user_id, %(date)s = man_date"
                " WHERE %(part)s <> 'open' AND %(date)s IS NULL",
                user=SQL.identifier(f"man_{name}_user_id"),
                date=SQL.identifier(f"man_{name}_date"),
                part=SQL.identifier(f"man_{name}"),
            )
        )
    env.invalidate_all()
    candidates = env["key.account"].search(
        [("state", "=", "candidate"), ("interested_on", "=", False)]
    )
    letters = env["key.account.agreement"].search(
        [
            ("type_id.code", "=", "letter_of_intent"),
            ("file", "!=", False),
            ("key_account_id", "in", candidates.ids),
        ],
        order="create_date desc",
    )
    days = {each.key_account_id: each.create_date.date() for each in letters}
    for account in candidates:
        told = [account.man_need_date if account.man_need == "confirmed" else None]
        if day := min(filter(None, [*told, days.get(account)]), default=None):
            account._on_occasion(day)._note("interest", [{}])


def make_next_steps(env):
    """The rules of "My Day", as a new database has them."""
    if not env["key.account.next.step"].search_count([], limit=1):
        convert_file(
            env, "key_account", "data/next_steps.xml", {}, mode="init", noupdate=True
        )


def grade_accounts(env):
    """Value classes and what the last reviews advise, until when evaluations hold; no
    criterion, weight or grade that a company has is touched."""
    if not env.ref("key_account.cron_value_classes", raise_if_not_found=False):
        quiet = env(context={**env.context, "mail_create_nolog": True})
        convert_file(
            quiet,
            "key_account",
            "data/grading_cron.xml",
            {},
            mode="init",
            noupdate=True,
        )
    accounts = env["key.account"].with_context(active_test=False).search([])
    for name in ("evaluation_date", "evaluation_stale_on"):
        env.add_to_compute(accounts._fields[name], accounts)
    env["key.account"]._cron_value_classes()


def date_year_plans(env):
    """Which fiscal year a plan is for; of several for one, only the latest is told, the
    others stay as they are."""
    plans = env["key.account.plan"].search([("kind", "=", "year")], order="id desc")
    taken = {
        (plan.key_account_id.id, plan.fiscal_year) for plan in plans if plan.fiscal_year
    }
    for plan in plans.filtered(lambda plan: not plan.fiscal_year):
        year = plan._year_with({})
        key = (plan.key_account_id.id, year)
        if year and key not in taken:
            taken.add(key)
            plan._set_kept({"fiscal_year": year})


STEPS = (
    make_policies,
    load_history,
    load_answers,
    sign_each_judgement,
    date_contacts,
    make_next_steps,
    grade_accounts,
    date_year_plans,
)

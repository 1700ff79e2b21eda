"""What a database of an earlier version needs once the new code is loaded."""

import logging

from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import html2plaintext

from odoo.addons.key_account.models.shared.batch import BATCH, one_by_one

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def ask_for_a_year(env):
    """The year of foundation is typed, where nobody has answered it in another form."""
    question = env.ref("key_account.question_founded", raise_if_not_found=False)
    if question and question.answer_type == "char":
        answers = env["key.account.survey.answer"]
        answered = answers.search_count(
            [("question_id", "=", question.id), ("answered", "=", True)], limit=1
        )
        if not answered:
            question.answer_type = "year"


def find_who_was_asked(env):
    """Whoever was asked to sign off is found by an index: their ids once more."""
    env.cr.execute(
        """
        UPDATE sale_order
           SET sign_off_readers = asked.ids
          FROM (
                SELECT order_id, jsonb_agg(user_id ORDER BY user_id) AS ids
                  FROM sale_order_key_account_sign_off_user_rel
              GROUP BY order_id
               ) asked
         WHERE asked.order_id = sale_order.id
           AND sale_order.sign_off_readers IS DISTINCT FROM asked.ids
        """
    )
    env.invalidate_all()


def make_meetings_private(env):
    """Meetings of visits are private, and their description, which goes to whoever is
    invited, does not tell our objectives."""
    env.cr.execute(
        """
        UPDATE calendar_event SET privacy = 'private'
         WHERE key_account_visit_id IS NOT NULL AND privacy IS DISTINCT FROM 'private'
        """
    )
    env.invalidate_all()
    visits = env["key.account.visit"].search(
        [("state", "=", "confirmed"), ("calendar_event_id", "!=", False)]
    )
    for visit in visits.filtered("objectives"):
        event = visit.calendar_event_id
        written = html2plaintext(event.description or "").split()
        if written == visit.objectives.split() and not event.notes:
            env.cr.execute(
                "UPDATE calendar_event SET notes = description, description = NULL"
                " WHERE id = %s",
                [event.id],
            )
    env.invalidate_all()


def end_meetings_of_visits_held(env):
    """What the calendar asked for is done where the visit took place."""
    env.cr.execute(
        """
        UPDATE mail_activity activity
           SET active = FALSE, date_done = COALESCE(visit.held_end::date, now()::date)
          FROM key_account_visit visit
         WHERE visit.calendar_event_id = activity.calendar_event_id
           AND visit.state IN ('held', 'reported', 'reviewed')
           AND activity.active
        """
    )
    env.invalidate_all()


def hand_guidance_on(env):
    """Deals show the guidance of their last reviewed visit."""
    env.cr.execute(
        """
        UPDATE crm_lead lead SET visit_guidance = last.guidance
          FROM (SELECT DISTINCT ON (r.lead_id) r.lead_id, visit.guidance
                  FROM key_account_visit_lead_rel r
                  JOIN key_account_visit visit ON visit.id = r.visit_id
                 WHERE visit.state = 'reviewed' AND visit.guidance > ''
              ORDER BY r.lead_id, visit.reviewed_on DESC) last
         WHERE lead.id = last.lead_id
        """
    )


def bind_reports_to_deals(env):
    """What was reported counts for the deals that the visit was linked with."""
    env.cr.execute(
        """
        INSERT INTO key_account_visit_reported_lead_rel (visit_id, lead_id)
             SELECT link.visit_id, link.lead_id
               FROM key_account_visit_lead_rel link
               JOIN key_account_visit visit ON visit.id = link.visit_id
              WHERE visit.state IN ('reported', 'reviewed')
        ON CONFLICT DO NOTHING
        """
    )
    env.invalidate_all()


def name_who_worded(env):
    """Requirements are taken to be worded by whoever entered them."""
    env.cr.execute(
        """
        UPDATE key_account_requirement SET author_id = create_uid
         WHERE author_id IS NULL
        """
    )
    env.invalidate_all()


def date_signed_agreements(env):
    """Agreements that were signed with a confirmed order stay as they are, also those
    that have ended."""
    env.cr.execute(
        """
        UPDATE key_account_agreement agreement
           SET signed_on = COALESCE(signed.on_day, agreement.write_date)
          FROM key_account_agreement each
          LEFT JOIN (
                SELECT document.agreement_id, MAX(signature.signed_on) AS on_day
                  FROM key_account_signature_document document
                  JOIN key_account_signature signature
                    ON signature.id = document.signature_id
                  JOIN sale_order ON sale_order.id = signature.order_id
                 WHERE sale_order.state = 'sale'
              GROUP BY document.agreement_id
               ) signed ON signed.agreement_id = each.id
         WHERE each.id = agreement.id AND agreement.signed_on IS NULL
           AND (
                agreement.state = 'signed'
                OR (agreement.state = 'ended' AND signed.agreement_id IS NOT NULL)
               )
        """
    )
    env.cr.execute(
        """
        UPDATE key_account_agreement SET author_id = COALESCE(drafter_id, create_uid)
         WHERE author_id IS NULL
        """
    )
    env.invalidate_all()


def remember_what_decides_deals(env):
    """Orders that were confirmed while gates of their open deals were not met."""
    deals = env["crm.lead"].search(
        [
            ("team_id.is_key_account", "=", True),
            ("won_status", "=", "pending"),
            ("order_ids.state", "=", "sale"),
            ("confirmed_order_id", "=", False),
        ]
    )
    orders = deals._live_orders()
    for deal in deals:
        order = orders.get(deal.id)
        if order and order.state == "sale" and deal._won_by_order():
            deal._set_kept({"confirmed_order_id": order.id})


def keep_what_was_offered(env):
    """Quotations that customers have, within authority, are offers: kept as they are
    measured now, without a trace on the quotation. The rest is measured again."""
    orders = env["sale.order"].search(
        [("state", "=", "sent"), ("authority_state", "=", "within")]
    )

    def keep(batch):
        for order, found in batch._authority_found().items():
            if found.state == "within":
                env.cr.execute(
                    "UPDATE sale_order SET authority_offered = %s WHERE id = %s",
                    (Json(order._as_offer(found)), order.id),
                )

    for start in range(0, len(orders), BATCH):
        one_by_one(orders[start : start + BATCH], keep)
    env.invalidate_all()
    env["sale.order"]._measure_again_later("discount", "amount")


def keep_first_ends(env):
    """Reports are due from the end that visits have now, whatever is entered later."""
    env.cr.execute(
        """
        UPDATE key_account_visit SET held_first_end = held_end
         WHERE state IN ('held', 'reported', 'reviewed') AND held_first_end IS NULL
        """
    )
    env.invalidate_all()


# Record rules stand in data that an update leaves alone: what they said, and say now.
_RULES = {
    "rule_sale_order_approver": (
        "['&', ('user_id', '!=', user.id), ('sign_off_user_ids', 'in', [user.id])]",
        "[('sign_off_user_ids', 'in', [user.id])]",
    ),
    "rule_sale_order_line_approver": (
        "['&', ('salesman_id', '!=', user.id),"
        " ('order_id.sign_off_user_ids', 'in', [user.id])]",
        "[('order_id.sign_off_user_ids', 'in', [user.id])]",
    ),
}


def bring_rules(env):
    """Rules that nobody has changed by hand become those of a new database; of the
    others the log tells."""
    for name, (was, now) in _RULES.items():
        rule = env.ref(f"key_account.{name}", raise_if_not_found=False)
        if not rule:
            continue
        if " ".join((rule.domain_force or "").split()) == was:
            rule.domain_force = now
        elif rule.domain_force != now:
            _logger.warning(
                "The record rule %s was changed by hand and stays so; it should be: %s",
                rule.name,
                now,
            )


def end_steps_of_merged_deals(env):
    """Deals that were merged into others are in no step any more, since that, which
    wrote their log."""
    env.cr.execute(
        """
        SELECT last.id
          FROM (SELECT DISTINCT ON (origin_ref) id, event, origin_ref, opportunity_id
                  FROM key_account_stage_log
              ORDER BY origin_ref, id DESC) last
         WHERE last.event = 'enter' AND last.origin_ref <> last.opportunity_id
           AND NOT EXISTS (SELECT FROM crm_lead WHERE crm_lead.id = last.origin_ref)
        """
    )
    entries = env["key.account.stage.log"].browse(row[0] for row in env.cr.fetchall())
    events = [
        {
            "event": "leave",
            "how": "merge",
            "opportunity_id": entry.opportunity_id.id,
            "origin_ref": entry.origin_ref,
            "stage_id": entry.stage_id.id,
            "stage_name": entry.stage_name,
            "user_id": entry.write_uid.id,
            "responsible_id": entry.responsible_id.id,
            "entered_on": entry.date,
            "date": entry.write_date,
            "duration": (entry.write_date - entry.date).total_seconds() / 3600,
            "deadline": entry.deadline,
            "in_time": not entry.deadline or entry.write_date <= entry.deadline,
            "company_id": entry.company_id.id,
            "team_id": entry.team_id.id,
        }
        for entry in entries
        if entry.write_date
    ]
    env["crm.lead"]._record_log(events)


STEPS = (
    bring_rules,
    keep_first_ends,
    end_steps_of_merged_deals,
    bind_reports_to_deals,
    name_who_worded,
    date_signed_agreements,
    ask_for_a_year,
    make_meetings_private,
    end_meetings_of_visits_held,
    hand_guidance_on,
    find_who_was_asked,
    remember_what_decides_deals,
    keep_what_was_offered,
)

"""The log says from now on when a step is handed on while it runs."""


def migrate(cr, version):
    if version:
        begin(cr)


def begin(cr):
    """Steps that run and are not due yet are whose they are by now: what was handed on
    before is known of none, and nobody has been late with these. As the log began with
    an initial load, so does this; of what is late, or was left, nothing is said anew.
    """
    cr.execute(
        """
        INSERT INTO key_account_stage_log (
            event, how, opportunity_id, origin_ref, stage_id, stage_name, team_id,
            company_id, key_account_id, user_id, responsible_id, role, credited_id,
            former_id, date, deadline, entered_on, in_time,
            create_uid, create_date, write_uid, write_date
        )
        SELECT 'hand_on', 'initial', entry.opportunity_id, entry.origin_ref,
               entry.stage_id, entry.stage_name, entry.team_id,
               entry.company_id, entry.key_account_id, 1, lead.user_id, entry.role,
               CASE WHEN COALESCE(entry.role, 'specialist') = 'specialist'
                    THEN lead.user_id ELSE entry.credited_id END,
               entry.credited_id, now.now, entry.deadline, entry.date, FALSE,
               1, now.now, 1, now.now
          FROM (
            SELECT DISTINCT ON (origin_ref) *
              FROM key_account_stage_log
          ORDER BY origin_ref, id DESC
          ) entry
          JOIN crm_lead lead ON lead.id = entry.origin_ref
          JOIN crm_stage stage ON stage.id = lead.stage_id
    CROSS JOIN (SELECT date_trunc('second', now() AT TIME ZONE 'UTC') AS now) now
         WHERE entry.event = 'enter' AND entry.stage_id = lead.stage_id
           AND lead.stage_entered_on IS NOT NULL
           AND lead.user_id IS DISTINCT FROM entry.responsible_id
           AND NOT COALESCE(stage.is_won, FALSE)
           AND COALESCE(entry.deadline, 'infinity') > now.now
        """
    )

"""Whose a stay in a step was, as SQL."""

from odoo.tools import SQL

# Whose a stay was, from its entry and its end (``gone``), if it has one. What was left
# says it itself, see ``rules.hand_on`` of key_account; what still runs counts for
# whoever had it when its time ran out, or has it now. Few stays were handed on.
#
# Expressions and no joins: what nobody asks for is not looked up, and of a stay that
# says itself whose it was nothing is.
_HANDED = SQL(
    """
      FROM key_account_stage_log change
CROSS JOIN LATERAL (
        SELECT COALESCE(change.date >= entry.deadline, FALSE) AS is
      ) too_late
     WHERE change.event = 'hand_on' AND change.origin_ref = entry.origin_ref
       AND change.id > entry.id
    """
)
STAY_CREDITED = SQL(
    """
    CASE WHEN gone.credited_id IS NOT NULL THEN gone.credited_id
         WHEN gone.id IS NOT NULL
         THEN CASE WHEN NOT EXISTS (SELECT %(handed)s AND change.id < gone.id)
                   THEN entry.credited_id END
         -- An array, as whoever had it may have been nobody.
         ELSE (COALESCE(
              (SELECT ARRAY[CASE WHEN too_late.is THEN change.former_id
                                 ELSE change.credited_id END]
              %(handed)s
             ORDER BY too_late.is DESC,
                      CASE WHEN too_late.is THEN change.id ELSE -change.id END
                LIMIT 1), ARRAY[entry.credited_id]))[1] END
    """,
    handed=_HANDED,
)
STAY_SELLER = SQL(
    """
    COALESCE(
        gone.responsible_id,
        (SELECT change.responsible_id FROM key_account_stage_log change
          WHERE gone.id IS NULL AND change.event = 'hand_on'
            AND change.origin_ref = entry.origin_ref AND change.id > entry.id
       ORDER BY change.id DESC
          LIMIT 1),
        entry.responsible_id)
    """
)

"""Whose a stay in a step was, as SQL."""

from odoo.tools import SQL

# Whose a stay was, from its entry and its end (``gone``), if it has one. What was left
# says it itself, see ``rules.hand_on`` of key_account; what still runs counts for
# whoever had it when its time ran out, or has it now. Few stays were handed on.
STAY_HANDED = SQL(
    """
    LEFT JOIN LATERAL (
        SELECT change.id,
               CASE WHEN too_late.is THEN change.former_id
                    ELSE change.credited_id END AS credited_id
          FROM key_account_stage_log change
    CROSS JOIN LATERAL (
            SELECT COALESCE(change.date >= entry.deadline, FALSE) AS is
          ) too_late
         WHERE change.event = 'hand_on' AND change.origin_ref = entry.origin_ref
           AND change.id > entry.id
           AND (gone.id IS NULL OR change.id < gone.id)
      ORDER BY too_late.is DESC,
               CASE WHEN too_late.is THEN change.id ELSE -change.id END
         LIMIT 1
    ) handed ON TRUE
    """
)
STAY_CREDITED = SQL(
    """
    CASE WHEN handed.id IS NULL THEN COALESCE(gone.credited_id, entry.credited_id)
         WHEN gone.id IS NULL THEN handed.credited_id
         ELSE gone.credited_id END
    """
)

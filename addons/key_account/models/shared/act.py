"""An act on records that go through states: one at a time, and in the right state."""

from odoo.exceptions import LockError, UserError
from odoo.tools import SQL

from .label import listed, noted, selection_labels


def take_in_hand(records):
    """Lock these; whoever reads them may be told that somebody else has.

    A row that somebody else has in hand is refused at once. One that somebody else has
    changed since this request began makes Odoo do the request again, on what is there
    now: what was read before is what is there.
    """
    try:
        records.lock_for_update(allow_referencing=True)
    except LockError as error:
        raise UserError(
            records.env._(
                "Somebody else is working on %s right now. Look again in a moment.",
                listed(records.env, records.mapped("display_name")),
            )
        ) from error


def meet(records):
    """Have whoever does the same with these at the same moment meet what is done here.

    Their rows are written as they are. Of two requests, neither of which sees the
    other, the second waits for the first, and Odoo does it again on what that has left:
    also where both only add rows of their own. Who merely refers to them is not kept
    waiting.
    """
    if not records:
        return
    # Locked one after the other by their ids: two never wait for each other.
    records.env.cr.execute(
        SQL(
            """
            WITH met AS (
                SELECT id FROM %(table)s WHERE id = ANY(%(ids)s)
                 ORDER BY id FOR NO KEY UPDATE
            )
            UPDATE %(table)s record SET write_date = record.write_date
              FROM met WHERE met.id = record.id
            """,
            table=SQL.identifier(records._table),
            ids=records.ids,
        )
    )


def begin_act(records, states):
    """Take these in hand where the user may change them and all are in one of these
    states; raise where not."""
    records.check_access("write")
    take_in_hand(records)
    labels = selection_labels(records, "state")
    if wrong := records.filtered(lambda record: record.state not in states):
        raise UserError(
            records.env._(
                "%(what)s: this is done while it is: %(states)s.",
                what=listed(
                    records.env,
                    (
                        noted(records.env, each.display_name, labels[each.state])
                        for each in wrong
                    ),
                ),
                states=listed(
                    records.env, (labels[code] for code in labels if code in states)
                ),
            )
        )

"""What lies outside in an opportunity and what was ruled on it, read by one query."""

from collections import Counter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules import gates as rules
from ...rules.ruling import WAITING
from ..shared.memo import Memo

# Lines and events together, events the latest first. A line that was changed since a
# ruling has fallen out of it; what is waited for names all of its lines.
_QUERY = """
    SELECT opportunity_id, NULL AS event, state, id,
           order_id IS NOT NULL AS is_quoted, NULL::int[] AS line_ids,
           NULL::timestamp AS date
      FROM key_account_requirement
     WHERE opportunity_id = ANY(%(ids)s::int[])
    UNION ALL
    SELECT opportunity_id, event, decision, id, FALSE,
           ARRAY(
               SELECT line.id
                 FROM key_account_ruling_requirement_rel AS concerned
                 JOIN key_account_requirement AS line
                   ON line.id = concerned.requirement_id
                WHERE concerned.ruling_id = ruling.id
                  AND (line.ruling_id IS NOT NULL OR ruling.event = ANY(%(waiting)s))
           ),
           date
      FROM key_account_ruling AS ruling
     WHERE opportunity_id = ANY(%(ids)s::int[])
     ORDER BY date DESC NULLS FIRST, id DESC
"""


class Exceptions(NamedTuple):
    """Of one opportunity its requirement lines (``{state: ids}``), how many of them can
    be quoted, and its exception events, the latest first."""

    lines: dict
    to_quote: int
    events: list

    @property
    def recorded(self):
        return sum(map(len, self.lines.values()))


class CrmLead(models.Model):
    _inherit = "crm.lead"

    exceptions_found = Memo(
        string="Requirements and rulings",
        compute="_compute_exceptions_found",
        compute_sudo=True,
        groups=fields.NO_ACCESS,
        help="What buttons and figures of this request are made of. Gates read anew.",
    )

    @api.depends(
        "requirement_ids.state",
        "requirement_ids.order_id",
        "requirement_ids.ruling_id",
        "ruling_ids.event",
    )
    def _compute_exceptions_found(self):
        found = self._find_exceptions()
        for lead in self:
            lead.exceptions_found = found[lead._origin.id]

    def _find_exceptions(self):
        """``{lead id: Exceptions}``, read now; whatever of it whoever asks may read."""
        ids = self._origin.ids
        found = {lead_id: Exceptions({}, 0, []) for lead_id in [*ids, False]}
        if not ids:
            return found
        for name in ("key.account.requirement", "key.account.ruling"):
            self.env[name].flush_model()
        # One text is read quicker than some hundred numbers.
        listed = "{%s}" % ",".join(map(str, ids))
        rows = self.env.execute_query(SQL(_QUERY, ids=listed, waiting=list(WAITING)))
        to_quote = Counter()
        for lead_id, event, state, id_, is_quoted, line_ids, _date in rows:
            lines, _none, events = found[lead_id]
            if event:
                events.append(rules.Event(event, state or "", frozenset(line_ids)))
                continue
            lines.setdefault(state, []).append(id_)
            if state == "settled" and not is_quoted:
                to_quote[lead_id] += 1
        for lead_id, count in to_quote.items():
            found[lead_id] = found[lead_id]._replace(to_quote=count)
        return found

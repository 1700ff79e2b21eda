"""Customers who come to us: what is prepared for them, and by whom."""

from odoo import Command, models
from odoo.tools.misc import file_open

# Account: purpose in words, place, in how many days, part of the welcome: whose it is.
RECEPTIONS = {
    "hongda": (
        "验厂接待：新平台水泵壳体",
        "总部大楼 301 会议室",
        6,
        {"host": "support", "welcome": "support", "superior": "manager"},
    ),
}


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for code in RECEPTIONS:
            yield -2, 11.4, lambda code=code: self._plan_reception(clock, code)

    def _plan_reception(self, clock, code):
        """Planned and confirmed; the invitation is on its way, the rest is to do."""
        name, place, ahead, people = RECEPTIONS[code]
        account = self._account(code)
        team = self._team_code(account)
        whose = {
            "manager": account.team_id.user_id,
            "support": account.team_id.key_account_support_ids[:1],
        }
        visit = self._env_of(account.user_id, team)["key.account.visit"].create(
            {
                "key_account_id": account.id,
                "name": name,
                "purpose": "audit",
                "method": "reception",
                "step": "3",
                "place": place,
                "objectives": "让对方质量经理看到计量室与过程能力数据",
                "contact_ids": [
                    Command.set(account.stakeholder_ids[:2].partner_id.ids)
                ],
                "date_start": clock.at(ahead, 9.5),
                "date_end": clock.at(ahead, 12.0),
            }
        )
        self._name_it(f"reception_{code}", visit)
        for item in visit.preparation_ids:
            item.user_id = whose.get(people.get(item.role))
        visit.preparation_ids.filtered(lambda item: item.role in ("host", "superior"))[
            :1
        ].action_done()
        visit.action_confirm()
        self._invite(visit)

    def _invite(self, visit):
        """Somebody presses the button and sends the mail as it is proposed."""
        action = visit.action_invite()
        composer = visit.env["mail.compose.message"].with_context(**action["context"])
        composer.create({})._action_send_mail()

    def _photograph(self, visit):
        """A photo from the telephone, taken at the customer's line."""
        with file_open("key_account/demo/img/photo_line.png", "rb") as image:
            photo = visit.env["ir.attachment"].create(
                {
                    "name": "line.png",
                    "raw": image.read(),
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
            )
        visit.photo_ids = photo

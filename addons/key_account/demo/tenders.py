"""A second team, which works by the six phases of a tendered sale."""

from typing import NamedTuple

from odoo import Command, models

from . import texts
from .deals import DealStory

TEAM = "tenders"
# Steps of a tender: (name, working days from its start, hour).
STEPS = (
    ("enter", 0, 9.7),
    ("gather", 2, 16.2),
    ("qualify", 4, 10.1),
    ("draft_plan", 5, 13.4),
    ("take_on", 6, 9.8),
    ("diagnose", 10, 15.1),
    ("accept", 14, 11.2),
)


class Tender(NamedTuple):
    """``until`` is the last step that happens; ``ticked`` items of the checklist of
    the phase it is in are done then."""

    code: str
    account: str
    name: str
    start: int
    until: str
    goods: tuple
    ticked: int


TENDERS = (
    Tender(
        "tender_platform",
        "hongda",
        "平台三壳体集中采购 Platform 3 housings, central purchase",
        -24,
        "accept",
        goods=(("edrive", 9000, 835.0),),
        ticked=3,
    ),
    Tender(
        "tender_wind",
        "jiangnan",
        "海上风电行星架框架招标 Offshore planet carriers, frame tender",
        -15,
        "diagnose",
        goods=(("carrier", 300, 18200.0),),
        ticked=1,
    ),
    Tender(
        "tender_metro",
        "beichen",
        "地铁轴箱体招标 Metro axle boxes, tender",
        -8,
        "qualify",
        goods=(("axle", 580, 5500.0),),
        ticked=2,
    ),
    Tender(
        "tender_motor",
        "tanaka",
        "Motor flanges 2027, negotiated tender",
        -5,
        "gather",
        goods=(("joint", 1900, 1360.0),),
        ticked=3,
    ),
)


class TenderStory(DealStory):
    """One tender, phase by phase. Milestones are checklists that are ticked."""

    def events(self):
        for name, day, hour in STEPS:
            yield self.deal.start + day, hour, getattr(self, name)
            if name == self.deal.until:
                return

    def team(self):
        return self.demo._ref(f"team_{TEAM}")

    def gather(self):
        self._tick("gather")

    def qualify(self):
        self._next_step()
        self._tick("qualify")

    def take_on(self):
        """The manager takes the deal on before all three letters are confirmed."""
        lead = self.by_manager(self.lead)
        self.by_manager(self.plan_record).action_approve()
        lead._pass_by_override(lead._next_stage(), self.say(texts.TAKEN_ON))

    def diagnose(self):
        """What is wrong with what they have, put before them."""
        problems = self.say(texts.DIAGNOSED)
        self.diagnosis = self.lead.env["key.account.diagnosis"].create(
            {
                "opportunity_id": self.lead.id,
                "why_us": self.say(texts.WHY_US),
                "problem_ids": [
                    Command.create(
                        dict(
                            zip(
                                ("name", "root_cause", "evidence", "cost"),
                                problem,
                                strict=True,
                            )
                        )
                    )
                    for problem in problems
                ],
                "value_ids": [
                    Command.create(
                        dict(zip(("kind", "name", "amount"), value, strict=True))
                    )
                    for value in self.say(texts.VALUES)
                ],
                "contact_id": self._signer().id,
            }
        )
        self.diagnosis.problem_ids.action_add_to_catalogue()
        self.diagnosis.action_send()
        self._tick("diagnose", "accept")

    def accept(self):
        self.diagnosis.action_accept(
            self._signer().id, note=self.say(texts.DIAGNOSIS_ACCEPTED)
        )

    def _tick(self, *here):
        """Tick the list of the phase; a part of it where the story ends in it."""
        checks = self.lead.stage_id.sudo().gate_ids.check_ids
        for check in checks[: self.deal.ticked] if self.deal.until in here else checks:
            self.lead.action_tick(check.id)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _tender_events(self, clock):
        yield -26, 9.1, self._make_tender_team
        for tender in TENDERS:
            yield from TenderStory(self, clock, tender).events()

    def _make_tender_team(self):
        """By the wizard, as whoever configures the process would do it."""
        team = self.env["crm.team"].create(
            {
                "name": "Tenders 招投标组",
                "company_id": self._company("china").id,
                "user_id": self._user("manager").id,
            }
        )
        env = self._env_of(self._user("configuration"), "china")
        wizard = env["key.account.map.stages"].create(
            {"team_id": team.id, "template_code": "six_phases"}
        )
        wizard.action_next()
        wizard.action_apply()
        self._name_it(f"team_{TEAM}", team)

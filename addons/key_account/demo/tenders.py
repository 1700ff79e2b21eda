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
    ("present", 16, 10.4),
    ("appoint", 17, 10.5),
    ("confirm", 18, 9.3),
    ("hold", 21, 16.4),
    ("report", 21, 17.2),
    ("review", 22, 11.0),
    ("quote", 23, 11.5),
    ("bid", 23, 13.2),
    ("approve", 24, 16.2),
    ("award", 30, 15.4),
    ("send", 30, 16.2),
    ("sign", 33, 10.6),
    ("first_verdict", 34, 15.0),
    ("last_verdicts", 35, 10.2),
    ("implement", 36, 9.4),
    ("invoice", 40, 10.1),
)


TALKED = (
    "<p>讲标后答疑：评标办法为质量 50 %、价格 30 %、交期 20 %；要求分两批供货，"
    "首批三个月内到矿。</p>"
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
    # As of a deal: what is asked for besides, what was talked about, how it is judged.
    asks: str = "material cmm dap"
    summary: str = TALKED
    scores: tuple = (4, 4, 4, 3)
    grant: float = 0.0
    payment: str = "30days"
    by_scan: bool = False


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
        "tender_mine",
        "daiyue",
        "矿用减速机轴箱招标 Gearbox cases for mines, tender",
        -58,
        "invoice",
        goods=(("axle", 140, 5380.0),),
        ticked=2,
    ),
    Tender(
        "tender_press",
        "harlow",
        "Pump housings, negotiated tender",
        -22,
        "present",
        goods=(("spindle", 150, 4690.0),),
        ticked=2,
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
    """One tender, phase by phase. Milestones are checklists that are ticked; what a
    deal of the department's own process does on the way, it does here within a phase.
    """

    def _next_step(self):
        """A phase ends where the tender says so."""

    def _manager_next_step(self):
        """A phase ends where the tender says so."""

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
        self.lead.action_next_step()
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

    def present(self):
        """The documents come before the second visit: the manager lets it pass."""
        lead = self.by_manager(self.lead)
        lead._pass_by_override(lead._next_stage(), self.say(texts.DOCUMENTS_CAME))
        self._tick("present")

    def appoint(self):
        result = super().appoint()
        start = self.deal.start + 21
        self.visit.write(
            {
                "date_start": self.clock.at(start, 14.0),
                "date_end": self.clock.at(start, 17.5),
            }
        )
        return result

    def bid(self):
        if self.order.authority_state == "required":
            self.order.action_request_approval()

    def award(self):
        """Ours is the bid: what follows is negotiated."""
        self.lead.action_next_step()

    def implement(self):
        self.lead.action_next_step()
        self._tick("implement", "invoice")

    def _tick(self, *here):
        """Tick the list of the phase; a part of it where the story ends in it."""
        checks = self.lead.stage_id.sudo().gate_ids.check_ids
        for check in checks[: self.deal.ticked] if self.deal.until in here else checks:
            self.lead.action_tick(check.id)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _tender_events(self, clock):
        yield (
            -60,
            9.1,
            lambda: self._make_team_of(TEAM, "Tenders 招投标组", "six_phases"),
        )
        for tender in TENDERS:
            yield from TenderStory(self, clock, tender).events()

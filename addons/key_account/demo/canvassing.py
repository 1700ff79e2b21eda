"""A street market is canvassed (扫街), and an industrial estate in Europe."""

from typing import NamedTuple

from odoo import Command, models

# One street market, and a week in it: (day, entries, remark); an entry is name, kind,
# contact person, telephone, brands, interest, next step and its day.
MARKET = ("东门五金机电市场", "浦东新区", "浦东大道 1200 号，地铁 4 号线东门站")
ROUTE = (
    ("宏远五金", "dealer", "A 区 12 号"),
    ("顺发轴承", "wholesaler", "A 区 27 号"),
    ("建新液压", "dealer", "B 区 3 号"),
    ("华泰机电", "retailer", "B 区 18 号"),
    ("永固工具", "retailer", "C 区 6 号"),
    ("明达维修", "workshop", "C 区 21 号"),
)
WEEK = (
    (
        -9,
        (
            (
                "宏远五金",
                "dealer",
                "陈志强",
                "021-58800112",
                ("恒力", "立源"),
                "2",
                "带样品再访",
                1,
            ),
            ("顺发轴承", "wholesaler", "吴敏", "021-58800127", ("立源",), "0", "", 0),
        ),
        "市场改造，东侧通道封闭至月底。",
    ),
    (
        -8,
        (
            (
                "建新液压",
                "dealer",
                "何建新",
                "13601880033",
                ("恒力",),
                "3",
                "报价阀块三种规格",
                2,
            ),
            ("华泰机电", "retailer", "刘洋", "", ("博源",), "1", "", 0),
        ),
        "批发商账期普遍 60 天。",
    ),
)
# The days after it, of a week that is not handed in yet.
THIS_WEEK = (
    (
        -2,
        (
            (
                "永固工具",
                "retailer",
                "沈永固",
                "13817760045",
                ("博源",),
                "1",
                "寄送新样本",
                4,
            ),
            (
                "明达维修",
                "workshop",
                "",
                "021-58800168",
                ("恒力", "博源"),
                "2",
                "请技术员同去看返修件",
                2,
            ),
        ),
        "C 区客流少，下午两点后多数店主在。",
    ),
    (
        -1,
        (
            (
                "联合传动",
                "wholesaler",
                "丁晓东",
                "13501990072",
                ("立源",),
                "3",
                "周五带价格表签试销协议",
                1,
            ),
        ),
        "",
    ),
)
ESTATE = (
    "Industriepark Kassel-Waldau",
    "Kassel",
    "Otto-Hahn-Straße, trams 7 and 8 to Waldau",
)
ESTATE_ROUTE = (
    ("Hydraulik Seifert", "dealer", "Otto-Hahn-Straße 12"),
    ("Rotter Getriebeservice", "workshop", "Marie-Curie-Straße 5"),
    ("Nordhessen Antriebe", "wholesaler", "Falderbaumstraße 31"),
    ("Fördertechnik Lindner", "dealer", "Heinrich-Hertz-Straße 9"),
)
ESTATE_WEEK = (
    (
        -16,
        (
            (
                "Hydraulik Seifert",
                "dealer",
                "Tobias Seifert",
                "+49 561 555 0611",
                ("Halden",),
                "2",
                "Send the catalogue of drive housings",
                -12,
            ),
            (
                "Rotter Getriebeservice",
                "workshop",
                "Ute Rotter",
                "",
                ("Halden", "Brevik"),
                "1",
                "",
                0,
            ),
        ),
        "Half of the halls are to let; parking for vans behind hall 4.",
    ),
    (
        -15,
        (
            (
                "Nordhessen Antriebe",
                "wholesaler",
                "Jan Pohl",
                "+49 561 555 0655",
                ("Brevik",),
                "3",
                "Offer 40 conveyor housings from stock",
                3,
            ),
        ),
        "",
    ),
)
ANSWERS = {
    "owner": "何建新，45 岁，自己采购、自己付款",
    "location": "B 区主通道，门口可卸货",
    "floor_space": "180",
    "staff": "6",
    "display": "Good",
    "mode": "Wholesale",
    "brands": "恒力 年 120 万\n立源 年 40 万",
    "competitor_wholesale": "恒力阀块 860 元",
}


class Street(NamedTuple):
    """Whose market it is, and what they found in the days of a week."""

    code: str
    user: str
    team: str
    market: tuple
    route: tuple
    week: tuple
    summary: str
    plan: str


STREETS = (
    Street(
        *("market", "specialist_2", "china", MARKET, ROUTE, WEEK),
        "六家走访四家，一家要报价，一家要样品。恒力在液压件上占优。",
        "走完 C 区；给建新液压报价，给宏远五金送样品。",
    ),
    Street(
        *("market_estate", "specialist_europe", "europe"),
        *(ESTATE, ESTATE_ROUTE, ESTATE_WEEK),
        "Three of four met; one asks for an offer from stock. Halden is dear and late.",
        "Offer for Nordhessen Antriebe; call at Lindner when they are back from leave.",
    ),
)


class KeyAccountDemo(models.AbstractModel):
    """Specialists canvass a market for some days."""

    _inherit = "key.account.demo"

    def _canvass_events(self, clock):
        for street in STREETS:
            first, last = street.week[0][0], street.week[-1][0]
            yield first - 1, 9.0, lambda s=street: self._open_market(s)
            yield from self._street_days(clock, street, street.week)
            yield last, 18.0, lambda s=street: self._hand_in_week(s)
            yield last + 1, 9.5, lambda s=street: self._read_canvassing(s)
        yield WEEK[-1][0], 17.8, self._convert
        yield from self._street_days(clock, STREETS[0], THIS_WEEK)

    def _street_days(self, clock, street, week):
        for day, entries, remark in week:
            yield day, 11.0, lambda e=entries: self._canvass(clock, street, e)
            yield day, 17.5, lambda r=remark: self._hand_in_day(street, r)

    def _canvassing(self, street, model):
        return self._env_of(self._user(street.user), street.team)[model]

    def _open_market(self, street):
        name, area, place = street.market
        market = self._canvassing(street, "key.account.market").create(
            {
                "name": name,
                "area": area,
                "place": place,
                "place_ids": [
                    Command.create(
                        {
                            "sequence": stop,
                            "name": shop,
                            "kind": kind,
                            "street": where,
                        }
                    )
                    for stop, (shop, kind, where) in enumerate(street.route, start=1)
                ],
            }
        )
        self._name_it(street.code, market)

    def _canvass(self, clock, street, entries):
        brands = self._canvassing(street, "key.account.brand")
        for name, kind, person, phone, called, interest, step, days in entries:
            found = brands
            for brand in called:
                found |= brands.search([("name", "=", brand)]) or brands.create(
                    {"name": brand}
                )
            entry = self._canvassing(street, "key.account.canvass").create(
                {
                    "market_id": self._ref(street.code).id,
                    "name": name,
                    "kind": kind,
                    "contact_name": person,
                    "phone": phone,
                    "brand_ids": [Command.set(found.ids)],
                    "interest": interest,
                    "next_step": step,
                    "next_date": step and clock.day(days),
                }
            )
            self._name_it(f"canvass_{entry.id}", entry)

    def _hand_in_day(self, street, remark):
        days = self._canvassing(street, "key.account.canvass.day")
        day = days.browse(days.action_today()["res_id"])
        day.write({"environment": remark, "market_id": self._ref(street.code).id})
        day.action_hand_in()
        self._name_it(f"canvass_day_{day.id}", day)

    def _convert(self):
        """The dealer who wants an offer: their survey begins, and a lead is made."""
        entries = self._canvassing(STREETS[0], "key.account.canvass")
        entry = entries.search([("interest", "=", "3")], limit=1)
        entry.action_survey()
        for answer in entry.answer_ids:
            name = answer.question_id.get_external_id()[answer.question_id.id]
            if said := ANSWERS.get(name.rpartition("question_dealer_")[2]):
                answer.value = said
        entry.action_to_lead()

    def _hand_in_week(self, street):
        weeks = self._canvassing(street, "key.account.canvass.week")
        days = self._canvassing(street, "key.account.canvass.day")
        last = days.search([("user_id", "=", days.env.uid)], limit=1)
        # It opens as a new one, which is written with what is typed.
        week = weeks.create(
            {
                "date_start": last.week_start,
                "summary": street.summary,
                "plan": street.plan,
            }
        )
        week.action_hand_in()
        self._name_it(f"canvass_week{street.code.removeprefix('market')}", week)

    def _read_canvassing(self, street):
        env = self._env_of_manager(street.team)
        for day in env["key.account.canvass.day"].search([("state", "=", "handed_in")]):
            day.action_read()

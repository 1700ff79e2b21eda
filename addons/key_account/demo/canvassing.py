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


class KeyAccountDemo(models.AbstractModel):
    """A specialist canvasses a street market (扫街) for some days."""

    _inherit = "key.account.demo"

    def _canvass_events(self, clock):
        yield -10, 9.0, self._open_market
        for day, entries, remark in WEEK:
            yield day, 11.0, lambda *args, e=entries: self._canvass(clock, e)
            yield day, 17.5, lambda *args, r=remark: self._hand_in_day(r)
        yield -8, 17.8, self._convert
        yield -8, 18.0, self._hand_in_week
        yield -7, 9.5, self._read_canvassing

    def _canvassing(self, model):
        return self._env_of(self._user("specialist_2"), "china")[model]

    def _open_market(self):
        name, area, place = MARKET
        market = self._canvassing("key.account.market").create(
            {
                "name": name,
                "area": area,
                "place": place,
                "place_ids": [
                    Command.create(
                        {"sequence": stop, "name": shop, "kind": kind, "street": street}
                    )
                    for stop, (shop, kind, street) in enumerate(ROUTE, start=1)
                ],
            }
        )
        self._name_it("market", market)

    def _canvass(self, clock, entries):
        brands = self._canvassing("key.account.brand")
        for name, kind, person, phone, called, interest, step, days in entries:
            found = brands
            for brand in called:
                found |= brands.search([("name", "=", brand)]) or brands.create(
                    {"name": brand}
                )
            entry = self._canvassing("key.account.canvass").create(
                {
                    "market_id": self._ref("market").id,
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

    def _hand_in_day(self, remark):
        days = self._canvassing("key.account.canvass.day")
        day = days.browse(days.action_today()["res_id"])
        day.write({"environment": remark, "market_id": self._ref("market").id})
        day.action_hand_in()
        self._name_it(f"canvass_day_{day.id}", day)

    def _convert(self):
        """The dealer who wants an offer: their survey begins, and a lead is made."""
        entries = self._canvassing("key.account.canvass")
        entry = entries.search([("interest", "=", "3")], limit=1)
        entry.action_survey()
        for answer in entry.answer_ids:
            name = answer.question_id.get_external_id()[answer.question_id.id]
            if said := ANSWERS.get(name.rpartition("question_dealer_")[2]):
                answer.value = said
        entry.action_to_lead()

    def _hand_in_week(self):
        weeks = self._canvassing("key.account.canvass.week")
        days = self._canvassing("key.account.canvass.day")
        last = days.search([("user_id", "=", days.env.uid)], limit=1)
        week = weeks.browse(last.action_week()["res_id"])
        week.write(
            {
                "summary": "六家走访四家，一家要报价，一家要样品。恒力在液压件上占优。",
                "plan": "走完 C 区；给建新液压报价，给宏远五金送样品。",
            }
        )
        week.action_hand_in()
        self._name_it("canvass_week", week)

    def _read_canvassing(self):
        manager = self._team("china").user_id
        days = self._env_of(manager, "china")["key.account.canvass.day"]
        for day in days.search([("state", "=", "handed_in")]):
            day.action_read()

"""Canvassing: entries of others, days that are handed in, conversions not allowed"""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .attack_common import FORGED
from .common import SPECIALIST
from .test_canvass import WEDNESDAY, CanvassCase


@tagged("post_install", "-at_install")
class TestAttackCanvass(CanvassCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls._user("ka_elsewhere", SPECIALIST)
        cls.mine = cls._enter(cls.specialist, "Mine", market_id=cls.market.id)
        cls.theirs = cls._enter(cls.colleague, "Secret Shop", phone="13912345678")
        cls.closed = cls._enter(cls.specialist, "Closed", date="2026-11-24")
        cls.closed.day_id.with_user(cls.specialist).action_hand_in()
        cls.env.flush_all()

    @classmethod
    def _enter(cls, user, name, **values):
        model = cls.env["key.account.canvass"].with_user(user)
        return model.create({"name": name, **values})

    def refused(self, user, records, method, *args, says=None, context=None):
        """The words of the refusal; nothing is left of the attempt."""
        records = records.with_user(user).with_context(**(context or {}))
        before = self.trace()
        self.env.invalidate_all()
        with self.assertRaises(UserError) as refusal:
            with self.env.cr.savepoint():
                getattr(records, method)(*args)
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.trace(), before)
        words = str(refusal.exception)
        for secret in ("Secret Shop", self.theirs.sudo().day_id.display_name):
            if user not in (self.colleague, self.manager, self.support):
                self.assertNotIn(secret, words)
        if says:
            self.assertIn(says, words)
        return words

    def trace(self):
        self.env.flush_all()
        entries = self.env["key.account.canvass"].sudo().search([], order="id")
        days = self.env["key.account.canvass.day"].sudo().search([], order="id")
        return (
            [(e.name, e.user_id, e.day_id, e.market_id, e.lead_id) for e in entries],
            [(d.user_id, d.date, d.state, d.environment, d.manager_note) for d in days],
        )

    def test_entries_of_others(self):
        """Entries, days, weeks and surveys of a colleague read, written, deleted,
        converted | specialist of the same team and of another, employee | refused"""
        week = self.env["key.account.canvass.week"].with_user(self.colleague)
        week = week.create({})
        self.theirs.with_user(self.colleague).action_survey()
        answer = self.theirs.answer_ids[:1]
        for user in (self.specialist, self.elsewhere, self.outsider):
            for record in (self.theirs, self.theirs.day_id, week, answer):
                self.refused(user, record, "read", ["display_name"])
                self.refused(user, record, "unlink")
            self.refused(user, self.theirs, "write", {"name": "x"})
            self.refused(user, self.theirs.day_id, "write", {"environment": "x"})
            self.refused(user, week, "write", {"plan": "x"})
            self.refused(user, answer, "write", {"value": "x"})
            for action in ("action_to_lead", "action_to_account", "action_survey"):
                self.refused(user, self.theirs, action)

    def test_into_the_day_of_another(self):
        """An entry made in, or moved into, a colleague's day: by the day, by its
        author, by a default, by commands of a report | specialist, with forged context
        | refused"""
        day = self.theirs.day_id
        entries = self.env["key.account.canvass"]
        for context in ({}, FORGED):
            for values in (
                {"name": "x", "day_id": day.id},
                {"name": "x", "user_id": self.colleague.id},
                {"name": "x", "user_id": self.colleague.id, "date": "2026-11-20"},
            ):
                context = {k: v for k, v in context.items() if k != "uid"}
                self.refused(
                    self.specialist, entries, "create", values, context=context
                )
            for values in (
                {"day_id": day.id},
                {"user_id": self.colleague.id},
                {"user_id": self.colleague.id, "date": "2026-11-20"},
            ):
                self.refused(
                    self.specialist, self.mine, "write", values, context=context
                )
        for default in ({"day_id": day.id}, {"user_id": self.colleague.id}):
            context = {f"default_{name}": value for name, value in default.items()}
            self.refused(
                self.specialist, entries, "create", {"name": "x"}, context=context
            )
            for name, value in default.items():
                self.env["ir.default"].set(
                    "key.account.canvass", name, value, user_id=self.specialist.id
                )
            self.refused(self.specialist, entries, "create", {"name": "x"})
            self.env["ir.default"].search(
                [("user_id", "=", self.specialist.id)]
            ).unlink()
        days = self.env["key.account.canvass.day"]
        self.refused(self.specialist, days, "create", {"user_id": self.colleague.id})
        stolen = {"canvass_ids": [Command.link(self.theirs.id)]}
        self.refused(self.specialist, self.mine.day_id, "write", stolen)

    def test_a_day_that_is_handed_in(self):
        """What is handed in changed: its entries, their day, its remarks, a new entry
        in it, an import, a default, deletion; by RPC, with forged context | author,
        manager, support | refused"""
        day, entries = self.closed.day_id, self.env["key.account.canvass"]
        said = "handed in"
        for user in (self.specialist, self.manager, self.support):
            for context in ({}, {k: v for k, v in FORGED.items() if k != "uid"}):
                for values in ({"name": "x"}, {"date": WEDNESDAY}, {"interest": "3"}):
                    self.refused(
                        user,
                        *(self.closed, "write", values),
                        says=said,
                        context=context,
                    )
                self.refused(
                    user,
                    *(day, "write", {"environment": "x"}),
                    says=said,
                    context=context,
                )
                self.refused(
                    user,
                    *(entries, "create", {"name": "x", "day_id": day.id}),
                    says=said,
                    context=context,
                )
            self.refused(user, self.closed, "unlink", says=said)
            self.refused(user, day, "unlink")
            lines = {"canvass_ids": [Command.create({"name": "x"})]}
            self.refused(user, day, "write", lines, says=said)
            lines = {"canvass_ids": [Command.update(self.closed.id, {"name": "x"})]}
            self.refused(user, day, "write", lines, says=said)
        self.refused(
            self.specialist,
            *(entries, "create", {"name": "x", "date": "2026-11-24"}),
            says=said,
        )
        self.refused(self.specialist, self.mine, "write", {"day_id": day.id}, says=said)
        self.refused(
            self.specialist, self.mine, "write", {"date": "2026-11-24"}, says=said
        )
        self.refused(
            self.specialist,
            *(entries, "create", {"name": "x"}),
            says=said,
            context={"default_day_id": day.id},
        )
        result = entries.with_user(self.specialist).load(
            ["name", "date"], [["x", "2026-11-24"]]
        )
        self.assertFalse(result["ids"])
        self.assertIn(said, str(result["messages"]))

    def test_state_by_hand(self):
        """State, reader, times and team of a report written, or given with a new one |
        author, manager, superuser code | refused"""
        days = self.env["key.account.canvass.day"]
        for values in (
            {"state": "read"},
            {"state": "draft"},
            {"handed_in_on": "2026-11-01 10:00:00"},
            {"read_by_id": self.manager.id},
            {"canvasser_id": self.theirs.canvasser_id.id},
            {"company_id": self.other_company.id},
            {"contact_count": 99},
        ):
            for user in (self.specialist, self.manager):
                self.refused(user, self.closed.day_id, "write", values)
                if values != {"state": "draft"}:
                    begun = {"date": "2026-11-20", **values}
                    self.refused(user, days, "create", begun)
            with self.assertRaises(AccessError):
                self.closed.day_id.sudo().write(values)
        for values in ({"user_id": self.colleague.id}, {"date": "2026-11-20"}):
            self.refused(self.specialist, self.mine.day_id, "write", values)

    def test_handing_in_for_another(self):
        """A report handed in, read or returned by somebody who may not | colleague,
        manager, support; author | refused"""
        day = self.mine.day_id
        for user in (self.colleague, self.manager, self.support, self.director):
            self.refused(user, day, "action_hand_in")
        for user in (self.specialist, self.colleague, self.support, self.elsewhere):
            self.refused(user, self.closed.day_id, "action_read")
            self.refused(user, self.closed.day_id, "action_return", "No")
            self.refused(
                user, self.closed.day_id, "write", {"manager_note": "Very good"}
            )
        days = self.env["key.account.canvass.day"]
        praised = {"date": "2026-11-20", "manager_note": "Very good"}
        self.refused(self.specialist, days, "create", praised)

    def test_conversion_without_the_right(self):
        """A contact made into a lead or an account, or linked with one by hand |
        support without the right to open files, author by values | refused"""
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", "key.account"), ("perm_create", "=", True)]
        )
        access.perm_create = False
        self.env.registry.clear_cache()
        partners = self.env["res.partner"].search_count([])
        self.refused(self.specialist, self.mine, "action_to_account")
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        lead = self.env["crm.lead"].create({"name": "Secret Deal"})
        for values in (
            {"lead_id": lead.id},
            {"key_account_id": self.account.id},
            {"converted_on": "2026-11-01 10:00:00"},
        ):
            self.refused(self.specialist, self.mine, "write", values)
            entries = self.env["key.account.canvass"]
            self.refused(self.specialist, entries, "create", {"name": "x", **values})

    def test_market_of_others(self):
        """A contact, a place or oneself put into a market that one may not see | the
        specialist of another team | refused"""
        entries = self.env["key.account.canvass"]
        places = self.env["key.account.market.place"]
        intruded = {"name": "x", "market_id": self.market.id}
        self.refused(self.elsewhere, entries, "create", intruded)
        self.refused(self.elsewhere, places, "create", intruded)
        place = {"name": "x", "place_id": self.market.place_ids[:1].id}
        self.refused(self.elsewhere, entries, "create", place)
        joined = {"member_ids": [Command.link(self.elsewhere.id)]}
        self.refused(self.elsewhere, self.market, "write", joined)
        self.market.member_ids = self.colleague
        self.refused(
            self.colleague, self.market, "write", {"user_id": self.colleague.id}
        )
        self.refused(self.colleague, self.market, "write", joined)

    def test_another_company(self):
        """Contacts, days and markets of another company read | specialist, manager and
        director of this one | refused, and not found"""
        stranger = self._user("ka_europe", SPECIALIST)
        stranger.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        entries = self.env["key.account.canvass"].with_user(stranger)
        entries = entries.with_context(allowed_company_ids=self.other_company.ids)
        entry = entries.create({"name": "Hidden Rotor", "phone": "13912345678"})
        self.assertEqual(entry.company_id, self.other_company)
        self.env.flush_all()
        for user in (self.specialist, self.manager, self.director):
            for record in (entry, entry.day_id, entry.canvasser_id):
                self.refused(user, record, "read", ["display_name"])
            self.assertNotIn(
                entry,
                entries.with_user(user)
                .with_context(allowed_company_ids=self.company.ids)
                .search([]),
            )
        self.mine.phone = "13912345678"
        self.env.flush_all()
        told = self.mine.with_user(self.manager).duplicate_text or ""
        self.assertNotIn("Hidden", told)

    def test_survey_by_hand(self):
        """An answer signed in another's name, put under another's contact, a
        completeness typed | author | refused"""
        self.mine.with_user(self.specialist).action_survey()
        self.theirs.with_user(self.colleague).action_survey()
        answer = self.mine.answer_ids[:1]
        for values in (
            {"user_id": self.manager.id},
            {"answered_on": "2026-01-01"},
            {"canvass_id": self.theirs.id},
            {"answered": True},
        ):
            self.refused(self.specialist, answer, "write", values)
        typed = {"survey_completeness": 100.0}
        self.refused(self.specialist, self.mine, "write", typed)

    def test_forged_numbers_and_days(self):
        """A day ahead by a time zone in the context, a week by an ordinary day |
        author | refused, and counted from its Monday"""
        entries = self.env["key.account.canvass"].with_user(self.specialist)
        with self.assertRaises(ValidationError):
            entries.with_context(tz="Pacific/Kiritimati").create(
                {"name": "x", "date": "2026-11-26"}
            )
        weeks = self.env["key.account.canvass.week"].with_user(self.specialist)
        week = weeks.create({"date_start": "2026-11-18"})
        self.assertEqual(str(week.date_start), "2026-11-16")
        self.refused(self.specialist, week, "write", {"date_start": "2026-11-18"})

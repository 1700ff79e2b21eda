"""What many records hold, read at once."""

from odoo.tests import tagged

from ..models.shared.at_hand import at_hand
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestAtHand(StageCommon):
    def setUp(self):
        super().setUp()
        leads = [self.make_lead(name=f"Deal {number}") for number in range(12)]
        self.leads = self.env["crm.lead"].union(*leads).sudo()

    def test_as_each_record_says(self):
        self.leads[0].user_id = False
        for name in ("team_id", "user_id", "stage_id", "key_account_id"):
            with self.subTest(name=name):
                found = {lead.id: lead[name].id or None for lead in self.leads}
                self.assertEqual(at_hand(self.leads, name), found)
        won = {lead.id: lead.won_status for lead in self.leads}
        self.assertEqual(at_hand(self.leads, "won_status"), won)

    def test_what_is_still_to_be_computed(self):
        before = at_hand(self.leads, "won_status")
        self.env.flush_all()
        field = self.leads._fields["won_status"]
        # As it was before something changed of which it depends.
        field._update_cache(self.leads, "won")
        self.env.add_to_compute(field, self.leads)
        self.assertEqual(at_hand(self.leads, "won_status"), before)

    def test_records_that_are_only_on_a_form(self):
        lead = self.env["crm.lead"].sudo().new({"team_id": self.team.id})
        self.assertEqual(at_hand(lead, "team_id"), {lead.id: self.team.id})

    def test_many_by_one_query(self):
        self.env.flush_all()
        for count in (1, 12):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                at_hand(self.leads[:count], "team_id")

    def test_with_full_rights_only(self):
        with self.assertRaises(AssertionError):
            at_hand(self.leads.with_user(self.specialist), "team_id")

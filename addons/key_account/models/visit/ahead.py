"""Visits still ahead when somebody else gets their account, or when it ends.

Nothing of them moves, or is cancelled, by itself: whoever can see to it is asked to.
"""

from markupsafe import Markup

from odoo import fields, models
from odoo.tools.misc import clean_context

from ..account.key_account import ENDED_STATES
from ..shared.label import labelled, listed, selection_label

# Compared by identity: a change of hands gives the visits along with the accounts, and
# says afterwards what is left.
GIVEN_ALONG = object()


class KeyAccount(models.Model):
    _inherit = "key.account"

    def write(self, vals):
        ends = vals.get("state") in ENDED_STATES
        if not ends and "user_id" not in vals:
            return super().write(vals)
        # Whoever gives an account away may lose sight of it by that.
        files = self.sudo()
        former = {account: account.user_id for account in files}
        running = files.filtered(lambda account: account.state not in ENDED_STATES)
        result = super().write(vals)
        if ends:
            running._tell_visits_of_ended()
        elif self.env.context.get("key_account_given") is not GIVEN_ALONG:
            files._tell_visits_left(former)
        return result

    def _tell_visits_left(self, former):
        """Ask whoever has these accounts now for what is still with whom they were.

        :param former: ``{account: user}``
        """
        changed = self.filtered(lambda a: former[a] and a.user_id != former[a])
        for account, visits in changed._visits_ahead().items():
            person = former[account]
            left = visits.filtered(lambda v, who=person: who in v._to_be_seen_by())
            if left:
                account._ask_about_visits(
                    account._who_sees_to_visits(),
                    left,
                    lambda reader, who=person: reader.env._(
                        "Visits ahead are still with %(person)s: agree on who makes"
                        " them, and give them to that colleague.",
                        person=who.name,
                    ),
                )

    def _tell_visits_of_ended(self):
        """Ask whoever has visits ahead at these accounts what becomes of them."""
        for account, visits in self._visits_ahead().items():
            for person, theirs in visits.grouped("user_id").items():
                reached = person.active and theirs <= theirs._open_for(person)
                account._ask_about_visits(
                    person if reached else account._who_sees_to_visits(),
                    theirs,
                    lambda reader: reader.env._(
                        "This account has ended (%(state)s), and visits are still"
                        " ahead: cancel them, or agree on why they are made.",
                        state=selection_label(reader, "state", reader.state),
                    ),
                )

    def _visits_ahead(self):
        """``{account: visits}`` that are planned and not over, also in files that were
        merged into it."""
        files = self._with_merged() if self else {}
        visits = self.env["key.account.visit"].search(
            [
                ("key_account_id", "in", list(files)),
                ("state", "in", ("planned", "confirmed")),
                ("date_end", ">=", fields.Datetime.now()),
            ],
            order="date_start, id",
        )
        return visits.grouped(lambda visit: self.browse(files[visit.key_account_id.id]))

    def _who_sees_to_visits(self):
        managers = self.team_id._with_people()._key_account_managers()
        return (self.user_id | managers).filtered("active")[:1] or self.env.user

    def _ask_about_visits(self, person, visits, text_for):
        """An activity on the account, in the language of whoever is asked, that leads
        to the visits."""
        context = {**clean_context(self.env.context), "lang": person.lang}
        reader = self.with_env(self.env(context=context))
        lines = [visit._line_ahead() for visit in visits.with_env(reader.env)]
        reader.activity_schedule(
            "key_account.mail_activity_follow_up",
            user_id=person.id,
            summary=text_for(reader),
            note=Markup("<br/>").join(lines),
        )


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def _to_be_seen_by(self):
        """Who makes it, and who was named for what is to be done for it."""
        return self.user_id | self._to_be_done().user_id

    def _to_be_done(self):
        return self.preparation_ids.filtered(lambda item: not item.done_on)

    def _line_ahead(self):
        """The visit, as a link, with whom it is, and who was named to prepare what."""
        people = [self.user_id.name]
        people += [
            labelled(self.env, item.user_id.name, item.name)
            for item in self._to_be_done()
            if item.user_id
        ]
        link = self._get_html_link()
        return Markup("%s – %s") % (link, listed(self.env, people))

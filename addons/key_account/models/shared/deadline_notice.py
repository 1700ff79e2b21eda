"""What has been told about what is due, and the scheduled action that tells it."""

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ...rules import deadlines as rules
from .batch import in_batches
from .working_time import day_for


class KeyAccountDeadlineNotice(models.Model):
    """What has been told about a deadline: once per step and level, by the database.

    Whoever runs the cron at the same moment, or again, or after it was killed, meets
    the unique constraint; nothing is looked for that might not be seen yet.
    """

    _name = "key.account.deadline.notice"
    _description = "Deadline Notice"
    _order = "id desc"
    _rec_name = "step"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    step = fields.Char(required=True, readonly=True)
    level = fields.Selection(
        [
            ("remind", "Reminder"),
            ("overdue", "Overdue"),
            ("manager", "Manager"),
            ("director", "Director"),
            ("nobody", "Nobody can decide"),
        ],
        required=True,
        readonly=True,
    )
    deadline = fields.Datetime(readonly=True)
    date = fields.Datetime(
        string="Told on", required=True, readonly=True, default=fields.Datetime.now
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    activity_ids = fields.Many2many(
        "mail.activity",
        "key_account_deadline_notice_activity_rel",
        "notice_id",
        "activity_id",
        string="Activities",
        readonly=True,
    )
    closed = fields.Boolean(readonly=True)

    _once_per_step_and_level = models.Constraint(
        "UNIQUE (res_model, res_id, step, level)",
        "This has been told already.",
    )
    _open = models.Index("(res_model, res_id) WHERE closed IS NOT TRUE")

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Tell what is due, of everything that can be due; in batches, each of which
        stands by itself."""
        names = self.env.registry.descendants(
            ["key.account.deadline.mixin"], "_inherit"
        )
        if not self._begin_day():
            return
        now = fields.Datetime.now()
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        thresholds = companies._key_account_thresholds(now)
        for name in sorted(names):
            model = self.env[name]
            if model._abstract:
                continue
            if not self._close_all_stale(model):
                return
            if not self._run_model(model.sudo(), now, thresholds):
                return

    @api.model
    def _begin_day(self):
        """Hook: bring up to date what begins and ends with the day, before it is told
        of; filled by the room on top (``again``).

        :return: False when the time of the run is over
        """
        return True

    @api.model
    def _run_model(self, model, now, thresholds):
        """Tell what is due of one model; False when the time of the run is over."""
        until = max(rules.horizon(now, each) for each in thresholds.values())
        return in_batches(
            model,
            model._deadline_domain(until),
            lambda records: self._tell_due(records, now, thresholds),
        )

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    @api.model
    def _tell_due(self, records, now, thresholds):
        """Tell whoever has to know about these records, and remember it."""
        steps = records._deadline_steps()
        told = self._told(records)
        todo = []
        for record, step in steps.items():
            if step.company not in thresholds:
                continue
            known = told.get((record.id, step.notice_key), self.browse())
            levels = rules.levels_to_tell(
                step.deadline, now, thresholds[step.company], known.mapped("level")
            )
            if "overdue" in levels:
                known.filtered(lambda notice: notice.level == "remind")._close()
            todo += [(record, step, level) for level in levels]
        acted = {
            (record, level)
            for record, step, level in todo
            if record._deadline_act(step, level)
        }
        self._tell(
            [
                (record, step, level, people)
                for record, step, level in todo
                if (people := step.people(level)) or (record, level) in acted
            ],
            acted,
        )

    @api.model
    def _told(self, records):
        """``{(record id, step): notices}``"""
        notices = self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )
        return notices.grouped(lambda notice: (notice.res_id, notice.step))

    @api.model
    def _tell(self, messages, acted=()):
        """Make activities and notices, in one go each.

        :param messages: list of (record, step, level, users)
        :param acted: ``{(record, level)}`` that need no activity
        """
        planned = [
            (record, step, level, user)
            for record, step, level, users in messages
            if (record, level) not in acted
            for user in users
        ]
        planned = self._head_anew(planned)
        activities = self._make_activities(planned)
        made = {}
        for (record, _step, level, _user), activity in zip(
            planned, activities, strict=True
        ):
            made.setdefault((record, level), []).append(activity.id)
        return self.sudo().create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "step": step.notice_key,
                    "level": level,
                    "deadline": step.deadline,
                    "company_id": step.company.id,
                    "activity_ids": [Command.set(made.get((record, level), []))],
                }
                for record, step, level, _users in messages
            ]
        )

    @api.model
    def _head_anew(self, planned):
        """Where the responsible has been asked already, that activity says now how
        matters stand; return what needs one of its own."""
        asked, rest = self._asked(planned), []
        for record, step, level, user in planned:
            key = (record._deadline_document().id, user.id)
            if level in ("remind", "overdue") and key in asked:
                reader = record.with_context(lang=user.lang or self.env.lang)
                asked[key].summary = reader._deadline_text(level, step)
            else:
                rest.append((record, step, level, user))
        return rest

    @api.model
    def _asked(self, planned):
        """``{(document id, user id): open activity that asks for the work}``"""
        documents = [record._deadline_document() for record, *_rest in planned]
        xmlids = planned[0][0]._deadline_asked_by if planned else ()
        if not xmlids:
            return {}
        types = [self.env.ref(xmlid).id for xmlid in xmlids]
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("activity_type_id", "in", types),
                    ("res_model", "=", documents[0]._name),
                    ("res_id", "in", [document.id for document in documents]),
                ]
            )
        )
        return {(a.res_id, a.user_id.id): a for a in activities}

    @api.model
    def _make_activities(self, planned):
        types = {
            level: self.env.ref(
                "key_account.mail_activity_nobody"
                if level == "nobody"
                else "key_account.mail_activity_deadline"
            ).id
            for level in {level for _record, _step, level, _user in planned}
        }
        models_of = {}
        values = []
        for record, step, level, user in planned:
            document = record._deadline_document(level)
            if document._name not in models_of:
                model = self.env["ir.model"]._get(document._name)
                models_of[document._name] = model.id
            reader = record.with_context(lang=user.lang or self.env.lang)
            values.append(
                {
                    "activity_type_id": types[level],
                    "res_model_id": models_of[document._name],
                    "res_id": document.id,
                    "user_id": user.id,
                    "date_deadline": day_for(self.env, user, step.deadline),
                    "summary": reader._deadline_text(level, step),
                    "automated": True,
                }
            )
        activities = self.env["mail.activity"].sudo()
        return activities.with_context(mail_activity_quick_update=True).create(values)

    # ------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------

    @api.model
    def _close_stale(self, records):
        """Close what was told about steps of ``records`` that are over or moved."""
        notices = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("closed", "=", False),
            ]
        )
        if not notices:
            return
        steps = {
            record.id: step.notice_key
            for record, step in records.sudo().exists()._deadline_steps().items()
        }
        notices.filtered(lambda n: n.step != steps.get(n.res_id))._close()

    @api.model
    def _close_all_stale(self, model):
        """The net: whatever ended without saying so."""
        domain = Domain("res_model", "=", model._name) & Domain("closed", "=", False)

        def close(notices):
            self._close_stale(model.browse(set(notices.mapped("res_id"))))

        return in_batches(self.sudo(), domain, close)

    @api.model
    def _told_level(self, record, step, level):
        """Whether this has been told of that step."""
        return bool(
            self.sudo().search_count(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("step", "=", step.notice_key),
                    ("level", "=", level),
                ]
            )
        )

    @api.model
    def _forget_level(self, records, level):
        """What was told on this level holds no more; it may be told again."""
        notices = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("level", "=", level),
            ]
        )
        notices._close()
        notices.unlink()

    def _close(self):
        """Take away what is still to be done about these."""
        notices = self.sudo()
        notices.activity_ids.unlink()
        notices.filtered(lambda notice: not notice.closed).closed = True

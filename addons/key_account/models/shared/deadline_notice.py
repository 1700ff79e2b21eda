"""What has been told about what is due, and the scheduled action that tells it."""

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ...rules import deadlines as rules
from .batch import in_batches
from .working_time import day_for


class KeyAccountDeadlineNotice(models.Model):
    """What has been told about a deadline: once per urgency, by the database.

    Its methods are entered with full rights, by the scheduled action or through
    ``_deadline_notices()`` of what is due.

    Whoever runs the cron at the same moment, or again, or after it was killed, meets
    the unique constraint; nothing is looked for that might not be seen yet.
    """

    _name = "key.account.deadline.notice"
    _description = "Deadline Notice"
    _inherit = ["key.account.kept"]
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
        # Whoever the scheduled action runs as, it tells of the work of all.
        notices = self.sudo()
        names = self.env.registry.descendants(
            ["key.account.deadline.mixin"], "_inherit"
        )
        if not notices._begin_day():
            return
        now = fields.Datetime.now()
        companies = notices.env["res.company"].search([("active", "=", True)])
        thresholds = companies._key_account_thresholds(now)
        for name in sorted(names):
            model = notices.env[name]
            if model._abstract:
                continue
            if not notices._close_all_stale(model):
                return
            if not notices._run_model(model, now, thresholds):
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
        dues = records._deadline_due()
        told = self._told(records)
        todo = []
        for record, due in dues.items():
            if due.company not in thresholds:
                continue
            known = told.get((record.id, due.notice_key), self.browse())
            urgencies = rules.urgencies_to_tell(
                due.deadline, now, thresholds[due.company], known.mapped("level")
            )
            if "overdue" in urgencies:
                known.filtered(lambda notice: notice.level == "remind")._close()
            todo += [(record, due, urgency) for urgency in urgencies]
        acted, said = {}, []
        for record, due, urgency in todo:
            # One step a run: whoever was asked just now has time to decide.
            if record in acted:
                continue
            if record._deadline_act(due, urgency):
                acted[record] = urgency
            said.append((record, due, urgency, due.people(urgency)))
        acted = set(acted.items())
        self._tell(
            [each for each in said if each[3] or (each[0], each[2]) in acted], acted
        )

    @api.model
    def _told(self, records):
        """``{(record id, what was due): notices}``"""
        notices = self.search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )
        return notices.grouped(lambda notice: (notice.res_id, notice.step))

    @api.model
    def _tell(self, messages, acted=()):
        """Make activities and notices, in one go each.

        :param messages: list of (record, due, urgency, users)
        :param acted: ``{(record, urgency)}`` that need no activity
        """
        planned = [
            (record, due, urgency, user)
            for record, due, urgency, users in messages
            if (record, urgency) not in acted
            for user in users
        ]
        planned = self._head_anew(planned)
        activities = self._make_activities(planned)
        made = {}
        for (record, _due, urgency, _user), activity in zip(
            planned, activities, strict=True
        ):
            made.setdefault((record, urgency), []).append(activity.id)
        self._announce(messages)
        return self._create_kept(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "step": due.notice_key,
                    "level": urgency,
                    "deadline": due.deadline,
                    "company_id": due.company.id,
                    "activity_ids": [Command.set(made.get((record, urgency), []))],
                }
                for record, due, urgency, _users in messages
            ]
        )

    @api.model
    def _announce(self, messages):
        """Have the companies' messengers told, in one go for each kind."""
        told = {}
        for record, due, urgency, _users in messages:
            if event := record._deadline_event(urgency):
                document = record._deadline_document(urgency)
                key = (event, due.company, document._name)
                told[key] = told.get(key, document.browse()) | document
        for (event, company, _model), documents in told.items():
            self.env["key.account.webhook"]._announce(event, documents, company)

    @api.model
    def _head_anew(self, planned):
        """Where the responsible has been asked already, that activity says now how
        matters stand; return what needs one of its own."""
        asked, rest = self._asked(planned), []
        for record, due, urgency, user in planned:
            key = (record._deadline_document().id, user.id)
            if urgency in ("remind", "overdue") and key in asked:
                reader = record.with_context(lang=user.lang or self.env.lang)
                asked[key].summary = reader._deadline_text(urgency, due)
            else:
                rest.append((record, due, urgency, user))
        return rest

    @api.model
    def _asked(self, planned):
        """``{(document id, user id): open activity that asks for the work}``"""
        documents = [record._deadline_document() for record, *_rest in planned]
        xmlids = planned[0][0]._deadline_asked_by if planned else ()
        if not xmlids:
            return {}
        types = [self.env.ref(xmlid).id for xmlid in xmlids]
        activities = self.env["mail.activity"].search(
            [
                ("activity_type_id", "in", types),
                ("res_model", "=", documents[0]._name),
                ("res_id", "in", [document.id for document in documents]),
            ]
        )
        return {(a.res_id, a.user_id.id): a for a in activities}

    @api.model
    def _make_activities(self, planned):
        types = {
            urgency: self.env.ref(
                "key_account.mail_activity_nobody"
                if urgency == "nobody"
                else "key_account.mail_activity_deadline"
            ).id
            for urgency in {urgency for _record, _due, urgency, _user in planned}
        }
        models_of = {}
        values = []
        for record, due, urgency, user in planned:
            document = record._deadline_document(urgency)
            if document._name not in models_of:
                model = self.env["ir.model"]._get(document._name)
                models_of[document._name] = model.id
            reader = record.with_context(lang=user.lang or self.env.lang)
            values.append(
                {
                    "activity_type_id": types[urgency],
                    "res_model_id": models_of[document._name],
                    "res_id": document.id,
                    "user_id": user.id,
                    "date_deadline": day_for(self.env, user, due.deadline),
                    "summary": reader._deadline_text(urgency, due),
                    "automated": True,
                }
            )
        activities = self.env["mail.activity"]
        return activities.with_context(mail_activity_quick_update=True).create(values)

    # ------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------

    @api.model
    def _close_stale(self, records):
        """Close what was told about steps of ``records`` that are over or moved."""
        notices = self.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("closed", "=", False),
            ]
        )
        if not notices:
            return
        dues = {
            record.id: due.notice_key
            for record, due in records.exists()._deadline_due().items()
        }
        notices.filtered(lambda n: n.step != dues.get(n.res_id))._close()

    @api.model
    def _close_all_stale(self, model):
        """The net: whatever ended without saying so."""
        domain = Domain("res_model", "=", model._name) & Domain("closed", "=", False)

        def close(notices):
            self._close_stale(model.browse(set(notices.mapped("res_id"))))

        return in_batches(self, domain, close)

    @api.model
    def _told_already(self, record, due, urgency):
        """Whether this has been told of what is due."""
        return bool(
            self.search_count(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("step", "=", due.notice_key),
                    ("level", "=", urgency),
                ]
            )
        )

    @api.model
    def _forget_told(self, records, urgency):
        """What was told with this urgency holds no more; it may be told again."""
        notices = self.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("level", "=", urgency),
            ]
        )
        notices._close()
        notices.unlink()

    def _close(self):
        """Take away what is still to be done about these."""
        self.activity_ids.unlink()
        self.filtered(lambda notice: not notice.closed)._write_kept({"closed": True})

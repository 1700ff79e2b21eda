"""Events that are written down once, and stay."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS

from .unlocked import unlock, unlocked

_EVIDENCE = "key.account.evidence"


def is_unlocked(env):
    """Whether this environment is the one in which an event is being recorded."""
    return unlocked(env, _EVIDENCE) is not None


def unlocked_evidence(records):
    """These records, by which one event, or what belongs to it, can be written."""
    return unlock(records, _EVIDENCE)


class KeyAccountEvidence(models.AbstractModel):
    """Insert-only events: what happened stays as it was written down.

    A model that inherits this can be written by nobody, superuser included; its rows
    are made by ``_record()`` alone, from the business method that the event is about,
    and are never changed or deleted except by uninstalling (or by ``_anonymise()``
    where the law demands it). All of its fields are kept: an event says what
    ``_record()`` was given, and no default of anybody's adds a word.
    """

    _name = _EVIDENCE
    _description = "Insert-only evidence"
    _inherit = ["key.account.kept"]

    # Names of personal fields and what replaces them when a person must be forgotten.
    _anonymous_values = {}

    @api.model
    def _record(self, vals_list):
        """Insert events and return them, readable by the caller as their access
        allows."""
        return unlocked_evidence(self.sudo()).create(vals_list).with_env(self.env)

    @api.model
    def _told_of(self, field_name, records):
        """Those of these records that events tell of, by this field."""
        # Evidence keeps what it tells of, whether or not the user may read it.
        groups = self.sudo()._read_group(
            [(field_name, "in", records.ids)], [field_name]
        )
        return records.browse(record.id for (record,) in groups)

    def _anonymise(self):
        """Replace personal data of these events, keeping the event itself."""
        if self._anonymous_values:
            self._write_kept(self._anonymous_values)

    def _write_kept(self, vals):
        """Change these events, where the law wants it, or where what they tell of was
        merged into another record, at which they are found from then on."""
        return unlocked_evidence(self.sudo()).write(vals)

    def _unlocked_names(self):
        return self._kept_names() if is_unlocked(self.env) else frozenset()

    def _locked(self):
        # What an event consists of is recorded with it.
        return self

    @api.model
    def _keeps(self, field):
        return field.store and field.name not in MAGIC_COLUMNS

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_evidence_unlocked()
        # Whatever the event makes next must not inherit the right to write evidence.
        return super().create(vals_list).with_context(key_account_unlocked=None)

    def write(self, vals):
        self._assert_evidence_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._evidence_text())

    def _assert_evidence_unlocked(self):
        if not is_unlocked(self.env):
            raise AccessError(self._evidence_text())

    def _evidence_text(self):
        return self.env._(
            "%(model)s are evidence: they are recorded by the process itself and can"
            " neither be"
            " entered, changed nor deleted by hand.",
            model=self._description,
        )

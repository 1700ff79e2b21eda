"""Scheduled work on many records: batch by batch, and a broken record by itself."""

import logging

from psycopg2 import OperationalError

from odoo.exceptions import LockError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

BATCH = 100


def in_batches(model, domain, work):
    """Do ``work`` on the records of ``model`` in this domain, a batch at a time; each
    is committed by itself, so that a run that is killed has done what it has done.

    :param work: called with records; once more with each of them where that fails
    :return: False when the time of the scheduled action is over
    """
    cron, domain = model.env["ir.cron"], Domain(domain)
    last, remaining = 0, model.search_count(domain)
    while True:
        batch = model.search(domain & Domain("id", ">", last), order="id", limit=BATCH)
        if not batch:
            return True
        last = batch._ids[-1]
        one_by_one(batch, work)
        remaining = max(remaining - len(batch), 0)
        if not cron._commit_progress(len(batch), remaining=remaining):
            return False


def one_by_one(records, work):
    """Do ``work`` on all; where that fails, on each, so that a broken record does not
    stop the others. It is logged, and tried again by the next run."""
    try:
        with records.env.cr.savepoint():
            work(records)
            records.env.flush_all()
    except Exception as error:
        for record in records if len(records) > 1 else ():
            one_by_one(record, work)
        if len(records) == 1:
            _log_failure(records, error)


def _log_failure(record, error):
    if isinstance(error, OperationalError | LockError):
        # Somebody else has it in hand: the next run finds what they made of it.
        _logger.info("%s is left to the next run.", record)
    else:
        _logger.error("%s is left out, it is broken.", record, exc_info=error)

"""Files that are imported: a template, each bad row named, the good ones if asked."""

import io
import zipfile

import chardet
from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.base_import.models.base_import import ImportValidationError

from .ours import is_model_of_ours

# So many rows are tried together: fewer queries for the good ones against fewer tries
# for the bad ones.
_TOGETHER = 50
# More than so many are not looked for: whoever has as many begins with these.
_MOST = 200
# A file is one thing, and one request: a larger one would hold a worker until the
# server ends it, and nothing of it would be there.
MOST_ROWS = 20_000
_MOST_BYTES = 10_000_000
# What a spreadsheet may come to once it is unpacked.
_MOST_UNPACKED = 20 * _MOST_BYTES
# So much of a file says in which encoding it is.
_SAMPLE = 50_000
# So often the good rows of a file are looked at anew, without those found to be bad.
_PASSES = 5


class Refused(list):
    """What is wrong with rows of the file that is loaded now.

    A caller can send any context over RPC, but no instance of this class.
    """

    def __init__(self, most):
        super().__init__()
        # So many are looked for; None: all there are.
        self.most = most
        # The row from which on nothing was looked at any more.
        self.ended = None
        # What words of the file mean: asked once for all its rows.
        self.named = {}
        self.labels = {}


class _Looked:
    """These rows have been looked at, and are to be loaded. Asked for by its class,
    which nobody can send."""


class KeyAccountImporting(models.AbstractModel):
    """Records that come from a spreadsheet on Odoo's own import screen.

    Odoo stops after some errors, tries the rest row by row, and writes what came before
    in batches of its own. Here a file is one thing: each bad row is named, and nothing
    of it is written, or, where the user asks for it, all rows but these. Who may write
    what is decided by ``create()`` and ``write()``, as for every other way in.

    A model says what its template has by ``_import_columns`` and
    ``_import_examples()``; what it makes of rows before they are written, by
    ``_load_rows()``.
    """

    _name = "key.account.importing"
    _description = "Records imported from a file"

    _import_columns = ()

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Template with examples"),
                "template": f"/key_account/import_template/{self._name}.xlsx",
            }
        ]

    @api.model
    def _import_examples(self):
        """Hook: rows of the template, each ``{field: text as it is imported}``."""
        return []

    # ------------------------------------------------------------
    # LOADING
    # ------------------------------------------------------------

    @api.model
    def load(self, fields, data):
        under_way = isinstance(self._import_refused(), Refused)
        if under_way or not self.env.context.get("import_file"):
            return super().load(fields, data)
        self.env["base_import.import"]._assert_rows(len(data))
        data = [list(row) for row in data]
        savepoint = self.env.cr.savepoint()
        result, wrong, ended = self._load_all(fields, data)
        if wrong:
            savepoint.rollback()
            self.pool.reset_changes()
            result = {**result, "ids": False, "messages": wrong + ended, "nextrow": 0}
            if self.env.context.get("key_account_good_rows"):
                result = self._load_good_rows(fields, data, result, wrong)
        savepoint.close(rollback=False)
        return result

    @api.model
    def _load_all(self, fields, data):
        """What loading all of a file comes to, what is wrong with which row, and from
        which row on nothing was looked at, if it came to that."""
        # Who wants the good rows has all bad ones looked for at once.
        good = self.env.context.get("key_account_good_rows")
        refused = Refused(None if good else _MOST)
        # A file is one thing: none of it is written before all of it was looked at.
        loading = self.with_context(key_account_import_rows=refused, _import_limit=None)
        result = loading.load(fields, data)
        wrong = [each for each in result["messages"] if each["type"] == "error"]
        wrong = sorted([*wrong, *refused], key=lambda each: each["rows"]["from"])
        return result, wrong, [refused.ended] if refused.ended else []

    @api.model
    def _load_good_rows(self, fields, data, result, wrong):
        """Load the rows with which nothing is wrong; the others are told. A row that
        needs one that is left out is left out with it: each pass looks at all that is
        left. However many are bad, the others are loaded."""
        left_out, loaded = [], result
        left = list(range(len(data)))
        for _pass in range(_PASSES):
            if not (wrong and left):
                break
            bad = set()
            for each in wrong:
                rows = left[each["rows"]["from"] : each["rows"]["to"] + 1]
                bad.update(rows)
                span = {"from": rows[0], "to": rows[-1]}
                left_out.append({**each, "rows": span, "type": "warning"})
            left = [number for number in left if number not in bad]
            savepoint = self.env.cr.savepoint()
            rows = [data[number] for number in left]
            loaded, wrong, _ended = self._load_all(fields, rows)
            savepoint.close(rollback=bool(wrong))
        if wrong or not left:
            return result
        left_out.sort(key=lambda each: each["rows"]["from"])
        return {**loaded, "messages": left_out}

    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        refused = self._import_refused()
        if not isinstance(refused, Refused):
            yield from super()._convert_records(records, log=log, savepoint=savepoint)
            return
        unread = []

        def note(message):
            if message["type"] == "error":
                unread.append(message)
            log(message)

        for row in super()._convert_records(records, log=note, savepoint=savepoint):
            # What cannot be read is named already, and not tried.
            if not unread:
                yield row
            unread.clear()

    def _load_records(self, data_list, update=False):
        refused = self._import_refused()
        if isinstance(refused, _Looked):
            # What these records set off has files of its own.
            parent = super(
                KeyAccountImporting, self.with_context(key_account_import_rows=None)
            )
            return parent._load_records(data_list, update)
        if not isinstance(refused, Refused):
            return self._load_rows(data_list, update)
        # What these records set off has files of its own.
        loading = self.with_context(key_account_import_rows=None)
        records = loading._load_or_refuse(data_list, update, refused)
        return records.with_env(self.env)

    @api.model
    def _load_or_refuse(self, data_list, update, refused):
        """Load these rows; note of each that cannot be written why."""
        if not data_list or refused.ended:
            return self.browse()
        if len(refused) == refused.most:
            text = self.env._("Further rows were not looked at: correct these first.")
            info = data_list[0]["info"]
            refused.ended = {**info, "type": "error", "message": text}
            return self.browse()
        if len(data_list) > _TOGETHER:
            return self._load_parts(data_list, _TOGETHER, update, refused)
        try:
            with self.env.cr.savepoint():
                copies = [{**each, "values": {**each["values"]}} for each in data_list]
                records = self._load_rows(copies, update)
                self.env.flush_all()
            return records
        except (UserError, DatabaseError) as error:
            if len(data_list) == 1:
                refused.append(self._why_refused(data_list[0], error))
                return self.browse()
        return self._load_parts(data_list, (len(data_list) + 1) // 2, update, refused)

    @api.model
    def _load_parts(self, data_list, size, update, refused):
        ids = []
        for start in range(0, len(data_list), size):
            part = data_list[start : start + size]
            ids += self._load_or_refuse(part, update, refused).ids
        return self.browse(ids)

    @api.model
    def _why_refused(self, data, error):
        if isinstance(error, DatabaseError):
            text = self._sql_error_to_message(error)
        else:
            text = str(error)
        return {**data["info"], "type": "error", "message": text}

    @api.model
    def _load_rows(self, data_list, update=False):
        """Hook: make or change a record of each of these rows.

        What was exported has in it what the process keeps, and what can no longer be
        changed: where it is unchanged, it is left out.
        """
        for number, record in self._records_of(data_list).items():
            data = data_list[number]
            data["values"] = record._without_unchanged(data["values"])
        loading = self.with_context(key_account_import_rows=_Looked())
        return loading._load_records(data_list, update).with_env(self.env)

    @api.model
    def _import_refused(self):
        return self.env.context.get("key_account_import_rows")

    @api.model
    def _records_of(self, data_list):
        """``{number of the row: its record}`` of those that are about one there is."""
        xml_ids = [data["xml_id"] for data in data_list if data.get("xml_id")]
        # External ids are not for everybody to read, but in files they exported.
        rows = self.env["ir.model.data"].sudo()._lookup_xmlids(xml_ids, self)
        named = {f"{row[1]}.{row[2]}": row[6] for row in rows if row[3] == self._name}
        ids = {
            number: id_
            for number, data in enumerate(data_list)
            # Told anew by words, e.g. an answer of today: that is news.
            if not data.get("by_words")
            and (id_ := named.get(data.get("xml_id")) or data["values"].get("id"))
        }
        records = self.browse(ids.values()).exists()
        return {
            number: records.browse(id_).with_prefetch(records._ids)
            for number, id_ in ids.items()
            if id_ in records._ids
        }

    def _without_unchanged(self, vals):
        return {
            name: value
            for name, value in vals.items()
            if name == "id" or not self._is_as_told(name, value)
        }

    def _is_as_told(self, name, value):
        """Whether this record says the same as a row of a file."""
        if self._fields[name].type != "many2many":
            return self._is_unchanged(name, value)
        told = [command for command in value or () if command[0] == Command.SET]
        if len(told) != len(value or ()):
            return False
        ids = {id_ for command in told for id_ in command[2]}
        return ids == set(self[name].ids)

    @api.model
    def _is_new(self, data):
        """Whether a row names no record that there is."""
        return not data.get("xml_id") and not data["values"].get("id")


class BaseImport(models.TransientModel):
    _inherit = "base_import.import"

    def _read_file(self, options):
        if not is_model_of_ours(self.env, self.res_model):
            return super()._read_file(options)
        content = self.file or b""
        if len(content) > _MOST_BYTES or _unpacked_size(content) > _MOST_UNPACKED:
            raise ImportValidationError(self._too_large_text())
        length, rows = super()._read_file(options)
        try:
            # Its first line may say what is in its columns.
            self._assert_rows(length - 1)
        except UserError as error:
            raise ImportValidationError(str(error)) from error
        return length, rows

    def _read_csv(self, options):
        if not options.get("encoding") and is_model_of_ours(self.env, self.res_model):
            # Odoo looks through the whole file for it.
            options["encoding"] = _encoding(self.file or b"")
        return super()._read_csv(options)

    @api.model
    def _assert_rows(self, count):
        if count > MOST_ROWS:
            raise UserError(self._too_large_text())

    @api.model
    def _too_large_text(self):
        return self.env._(
            "The file is too large to be imported at once. Split it into files of no"
            " more than %(rows)s rows and %(size)s MB.",
            rows=MOST_ROWS,
            size=_MOST_BYTES // 1_000_000,
        )

    def execute_import(self, fields, columns, options, dryrun=False):
        good = bool(options.pop("key_account_good_rows", False))
        importing = self.with_context(key_account_good_rows=good)
        return super(BaseImport, importing).execute_import(
            fields, columns, options, dryrun
        )


def _unpacked_size(content):
    """What the parts of a packed spreadsheet come to, as it says itself; 0 of others"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        return 0


def _encoding(content):
    """The encoding of a text: what nearly all have, else what its beginning shows."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return (chardet.detect(content[:_SAMPLE])["encoding"] or "utf-8").lower()
    return "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"

"""Words that show nothing are no words: nothing is judged or counted by them."""

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from ...rules.evidence import says_nothing, storable
from .label import field_label, listed
from .ours import is_ours

_WORDS = ("char", "text", "html")
# Characters of a line that is looked up by an index, which holds no more.
_LINE = 500


class KeyAccountWords(models.AbstractModel):
    """Spaces, zero-width characters, an empty paragraph: a survey would be complete, a
    plan whole and a report in time with them.

    In every text of ours such words are stored as none, from wherever they come, so
    that whatever asks whether a text is there is answered by what a reader sees. Where
    one is required, they are refused.
    """

    _name = "key.account.words"
    _description = "Words that say something"
    _inherit = ["key.account.number"]
    # Lines that an index of the model's own looks up.
    _looked_up = frozenset()

    @api.model
    def default_get(self, fields):
        return self._saying(super().default_get(fields))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._assert_words(vals)
        return super().create([self._saying(vals) for vals in vals_list])

    def write(self, vals):
        self._assert_words(vals)
        return super().write(self._saying(vals))

    @api.model
    @tools.ormcache()
    def _word_names(self):
        """Texts of ours, on models of ours and of Odoo's."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in _WORDS
            and (
                is_ours(self._original_module)
                or is_ours(next(iter(field._modules), ""))
            )
        )

    @api.model
    @tools.ormcache()
    def _line_names(self):
        """Those of these that the database looks up by an index."""
        return self._looked_up | {
            name
            for name in self._word_names()
            if self._fields[name].type == "char"
            and self._fields[name].index in (True, "btree", "btree_not_null")
        }

    @api.model
    def _silent_names(self, vals):
        return {
            name
            for name in self._word_names().intersection(vals)
            if vals[name]
            and says_nothing(vals[name], self._fields[name].type == "html")
        }

    @api.model
    def _saying(self, vals):
        """These values, without words that show nothing, and without characters that no
        database keeps."""
        changed = {
            name: text
            for name in self._word_names().intersection(vals)
            if isinstance(vals[name], str)
            and (text := storable(vals[name])) != vals[name]
        }
        changed |= dict.fromkeys(self._silent_names(vals), False)
        return {**vals, **changed} if changed else vals

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """The words of a language are words, too: Odoo stores them past ``write()``."""
        if field_name in self._word_names():
            for words in translations.values():
                if isinstance(words, str):
                    self._assert_words({field_name: words})
            translations = {
                lang: self._saying({field_name: words})[field_name]
                for lang, words in translations.items()
            }
        return super()._update_field_translations(
            field_name, translations, digest, source_lang
        )

    @api.model
    def _assert_words(self, vals):
        """Raise where something has to be said, and nothing is, or a book is said in
        one line."""
        long = [
            name
            for name in self._line_names().intersection(vals)
            if isinstance(vals[name], str) and len(vals[name]) > _LINE
        ]
        if long:
            raise ValidationError(
                self.env._(
                    "%(fields)s: at most %(most)s characters.",
                    fields=listed(
                        self.env, (field_label(self, name) for name in sorted(long))
                    ),
                    most=_LINE,
                )
            )
        silent = [
            name for name in self._silent_names(vals) if self._fields[name].required
        ]
        if silent:
            raise ValidationError(
                self.env._(
                    "%(fields)s: the text contains nothing readable. Write what is"
                    " meant.",
                    fields=listed(
                        self.env, (field_label(self, name) for name in sorted(silent))
                    ),
                )
            )

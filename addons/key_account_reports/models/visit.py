"""How a visit is printed."""

from base64 import b64encode

from odoo import fields, models
from odoo.tools.image import image_data_uri, image_process

from odoo.addons.key_account.models.guard.proof import NO_PICTURE
from odoo.addons.key_account.models.shared.label import field_label

# Pixels of a printed photo: two stand side by side.
_PHOTO = (900, 900)


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    # ------------------------------------------------------------
    # PRINTING
    # ------------------------------------------------------------

    def _report_language(self, for_customer):
        """Language of a printed visit: minutes in the customer's, the report in the
        reader's."""
        self.ensure_one()
        customer = self.contact_ids[:1].lang or self.key_account_id.partner_id.lang
        return (for_customer and customer) or self.env.lang or self.env.user.lang

    def _score_label(self, name):
        """What a score of the manager's review is called."""
        return field_label(self, name)

    def _is_one_day(self):
        """Whether it began and ended on one day of the reader's clock."""
        self.ensure_one()
        began, ended = (
            fields.Datetime.context_timestamp(self, moment).date()
            for moment in (self.held_start, self.held_end)
        )
        return began == ended

    def _photos_for_print(self):
        """``[(name, data URI)]`` of the photos that the reader may see, small enough
        for a page; what is no picture is left out."""
        photos = []
        for photo in self.photo_ids._filtered_access("read"):
            if not photo.raw or not photo.mimetype.startswith("image/"):
                continue
            try:
                raw = image_process(photo.raw, size=_PHOTO, quality=80)
            except NO_PICTURE:
                continue
            photos.append((photo.name, image_data_uri(b64encode(raw))))
        return photos

"""The clock in the bar opens what it has counted, of our records as of Odoo's own."""

from lxml import etree

from odoo import api, models

from .ours import is_ours


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "search" and is_ours(self._original_module):
            self._add_activity_filters(arch)
        return arch, view

    @api.model
    def _add_activity_filters(self, arch):
        """The filters by which Odoo's clock opens a list; without them it is that of
        all records there are. They are not offered: “My Day” says what is due."""
        day = "my_activity_date_deadline"
        filters = {
            "filter_activities_my": (
                self.env._("My Activities"),
                "[('activity_user_id', '=', uid)]",
            ),
            "activities_overdue": (
                self.env._("Late Activities"),
                f"[('{day}', '<', 'today')]",
            ),
            "activities_today": (
                self.env._("Today Activities"),
                f"[('{day}', '=', 'today')]",
            ),
            "activities_upcoming_all": (
                self.env._("Future Activities"),
                f"[('{day}', '>', 'today')]",
            ),
        }
        # Whose they are, and when they are due, restrict each other.
        for names in (["filter_activities_my"], list(filters)[1:]):
            etree.SubElement(arch, "separator", invisible="1")
            for name in names:
                label, domain = filters[name]
                if arch.find(f".//filter[@name='{name}']") is None:
                    etree.SubElement(
                        arch,
                        "filter",
                        name=name,
                        string=label,
                        domain=domain,
                        invisible="1",
                    )

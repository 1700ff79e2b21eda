"""What My Day says to whoever has no work in it yet: the first step, not the last."""

from markupsafe import Markup

from odoo import api, models

_PAGE = Markup("""
<p class="o_view_nocontent_smiling_face">%(title)s</p>
<p>%(text)s</p>
""")
_BUTTON = Markup("""
<p><a type="action" name="%(action)s" class="btn btn-primary">%(label)s</a></p>
""")


class KeyAccountNextStepLine(models.Model):
    _inherit = "key.account.next.step.line"

    @api.model
    def get_empty_list_help(self, help_message):
        # Odoo reads actions with full rights.
        page = self.sudo(False)._newcomer_page()
        return super().get_empty_list_help(page or help_message)

    @api.model
    def _newcomer_page(self):
        """The page of whoever has no team or no account; nothing for all others."""
        user, accounts = self.env.user, self.env["key.account"]
        ours = {
            role
            for role in ("director", "manager", "support", "specialist")
            if user.has_group(f"key_account.group_{role}")
        }
        # A director reads all teams, whether or not they have a part in one.
        if not ours or "director" in ours:
            return False
        if not accounts._default_team_id():
            return self._page_without_team(ours)
        if ours == {"specialist"} and not accounts.search_count([], limit=1):
            return self._newcomer_text(
                self.env._("Begin with your first customer"),
                self.env._(
                    "Open the file of a customer you look after, or ask the manager of"
                    " your team to hand one over to you. From then on it says here what"
                    " is to be done next."
                ),
                self.env._("Open an account"),
                "key_account.key_account_new_action",
            )
        return False

    @api.model
    def _page_without_team(self, ours):
        env = self.env
        if "manager" in ours:
            text = env._(
                "Whoever configures Key Accounts makes you the leader of a key-account"
                " team, or one of its managers. From then on it says here what waits"
                " for your team."
            )
        elif "support" in ours:
            text = env._(
                "Ask the manager of a key-account team to have you entered as its sales"
                " support. From then on it says here what is to be done for its"
                " accounts."
            )
        else:
            text = env._(
                "Ask your manager to have you entered as a member of a key-account"
                " team. From then on it says here what is to be done for the accounts"
                " you look after."
            )
        title = env._("You belong to no key-account team yet")
        if not env.user.has_group("key_account.group_configuration"):
            return self._newcomer_text(title, text)
        label = env._("Open the teams")
        return self._newcomer_text(title, text, label, "key_account.crm_team_action")

    @api.model
    def _newcomer_text(self, title, text, label=None, action=None):
        page = _PAGE % {"title": title, "text": text}
        return page + _BUTTON % {"action": action, "label": label} if label else page

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

# Whoever works by the process, or writes it.
_READERS = (
    "key_account.group_specialist",
    "key_account.group_support",
    "key_account.group_configuration",
)


class ProcessManual(http.Controller):
    """The process manual on screen, in each installed language."""

    @http.route("/key_account/manual", type="http", auth="user", readonly=True)
    def own(self):
        """The manual of the team in whose work the user has a part, else of the first
        team there is."""
        env = self._get_env(None)
        teams = env["crm.team"].search(
            [
                ("is_key_account", "=", True),
                ("company_id", "in", [False, env.company.id]),
            ]
        )
        team = teams & env["key.account"]._default_team_id() or teams[:1]
        if not team:
            raise request.not_found(
                env._("No team works by a process yet: run the set-up first.")
            )
        return request.redirect(f"/key_account/manual/team/{team.id}")

    @http.route(
        "/key_account/manual/team/<model('crm.team'):team>",
        type="http",
        auth="user",
        readonly=True,
    )
    def team(self, team, lang=None):
        env = self._get_env(lang)
        team = team.with_env(env)
        team.check_access("read")
        if not team.is_key_account:
            raise request.not_found()
        return self._render(
            env, lambda manual: manual._of_team(team), "team_id", team.id
        )

    @http.route(
        "/key_account/manual/template/<string:code>",
        type="http",
        auth="user",
        readonly=True,
    )
    def template(self, code, lang=None):
        env = self._get_env(lang)
        return self._render(
            env, lambda manual: manual._of_template(code), "template_code", code
        )

    def _get_env(self, lang):
        """The user's environment, in the language that is asked for."""
        if not any(request.env.user.has_group(group) for group in _READERS):
            raise Forbidden()
        installed = dict(request.env["res.lang"].get_installed())
        return request.env(
            context={
                **request.env.context,
                "lang": lang if lang in installed else request.env.lang,
            }
        )

    def _render(self, env, describe, name, value):
        try:
            manual = describe(env["key.account.process.manual"])
        except UserError as error:
            raise request.not_found(str(error)) from error
        content = env["ir.qweb"]._render(
            "key_account.process_manual_page",
            {
                "manual": manual,
                "languages": env["res.lang"].get_installed(),
                "lang": env.lang,
                "print_parameter": f"{name}={value}",
                "env": env,
            },
        )
        return request.make_response(content)

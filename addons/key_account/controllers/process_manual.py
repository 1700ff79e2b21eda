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

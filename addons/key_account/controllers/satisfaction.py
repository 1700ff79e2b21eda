from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

_PAGE = "key_account.portal_satisfaction"


class SatisfactionPortal(http.Controller):
    """A contact answers by the link of their mail, without a login, once. Who has the
    link is the customer; nothing but the link says which survey it is, and the page
    shows nothing but the questions."""

    @http.route(
        "/satisfaction/<string:key>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def satisfaction(self, key, **_kwargs):
        return self._render(self._survey(key))

    @http.route(
        "/satisfaction/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def satisfaction_answer(self, key, **entered):
        survey = self._survey(key)
        if not survey:
            return self._render(survey)
        if request.env.user._is_internal():
            error = request.env._("Only the customer answers here.")
            return self._render(survey, error=error)
        marks = {
            answer.id: int(mark)
            for answer in survey.answer_ids
            if (mark := entered.get(f"mark_{answer.id}")) in ("1", "2", "3", "4", "5")
        }
        try:
            # The page shows what is missing, and then nothing must have been written.
            with request.env.cr.savepoint():
                survey._answer(marks, entered.get("comment"))
        except UserError as error:
            return self._render(
                survey, error=str(error), comment=entered.get("comment")
            )
        return request.redirect(f"/satisfaction/{key}", local=True)

    def _survey(self, key):
        survey = request.env["key.account.satisfaction"]._by_key(key)
        if survey:
            # The link is followed by the customer: in the customer's language.
            lang = survey._language()
            request.update_context(lang=lang)
            survey = survey.with_context(lang=lang)
        return survey

    def _render(self, survey, **values):
        values = {
            **values,
            "survey": survey,
            "is_open": bool(survey) and survey._is_open(),
            "may_answer": not request.env.user._is_internal(),
            "marks": (1, 2, 3, 4, 5),
            # A search engine has no business here, and the key goes to nobody.
            "no_header": True,
            "no_footer": True,
        }
        response = request.render(_PAGE, values, status=200 if survey else 404)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

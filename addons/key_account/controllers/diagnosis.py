from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

_REPORT = "key_account.action_report_diagnosis"


def _text(value):
    """What a caller sent as text; anything else is no text."""
    return value if isinstance(value, str) else ""


class DiagnosisPortal(CustomerPortal):
    """What was put before the customer: read by their people, or by the link, and
    answered once. Portal users have no right to the model, so all of it goes with full
    rights, after the question here whose it is."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "diagnosis_count" in counters:
            values["diagnosis_count"] = len(self._own_diagnoses())
        return values

    def _own_diagnoses(self):
        """What stands before the visitor's own company. Staff are nobody's customer,
        whatever company their contact says."""
        user = request.env.user
        diagnoses = request.env["key.account.diagnosis"].sudo()
        if user._is_internal():
            return diagnoses
        customer = user.partner_id.commercial_partner_id
        return diagnoses.search(
            [
                ("key_account_id.partner_id", "=", customer.id),
                ("state", "!=", "draft"),
            ]
        )

    def _shown_diagnosis(self, diagnosis_id, access_token):
        """The report, with full rights, if this visitor may see it; else none. Staff
        preview what they may read."""
        none = request.env["key.account.diagnosis"].sudo()
        diagnosis = none.browse(diagnosis_id).exists()
        user = request.env.user
        if user._is_internal():
            own = diagnosis.with_user(user)
            return diagnosis if diagnosis and own.has_access("read") else none
        if not diagnosis.active or diagnosis.state == "draft":
            return none
        if not user._is_public():
            # Whoever logs in is somebody: the link of others opens nothing for them.
            customer = user.partner_id.commercial_partner_id
            return diagnosis if diagnosis.customer_id == customer else none
        token, given = diagnosis.access_token, _text(access_token)
        return diagnosis if token and given and consteq(token, given) else none

    @http.route("/my/diagnoses", type="http", auth="user", website=True)
    def portal_my_diagnoses(self, **_kwargs):
        values = self._prepare_portal_layout_values()
        values.update(diagnoses=self._own_diagnoses(), page_name="diagnosis")
        return request.render("key_account.portal_my_diagnoses", values)

    @http.route(
        "/my/diagnoses/<int:diagnosis_id>", type="http", auth="public", website=True
    )
    def portal_diagnosis(
        self,
        diagnosis_id,
        access_token=None,
        report_type=None,
        download=False,
        **kwargs,
    ):
        diagnosis = self._shown_diagnosis(diagnosis_id, access_token)
        if not diagnosis:
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                model=diagnosis,
                report_type=report_type,
                report_ref=_REPORT,
                download=download,
            )
        return self._render_diagnosis(diagnosis, access_token)

    @http.route(
        "/my/diagnoses/<int:diagnosis_id>/answer",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_diagnosis_answer(
        self, diagnosis_id, access_token=None, answer=None, name=None, note=None, **_kw
    ):
        diagnosis = self._shown_diagnosis(diagnosis_id, access_token)
        user = request.env.user
        if not diagnosis:
            return request.redirect("/my")
        if user._is_internal():
            error = request.env._(
                "Only the customer answers here: staff record it with “Customer's"
                " Answer”."
            )
            return self._render_diagnosis(diagnosis, access_token, error=error)
        try:
            # The page shows what is missing, and then nothing must have been written.
            with request.env.cr.savepoint():
                diagnosis._answer_from_outside(
                    _text(answer), user, name=_text(name), note=_text(note)
                )
        except UserError as error:
            return self._render_diagnosis(
                diagnosis,
                access_token,
                error=str(error),
                answer=_text(answer),
                name=_text(name),
                note=_text(note),
            )
        query = "answered=1"
        if user._is_public():
            query += f"&access_token={diagnosis.access_token}"
        return request.redirect(diagnosis.get_portal_url(query_string=query))

    def _render_diagnosis(self, diagnosis, access_token, **values):
        user = request.env.user
        if user._is_public():
            # The link is followed by the customer: in the customer's language.
            request.update_context(lang=diagnosis._customer_language())
        shown = diagnosis.with_context(lang=request.env.lang)
        values = {
            "name": "" if user._is_public() or user._is_internal() else user.name,
            **values,
            "diagnosis": shown,
            "page_name": "diagnosis",
            # The head of the page is of the company that asks.
            "res_company": diagnosis.company_id,
            "token": _text(access_token),
            "may_answer": diagnosis.state == "sent" and not user._is_internal(),
        }
        return request.render("key_account.portal_diagnosis", values)

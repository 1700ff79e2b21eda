import uuid

from psycopg2.errors import UniqueViolation

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq, is_html_empty

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..rules.incoming import FILE_BYTES, FILE_TYPES, FILES

_MODEL = "key.account.feedback"
_OPEN = ("open", "waiting", "answered")
_FILTERS = {
    "all": [],
    "open": [("state", "in", _OPEN)],
    "over": [("state", "not in", _OPEN)],
}


def _text(value):
    """What a caller sent as text; anything else is no text."""
    return value if isinstance(value, str) else ""


def _files():
    """What was sent along, as ``[(name, bytes)]``; of each no more is read than tells
    that it is too much."""
    sent = request.httprequest.files.getlist("files")[: FILES + 1]
    return [
        (file.filename, file.read(FILE_BYTES + 1)) for file in sent if file.filename
    ]


class FeedbackPortal(CustomerPortal):
    """What a customer tells us and is told: by their people, logged in, or by the link
    of a mail. Portal users have no right to the model, so all of it goes with full
    rights, after the question here whose it is."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if request.env.user._is_portal():
            if not counters:
                # The page itself; asked for counters, it may hold nothing else.
                values["feedback_card"] = self._has_feedback_page()
            elif "feedback_count" in counters:
                values["feedback_count"] = self._feedback().search_count(self._own())
        return values

    def _feedback(self):
        return request.env[_MODEL].sudo()

    def _own(self):
        return self._feedback()._portal_domain(request.env.user)

    def _has_feedback_page(self):
        """Nothing changes for customers who are no key accounts."""
        user, feedback = request.env.user, self._feedback()
        return bool(feedback._portal_account(user)) or bool(
            feedback.search_count(self._own(), limit=1)
        )

    def _shown_feedback(self, feedback_id, access_token):
        """The feedback, with full rights, if this visitor may see it; else none. Staff
        preview what they may read."""
        none = self._feedback()
        feedback = none.browse(feedback_id).exists()
        user = request.env.user
        if user._is_internal():
            own = feedback.with_user(user)
            return feedback if feedback and own.has_access("read") else none
        if not user._is_public():
            # Whoever logs in is somebody: the link of others opens nothing for them.
            return feedback.filtered_domain(self._own())
        if not feedback or not feedback._is_link_open():
            return none
        token, given = feedback.access_token, _text(access_token)
        return feedback if token and given and consteq(token, given) else none

    # ---------------------------------------- list

    @http.route(
        ["/my/feedback", "/my/feedback/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_feedback(self, page=1, sortby=None, filterby=None, **_kwargs):
        feedback = self._feedback()
        if request.env.user._is_internal():
            # Staff are nobody's customer, whatever company their contact says.
            return request.redirect("/odoo/key-account-feedback")
        sortings, filters = self._sortings(), self._filters()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = self._own() + filters[filterby]["domain"]
        pager = portal_pager(
            url="/my/feedback",
            total=feedback.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby},
        )
        values = self._prepare_portal_layout_values()
        values.update(
            feedback=feedback.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
            may_create=bool(feedback._portal_account(request.env.user)),
            page_name="feedback",
            pager=pager,
            default_url="/my/feedback",
            sortby=sortby,
            searchbar_sortings=sortings,
            filterby=filterby,
            searchbar_filters=filters,
        )
        return request.render("key_account.portal_my_feedback", values)

    def _sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "received_on desc, id desc",
            },
            "state": {"label": request.env._("State"), "order": "state, id desc"},
            "name": {"label": request.env._("Reference number"), "order": "number, id"},
        }

    def _filters(self):
        labels = {
            "all": request.env._("All"),
            "open": request.env._("In hand"),
            "over": request.env._("Done"),
        }
        return {
            name: {"label": labels[name], "domain": domain}
            for name, domain in _FILTERS.items()
        }

    # ---------------------------------------- one

    @http.route(
        "/my/feedback/<int:feedback_id>", type="http", auth="public", website=True
    )
    def portal_feedback(self, feedback_id, access_token=None, **_kwargs):
        feedback = self._shown_feedback(feedback_id, access_token)
        if not feedback:
            return request.redirect("/my")
        return self._render_feedback(feedback, access_token)

    @http.route(
        "/my/feedback/<int:feedback_id>/file/<int:file_id>",
        type="http",
        auth="public",
        readonly=True,
    )
    def portal_feedback_file(self, feedback_id, file_id, access_token=None, **_kwargs):
        feedback = self._shown_feedback(feedback_id, access_token)
        file = feedback._portal_file(file_id) if feedback else feedback
        if not file:
            return request.redirect("/my")
        stream = request.env["ir.binary"]._get_stream_from(file)
        # Saved, never opened in the page: nobody knows what came by mail.
        return stream.get_response(as_attachment=True)

    @http.route(
        "/my/feedback/<int:feedback_id>/reply",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_feedback_reply(
        self, feedback_id, access_token=None, words=None, **_kwargs
    ):
        feedback = self._shown_feedback(feedback_id, access_token)
        user = request.env.user
        if not feedback:
            return request.redirect("/my")
        if user._is_internal():
            error = request.env._(
                "Only the customer writes here: staff answer in the record itself."
            )
            return self._render_feedback(feedback, access_token, error=error)
        author = feedback.partner_id if user._is_public() else user.partner_id
        try:
            # The page shows what is missing, and then nothing must have been written.
            with request.env.cr.savepoint():
                feedback._portal_reply(
                    author, _text(words), _files(), by_link=user._is_public()
                )
        except UserError as error:
            return self._render_feedback(
                feedback, access_token, error=str(error), reply=_text(words)
            )
        return request.redirect(self._address(feedback, access_token))

    def _address(self, feedback, access_token=None):
        query = "sent=1"
        if request.env.user._is_public():
            query += f"&access_token={feedback.access_token}"
        return f"/my/feedback/{feedback.id}?{query}"

    def _render_feedback(self, feedback, access_token, **values):
        user = request.env.user
        if user._is_public():
            # The link is followed by the customer: in the customer's language, and as
            # in the mail with the company's time, not that of nobody's clock.
            request.update_context(
                lang=feedback._customer_language(),
                tz=feedback.company_id._key_account_timezone(),
            )
        shown = feedback.with_context(lang=request.env.lang)
        values = {
            **values,
            "feedback": shown,
            "crumb": shown.number,
            "page_name": "feedback",
            # The head of the page is of the company that answers.
            "res_company": feedback.company_id,
            "token": _text(access_token),
            "dates": shown._portal_dates(),
            "answer": not is_html_empty(shown.answer) and shown.answer,
            "messages": shown._portal_messages(),
            "accept": self._accepted(),
            "may_reply": not user._is_internal() and shown._takes_reply(),
        }
        return request.render("key_account.portal_feedback", values)

    def _accepted(self):
        return ",".join(f".{ending}" for ending in sorted(FILE_TYPES))

    # ---------------------------------------- new

    @http.route(
        "/my/feedback/new", type="http", auth="user", methods=["GET"], website=True
    )
    def portal_feedback_new(self, **_kwargs):
        if not self._may_send():
            return request.redirect("/my")
        return self._render_new({})

    @http.route(
        "/my/feedback/new", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_feedback_send(self, form_key=None, **entered):
        if not self._may_send():
            return request.redirect("/my")
        entered = {name: _text(value) for name, value in entered.items()}
        key = _text(form_key)[:64]
        try:
            # The page shows what is missing, and then nothing must have been written.
            with request.env.cr.savepoint():
                feedback = self._feedback()._portal_create(
                    request.env.user, entered, _files(), key
                )
        except UserError as error:
            return self._render_new(entered, error=str(error), form_key=key)
        except UniqueViolation:
            # The same page, sent twice at the same moment: the other one is in.
            return request.redirect("/my/feedback")
        return request.redirect(self._address(feedback))

    def _may_send(self):
        user = request.env.user
        return user._is_portal() and bool(self._feedback()._portal_account(user))

    def _render_new(self, entered, **values):
        feedback = self._feedback()
        values = {
            "form_key": str(uuid.uuid4()),
            **values,
            "entered": entered,
            "kinds": dict(feedback._fields["kind"]._description_selection(request.env)),
            "orders": feedback._portal_orders(request.env.user),
            "accept": self._accepted(),
            "crumb": request.env._("New"),
            "page_name": "feedback",
        }
        return request.render("key_account.portal_feedback_new", values)

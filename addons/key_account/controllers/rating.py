from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.rating.controllers.main import MAPPED_RATES, Rating

_OVER = "key_account.rating_over"


class RatingPage(Rating):
    """Odoo's page, for visits and feedback: by a key that nobody reads, for as long as
    it is open, answered by the customer alone. What it calls the record is what the
    customer knows it by."""

    @route()
    def action_open_rating(self, token, rate, **kwargs):
        if not token.isprintable():
            return self._not_found()
        rating = request.env["rating.rating"]._by_key(token)
        if not rating:
            return super().action_open_rating(token, rate, **kwargs)
        if rate not in MAPPED_RATES.values():
            return self._not_found()
        return self._turned_away(rating) or self._private(
            super().action_open_rating(token, rate, **kwargs)
        )

    @route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        if not token.isprintable():
            return self._not_found()
        rating = request.env["rating.rating"]._by_key(token)
        if not rating:
            return super().action_submit_rating(token, rate=rate, **kwargs)
        if request.httprequest.method == "POST":
            if rate not in map(str, MAPPED_RATES.values()):
                return self._not_found()
            if page := self._turned_away(rating):
                return page
        try:
            # The page says what is in the way, and then nothing must have been written.
            with request.env.cr.savepoint():
                return self._private(
                    super().action_submit_rating(token, rate=rate, **kwargs)
                )
        except UserError as error:
            return self._over(rating, str(error))

    def _get_rating_and_record(self, token):
        rating = request.env["rating.rating"]._by_key(token)
        if rating:
            # The link is followed by the customer: in the customer's language.
            rating = rating.with_context(lang=rating._language())
            return rating, rating._record()
        return super()._get_rating_and_record(token)

    def _not_found(self):
        # Raised, it would be looked up elsewhere; no column of text holds the
        # character zero.
        return request.render("http_routing.404", status=404)

    def _turned_away(self, rating):
        """The page for whoever may not answer, or not any more; None where they may."""
        env = request.env
        if not rating._is_answered_by(env.user):
            return self._private(
                request.render(
                    "rating.rating_external_page_invalid_partner",
                    {
                        "model_name": env["ir.model"]._get(rating.res_model).name,
                        "name": rating.res_name,
                        "web_base_url": rating.get_base_url(),
                    },
                )
            )
        if not rating._is_open():
            return self._over(rating, rating._closed_words())
        return None

    def _over(self, rating, words):
        values = {"words": words, "company": rating._record().company_id.name}
        return self._private(request.render(_OVER, values))

    def _private(self, response):
        # A search engine has no business here, and the key goes to nobody.
        if not hasattr(response, "headers"):
            response = request.make_response(response)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

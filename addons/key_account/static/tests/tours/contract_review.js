import {click, openApp, openTile, opensPdf, see} from "./steps";
import {registry} from "@web/core/registry";

/** A reviewer reads what was signed and lets it pass for their function. */
registry.category("web_tour.tours").add("key_account_review_contract", {
  steps: () => [
    ...openApp(),
    openTile("reviews", "1"),
    see('.o_field_widget[name="summary"]:contains("Pump P-200")', "What was signed"),
    ...opensPdf("action_open_signed_document"),
    click('.o_field_widget[name="item_ids"] button[name="action_pass"]', "It passes"),
    see('.o_field_widget[name="item_ids"]:not(:has(button[name="action_pass"]))'),
  ],
});

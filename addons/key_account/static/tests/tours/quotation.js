import {backToDeal, openAnswered, toDeal} from "./deal";
import {
  attempt,
  button,
  choose,
  click,
  dialogButton,
  field,
  inDays,
  nextStep,
  openApp,
  openPage,
  openTile,
  refusal,
  see,
  type,
  typeDate,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";

const STRIP = ".o_key_account_strip";
const AGREEMENT = "Quality agreement for pumps";

/** The specialist makes the quotation of the requirements, with terms and agreement. Nobody
 * but the director may give 12 %: it cannot be sent, sign-off is requested. */
registry.category("web_tour.tours").add("key_account_quote", {
  steps: () => [
    ...openAnswered(),
    ...nextStep("Formal quotation"),
    button("action_quotation_from_requirements"),
    see(
      '.o_field_widget[name="order_line"] .o_data_row:contains("Pump P-200"):contains("44,000")'
    ),
    ...choose("payment_term_id", "30 days after delivery"),
    ...openPage("key_account_contract"),
    ...typeDate("commitment_date", `${inDays(45)} 10:00:00`),
    see(
      `${field("handover_terms")}:contains("Acceptance at plant 2")`,
      "From the requirements"
    ),
    button("action_write_agreement"),
    type("name", AGREEMENT, ".modal"),
    ...choose("type_id", "Quality agreement", ".modal"),
    ...typeHtml("body", "Deviations are reported within 24 hours.", ".modal"),
    ...dialogButton("action_ready"),
    see(
      `${field("agreement_ids")} .o_data_row:contains("${AGREEMENT}"):contains("Ready")`
    ),
    see(`${STRIP}:contains("Would be decided by: Wang Director")`),
    see(
      `${STRIP}:contains("12.0 %"):contains("8.0 %")`,
      "By how much, and what the limit is"
    ),
    see(
      '.o_statusbar_buttons:not(:has(button[name="action_quotation_send"]))',
      "Sending is not offered"
    ),
    ...attempt(
      click(".o_cp_action_menus .dropdown-toggle", "Send it all the same"),
      click('.o-dropdown-item:contains("Mark Quotation as Sent")', "Mark as sent"),
      ...refusal("cannot go to the customer yet", "Request sign-off")
    ),
    button("action_request_approval"),
    see(`${STRIP}:contains("Waiting for sign-off by Wang Director")`),
    ...backToDeal(),
    ...nextStep("Sign-off"),
  ],
});

/** The director signs off. */
registry.category("web_tour.tours").add("key_account_sign_off", {
  steps: () => [
    ...openApp(),
    openTile("sign_off", "1"),
    see(`${STRIP}:contains("12.0 %")`, "What is asked for"),
    button("action_approve"),
    see('.o_form_view:not(:has(button[name="action_approve"]))', "It is signed off"),
  ],
});

/** Signed off, the specialist sends it. */
registry.category("web_tour.tours").add("key_account_send", {
  steps: () => [
    ...openApp(),
    openTile("answers", "1"),
    see(`${STRIP}:contains("Approved by Wang Director")`),
    button("action_quotation_send"),
    click('.modal button[name="action_send_mail"]:enabled', "Send the mail", {
      timeout: 20000,
    }),
    see("body:not(:has(.modal))"),
    see('.o_arrow_button_current:contains("Quotation Sent")'),
    ...toDeal("action_open_deal"),
    ...nextStep("Signed return"),
  ],
});

/** The order, confirmed by itself, is billed. */
registry.category("web_tour.tours").add("key_account_make_invoice", {
  steps: () => [
    ...openApp(),
    openTile("to_invoice", "1"),
    see('.o_arrow_button_current:contains("Sales Order")', "It is an order"),
    click(
      '.o_statusbar_buttons button:contains("Create Invoice")',
      "Create the invoice"
    ),
    click('.modal button[name="create_invoices"]', "Create the draft"),
    see('.o_field_widget[name="invoice_line_ids"] .o_data_row:contains("Pump P-200")'),
  ],
});

import {openDeal, returnToDeal} from "./deal";
import {
  button,
  choose,
  chooseMenu,
  click,
  dialogButton,
  field,
  followGate,
  inDays,
  inStep,
  nextStep,
  openMenu,
  openPage,
  refusal,
  save,
  see,
  select,
  type,
  typeDate,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";

const STRIP = ".o_key_account_strip";
const AGREEMENT = "Quality agreement for pumps";

/** The specialist makes the quotation of the requirements, with terms and agreement. */
registry.category("web_tour.tours").add("key_account_quote", {
  steps: () => [
    ...openMenu("key_account.menu_deals", "key_account.menu_agreements"),
    click(".o_list_button_add", "A new agreement"),
    type("name", AGREEMENT),
    ...choose("type_id", "Quality agreement"),
    ...choose("key_account_id", "Golden Gate Motors"),
    ...typeHtml("body", "Deviations are reported within 24 hours."),
    button("action_ready"),
    see('.o_arrow_button_current:contains("Ready")'),
    ...returnToDeal(),
    inStep("Formal quotation"),
    button("action_quotation_from_requirements"),
    see(
      '.o_field_widget[name="order_line"] .o_data_row:contains("Pump P-200"):contains("44,000")'
    ),
    ...choose("payment_term_id", "30 days after delivery"),
    ...openPage("other_information"),
    ...typeDate("commitment_date", `${inDays(45)} 10:00:00`),
    ...openPage("key_account_contract"),
    see(
      `${field("handover_terms")}:contains("Acceptance at plant 2")`,
      "From the requirements"
    ),
    click(
      `${field("agreement_ids")} .o_field_x2many_list_row_add a`,
      "Add the agreement"
    ),
    click(`.modal .o_data_row:contains("${AGREEMENT}") .o_data_cell`, AGREEMENT),
    see(`${field("agreement_ids")} .o_data_row:contains("${AGREEMENT}")`),
    ...save(),
    ...returnToDeal(),
    ...nextStep("Sign-off"),
  ],
});

/** Nobody but the director may give 12 %: it cannot be sent, sign-off is requested. */
registry.category("web_tour.tours").add("key_account_request_sign_off", {
  steps: () => [
    ...openDeal(),
    followGate("is not signed off"),
    see(`${STRIP}:contains("Would be decided by: Wang Director")`),
    see(
      `${STRIP}:contains("12.0 %"):contains("8.0 %")`,
      "By how much, and what the limit is"
    ),
    see(
      '.o_statusbar_buttons:not(:has(button[name="action_quotation_send"]))',
      "Sending is not offered"
    ),
    click(".o_cp_action_menus .dropdown-toggle", "Try it all the same"),
    click('.o-dropdown-item:contains("Mark Quotation as Sent")', "Mark as sent"),
    ...refusal("cannot go to the customer yet", "Request sign-off"),
    button("action_request_approval"),
    see(`${STRIP}:contains("Waiting for sign-off by Wang Director")`),
  ],
});

/** The director signs off, from the inbox. */
registry.category("web_tour.tours").add("key_account_sign_off", {
  steps: () => [
    ...openMenu("key_account.menu_sign_off", "key_account.menu_to_sign_off"),
    {
      content: "Mark the quotation",
      trigger:
        '.o_data_row:contains("Golden Gate Motors") .o_list_record_selector input',
      run: "check",
    },
    click('.o_control_panel button:contains("Decide")', "Decide"),
    see(
      '.modal .o_ka_card:contains("44,000"):contains("12.0 %")',
      "The impact is shown"
    ),
    type("comment", "Agreed for the first year", ".modal"),
    ...dialogButton("action_approve"),
    see(".o_view_nocontent", "Nothing waits any more"),
  ],
});

/** Signed off, the specialist sends it. */
registry.category("web_tour.tours").add("key_account_send", {
  steps: () => [
    ...openDeal(),
    ...nextStep("Signed return"),
    followGate("carries no signature"),
    see(`${STRIP}:contains("Approved by Wang Director")`),
    button("action_quotation_send"),
    click('.modal button[name="action_send_mail"]:enabled', "Send the mail", {
      timeout: 20000,
    }),
    see("body:not(:has(.modal))"),
    see('.o_arrow_button_current:contains("Quotation Sent")'),
  ],
});

/** The order, confirmed by itself, is billed. */
registry.category("web_tour.tours").add("key_account_make_invoice", {
  steps: () => [
    ...openMenu("key_account.menu_deals", "key_account.menu_quotations"),
    click('.o_data_row:contains("Golden Gate Motors") .o_data_cell', "Open the order"),
    see('.o_arrow_button_current:contains("Sales Order")', "It is an order"),
    click(
      '.o_statusbar_buttons button:contains("Create Invoice")',
      "Create the invoice"
    ),
    click('.modal button[name="create_invoices"]', "Create the draft"),
    see('.o_field_widget[name="invoice_line_ids"] .o_data_row:contains("Pump P-200")'),
  ],
});

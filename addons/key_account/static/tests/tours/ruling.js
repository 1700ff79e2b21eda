import {backToDeal, openAnswered} from "./deal";
import {
  button,
  click,
  dialogButton,
  inStep,
  nextStep,
  openApp,
  openTile,
  see,
  select,
  selectBadge,
  selectRadio,
  statButton,
  type,
} from "./steps";
import {registry} from "@web/core/registry";

const CERTIFICATE = '.o_data_row:contains("Material certificate")';

/** The specialist compares each requirement with authority and capability, and asks for a ruling. */
registry.category("web_tour.tours").add("key_account_authority_check", {
  steps: () => [
    ...openAnswered(),
    inStep("Manager's review"),
    ...nextStep("Authority check"),
    ...statButton("action_open_requirements"),
    see('.o_data_row:contains("Pump P-200 at 880"):contains("Outside")'),
    click(".o_list_button_add", "One more requirement, agreed by telephone"),
    ...select("kind", "Quality standard", ".o_selected_row"),
    type("name", "Material certificate with each delivery", ".o_selected_row"),
    ...selectBadge("able", "yes", ".o_selected_row"),
    ...selectBadge("within_authority", "yes", ".o_selected_row"),
    click(".o_list_button_save", "Save the line"),
    see("body:not(:has(.o_selected_row))", "It is saved"),
    see(`${CERTIFICATE}:contains("Open")`, "It is not settled yet"),
    click(`${CERTIFICATE} button[name="action_settle"]`, "Settle it"),
    see(`${CERTIFICATE}:contains("Settled")`),
    ...backToDeal(),
    ...nextStep("Ruling"),
    button("action_open_ruling"),
    see('.modal .o_data_row:contains("Pump P-200 at 880")', "What lies outside"),
    type("proposal", "12 % off, for 200 pumps a year and prompt payment", ".modal"),
    ...dialogButton("action_send"),
    see('.o_ka_gates li:contains("waits for the manager")'),
  ],
});

/** The manager rules to quote; 12 % lie beyond their limits, so the next level is asked. */
registry.category("web_tour.tours").add("key_account_rule", {
  steps: () => [
    ...openApp(),
    openTile("to_rule", "1"),
    see('.modal .o_field_widget[name="proposal"]:contains("12 % off")'),
    ...selectRadio("decision", "quote", ".modal"),
    see('.modal .o_field_widget[name="forwards_to"]:contains("Wang Director")'),
    ...selectBadge("category", "strategy", ".modal"),
    type("reason", "Strategic customer, volume is confirmed", ".modal"),
    ...dialogButton("action_rule"),
    see('.o_ka_tile[data-tile="to_rule"].o_ka_tile_none', "It waits one level up"),
  ],
});

/** The next level rules: quote, without more authority for the specialist. */
registry.category("web_tour.tours").add("key_account_rule_above", {
  steps: () => [
    ...openApp(),
    openTile("to_rule", "1"),
    see('.modal .o_field_widget[name="forwarded_by"]:contains("volume is confirmed")'),
    ...selectRadio("decision", "quote", ".modal"),
    ...selectBadge("category", "strategy", ".modal"),
    type("reason", "Agreed for the first year", ".modal"),
    click(
      '.modal .o_field_widget[name="grant_ids"] .o_list_record_remove',
      "The proposed grant is not given"
    ),
    ...dialogButton("action_rule"),
    see('.o_ka_tile[data-tile="to_rule"].o_ka_tile_none', "It is ruled"),
  ],
});

/**
 * The department's own work: a specialist's morning, a customer who is taken on, accounts
 * that change hands.
 */
import {registry} from "@web/core/registry";
import {
  back,
  button,
  choose,
  chooseMenu,
  click,
  dialogButton,
  field,
  openApp,
  openMenu,
  openPage,
  openTile,
  see,
  select,
  type,
} from "./steps";

// Longer than the box waits for more letters before it searches.
const TYPED = 600;
const DIALOG = ".modal:not(.o_inactive_modal)";

function row(text) {
  return `.o_list_view .o_data_row:contains("${text}")`;
}

/** Choose by name, once the list is the one that was asked for by typing: clicked in the
 * list of before, it would unfold again over what was chosen. */
function pick(name, value, scope = "") {
  const [typed, ...chosen] = choose(name, value, scope);
  const narrowed = {
    content: `The list of ${name} is narrowed down`,
    trigger: typed.trigger,
    run: () => new Promise((resolve) => setTimeout(resolve, TYPED)),
  };
  return [typed, narrowed, ...chosen];
}

registry.category("web_tour.tours").add("key_account_morning", {
  steps: () => [
    ...openMenu("key_account.menu_work", "key_account.menu_my_day"),
    see(row("Last looked through: never"), "It says why"),
    click(`${row("File to look through")} [name="subject"]`, "Open what is due"),
    see('.o_form_view .o_field_widget[name="survey_kind"]', "The file is open"),
    ...openPage("grading"),
    button("action_file_reviewed"),
    see(
      `${field("file_reviewed_by_id")}:contains("Ka Specialist")`,
      "It is noted who looked through it"
    ),
    back("My Day"),
    see(row("Plan missing"), "The rest still waits"),
    see(`body:not(:has(${row("File to look through")}))`, "What is done has gone"),
    openTile("reports", "1"),
    see('.o_form_view .o_field_widget[name="summary"]', "The one report to write"),
    back("My Day"),
    see('.o_ka_tile[data-tile="visits_today"].o_ka_tile_none', "Nobody to visit"),
  ],
});

registry.category("web_tour.tours").add("key_account_take_on", {
  steps: () => [
    ...openApp(),
    // A decision in two clicks from there.
    openTile("sign_off", "1"),
    button("action_approve"),
    see('.o_form_view:not(:has(button[name="action_approve"]))', "It is signed off"),
    ...chooseMenu("key_account.menu_accounts", "key_account.menu_proposals"),
    click(`${row("Kunlun Pumps")} [name="criteria_text"]`, "Open the proposal"),
    see(`${field("revenue")}:contains("60,000.00")`, "The figures it stands on"),
    ...pick("team_id", "Ningbo Team"),
    ...pick("user_id", "Ka Specialist"),
    ...select("strategy_mode", "After a reference customer"),
    type("strategy", "Begin with spare parts."),
    button("action_accept"),
    see(
      '.o_statusbar_status .o_arrow_button_current:contains("Before the director")',
      "A director approves it first"
    ),
  ],
});

registry.category("web_tour.tours").add("key_account_approve_strategy", {
  steps: () => [
    ...openMenu("key_account.menu_accounts", "key_account.menu_proposals"),
    click(`${row("Kunlun Pumps")} [name="criteria_text"]`, "Open the proposal"),
    button("action_approve"),
    see(
      '.o_statusbar_status .o_arrow_button_current:contains("Accepted")',
      "The customer is taken on"
    ),
    click('button[name="action_open_account"]', "Open the file"),
    see('.o_form_view .o_field_widget[name="survey_kind"]', "The file is there"),
  ],
});

registry.category("web_tour.tours").add("key_account_hand_over", {
  steps: () => [
    ...openMenu("key_account.menu_accounts", "key_account.menu_handover"),
    ...pick("from_user_id", "Ka Specialist", DIALOG),
    see(
      `${DIALOG} ${field("key_account_ids")}:contains("Golden Gate Motors")`,
      "All their accounts are chosen"
    ),
    ...pick("to_user_id", "Ka Colleague", DIALOG),
    type("reason", "Leaves the company", DIALOG),
    ...dialogButton("action_hand_over"),
  ],
});

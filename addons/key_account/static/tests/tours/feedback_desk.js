/** A complaint from the mail to its resolution, and back: sales support and the manager. */
import {
  button,
  choose,
  click,
  field,
  openMenu,
  openPage,
  save,
  see,
  selectRadio,
  type,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";

const MODAL = ".modal:not(.o_inactive_modal)";

function inState(label) {
  return see(`.o_arrow_button_current:contains("${label}")`, `It is: ${label}`);
}

/** All of a list's cards or rows, whatever is filtered at first. */
function open(subject) {
  return [
    ...openMenu("key_account.menu_service", "key_account.menu_feedback"),
    click(`.o_kanban_record:contains("${subject}")`, `Open ${subject}`),
    see(`.o_form_view .o_field_widget[name="number"]`),
  ];
}

function withReason(label, reason) {
  return [
    click(`.o_form_statusbar button:contains("${label}")`, label),
    type("reason", reason, MODAL),
  ];
}

function apply(label) {
  return [
    click(`${MODAL} .modal-footer button:contains("${label}"):visible`, label),
    see("body:not(:has(.modal))", "The dialog is closed"),
  ];
}

/** Sales support takes down a call for a colleague, and answers what came by mail. */
registry.category("web_tour.tours").add("key_account_support_takes_call", {
  steps: () => [
    ...openMenu("key_account.menu_service", "key_account.menu_feedback"),
    see('.o_last_breadcrumb_item:contains("Feedback")', "The board is open"),
    click(".o_control_panel_main_buttons .o-kanban-button-new", "New"),
    type("name", "Flange paint peels off"),
    ...choose("key_account_id", "Golden Gate Motors"),
    see(
      `${field("user_id")} input:value("Ka Specialist")`,
      "It is for whoever has the account"
    ),
    ...openPage("description"),
    type("description", "He called: the paint of flange 2 peels off."),
    ...save(),
    inState("In hand"),
    ...open("Pump leaks"),
    see(`${field("description")} textarea:value("It drips at flange 3.")`),
    ...openPage("answer"),
    ...typeHtml("answer_draft", "A new seal leaves today."),
    button("action_answer", ".o_form_statusbar"),
    inState("Answer given"),
  ],
});

/** The manager judges whose fault it was, and resolves it. */
registry.category("web_tour.tours").add("key_account_manager_judges", {
  steps: () => [
    ...open("Pump leaks"),
    ...withReason("Judge Fault", "The seal was mounted the wrong way"),
    ...selectRadio("fault", "ours", MODAL),
    ...apply("Judge"),
    ...openPage("cause"),
    see(`${field("fault")}:contains("Ours")`),
    type("root_cause", "Seal mounted the wrong way"),
    type("corrective_action", "The jig takes it one way only"),
    button("action_resolve", ".o_form_statusbar"),
    inState("Resolved"),
  ],
});

/** The customer wrote again: support takes it up again. */
registry.category("web_tour.tours").add("key_account_support_reopens", {
  steps: () => [
    see('.o-mail-Activity:contains("written again")', "Somebody is asked to look"),
    ...withReason("Take Up Again", "It leaks again after a day"),
    ...apply("Take Up Again"),
    inState("In hand"),
    ...openPage("history"),
    see(`${field("event_ids")} .o_data_row:contains("It leaks again after a day")`),
  ],
});

import {
  button,
  choose,
  click,
  dialogButton,
  field,
  openMenu,
  openPage,
  see,
  type,
  typeDate,
} from "@key_account/../tests/tours/steps";
import {registry} from "@web/core/registry";

const REPORTING = "key_account.menu_reporting";
const PERSON = "Lin Specialist";
const tours = registry.category("web_tour.tours");

/** A day of the quarter that is over. */
function lastQuarter() {
  return luxon.DateTime.now()
    .minus({months: 3})
    .startOf("quarter")
    .toFormat("MM/dd/yyyy");
}

/** A button that asks first. */
function sure(name, scope = ".o_form_view") {
  return [
    button(name, scope),
    click(".modal:not(.o_inactive_modal) .modal-footer .btn-primary", `Yes: ${name}`),
    see("body:not(:has(.modal))", "It was asked, and answered"),
  ];
}

function menu(item) {
  return openMenu(REPORTING, `key_account_reports.${item}`);
}

/** Choose a level in the only judged row of a list. */
function level(list, kpi, name) {
  const row = `${field(list)} .o_data_row:contains("${kpi}")`;
  return [
    click(`${row} .o_data_cell[name="level_id"]`, `Judge ${kpi}`),
    ...choose("level_id", name, `${field(list)} .o_selected_row`).slice(0, 2),
  ];
}

/** The manager opens the sheets of the quarter that is over. */
tours.add("key_account_quarter_open", {
  steps: () => [
    ...menu("menu_open_sheets"),
    ...typeDate("date", lastQuarter(), ".modal"),
    see(`.modal ${field("user_ids")}:contains("${PERSON}")`),
    ...dialogButton("action_open"),
    see(`.o_data_row:contains("${PERSON}")`, "The sheet is there"),
  ],
});

/** The director enters a target, and locks it. */
tours.add("key_account_quarter_target", {
  steps: () => [
    ...menu("menu_kpi_target"),
    click(".o_list_button_add", "New target"),
    ...choose("kpi_id", "Sales plan completion", ".o_selected_row").slice(0, 2),
    // Enter would leave the row.
    ...typeDate("date", lastQuarter(), ".o_selected_row").map((step) => ({
      ...step,
      run: step.run.replace("press Enter", "press Tab"),
    })),
    ...choose("user_id", PERSON, ".o_selected_row").slice(0, 2),
    type("value", "100000", ".o_selected_row"),
    click(".o_list_button_save", "Save the target"),
    click(
      `.o_data_row:contains("${PERSON}") button[name="action_lock"]`,
      "Lock the target"
    ),
    see(`.o_data_row:contains("${PERSON}") button[name="action_unlock"]`),
  ],
});

/** The person reads their figures, says what they think of them, and hands it over. */
tours.add("key_account_quarter_self", {
  steps: () => [
    ...menu("menu_kpi_sheet"),
    click(`.o_data_row:contains("${PERSON}") .o_data_cell`, "Open my sheet"),
    see('.o_data_row:contains("Sales plan completion"):contains("0.0 %")'),
    button("action_start_self_assessment"),
    see('.o_arrow_button_current:contains("Self-assessment")'),
    ...openPage("appraisal"),
    ...level("self_judgement_ids", "Archive quality", "Good"),
    click(".o_form_view .oe_title", "Leave the row"),
    type("self_comment", "Two big orders moved into the next quarter"),
    button("action_ask_appraisers"),
    see('.o_arrow_button_current:contains("With the appraisers")'),
  ],
});

/** Each appraiser gives their own. */
tours.add("key_account_quarter_give", {
  steps: () => [
    ...menu("menu_kpi_seat"),
    click(`.o_data_row:contains("${PERSON}") .o_data_cell[name="team_id"]`, "Open it"),
    see(`${field("self_comment")}:contains("Two big orders")`),
    ...level("judgement_ids", "Archive quality", "Insufficient"),
    click(".o_form_view .oe_title", "Leave the row"),
    ...sure("action_give"),
    see(field("given_on"), "It is given"),
  ],
});

/** The director closes the appraisal: figures and grade are fixed. */
tours.add("key_account_quarter_confirm", {
  steps: () => [
    ...menu("menu_kpi_sheet"),
    click(`.o_data_row:contains("${PERSON}") .o_data_cell`, "Open the sheet"),
    button("action_appraise"),
    see('.o_arrow_button_current:contains("Appraised")'),
    ...sure("action_confirm"),
    see('.o_arrow_button_current:contains("Confirmed")'),
    see(`[name="result"] ${field("grade_name")}:contains("Failed")`),
    see(`[name="result"]:contains("Verbal warning")`),
  ],
});

/** The person sees it, and agrees. */
tours.add("key_account_quarter_agree", {
  steps: () => [
    ...menu("menu_kpi_sheet"),
    click(`.o_data_row:contains("${PERSON}") .o_data_cell`, "Open my sheet"),
    ...sure("action_acknowledge"),
    see("body:not(:has(button[name='action_acknowledge']))"),
  ],
});

/** What follows is decided and done. */
tours.add("key_account_quarter_follow", {
  steps: () => [
    ...menu("menu_kpi_outcome"),
    click(`.o_data_row:contains("Verbal warning") .o_data_cell`, "Open the warning"),
    click('button[name="action_open_act"]:contains("Accept")', "It will be done"),
    type("words", "Talked about on Monday", ".modal"),
    click('.modal .modal-footer button:contains("Accept")', "Accept"),
    see("body:not(:has(.modal))"),
    button("action_done"),
    see('.o_arrow_button_current:contains("Done")'),
  ],
});

import {click, dialogButton, openMenu, see} from "@key_account/../tests/tours/steps";
import {registry} from "@web/core/registry";

const SALES =
  '.o_field_widget[name="line_ids"] .o_data_row:contains("Sales plan completion")';

/** The manager opens the quarter's appraisal sheet, and the records behind a figure. */
registry.category("web_tour.tours").add("key_account_appraisal", {
  steps: () => [
    ...openMenu("key_account.menu_reporting", "key_account_reports.menu_open_sheets"),
    see('.modal .o_field_widget[name="user_ids"]:contains("Lin Specialist")'),
    ...dialogButton("action_open"),
    click('.o_data_row:contains("Lin Specialist") .o_data_cell', "Open the sheet"),
    see(`${SALES}:contains("44,000"):contains("100,000"):contains("44.0 %")`),
    see('.o_data_row:contains("Visit plan completion"):contains("100.0 %")'),
    see('.o_data_row:contains("Report timeliness"):contains("100.0 %")'),
    click(`${SALES} button[name="action_open_numerator"]`, "What was achieved"),
    see(
      '.o_list_view .o_data_row:contains("Golden Gate Motors")',
      "The deal is behind it"
    ),
  ],
});

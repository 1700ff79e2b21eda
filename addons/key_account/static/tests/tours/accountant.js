import {button, chooseMenu, click, opensPdf, see} from "./steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/** The accountant, without any right on sales, posts and opens what the customer signed. */
registry.category("web_tour.tours").add("key_account_accountant", {
  steps: () => [
    ...stepUtils.goToAppSteps("account.menu_finance", "Open Invoicing"),
    ...chooseMenu(
      "account.menu_finance_receivables",
      "account.menu_action_move_out_invoice_type"
    ),
    click(
      '.o_data_row:contains("Golden Gate Motors") .o_data_cell',
      "Open the invoice"
    ),
    button("action_post"),
    see('.o_arrow_button_current:contains("Posted")', "It is posted"),
    see('.o_field_widget[name="key_account_contract_info"]:contains("Zhao Min")'),
    ...opensPdf("action_open_signed_quotation"),
  ],
});

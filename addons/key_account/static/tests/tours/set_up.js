import {
  button,
  choose,
  chooseMenu,
  dialogButton,
  openMenu,
  see,
  selectRadio,
} from "./steps";
import {registry} from "@web/core/registry";

/** The configurator sets the company up: team and people, levels and limits, mode and policies. */
registry.category("web_tour.tours").add("key_account_set_up", {
  steps: () => [
    ...openMenu("key_account.menu_config", "key_account.menu_set_up"),
    see('.modal .o_field_widget[name="page"]', "The wizard is there"),
    ...choose("leader_id", "Chen Manager", ".modal"),
    ...choose("member_ids", "Lin Specialist", ".modal"),
    ...choose("support_ids", "Wu Support", ".modal"),
    button("action_next", ".modal"),
    see(
      '.modal .o_field_widget[name="level_ids"] .o_data_row:contains("Lin Specialist")'
    ),
    see(
      '.modal .o_field_widget[name="level_ids"] .o_data_row:contains("Chen Manager")'
    ),
    {
      content: "Put the director on the third level",
      trigger: '.modal .o_data_row:contains("Director") .o_data_cell[name="user_ids"]',
      run: "click",
    },
    ...choose("user_ids", "Wang Director", ".modal .o_selected_row"),
    button("action_next", ".modal"),
    ...selectRadio("mode", "enforce", ".modal"),
    ...selectRadio("approval_policy", "always", ".modal"),
    {
      content: "Signed quotations are reviewed",
      trigger: '.modal .o_field_widget[name="contract_review"] input',
      run: "check",
    },
    ...dialogButton("action_apply"),
    see('.o_form_view .o_field_widget[name="name"]', "The team is shown"),
    ...chooseMenu("key_account.menu_config", "key_account.menu_crm_stage"),
    see(
      '.o_list_view .o_data_row:contains("Development plan")',
      "The team has its steps"
    ),
    see('.o_list_view .o_data_row:contains("Signed return")'),
  ],
});

/**
 * Tours for whoever begins: a pointer leads through the screens of their role. They stand
 * in Odoo's list of tours, and below Help in the app.
 */
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const MODAL = ".modal:not(.o_inactive_modal)";

/** A step that asks for one click. */
function ask(trigger, content) {
  return {trigger, content, tooltipPosition: "bottom", run: "click"};
}

function openApp(content) {
  return [
    stepUtils.showAppsMenuItem(),
    ask('.o_app[data-menu-xmlid="key_account.menu_root"]', content),
    // By now the app is there.
    {trigger: '.o_menu_brand[data-menu-xmlid="key_account.menu_root"]'},
  ];
}

/** Unfold a menu, told why, and choose one of its items. */
function choose(section, item, content, then) {
  return [
    ask(`.o_menu_sections button[data-menu-xmlid="key_account.${section}"]`, content),
    ask(`.o-dropdown--menu [data-menu-xmlid="key_account.${item}"]`, then),
  ];
}

function help() {
  return [
    ask(
      '.o_menu_sections button[data-menu-xmlid="key_account.menu_help"]',
      _t("The process manual and these tours are always here.")
    ),
    {
      trigger: '.o-dropdown--menu [data-menu-xmlid="key_account.menu_process_manual"]',
    },
  ];
}

tours.add("key_account_tour_specialist", {
  url: "/odoo",
  steps: () => [
    ...openApp(_t("Your customers, visits and deals are in <b>Key Accounts</b>.")),
    ...choose(
      "menu_accounts",
      "menu_key_accounts",
      _t("Every customer has a file: let us open one."),
      _t("All the accounts you work on.")
    ),
    ask(".o-kanban-button-new", _t("Begin the file of a prospect.")),
    {
      trigger: '.o_field_widget[name="partner_id"] input',
      content: _t("Choose the customer, or type a new name."),
      tooltipPosition: "bottom",
      run: "edit Corner Shop",
    },
    {
      isActive: ["auto"],
      trigger:
        '.o_field_widget[name="partner_id"] .o-autocomplete--dropdown-item:contains("Corner Shop"):first',
      run: "click",
    },
    ask(
      ".o_form_button_save",
      _t("Save: the file gets its number, and the survey its questions.")
    ),
    {trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_dirty))"},
    ask(
      '.o_notebook a.nav-link[name="survey"]',
      _t("Here you enter what you find out about the customer.")
    ),
    ...choose(
      "menu_work",
      "menu_my_day",
      _t("What is to be done stands under Work."),
      _t("Each morning: visits, reports and next steps, in this order.")
    ),
    {trigger: ".o_action_manager .o_control_panel"},
    ...help(),
  ],
});

tours.add("key_account_tour_manager", {
  url: "/odoo",
  steps: () => [
    ...openApp(_t("Your team's customers and deals are in <b>Key Accounts</b>.")),
    ...choose(
      "menu_work",
      "menu_visits_to_review",
      _t("What waits for you stands under Work."),
      _t("Reports of visits that you judge.")
    ),
    {trigger: ".o_action_manager .o_control_panel"},
    ...choose(
      "menu_sign_off",
      "menu_to_sign_off",
      _t("Quotations beyond somebody's limits come here."),
      _t("Decide on one, or on several at once.")
    ),
    {trigger: ".o_action_manager .o_control_panel"},
    ...choose(
      "menu_deals",
      "menu_pipeline",
      _t("The deals of your team."),
      _t("Each card says what is due and what is missing.")
    ),
    {trigger: ".o_action_manager .o_control_panel"},
    ...help(),
  ],
});

tours.add("key_account_tour_configuration", {
  url: "/odoo",
  steps: () => [
    ...openApp(_t("You set the department up in <b>Key Accounts</b>.")),
    ...choose(
      "menu_config",
      "menu_first_steps",
      _t("All that is set up stands under Configuration."),
      _t("What is still to be set up, in order.")
    ),
    {trigger: ".o_list_view .o_data_row"},
    ...choose(
      "menu_config",
      "menu_set_up",
      _t("Most of it is done by one wizard."),
      _t("Team, people, levels, limits and mode on four pages.")
    ),
    ask(
      `${MODAL} button[special="cancel"], ${MODAL} .btn-close`,
      _t("You can close it and run it again: it shows what is there.")
    ),
    {trigger: "body:not(:has(.modal))"},
    ...choose(
      "menu_config",
      "menu_authority_matrix",
      _t("How far each level may go is a matrix."),
      _t("Limits by level, team, importance and date.")
    ),
    {trigger: ".o_action_manager .o_control_panel"},
    ...help(),
  ],
});

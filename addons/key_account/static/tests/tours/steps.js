/**
 * What people do on a screen, as tour steps: every step waits for what it acts on, and every
 * helper ends by waiting for what it has brought about.
 */
import {browser} from "@web/core/browser/browser";
import {stepUtils} from "@web_tour/tour_utils";

/** How the content of such a step begins. */
export const ATTEMPT = "Attempt:";
const MODAL = ".modal:not(.o_inactive_modal)";

/** The app opens with My Day, whatever else the user may see. */
export function openApp() {
  return stepUtils.goToAppSteps("key_account.menu_root", "Open the app Key Accounts");
}

/** Open what one of the figures above My Day counts. */
export function openTile(key, figure = "") {
  const label = figure ? `:contains("${figure}")` : "";
  return click(
    `.o_ka_home .o_ka_tile[data-tile="${key}"]${label}`,
    `What ${key} counts`
  );
}

/** Open the app and one of its menus, as a user does. */
export function openMenu(section, item) {
  return [...openApp(), ...chooseMenu(section, item)];
}

export function chooseMenu(section, item) {
  return [
    {
      content: `Unfold ${section}`,
      trigger: `.o_menu_sections button[data-menu-xmlid="${section}"]`,
      run: "click",
    },
    {
      content: `Choose ${item}`,
      trigger: `.o-dropdown--menu [data-menu-xmlid="${item}"]`,
      run: "click",
    },
  ];
}

export function field(name, scope = "") {
  return `${scope} .o_field_widget[name="${name}"]`.trim();
}

export function click(trigger, content, options = {}) {
  return {trigger, content: content || trigger, run: "click", ...options};
}

export function see(trigger, content) {
  return {trigger, content: content || `See ${trigger}`};
}

/** Type into a one-line, text or number field. */
export function type(name, value, scope = "") {
  const box = field(name, scope);
  return {
    content: `Enter ${name}`,
    trigger: `${box} input, ${box} textarea`,
    run: `edit ${value}`,
  };
}

/** Type into a date or time field, of which Odoo shows a button until it is entered. */
export function typeDate(name, value, scope = "") {
  const box = `${field(name, scope)} [data-field="${name}"]`;
  return [
    click(box, `Enter ${name}`),
    {
      content: `Type ${name}`,
      trigger: `${field(name, scope)} input[data-field="${name}"]`,
      run: `edit ${value} && press Enter`,
    },
  ];
}

export function typeHtml(name, value, scope = "") {
  return [
    {
      content: `Write ${name}`,
      trigger: `${field(name, scope)} .odoo-editor-editable`,
      run: `editor ${value}`,
    },
    see(`${field(name, scope)} .odoo-editor-editable:contains("${value}")`),
  ];
}

/** Choose an existing record by its name. */
export function choose(name, value, scope = "") {
  const box = field(name, scope);
  return [
    {
      content: `Look for ${value} in ${name}`,
      trigger: `${box} input`,
      run: `edit ${value}`,
    },
    {
      content: `Choose ${value}`,
      trigger: `${box} .o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains("${value}")`,
      run: "click",
    },
    {
      content: `${value} is chosen`,
      trigger: `${box} .o_tag:contains("${value}"), ${box}:not(:has(.o-autocomplete--dropdown-menu)) input:value("${value}")`,
    },
  ];
}

/** Choose from a selection field. */
export function select(name, label, scope = "") {
  return [
    {
      content: `Unfold ${name}`,
      trigger: `${field(name, scope)} .o_select_menu_toggler`,
      run: "click",
    },
    {
      content: `Choose ${label}`,
      trigger: `.o_select_menu_menu .o_select_menu_item:contains("${label}")`,
      run: "click",
    },
    see(`${field(name, scope)} input:value("${label}")`),
    see("body:not(:has(.o_select_menu_menu))"),
  ];
}

/** Choose one of the badges of a selection field. */
export function selectBadge(name, value, scope = "") {
  const badge = `${field(name, scope)} .o_selection_badge[value='"${value}"']`;
  return [click(badge, `Choose ${value} of ${name}`), see(`${badge}.active`)];
}

export function selectRadio(name, value, scope = "") {
  const option = `${field(name, scope)} input[data-value="${value}"]`;
  return [click(option, `Choose ${value} of ${name}`), see(`${option}:checked`)];
}

/** A new line; of a kind, where links below the list name some. */
export function addLine(name, scope = "", kind = "Add a line") {
  return [
    {
      content: `${kind}: a line of ${name}`,
      trigger: `${field(name, scope)} .o_field_x2many_list_row_add a:contains("${kind}")`,
      run: "click",
    },
    see(`${field(name, scope)} .o_selected_row`),
  ];
}

/** Columns of a list that are hidden at first. */
export function showColumns(name, columns, scope = "") {
  const toggle = `${field(name, scope)} .o_optional_columns_dropdown button`;
  return [
    click(toggle, `Columns of ${name}`),
    ...columns.map((column) => ({
      content: `Show ${column}`,
      trigger: `.o-dropdown-item input[name="${column}"]`,
      run: "check",
    })),
    click(toggle, `Columns of ${name} are chosen`),
    see(`body:not(:has(.o-dropdown-item input[name="${columns[0]}"]))`),
  ];
}

export function openPage(name) {
  return [
    click(`.o_notebook_headers a[name="${name}"]`, `Open the page ${name}`),
    see(`.o_notebook_headers a[name="${name}"].active`),
  ];
}

export function save() {
  return [
    {
      content: "Save",
      trigger: ".o_form_button_save:enabled",
      run: "click",
    },
    see(".o_form_saved, .o_form_readonly", "It is saved"),
  ];
}

export function button(name, scope = ".o_form_view") {
  return click(`${scope} button[name="${name}"]:enabled`, `Press ${name}`);
}

/** A button of the button box, which may stand under “More”. */
export function statButton(name) {
  return [
    stepUtils.autoExpandMoreButtons(),
    click(
      `.o-form-buttonbox button[name="${name}"], .o-dropdown--menu button[name="${name}"]`,
      `Press ${name}`
    ),
  ];
}

export function dialogButton(name) {
  return [
    click(`${MODAL} .modal-footer button[name="${name}"]:enabled`, `Press ${name}`),
    see("body:not(:has(.modal))", "The dialog is closed"),
  ];
}

/** What somebody tries and is refused: no part of the way that a deal goes, so its clicks
 * are not counted among those. */
export function attempt(...steps) {
  return steps.map((step) => ({...step, content: `${ATTEMPT} ${step.content}`}));
}

/** A refusal, with everything it must say; closed again. */
export function refusal(...texts) {
  return [
    ...texts.map((text) =>
      see(`${MODAL} .modal-body:contains("${text}")`, `It says: ${text}`)
    ),
    click(`${MODAL} .modal-footer button.btn-primary`, "Close the message"),
    see("body:not(:has(.modal))", "The message is closed"),
  ];
}

export function discard() {
  return [
    click(".o_form_button_cancel", "Discard"),
    see(".o_form_saved, .o_form_readonly"),
  ];
}

export function back(title) {
  return click(
    `.o_breadcrumb a:contains("${title}"), .o_breadcrumb .o_back_button:contains("${title}")`,
    `Back to ${title}`
  );
}

/** The stage panel of the opportunity stands in this step. */
export function inStep(stage) {
  return see(
    `.o_key_account_stage_panel .o_ka_where:contains("${stage}")`,
    `The deal is in step ${stage}`
  );
}

export function nextStep(stage) {
  return [button("action_next_step"), inStep(stage)];
}

/** Follow a gate's link to what is missing. */
export function followGate(text) {
  return click(`.o_ka_gates button:contains("${text}")`, `Follow: ${text}`);
}

/** Today at an hour, as Odoo's date fields read it in English. */
/** A moment yet to come that is today in every time zone, but for two minutes. */
export function soon() {
  return luxon.DateTime.now().plus({minutes: 2}).toFormat("MM/dd/yyyy HH:mm");
}

export function inDays(days) {
  return luxon.DateTime.now().plus({days}).toFormat("MM/dd/yyyy");
}

/** A button that opens a file in another window: it can be read, and it is a PDF. */
export function opensPdf(name) {
  return [
    {
      content: `${name} opens a PDF`,
      trigger: `button[name="${name}"]:enabled`,
      async run({click: press}) {
        const {open} = browser;
        const url = await new Promise((resolve) => {
          browser.open = (address) => {
            resolve(address);
            return window;
          };
          press();
        });
        browser.open = open;
        const response = await fetch(url);
        const head = (await response.text()).slice(0, 5);
        if (!response.ok || head !== "%PDF-") {
          throw new Error(`${url}: ${response.status}, begins with ${head}`);
        }
      },
    },
  ];
}

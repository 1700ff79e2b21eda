import {
  addLine,
  attempt,
  back,
  choose,
  click,
  discard,
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
  selectBadge,
  soon,
  type,
  typeDate,
} from "./steps";
import {registry} from "@web/core/registry";

const ANSWERS = field("answer_ids");

/** Answer one question of the profile survey, in the widget of its type. */
function answer(question, ...steps) {
  return [
    {
      content: `Answer: ${question}`,
      trigger: `${ANSWERS} .o_data_row:contains("${question}") .o_data_cell[name="value"]`,
      run: "click",
    },
    see(`${ANSWERS} .o_selected_row:contains("${question}")`),
    ...steps,
  ];
}

const ROW = `${ANSWERS} .o_selected_row`;

/** The specialist opens the file of a prospect, judges MAN and begins the profile survey. */
registry.category("web_tour.tours").add("key_account_open_account", {
  steps: () => [
    ...openMenu("key_account.menu_accounts", "key_account.menu_key_accounts"),
    click(".o-kanban-button-new", "A new key account"),
    ...choose("partner_id", "Golden Gate Motors"),
    ...save(),
    see('.o_field_widget[name="code"]:not(.o_field_empty)', "It has its number"),
    ...selectBadge("man_money", "confirmed"),
    type("man_money_evidence", "Bank report of this quarter, rated A"),
    ...selectBadge("man_authority", "confirmed"),
    type("man_authority_evidence", "Ms Zhao signs up to 500 000"),
    ...selectBadge("man_need", "confirmed"),
    ...selectBadge("man_need_kind", "existing"),
    type("man_need_evidence", "Second line starts in autumn"),
    ...save(),
    see(
      '.o_field_widget[name="likelihood"]:contains("A")',
      "All three hold: likelihood A"
    ),
    ...openPage("survey"),
    ...answer("Legal form and ownership", ...choose("value_selection", "Private", ROW)),
    ...answer("Number of employees", type("value_number", "1200", ROW)),
    ...answer("Annual turnover", type("value_number", "480", ROW)),
    ...save(),
    see(`${ANSWERS} .o_data_row:contains("Number of employees"):contains("1,200")`),
  ],
});

/** The deal: refused while something is missing, then planned and moved; the visit. */
registry.category("web_tour.tours").add("key_account_plan_deal", {
  steps: () => [
    ...openMenu("key_account.menu_deals", "key_account.menu_pipeline"),
    see('.o_kanban_group:contains("Development plan")'),
    click(".o-kanban-button-new", "A new opportunity"),
    ...choose("commercial_partner_id", "Golden Gate Motors", ".o_kanban_quick_create"),
    type("name", "Pumps for the second line", ".o_kanban_quick_create"),
    click(".o_kanban_quick_create .o_kanban_edit", "Edit it"),
    inStep("Development plan"),
    ...attempt(
      click(
        '.o_statusbar_status button:contains("Visit")',
        "Move on before anything is there"
      ),
      ...refusal("There is no plan for this deal", "The profile survey is complete to"),
      ...discard()
    ),
    inStep("Development plan"),
    followGate("There is no plan"),
    see('.o_form_view .o_field_widget[name="objective_ids"]'),
    ...addLine("objective_ids"),
    type("name", "Win the first order", `${field("objective_ids")} .o_selected_row`),
    type("target", "500 pumps a year", `${field("objective_ids")} .o_selected_row`),
    ...openPage("actions"),
    ...addLine("action_ids"),
    type(
      "name",
      "Visit the purchasing manager",
      `${field("action_ids")} .o_selected_row`
    ),
    ...typeDate("date_due", inDays(7), `${field("action_ids")} .o_selected_row`),
    ...openPage("contingency"),
    type("contingency", "If the price is refused: offer the smaller series"),
    back("Pumps for the second line"),
    see('.o_ka_gates li:has(.text-success):contains("plan")', "The plan's gate is met"),
    followGate("The profile survey"),
    ...answer("Annual purchases of what we offer", type("value_number", "35", ROW)),
    ...answer(
      "Who decides on purchases",
      type("value_char", "Ms Zhao, purchasing", ROW)
    ),
    ...answer("Main products and markets", type("value_text", "Gearboxes, Asia", ROW)),
    back("Pumps for the second line"),
    ...nextStep("Visit"),
    followGate("No visit for this opportunity"),
    ...typeDate("date_start", soon()),
    see(`${field("contact_ids")} .o_tag:contains("Zhao Min")`, "The only one we know"),
    type("objectives", "Settle quality, price and handover"),
    ...save(),
  ],
});

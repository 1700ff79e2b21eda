import {
  addLine,
  button,
  choose,
  click,
  field,
  inDays,
  nextStep,
  openApp,
  openTile,
  see,
  select,
  selectBadge,
  showColumns,
  type,
  typeDate,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";
import {toDeal} from "./deal";

const LINES = field("requirement_ids");
const LINE = `${LINES} .o_selected_row`;

/** The specialist visits the customer and hands in the report. */
registry.category("web_tour.tours").add("key_account_visit", {
  steps: () => [
    ...openApp(),
    openTile("visits_today", "1"),
    see('.o_field_widget[name="name"] :value("Golden Gate Motors")', "The visit"),
    button("action_hold_and_report"),
    see(
      '.o_field_widget[name="met_ids"]:contains("Zhao Min")',
      "Who was to be met was met"
    ),
    ...typeHtml("summary", "They need 200 pumps a year, the first 50 in spring."),
    type("competitors", "Northern Pumps, 860 with long delivery"),
    ...showColumns("requirement_ids", ["our_standard"]),
    ...addLine("requirement_ids", "", "Target price"),
    type("name", "Pump P-200 at 880", LINE),
    ...choose("product_id", "Pump P-200", LINE),
    type("quantity", "50", LINE),
    type("target_price", "880", LINE),
    ...selectBadge("able", "yes", LINE),
    ...addLine("requirement_ids", "", "Handover"),
    type("name", "Acceptance at plant 2 within two days", LINE),
    type("our_standard", "Acceptance test with their inspector", LINE),
    ...selectBadge("able", "yes", LINE),
    ...selectBadge("within_authority", "yes", LINE),
    type(
      "target_price",
      "880",
      field("target_price").replace(/^/, ".o_row:has(> ") + ")"
    ),
    ...selectBadge("outcome", "achieved"),
    type("next_step", "Quotation for 50 pumps"),
    ...typeDate("next_date", inDays(5)),
    button("action_submit_report"),
    see('.o_arrow_button_current:contains("Reported")', "The report is handed in"),
    see(`${LINES} .o_data_row:contains("Pump P-200 at 880"):contains("Outside")`),
    click(
      `${LINES} .o_data_row:contains("Acceptance at plant 2") button[name="action_settle"]`,
      "What lies within authority is settled"
    ),
    see(`${LINES} .o_data_row:contains("Acceptance at plant 2"):contains("Settled")`),
    ...toDeal("action_open_deals"),
    ...nextStep("Manager's review"),
  ],
});

/** The manager reviews the report and grants more room for this deal. */
registry.category("web_tour.tours").add("key_account_review_visit", {
  steps: () => [
    ...openApp(),
    openTile("to_review", "1"),
    see('.o_field_widget[name="summary"]:contains("200 pumps a year")'),
    ...["review_potential", "review_standing", "review_value", "review_difficulty"].map(
      (score) =>
        click(`${field(score)} .o_priority_star:eq(3)`, `Four of five: ${score}`)
    ),
    type("guidance", "Go on; keep the price above 870"),
    type("duties", "Quote 50 pumps; discount up to 8 %"),
    ...addLine("grant_ids"),
    ...select("dimension", "Discount", `${field("grant_ids")} .o_selected_row`),
    type("value", "8", `${field("grant_ids")} .o_selected_row`),
    ...typeDate("date_until", inDays(30), `${field("grant_ids")} .o_selected_row`),
    button("action_review"),
    see('.o_arrow_button_current:contains("Reviewed")', "The report is accepted"),
  ],
});

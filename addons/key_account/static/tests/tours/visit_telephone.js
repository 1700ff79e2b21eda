import {
  button,
  field,
  inDays,
  see,
  selectBadge,
  type,
  typeDate,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";

// What somebody who stands in the customer's yard has patience for.
const MOST_TAPS = 12;

const REPORT = [
  button("action_check_in"),
  button("action_hold"),
  button("action_open_report"),
  ...typeHtml("summary", "They need 50 pumps in spring."),
  ...selectBadge("outcome", "achieved"),
  type("next_step", "Quotation for 50 pumps"),
  ...typeDate("next_date", inDays(5)),
  button("action_submit_report"),
];

/** An ordinary visit on a telephone, from the gate to the report handed in. */
registry.category("web_tour.tours").add("key_account_visit_telephone", {
  steps: () => [
    {
      content: `A report takes at most ${MOST_TAPS} taps`,
      trigger: '.o_arrow_button_current:contains("Confirmed"), .o_form_view',
      run() {
        const taps = REPORT.filter(({run}) => run).length;
        if (taps > MOST_TAPS) {
          throw new Error(`A report takes ${taps} taps, more than ${MOST_TAPS}`);
        }
      },
    },
    ...REPORT.slice(0, 3),
    see(`${field("photo_ids")} .o_ka_camera`, "The camera is one tap away"),
    see(
      `${field("photo_ids")}:has(input[capture="environment"][accept="image/*"])`,
      "It is the telephone's own"
    ),
    see(`${field("satisfaction")} .o_priority_star`),
    ...REPORT.slice(3),
    see('.o_statusbar_status .dropdown-toggle:contains("Reported")', "It is handed in"),
    see(".o_form_saved, .o_form_readonly"),
  ],
});

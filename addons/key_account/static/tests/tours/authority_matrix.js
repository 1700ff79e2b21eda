import {see} from "./steps";
import {registry} from "@web/core/registry";

const CELL = (name) => `.o_ka_matrix_general [data-cell="${name}"]`;

/** Configuration edits limits in place, and tries out who could sign. */
registry.category("web_tour.tours").add("key_account_authority_matrix", {
  steps: () => [
    {trigger: `${CELL("discount/Specialist")} .o_ka_matrix_cell`, run: "click"},
    {trigger: `${CELL("discount/Specialist")} input`, run: "edit 6.5"},
    {trigger: `${CELL("discount/Specialist")} input`, run: "press Enter"},
    see(`${CELL("discount/Specialist")} .o_ka_matrix_cell:focus:contains("6.5 %")`),
    {trigger: `${CELL("amount/Specialist")} .o_ka_matrix_cell`, run: "click"},
    {
      trigger: `${CELL("amount/Specialist")} button[title="Unlimited"]`,
      run: (helpers) =>
        helpers.anchor.dispatchEvent(new MouseEvent("mousedown", {bubbles: true})),
    },
    see(`${CELL("amount/Specialist")} .o_ka_matrix_cell:contains("unlimited")`),
    {
      trigger: '.o_ka_matrix_special:contains("Grade A") [title="Change its dates"]',
      run: "click",
    },
    {
      trigger: 'input[name="change_date_to"]',
      run: ({anchor}) => {
        anchor.value = "2030-12-31";
        anchor.dispatchEvent(new InputEvent("input", {bubbles: true}));
      },
    },
    {trigger: ".o_ka_matrix_dates_save", run: "click"},
    see('.o_ka_matrix_validity:contains("2030-12-31")'),
    {trigger: 'select[name="try_author"]', run: "selectByLabel Ka Specialist"},
    {trigger: 'input[name="try_discount"]', run: "edit 18 && click body"},
    see('.o_ka_try_answer:contains("Ka Director")'),
  ],
});

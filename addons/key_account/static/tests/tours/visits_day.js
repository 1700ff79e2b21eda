/**
 * Visits and canvassing of those who do not hold the telephone: a street entered without a
 * mouse, and the manager's month.
 */
import * as hoot from "@odoo/hoot-dom";
import {
  back,
  button,
  choose,
  click,
  field,
  inDays,
  openMenu,
  save,
  see,
  selectBadge,
  type,
  typeDate,
  typeHtml,
} from "./steps";
import {registry} from "@web/core/registry";

const MODAL = ".modal:not(.o_inactive_modal)";
const ROW = ".o_list_view .o_selected_row";
// Columns between one that is filled in and the next.
const MOST_TABS = 12;
let pointed = 0;
let dropped = null;

function row(text) {
  return `.o_list_view .o_data_row:contains("${text}")`;
}

/** A step in which only keys are pressed. */
function keys(content, trigger, run) {
  return {content, trigger, run};
}

/** Go on with Tab until the cell of this field, and type. */
async function typeInto(name, value) {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    const cell = document.activeElement.closest(`${ROW} [name="${name}"]`);
    if (cell) {
      await hoot.edit(value);
      return;
    }
    await hoot.press("Tab");
    await hoot.animationFrame();
  }
  throw new Error(`${name} is not reached in ${MOST_TABS} tabs`);
}

function enterShop(name, phone, next) {
  return [
    keys(`${name}: the line is open`, `${ROW} [name="name"] input`, () =>
      typeInto("name", name)
    ),
    keys(`${name}: telephone`, `${ROW} [name="phone"]`, () => typeInto("phone", phone)),
    keys(`${name}: next step`, `${ROW} [name="next_step"]`, () =>
      typeInto("next_step", next)
    ),
    keys(`${name}: Enter goes on to the next line`, ROW, () => hoot.press("Enter")),
    see(`${row(name)}:not(.o_selected_row)`, `${name} is a line`),
  ];
}

registry.category("web_tour.tours").add("key_account_street_by_keys", {
  steps: () => [
    keys("Alt and C begin a line", ".o_list_view .o_list_button_add", () => {
      pointed = 0;
      document.addEventListener("pointerdown", () => pointed++, true);
      return hoot.press(["alt", "c"]);
    }),
    ...enterShop("Harbour Hardware", "021 5550 0101", "Bring the catalogue"),
    ...enterShop("Bridge Tools", "021 5550 0102", "Ring the owner"),
    keys("Escape leaves the empty line", ROW, () => hoot.press("Escape")),
    see(`.o_list_view:not(:has(.o_selected_row)) ${row("Bridge Tools").slice(13)}`),
    {
      content: "No mouse was touched",
      trigger: row("Harbour Hardware"),
      run() {
        if (pointed) {
          throw new Error(`The mouse was pressed ${pointed} times`);
        }
      },
    },
  ],
});

/** Hide the page as another tab does, and wait for whatever it writes. */
async function lookAway() {
  Object.defineProperty(document, "visibilityState", {
    value: "hidden",
    configurable: true,
  });
  document.dispatchEvent(new Event("visibilitychange"));
  await hoot.delay(500);
  delete document.visibilityState;
}

registry.category("web_tour.tours").add("key_account_report_looked_at", {
  steps: () => [
    {
      content: "Nobody entered anything: it stays new",
      trigger: ".o_form_view .nav-link[name=remarks]",
      async run() {
        await lookAway();
        if (!window.location.pathname.endsWith("/new")) {
          throw new Error(`Written by looking away: ${window.location.pathname}`);
        }
      },
    },
    click(".o_form_view .nav-link[name=remarks]", "What was seen"),
    type("environment", "Road works before the gate."),
    {
      content: "What was typed is kept",
      trigger: `.o_form_view ${field("environment")}`,
      run: lookAway,
    },
    see(
      ".o_form_view .o_form_status_indicator:not(.o_form_status_indicator_new_record)",
      "It is a record"
    ),
  ],
});

/** A day of the month's calendar on which people work and nothing is proposed. */
function freeDay(from) {
  const days = [...document.querySelectorAll(".fc-daygrid-day:not(.fc-day-other)")];
  return days.find((day) => {
    const weekday = luxon.DateTime.fromISO(day.dataset.date).weekday;
    return weekday < 6 && day !== from && !day.querySelector(".fc-event");
  });
}

registry.category("web_tour.tours").add("key_account_month_of_visits", {
  steps: () => [
    ...openMenu("key_account.menu_work", "key_account.menu_visit_plan"),
    click(".o_list_view .o_data_row .o_data_cell", "Open the plan"),
    button("action_propose"),
    see(`${field("visit_line_ids")} .o_data_row:contains("Proposed")`),
    button("action_open_calendar"),
    {
      content: "Drag a visit to a free day",
      trigger: ".fc-daygrid-day:not(.fc-day-other) .fc-event",
      async run({anchor}) {
        const day = freeDay(anchor.closest(".fc-daygrid-day"));
        dropped = day.dataset.date;
        const {moveTo, drop} = await hoot.drag(anchor);
        await hoot.animationFrame();
        await moveTo(day);
        await hoot.animationFrame();
        await drop(day);
      },
    },
    {
      content: "It stands on that day",
      trigger: ".o_calendar_renderer .fc-event",
      async run() {
        const there = `.fc-daygrid-day[data-date="${dropped}"] .fc-event`;
        await hoot.waitFor(there, {timeout: 5000});
      },
    },
    back("Ka Specialist"),
    button("action_accept"),
    click(`${MODAL} .modal-footer .btn-primary`, "Nobody is sent a mail"),
    see('.o_last_breadcrumb_item:contains("Visits")', "They are visits"),
    see(
      '.o_calendar_renderer .fc-event:contains("Golden Gate Motors")',
      "The calendar opens in their month"
    ),
  ],
});

/** Yesterday at this hour, which no time zone moves to tomorrow. */
function yesterday() {
  return luxon.DateTime.now().minus({days: 1}).toFormat("MM/dd/yyyy HH:mm");
}

/** The menu offers to print it; while tests run, Odoo prints pages and no PDF. */
function printed(words) {
  return [
    click(".o_cp_action_menus button", "What can be done with it"),
    see('.o-dropdown--menu:contains("Print")', "It can be printed"),
    {
      content: `“${words}” stands on paper`,
      trigger: ".o_form_view",
      async run() {
        const id = window.location.pathname.split("/").findLast(Number);
        const url = `/report/pdf/key_account_reports.report_visit/${id}`;
        const response = await fetch(url);
        if (!response.ok || !(await response.text()).includes(words)) {
          throw new Error(`${url}: ${response.status}, without “${words}”`);
        }
      },
    },
  ];
}

/** Sales support: a visit that nobody planned, told over the telephone by a colleague; its
 * report, and a page of it; then the visits of whoever is away. */
registry.category("web_tour.tours").add("key_account_for_colleagues", {
  steps: () => [
    ...openMenu("key_account.menu_work", "key_account.menu_visits"),
    see(".o_calendar_view .fc", "The calendar of the team"),
    click(".o_switch_view.o_kanban", "As cards"),
    see('.o_kanban_record:contains("Golden Gate Motors")', "What a colleague plans"),
    click(".o_control_panel_main_buttons .o-kanban-button-new", "New"),
    ...choose("key_account_id", "Golden Gate Motors"),
    ...choose("user_id", "Ka Specialist"),
    ...typeDate("date_start", yesterday()),
    ...choose("contact_ids", "Zhao Min"),
    ...save(),
    button("action_confirm"),
    button("action_hold"),
    button("action_open_report"),
    ...typeHtml("summary", "They told it over the telephone."),
    ...selectBadge("outcome", "achieved"),
    type("next_step", "Send the drawings"),
    ...typeDate("next_date", inDays(5)),
    button("action_submit_report"),
    see('.o_arrow_button_current:contains("Reported")', "It is handed in"),
    ...printed("They told it over the telephone."),
    ...openMenu("key_account.menu_work", "key_account.menu_visit_give"),
    ...choose("from_user_id", "Ka Specialist", MODAL),
    see(`${MODAL} ${field("line_ids")} .o_data_row:contains("Golden Gate Motors")`),
    click(`${MODAL} ${field("line_ids")} .o_data_row [name="to_user_id"]`, "To whom"),
    ...choose("to_user_id", "Ka Colleague", `${MODAL} .o_selected_row`),
    type("reason", "On leave", MODAL),
    click(`${MODAL} button[name="action_give"]:enabled`, "Give them"),
    see("body:not(:has(.modal))", "They are given"),
  ],
});

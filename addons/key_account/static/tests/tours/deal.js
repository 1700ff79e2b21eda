import {back, click, openMenu, see, statButton} from "./steps";

const DEAL = "Pumps for the second line";
const ON_PANEL = see(".o_key_account_stage_panel", "The panel says where it stands");

/** Of the pipeline. */
export function openCard() {
  return [
    click(`.o_kanban_record:contains("${DEAL}")`, "Open the opportunity"),
    ON_PANEL,
  ];
}

/** The app, the pipeline, the deal. */
export function openDeal() {
  return [
    ...openMenu("key_account.menu_deals", "key_account.menu_pipeline"),
    ...openCard(),
  ];
}

/** From what was opened on it. */
export function backToDeal() {
  return [back(DEAL), ON_PANEL];
}

/** From a visit or a quotation that was opened elsewhere. */
export function toDeal(button) {
  return [...statButton(button), ON_PANEL];
}

import {chooseMenu, click, openMenu, see} from "./steps";

const PIPELINE = ["key_account.menu_deals", "key_account.menu_pipeline"];
const CARD = '.o_kanban_record:contains("Pumps for the second line")';

const OPEN_CARD = [
  click(CARD, "Open the opportunity"),
  see(".o_key_account_stage_panel", "The panel says where it stands"),
];

/** The app, the pipeline, the deal. */
export function openDeal() {
  return [...openMenu(...PIPELINE), ...OPEN_CARD];
}

/** From another screen of the app. */
export function returnToDeal() {
  return [...chooseMenu(...PIPELINE), ...OPEN_CARD];
}

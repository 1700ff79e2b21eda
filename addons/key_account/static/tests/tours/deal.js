import {back, openApp, openTile, see, statButton} from "./steps";

const DEAL = "Pumps for the second line";
const ON_PANEL = see(".o_key_account_stage_panel", "The panel says where it stands");

/** One that can go on, from My Day. */
export function openAnswered() {
  return [...openApp(), openTile("answered_deals", "1"), ON_PANEL];
}

/** From what was opened on it. */
export function backToDeal() {
  return [back(DEAL), ON_PANEL];
}

/** From a visit or a quotation that was opened elsewhere. */
export function toDeal(button) {
  return [...statButton(button), ON_PANEL];
}

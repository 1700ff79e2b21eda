import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

// Whoever waits longer than this at a gate has no signal.
const TIMEOUT = 8000;

/** Where the browser is, or nothing: refused, unknown, too slow. */
function askBrowser() {
  return new Promise((resolve) => {
    const {geolocation} = browser.navigator;
    if (!geolocation) {
      resolve(null);
      return;
    }
    geolocation.getCurrentPosition(
      ({coords}) => resolve(coords),
      () => resolve(null),
      {enableHighAccuracy: true, timeout: TIMEOUT, maximumAge: 60000}
    );
  });
}

/** After a check-in: keep the position if the browser tells it; go on in any case. */
async function askPosition(env, action) {
  const coords = await askBrowser();
  if (coords) {
    const {latitude, longitude, accuracy} = coords;
    await env.services.orm.call("key.account.visit", "action_keep_position", [
      [action.params.visit_id],
      latitude,
      longitude,
      accuracy,
    ]);
  }
  return {type: "ir.actions.client", tag: "soft_reload"};
}

registry.category("actions").add("key_account_ask_position", askPosition);

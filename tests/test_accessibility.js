/**
 * Looks at screens with axe-core, which has been loaded before; told at the end in one
 * line of the console, which the test reads.
 */
const RULES = {resultTypes: ["violations"], elementRef: true, preload: false};
const GRAVE = ["serious", "critical"];

const wait = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Until nothing has changed on the page for a while. */
async function still(page = document) {
  let changed = Date.now();
  const observer = new MutationObserver(() => (changed = Date.now()));
  observer.observe(page, {childList: true, subtree: true, attributes: true});
  const end = Date.now() + 8000;
  while (
    Date.now() < end &&
    (Date.now() - changed < 350 || page.querySelector(".o_loading_indicator"))
  ) {
    await wait(50);
  }
  observer.disconnect();
}

/** The first visible element of a selector, as soon as it is there. */
async function there(selector) {
  for (let left = 200; left; left--) {
    const found = [...document.querySelectorAll(selector)].find(
      (element) => element.offsetParent
    );
    if (found) {
      return found;
    }
    await wait(100);
  }
  throw new Error(`there is no ${selector}`);
}

/** One line for a place on the page: its way from the view, by name and class. */
function place(element) {
  const parts = [];
  for (
    let node = element;
    node && node.nodeType === 1 && parts.length < 4;
    node = node.parentElement
  ) {
    const name = node.getAttribute("name");
    const classes = [...node.classList].slice(0, 4).map((one) => `.${one}`);
    parts.unshift(
      node.tagName.toLowerCase() + (name ? `[name=${name}]` : "") + classes.join("")
    );
  }
  return `${parts.join(" > ")} “${(element.textContent || "").trim().slice(0, 40)}”`;
}

const colours = (check) =>
  check && check.data && check.data.fgColor
    ? `${check.data.fgColor} on ${check.data.bgColor}`
    : "";

/** What axe finds serious or critical below an element. */
async function look(scene, root, {axe, known}) {
  const found = await axe.run(root, RULES);
  const lines = [];
  for (const {id, impact, nodes} of found.violations) {
    if (!GRAVE.includes(impact)) {
      continue;
    }
    for (const {element, any} of nodes) {
      const reason = known.findIndex(
        ([rule, selector]) =>
          [id, "any"].includes(rule) &&
          (selector.startsWith("#")
            ? colours(any[0]) === selector
            : element.matches(selector))
      );
      lines.push({
        scene,
        rule: id,
        reason,
        what: place(element),
        colour: colours(any[0]),
      });
    }
  }
  return lines;
}

/** The colours of Odoo's own classes, above everything else on the page. */
async function lookAtTheme(name, page, tools) {
  const spans = [
    "text-muted",
    ...["success", "info", "warning", "danger", "secondary", "primary"].flatMap(
      (tone) => [`badge text-bg-${tone}`, `text-${tone}`, `btn btn-link text-${tone}`]
    ),
  ].map((classes) => `<div><span class="${classes}">Words</span></div>`);
  const link = '<div class="o_field_html o_readonly"><a href="#">Words</a></div>';
  const sample = page.createElement("div");
  sample.style = "position: fixed; inset: 0; z-index: 9999; background: #ffffff";
  sample.innerHTML = spans.join("") + link;
  page.body.append(sample);
  const found = await look(name, sample, tools);
  sample.remove();
  return found;
}

/** Actions of the web client, one after the other in the same page. */
async function lookAtActions(scenes, known) {
  const {action} = odoo.__WOWL_DEBUG__.root.env.services;
  const found = [];
  for (const {name, request, options, click, see} of scenes) {
    await action.doAction(request, {clearBreadcrumbs: true, ...options});
    await still();
    for (const selector of click || []) {
      (await there(selector)).click();
      await still();
    }
    if (see) {
      await there(see);
    }
    const dialogs = document.querySelectorAll(".o_dialog .modal-content");
    const root = [...dialogs].at(-1) || document.querySelector(".o_action_manager");
    found.push(...(await look(name, root, {axe: window.axe, known})));
    if (name.startsWith("plain")) {
      found.push(...(await lookAtTheme(name, document, {axe: window.axe, known})));
    }
    if (dialogs.length) {
      await action.doAction({type: "ir.actions.act_window_close"});
      await still();
    }
  }
  return found;
}

/** Whether the tab key leads out of a text, and is not kept by it. */
async function pressTab(scenes) {
  const {action} = odoo.__WOWL_DEBUG__.root.env.services;
  const found = [];
  for (const {name, request, text} of scenes) {
    await action.doAction(request, {clearBreadcrumbs: true});
    const field = await there(`${text} .note-editable`);
    await still();
    field.focus();
    const key = {key: "Tab", code: "Tab", bubbles: true, cancelable: true};
    if (!field.dispatchEvent(new KeyboardEvent("keydown", key))) {
      found.push({scene: name, rule: "tab", reason: -1, what: text, colour: ""});
    }
  }
  return found;
}

/** Pages of the portal, each in a frame. */
async function lookAtPages(scenes, known, source) {
  const found = [];
  const frame = document.createElement("iframe");
  frame.style = "width: 1200px; height: 900px";
  document.body.append(frame);
  for (const {name, url} of scenes) {
    await new Promise((resolve) => {
      frame.onload = resolve;
      frame.src = url;
    });
    const page = frame.contentWindow;
    await still(page.document);
    page.eval(source);
    const root = page.document.querySelector("main");
    found.push(...(await look(name, root, {axe: page.axe, known})));
    if (name.startsWith("plain")) {
      found.push(...(await lookAtTheme(name, page.document, {axe: page.axe, known})));
    }
  }
  return found;
}

/** Look, and say in one line of the console what was found, or what went wrong. */
async function tell(lookAt, ...given) {
  let answer = {};
  try {
    answer = {found: await lookAt(...given)};
  } catch (error) {
    answer = {error: String(error)};
  }
  console.log(`AXE ${JSON.stringify(answer)}`);
  console.log("test successful");
}

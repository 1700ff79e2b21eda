import {Notebook} from "@web/core/notebook/notebook";
import {RPCError} from "@web/core/network/rpc";
import {UncaughtPromiseError} from "@web/core/errors/error_service";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";

const MARKS = ["o_field_invalid", "o_ka_missing"];
const PAGE = "KEY_ACCOUNT_MISSING";

// What is missing may stand on another page of the form: that one comes to the front.
patch(Notebook.prototype, {
  setup() {
    super.setup();
    useBus(this.env.bus, PAGE, ({detail: names}) => {
      const holds = ([_id, page]) =>
        page.fieldNames?.some((name) => names.includes(name));
      const current = this.navItems.find(([id]) => id === this.state.currentPage);
      const page = this.navItems.find(holds);
      if (page && !holds(current)) {
        this.activatePage(page[0]);
      }
    });
  },
});

function mark(names) {
  const fields = document.querySelectorAll(
    names.map((name) => `.o_form_view .o_field_widget[name="${name}"]`).join(",")
  );
  for (const field of fields) {
    field.classList.add(...MARKS);
    for (const event of ["focusin", "click"]) {
      field.addEventListener(event, () => field.classList.remove(...MARKS), {
        once: true,
      });
    }
  }
  fields[0]?.scrollIntoView({block: "center"});
}

/**
 * What is not filled in yet is marked where it is to be filled in. A dialog would cover
 * the form, on a telephone all of it. The mark goes when somebody turns to the field.
 */
export function missingHandler(env, error, originalError) {
  if (
    !(error instanceof UncaughtPromiseError) ||
    !(originalError instanceof RPCError)
  ) {
    return false;
  }
  const names = originalError.data?.context?.key_account_missing;
  if (!names) {
    return false;
  }
  error.unhandledRejectionEvent.preventDefault();
  env.services.notification.add(originalError.data.message, {type: "danger"});
  env.bus.trigger(PAGE, names);
  // As soon as the page is drawn.
  setTimeout(() => mark(names), 100);
  return true;
}

registry
  .category("error_handlers")
  .add("key_account.missing", missingHandler, {sequence: 90});

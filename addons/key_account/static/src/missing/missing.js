import {RPCError} from "@web/core/network/rpc";
import {UncaughtPromiseError} from "@web/core/errors/error_service";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const MARKS = ["o_field_invalid", "o_ka_missing"];

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
  env.services.notification.add(originalError.data.message, {
    title: _t("Something is missing"),
    type: "danger",
  });
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
  return true;
}

registry
  .category("error_handlers")
  .add("key_account.missing", missingHandler, {sequence: 90});

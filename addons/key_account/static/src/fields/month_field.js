import {DateTimeField, dateField} from "@web/views/fields/datetime/datetime_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** A month is kept as its first day, and is not read as that day. */
export class MonthField extends DateTimeField {
  getFormattedValue(valueIndex) {
    const month = this.values[valueIndex];
    return month ? month.toLocaleString({year: "numeric", month: "long"}) : "";
  }
}

registry.category("fields").add("key_account_month", {
  ...dateField,
  component: MonthField,
  displayName: _t("Month"),
});

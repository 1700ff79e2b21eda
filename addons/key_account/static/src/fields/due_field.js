import {
  RemainingDaysField,
  remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import {_t} from "@web/core/l10n/translation";
import {capitalize} from "@web/core/utils/strings";
import {registry} from "@web/core/registry";

/** In days: Odoo calls tomorrow "next month" on the last day of one. */
export class DueField extends RemainingDaysField {
  get diffString() {
    if (this.diffDays === null || Math.abs(this.diffDays) > 99) {
      return super.diffString;
    }
    const day = this.props.record.data[this.props.name];
    return capitalize(day.toRelativeCalendar({unit: "days"}));
  }
}

registry.category("fields").add("key_account_due", {
  ...remainingDaysField,
  component: DueField,
  displayName: _t("Due, in days"),
});

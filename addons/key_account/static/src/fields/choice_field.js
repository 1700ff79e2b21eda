import {
  BadgeSelectionField,
  badgeSelectionField,
} from "@web/views/fields/badge_selection/badge_selection_field";
import {registry} from "@web/core/registry";

/** Choices side by side, which the keyboard reaches: Odoo's are for a mouse alone. */
export class ChoiceField extends BadgeSelectionField {
  static template = "key_account.ChoiceField";

  onKeydown(ev, value) {
    if (["Enter", " "].includes(ev.key)) {
      ev.preventDefault();
      ev.stopPropagation();
      this.onChange(value);
    }
  }
}

registry.category("fields").add("key_account_choice", {
  ...badgeSelectionField,
  component: ChoiceField,
});

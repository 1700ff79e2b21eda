import {MonetaryField, monetaryField} from "@web/views/fields/monetary/monetary_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** A price that need not be named: none is no price of 0.00. */
export class PriceField extends MonetaryField {
  get value() {
    return super.value || false;
  }
}

export const priceField = {
  ...monetaryField,
  component: PriceField,
  displayName: _t("Price, if any"),
};

registry.category("fields").add("key_account_price", priceField);

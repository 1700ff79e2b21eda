import {Record} from "@web/model/relational_model/record";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/**
 * A form of this app that cannot be saved names what is not filled in: the field may stand on
 * another page of it. Other forms say what they always said.
 */
patch(Record.prototype, {
  _displayInvalidFieldNotification() {
    const labels = [...this._invalidFields].map((name) => this.fields[name]?.string);
    if (!this.resModel?.startsWith("key.account") || !labels.every(Boolean)) {
      return super._displayInvalidFieldNotification();
    }
    return this.model.notification.add(_t("Still to be filled in: %s", labels), {
      type: "danger",
    });
  },
});

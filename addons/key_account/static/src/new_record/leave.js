import {Record} from "@web/model/relational_model/record";
import {patch} from "@web/core/utils/patch";

/**
 * Closing or reloading a page saves what is on it. A new record of this app in which nobody
 * has entered anything is no record yet: reloaded twice, it would be there twice.
 */
patch(Record.prototype, {
  async urgentSave() {
    if (this.resModel?.startsWith("key.account") && !this.resId) {
      // What stands in a box that is still being typed into is entered first.
      this.model._urgentSave = true;
      this.model.bus.trigger("WILL_SAVE_URGENTLY");
      this.model._urgentSave = false;
      if (!this.dirty) {
        return true;
      }
    }
    return super.urgentSave();
  },
});

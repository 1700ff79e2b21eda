import {FormController} from "@web/views/form/form_controller";
import {Record} from "@web/model/relational_model/record";
import {patch} from "@web/core/utils/patch";

/**
 * Closing or reloading a page saves what is on it. A new record of this app in which nobody
 * has entered anything is no record yet: reloaded twice, it would be there twice. Hidden
 * behind another tab, or on its way out, it would be written as well.
 */
function isNew(record) {
  return record.resModel?.startsWith("key.account") && !record.resId;
}

patch(Record.prototype, {
  async urgentSave() {
    if (isNew(this)) {
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

patch(FormController.prototype, {
  async beforeVisibilityChange() {
    const {root} = this.model;
    if (document.visibilityState === "hidden" && isNew(root)) {
      if (!(await root.isDirty())) {
        return;
      }
    }
    return super.beforeVisibilityChange();
  },
});

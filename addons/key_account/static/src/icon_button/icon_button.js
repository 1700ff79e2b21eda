import {ViewButton} from "@web/views/view_button/view_button";
import {patch} from "@web/core/utils/patch";

patch(ViewButton.prototype, {
  /** Of ours; those of other apps are theirs to name. */
  get iconOnly() {
    const {icon, record, string} = this.props;
    return icon && !string && (record?.resModel || "").startsWith("key.account");
  },
});

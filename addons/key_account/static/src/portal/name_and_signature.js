import {NameAndSignature} from "@web/core/signature/name_and_signature";
import {patch} from "@web/core/utils/patch";

/**
 * Where no name is proposed, the first letter makes the area to sign in appear; what is typed
 * before it is there is drawn as soon as it is.
 */
patch(NameAndSignature.prototype, {
  async drawCurrentName() {
    return this.signatureRef.el ? super.drawCurrentName() : undefined;
  },
});

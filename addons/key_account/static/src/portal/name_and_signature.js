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

  /**
   * Letters typed quickly ask for one image each. They are drawn one after the other, and
   * only the last: two that load at once would stand upon each other in what is signed. Of
   * what is cleared meanwhile nothing is drawn.
   */
  printImage(source) {
    const print = () => super.printImage(source);
    this.wantedImage = source;
    this.printed = Promise.resolve(this.printed).then(async () => {
      if (this.wantedImage !== source) {
        return;
      }
      const printing = print();
      this.wantedImage = source;
      await printing;
      await loaded(source);
      if (!this.wantedImage) {
        this.clear();
      }
    });
    return this.printed;
  },

  clear() {
    this.wantedImage = null;
    return super.clear();
  },
});

/** When an image that was asked for before has been drawn. */
function loaded(source) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = resolve;
    image.src = source;
  });
}

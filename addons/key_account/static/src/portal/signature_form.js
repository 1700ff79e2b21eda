import {SignatureForm} from "@portal/signature_form/signature_form";
import {useState} from "@odoo/owl";
import {patch} from "@web/core/utils/patch";

/**
 * Whoever signs a controlled quotation also says what they are in their company; it is
 * part of the evidence. It goes with the address that the signature is sent to.
 */
patch(SignatureForm.prototype, {
  setup() {
    super.setup();
    this.signer = useState({function: this.props.signerFunction || ""});
    this.callUrl = this.props.callUrl;
  },

  get asksFunction() {
    return this.props.signerFunction !== undefined;
  },

  async onClickSubmit() {
    if (this.asksFunction) {
      const stated = encodeURIComponent(this.signer.function);
      const callUrl = `${this.callUrl}&signer_function=${stated}`;
      this.props = {...this.props, callUrl};
    }
    return super.onClickSubmit();
  },
});

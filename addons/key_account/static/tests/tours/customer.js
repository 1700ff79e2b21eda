import {click, see} from "./steps";
import {registry} from "@web/core/registry";

/** The customer follows the link in the mail and signs. */
registry.category("web_tour.tours").add("key_account_customer_signs", {
  steps: () => [
    see("body[is-ready=true]"),
    see('#quote_content:contains("Pump P-200")', "What is offered"),
    click('a:contains("Accept & Sign")', "Sign"),
    {
      content: "Who signs",
      trigger: ".modal .o_web_sign_name_and_signature input",
      run: "edit Zhao Min",
    },
    see(".modal .o_web_sign_name_and_signature input:value(/^Zhao Min$/)"),
    {
      content: "As what",
      trigger: ".modal #o_key_account_signer_function",
      run: "edit Purchasing director",
    },
    {
      content: "The signature is drawn from the name",
      trigger: ".modal canvas.o_web_sign_signature",
      run: "canvasNotEmpty",
    },
    click(".modal .o_portal_sign_submit:enabled", "Accept and sign", {
      expectUnloadPage: true,
      timeout: 30000,
    }),
    see(
      '.alert:contains("We are reviewing the contract")',
      "The contract is being reviewed"
    ),
  ],
});

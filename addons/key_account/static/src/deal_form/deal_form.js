import "@crm/views/crm_form/crm_form";
import {FormRenderer} from "@web/views/form/form_renderer";
import {StatusBarButtons} from "@web/views/form/status_bar_buttons/status_bar_buttons";
import {registry} from "@web/core/registry";

/**
 * A deal of the process shows its steps and one button, the most urgent; all others are in
 * a menu beside it. Other opportunities look as ever.
 */
export class DealButtons extends StatusBarButtons {
  static template = "key_account.DealButtons";

  get inProcess() {
    return Boolean(this.env.model?.root?.data.is_key_account_process);
  }
}

export class DealRenderer extends FormRenderer {
  static components = {...FormRenderer.components, StatusBarButtons: DealButtons};
}

registry.category("views").add("key_account_deal_form", {
  ...registry.category("views").get("crm_form"),
  Renderer: DealRenderer,
});

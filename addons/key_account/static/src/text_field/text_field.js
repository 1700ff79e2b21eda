import {HtmlField} from "@html_editor/fields/html_field";
import {TabulationPlugin} from "@html_editor/main/tabulation_plugin";
import {patch} from "@web/core/utils/patch";

/** Odoo's editor keeps the tab key for itself; in our forms it leads to the next field. */
class QuietTabulation extends TabulationPlugin {
  resources = {...this.resources, shortcuts: []};
}

patch(HtmlField.prototype, {
  getConfig() {
    const config = super.getConfig();
    if (this.props.record.resModel.startsWith("key.account")) {
      config.Plugins = config.Plugins.map((one) =>
        one === TabulationPlugin ? QuietTabulation : one
      );
    }
    return config;
  },
});

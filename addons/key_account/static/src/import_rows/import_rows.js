import {BaseImportModel} from "@base_import/import_model";
import {ImportDataSidepanel} from "@base_import/import_data_sidepanel/import_data_sidepanel";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const GOOD_ROWS = "key_account_good_rows";
const isOurs = (model) => (model || "").startsWith("key.account");

/**
 * On Odoo's import screen, for the models of key accounts: each bad row is named by its
 * number in the file, and the good ones can be imported without them.
 */
patch(BaseImportModel.prototype, {
  setResModel(resModel) {
    super.setResModel(resModel);
    if (isOurs(resModel)) {
      this.importOptionsValues[GOOD_ROWS] = {value: false};
      // A file is one thing: it is not written by parts.
      this.importOptionsValues.limit.value = 100000;
    }
  },

  async executeImport(isTest = false, ...rest) {
    this.leftOut = false;
    this.isTest = isTest;
    const result = await super.executeImport(isTest, ...rest);
    if (this.leftOut && !isTest) {
      // The rows of this file are in by now: a second click writes none of them twice.
      this.setOption("skip", 1000000);
    }
    return result;
  },

  _handleImportErrors(messages, name) {
    if (!isOurs(this.resModel) || messages[0].not_matching_error) {
      return super._handleImportErrors(messages, name);
    }
    const first = this.importOptions.has_headers ? 2 : 1;
    const lines = messages.map((each) => {
      if (!each.rows) {
        return each.message;
      }
      const row = each.rows.from + this.importOptions.skip + first;
      const column = this.columns.find(
        (one) =>
          one.fieldInfo &&
          one.fieldInfo.fieldPath === (each.field_path || [each.field]).join("/")
      );
      return column
        ? _t("Row %(row)s, %(column)s: %(message)s", {
            row,
            column: column.name,
            message: each.message,
          })
        : _t("Row %(row)s: %(message)s", {row, message: each.message});
    });
    this.leftOut = messages.every((each) => each.type === "warning");
    let headline = _t("Nothing was imported. Correct these rows:");
    if (this.leftOut) {
      headline = this.isTest
        ? _t("The other rows are in order. These would be left out:")
        : _t(
            "The other rows were imported. These are left out; correct them in a file of their own:"
          );
    }
    this._addMessage(this.leftOut ? "warning" : "danger", [headline, ...lines]);
    return true;
  },
});

patch(ImportDataSidepanel.prototype, {
  get hasGoodRows() {
    return GOOD_ROWS in this.props.options;
  },
});

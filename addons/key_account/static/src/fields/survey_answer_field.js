import {Field, getPropertyFieldInfo} from "@web/views/fields/field";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const FIELD_OF_TYPE = {
  char: "value_char",
  text: "value_text",
  integer: "value_number",
  year: "value_number",
  float: "value_number",
  date: "value_date",
  boolean: "value_boolean",
  selection: "value_selection",
};

/**
 * One column for answers of every type: shows the answer as text, and while it is being
 * edited hands over to Odoo's own widget of the field that holds answers of this type.
 */
export class SurveyAnswerField extends Component {
  static template = "key_account.SurveyAnswerField";
  static components = {Field};
  static props = {...standardFieldProps};

  get text() {
    return this.props.record.data[this.props.name] || "";
  }

  get fieldName() {
    return FIELD_OF_TYPE[this.props.record.data.answer_type] || "value_char";
  }

  get fieldInfo() {
    const {fields, data} = this.props.record;
    const {type, string, relation} = fields[this.fieldName];
    const info = getPropertyFieldInfo({
      name: this.fieldName,
      type,
      string,
      relation,
      domain: `[("question_id", "=", ${data.question_id?.id || 0})]`,
    });
    info.options = {no_create: true, no_open: true};
    if (["integer", "year"].includes(data.answer_type)) {
      info.options.digits = [16, 0];
    }
    if (data.hint) {
      info.attrs = {placeholder: data.hint};
    }
    return info;
  }
}

export const surveyAnswerField = {
  component: SurveyAnswerField,
  displayName: _t("Survey answer"),
  supportedTypes: ["char"],
  listViewWidth: [240],
};

registry.category("fields").add("survey_answer", surveyAnswerField);

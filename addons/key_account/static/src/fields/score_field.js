import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PriorityField, priorityField} from "@web/views/fields/priority/priority_field";

/** A judgement from 1 to 5 as stars, kept as a number; 0 is not judged. */
export class ScoreField extends PriorityField {
  static props = {
    ...PriorityField.props,
    max: {type: Number, optional: true},
  };
  static defaultProps = {max: 5};

  get options() {
    return Array.from({length: this.props.max + 1}, (_, score) => [
      score,
      score
        ? _t("%(score)s of %(max)s", {score, max: this.props.max})
        : _t("Not judged"),
    ]);
  }
}

export const scoreField = {
  ...priorityField,
  component: ScoreField,
  displayName: _t("Score"),
  supportedTypes: ["integer"],
  supportedOptions: [
    ...priorityField.supportedOptions,
    {label: _t("Highest score"), name: "max", type: "number", default: 5},
  ],
  extractProps(fieldInfo, dynamicInfo) {
    return {
      ...priorityField.extractProps(fieldInfo, dynamicInfo),
      withCommand: false,
      max: fieldInfo.options.max || 5,
    };
  },
};

registry.category("fields").add("key_account_score", scoreField);

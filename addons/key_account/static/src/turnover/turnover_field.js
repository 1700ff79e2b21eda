import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

// The drawing, in its own units.
const STEP = 24;
const BAR = 9;
const HEIGHT = 56;

/**
 * Two years beside each other, month by month. What it shows is in a table as well, for
 * whoever does not see it; the figures are computed with the account.
 */
export class TurnoverField extends Component {
  static template = "key_account.TurnoverField";
  static props = {...standardFieldProps};

  get data() {
    return this.props.record.data[this.props.name];
  }

  get width() {
    return STEP * this.data.months.length;
  }

  get height() {
    return HEIGHT;
  }

  get label() {
    const [before, now] = this.data.years;
    return _t("Invoiced by month, %(now)s beside %(before)s", {
      now: now.name,
      before: before.name,
    });
  }

  /** Where zero is, and how high one unit of money: a month may be below zero. */
  get scale() {
    const sums = this.data.years.flatMap((year) => year.sums);
    const most = Math.max(0, ...sums);
    const least = Math.min(0, ...sums);
    const unit = HEIGHT / (most - least || 1);
    return {unit, zero: most * unit};
  }

  get zero() {
    return this.scale.zero;
  }

  get columns() {
    const {unit, zero} = this.scale;
    return this.data.months.map((month, index) => {
      const bars = this.data.years.map((year, place) => {
        const sum = year.sums[index];
        const height = Math.abs(sum) * unit;
        return {
          key: place,
          now: place === 1,
          x: index * STEP + 2 + place * (BAR + 1),
          y: sum < 0 ? zero : zero - height,
          height: sum ? Math.max(height, 1) : 0,
        };
      });
      const said = this.data.years.map((year) => `${year.name}: ${year.texts[index]}`);
      return {
        key: index,
        month,
        bars,
        x: index * STEP,
        title: [month, ...said].join("\n"),
        middle: index * STEP + BAR + 2,
      };
    });
  }

  get barWidth() {
    return BAR;
  }

  get step() {
    return STEP;
  }
}

export const turnoverField = {
  component: TurnoverField,
  displayName: _t("Turnover of two years"),
  supportedTypes: ["json"],
};

registry.category("fields").add("key_account_turnover", turnoverField);

import {Component, markup} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/** Where the deal is, until when, what is missing with a link to it, and who is next. */
export class StagePanel extends Component {
  static template = "key_account.StagePanel";
  static props = {...standardFieldProps};

  setup() {
    this.action = useService("action");
    this.orm = useService("orm");
  }

  get panel() {
    return this.props.record.data[this.props.name] || false;
  }

  // Whole sentences: each language puts its own marks between their parts.

  /** A visit has steps of its own, named beside it. */
  get where() {
    const {position, count} = this.panel;
    return _t("Deal: step %(position)s of %(count)s", {position, count});
  }

  get participants() {
    return _t("with %s", this.panel.participants);
  }

  get confirmed() {
    return _t("Order %s is confirmed.", this.panel.order);
  }

  get ready() {
    return _t("Everything is there: on to %s.", this.panel.next);
  }

  /** Sanitised by the server: an Html field of the stage definition. */
  get duties() {
    return markup(this.panel.duties || "");
  }

  async call(method, ...args) {
    const {record} = this.props;
    // What is typed but not saved must not be lost on the way.
    if (!(await record.save())) {
      return;
    }
    const action = await this.orm.call("crm.lead", method, [[record.resId], ...args]);
    if (action && action.type) {
      if (action.help) {
        action.help = markup(action.help);
      }
      await this.action.doAction(action, {onClose: () => record.load()});
    } else {
      await record.load();
    }
  }

  openGate(gate) {
    return this.call("action_open_gate", gate.id);
  }

  tick(item) {
    return this.call("action_tick", item.id, !item.done);
  }

  winByOrder() {
    return this.call("action_win_by_order");
  }

  openKeyAccount() {
    return this.call("action_open_key_account");
  }
}

registry.category("fields").add("key_account_stage_panel", {
  component: StagePanel,
  supportedTypes: ["json"],
});

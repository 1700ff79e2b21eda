import {
  Component,
  markup,
  onMounted,
  onWillStart,
  onWillUnmount,
  useState,
} from "@odoo/owl";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {ListRenderer} from "@web/views/list/list_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useDebounced} from "@web/core/utils/timing";
import {useService} from "@web/core/utils/hooks";

/** What the server says when something has come or gone. */
const NOTICES = ["key_account.home", "mail.activity/updated"];
/** Several notices of one and the same thing are followed once. */
const TOGETHER = 300;

/**
 * What waits for the user, in a few figures; each opens what it counts. They are read once,
 * and again when the server says that something has come or gone.
 */
export class Home extends Component {
  static template = "key_account.Home";
  static props = {reload: Function};

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({tiles: []});
    const bus = useService("bus_service");
    const refresh = useDebounced(() => this.refresh(), TOGETHER);
    onWillStart(() => this.read());
    // One function for each: the bus knows what it is to forget by the function alone.
    const follow = NOTICES.map((notice) => [notice, () => refresh()]);
    onMounted(() => follow.forEach((each) => bus.subscribe(...each)));
    onWillUnmount(() => follow.forEach((each) => bus.unsubscribe(...each)));
  }

  async read() {
    this.state.tiles = await this.orm.silent.call("key.account.home", "read_tiles");
  }

  refresh() {
    return Promise.all([this.read(), this.props.reload()]);
  }

  async open(tile) {
    const action = await this.orm.call("key.account.home", "open_tile", [tile.key]);
    if (action.help) {
      // What an empty list says is a page of the server's, as with Odoo's own buttons.
      action.help = markup(action.help);
    }
    // What was decided in a dialog above this page waits no more.
    this.action.doAction(action, {onClose: () => this.refresh()});
  }
}

export class HomeListRenderer extends ListRenderer {
  static template = "key_account.HomeListRenderer";
  static components = {...ListRenderer.components, Home};

  reloadHome() {
    return this.props.list.load();
  }
}

export class HomeKanbanRenderer extends KanbanRenderer {
  static template = "key_account.HomeKanbanRenderer";
  static components = {...KanbanRenderer.components, Home};

  reloadHome() {
    return this.props.list.load();
  }
}

registry
  .category("views")
  .add("key_account_home_list", {...listView, Renderer: HomeListRenderer})
  .add("key_account_home_kanban", {...kanbanView, Renderer: HomeKanbanRenderer});

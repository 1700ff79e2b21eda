import {crmKanbanView} from "@crm/views/crm_kanban/crm_kanban_view";
import {utils} from "@web/core/ui/ui_service";
import {registry} from "@web/core/registry";
import {SearchModel} from "@web/search/search_model";

/**
 * The deals of one customer: a board of columns where there is room for one, a plain list
 * of cards on a telephone, where the first column would be all one sees, and is empty.
 */
export class AccountDealsSearchModel extends (crmKanbanView.SearchModel ||
  SearchModel) {
  load(config) {
    return super.load(
      utils.isSmall() ? {...config, defaultGroupBy: undefined} : config
    );
  }
}

export const accountDealsKanbanView = {
  ...crmKanbanView,
  SearchModel: AccountDealsSearchModel,
};

registry.category("views").add("key_account_deals_kanban", accountDealsKanbanView);

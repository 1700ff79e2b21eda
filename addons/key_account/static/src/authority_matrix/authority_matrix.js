import {Component, onPatched, onWillStart, useRef, useState} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/views/fields/formatters";
import {parseFloat} from "@web/views/fields/parsers";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useAutofocus, useService} from "@web/core/utils/hooks";

const LIMIT = "key.account.authority.limit";
const SCOPE = ["team_id", "grade", "product_category_id", "date_from", "date_to"];

/** Limits as a matrix: dimensions by levels, edited in place; and who could sign what. */
export class AuthorityMatrix extends Component {
  static template = "key_account.AuthorityMatrix";
  static components = {Layout};
  static props = {...standardActionServiceProps};

  setup() {
    this.orm = useService("orm");
    this.dialog = useService("dialog");
    this.notification = useService("notification");
    this.input = useRef("autofocus");
    this.table = useRef("table");
    useAutofocus();
    this.state = useState({
      matrix: null,
      editing: "",
      draft: "",
      dating: "",
      dates: {date_from: "", date_to: ""},
      added: [],
      adding: false,
      row: this.emptyRow(),
      tried: {terms: {}, user_id: "", team_id: "", grade: "", product_category_id: ""},
      answer: null,
    });
    onPatched(() => this.giveFocusBack());
    onWillStart(async () => {
      await this.load();
      const params = this.props.action.params || {};
      if (params.values) {
        Object.assign(this.state.tried, params.values);
        for (const [code, value] of Object.entries(params.values.terms)) {
          this.state.tried.terms[code] = formatFloat(value, {digits: [16, 2]});
        }
        await this.tryOut();
      }
    });
  }

  emptyRow() {
    return {
      dimension: "discount",
      team_id: "",
      grade: "",
      product_category_id: "",
      date_from: "",
      date_to: "",
    };
  }

  async load() {
    this.state.matrix = await this.orm.call(LIMIT, "get_matrix", []);
  }

  get display() {
    return {controlPanel: {}};
  }

  /** Names in a row, separated as the language of the reader does. */
  listed(names) {
    return names.join(/^(zh|ja)/.test(user.lang) ? "、" : ", ");
  }

  // ----------------------------------------------------------------
  // Rows and cells
  // ----------------------------------------------------------------

  /** Every dimension has its general row, even where nobody has authority yet. */
  get rows() {
    const {rows, dimensions} = this.state.matrix;
    const known = new Set(rows.map((row) => this.key(row)));
    const added = this.state.added.filter((row) => !known.has(this.key(row)));
    const result = [];
    for (const dimension of dimensions) {
      const own = [...rows, ...added].filter((row) => row.dimension === dimension.code);
      if (!own.some((row) => !this.isSpecial(row))) {
        own.unshift({...this.emptyRow(), dimension: dimension.code, cells: {}});
      }
      own.sort((one, other) => this.isSpecial(one) - this.isSpecial(other));
      result.push(...own.map((row) => ({...row, info: dimension})));
    }
    return result;
  }

  isSpecial(row) {
    return SCOPE.some((name) => row[name]);
  }

  key(row) {
    return [row.dimension, ...SCOPE.map((name) => row[name] || "")].join("|");
  }

  /** What a special row is limited to. */
  scope(row) {
    const grade = row.grade ? _t("Grade %s", row.grade) : "";
    return [row.team, grade, row.category].filter(Boolean).join(" · ");
  }

  validity(row) {
    if (!row.date_from && !row.date_to) {
      return "";
    }
    return `${row.date_from || "…"} – ${row.date_to || "…"}`;
  }

  shown(row, cell) {
    if (!cell) {
      return row.info.readable || this.state.matrix.can_edit ? "—" : _t("for managers");
    }
    if (cell.unlimited) {
      return _t("unlimited");
    }
    if (row.info.unit === "currency") {
      return formatFloat(cell.value, {digits: [16, 0]});
    }
    const number = formatFloat(cell.value, {digits: [16, 2], trailingZeros: false});
    return row.info.unit === "percent" ? `${number} %` : number;
  }

  unit(dimension) {
    if (dimension.unit === "currency") {
      return this.state.matrix.currency;
    }
    const unit = {percent: "%", days: _t("days")}[dimension.unit] || "";
    // “Payment days” says its unit already.
    return dimension.name.toLowerCase().includes(unit.toString()) ? "" : unit;
  }

  /** What a cell is about, for whoever does not see the table around it. */
  cellLabel(row, level) {
    return [row.info.name, this.scope(row), level.name].filter(Boolean).join(" · ");
  }

  cellId(index, level) {
    return `${index}:${level.id}`;
  }

  edit(index, row, level) {
    if (!this.state.matrix.can_edit) {
      return;
    }
    const cell = row.cells[level.id];
    this.state.editing = this.cellId(index, level);
    this.state.draft =
      cell && !cell.unlimited
        ? formatFloat(cell.value, {digits: [16, 2], trailingZeros: false})
        : "";
  }

  onKeydown(ev, row, level) {
    if (ev.key === "Enter") {
      this.left = this.state.editing;
      this.save(row, level);
    } else if (ev.key === "Escape") {
      this.left = this.state.editing;
      this.state.editing = "";
    }
  }

  /** A cell left by the keyboard has the focus again: the next one is a tab away. */
  giveFocusBack() {
    if (this.left && this.state.editing !== this.left) {
      this.table.el.querySelector(`[data-id="${this.left}"]`)?.focus();
      this.left = "";
    }
  }

  /** Leaving a cell empty leaves an unlimited one as it is. */
  onBlur(row, level) {
    if (!this.state.editing) {
      return;
    }
    const cell = row.cells[level.id];
    if (cell && cell.unlimited && !this.state.draft.trim()) {
      this.state.editing = "";
      return;
    }
    this.save(row, level);
  }

  async save(row, level) {
    const text = this.state.draft.trim();
    this.state.editing = "";
    if (!text) {
      await this.store(row, level, null);
      return;
    }
    let value = 0;
    try {
      value = parseFloat(text.replace("%", "").trim());
    } catch {
      this.notification.add(_t("“%s” is no number.", text), {type: "danger"});
      return;
    }
    await this.store(row, level, {value, unlimited: false});
  }

  async setUnlimited(row, level) {
    this.state.editing = "";
    await this.store(row, level, {value: 0, unlimited: true});
  }

  async clear(row, level) {
    this.state.editing = "";
    await this.store(row, level, null);
  }

  /** One cell is one limit, written as anywhere else: access rights hold. */
  async store(row, level, values) {
    const cell = row.cells[level.id];
    if (!values && !cell) {
      return;
    }
    const same =
      cell &&
      values &&
      cell.value === values.value &&
      cell.unlimited === values.unlimited;
    if (same) {
      return;
    }
    try {
      if (!values) {
        await this.orm.unlink(LIMIT, [cell.id]);
      } else if (cell) {
        await this.orm.write(LIMIT, [cell.id], values);
      } else {
        const scope = Object.fromEntries(
          SCOPE.map((name) => [name, row[name] || false])
        );
        await this.orm.create(LIMIT, [
          {...scope, ...values, dimension: row.dimension, level_id: level.id},
        ]);
      }
    } finally {
      await this.load();
    }
    if (this.state.answer) {
      await this.tryOut();
    }
  }

  // ----------------------------------------------------------------
  // Special rows
  // ----------------------------------------------------------------

  name(list, id) {
    const found = list.find((choice) => choice.id === Number(id));
    return found ? found.name : "";
  }

  addRow() {
    const {matrix, row} = this.state;
    const isDiscount = row.dimension === "discount";
    const category = isDiscount ? Number(row.product_category_id) || false : false;
    const special = {
      ...row,
      team_id: Number(row.team_id) || false,
      team: this.name(matrix.teams, row.team_id),
      product_category_id: category,
      category: category ? this.name(matrix.categories, category) : "",
      cells: {},
    };
    if (!this.isSpecial(special)) {
      this.notification.add(
        _t("Say for whom, or from when: a team, a grade, a category or a date."),
        {type: "warning"}
      );
      return;
    }
    this.state.added.push(special);
    this.state.row = this.emptyRow();
    this.state.adding = false;
  }

  editDates(row) {
    this.state.dating = this.key(row);
    this.state.dates = {date_from: row.date_from || "", date_to: row.date_to || ""};
  }

  /** From and until when all limits of a row hold; tracked, as any change of a limit. */
  async saveDates(row) {
    const {date_from, date_to} = this.state.dates;
    const ids = Object.values(row.cells).map((cell) => cell.id);
    const added = this.state.added.find((one) => this.key(one) === this.key(row));
    this.state.dating = "";
    if (added) {
      Object.assign(added, {date_from, date_to});
    }
    if (!ids.length) {
      return;
    }
    try {
      await this.orm.write(LIMIT, ids, {
        date_from: date_from || false,
        date_to: date_to || false,
      });
    } finally {
      await this.load();
    }
  }

  removeRow(row) {
    const ids = Object.values(row.cells).map((cell) => cell.id);
    this.dialog.add(ConfirmationDialog, {
      title: _t("Remove this row"),
      body: _t("Its limits end at once; quotations not decided are measured again."),
      confirmLabel: _t("Remove"),
      confirm: async () => {
        this.state.added = this.state.added.filter(
          (added) => this.key(added) !== this.key(row)
        );
        if (ids.length) {
          await this.orm.unlink(LIMIT, ids);
        }
        await this.load();
      },
      cancel: () => {},
    });
  }

  // ----------------------------------------------------------------
  // Who could sign this?
  // ----------------------------------------------------------------

  async tryOut() {
    const {tried} = this.state;
    const terms = {};
    for (const [code, text] of Object.entries(tried.terms)) {
      if (String(text).trim()) {
        try {
          terms[code] = parseFloat(String(text).replace("%", "").trim());
        } catch {
          this.notification.add(_t("“%s” is no number.", text), {type: "danger"});
          return;
        }
      }
    }
    this.state.answer = await this.orm.call(LIMIT, "try_out", [
      {
        terms,
        user_id: Number(tried.user_id) || false,
        team_id: Number(tried.team_id) || false,
        grade: tried.grade || false,
        product_category_id: Number(tried.product_category_id) || false,
      },
    ]);
  }
}

registry.category("actions").add("key_account.authority_matrix", AuthorityMatrix);

import {MobileFigureContainer} from "@spreadsheet_dashboard/bundle/dashboard_action/mobile_figure_container/mobile_figure_container";
import {patch} from "@web/core/utils/patch";

/**
 * A telephone shows the charts of a dashboard without its cells, and so without the question
 * that stands above each of ours. Charts of others stay as they are.
 */
patch(MobileFigureContainer.prototype, {
  heading(figure) {
    const {getters} = this.props.spreadsheetModel;
    if (figure.tag !== "chart" || this.isScorecard(figure)) {
      return "";
    }
    const chart = getters.getChartDefinition(getters.getChartIdFromFigureId(figure.id));
    if (!chart.metaData?.resModel?.startsWith("key.account") || chart.title?.text) {
      return "";
    }
    const sheetId = getters.getActiveSheetId();
    const top = getters.getFigureUI(sheetId, figure).y;
    // The last words that begin above the chart.
    for (let row = getters.getNumberRows(sheetId) - 1; row >= 0; row--) {
      if (getters.getRowDimensions(sheetId, row).start < top) {
        const cell = getters.getEvaluatedCell({sheetId, col: 0, row});
        if (cell.formattedValue) {
          return cell.formattedValue;
        }
      }
    }
    return "";
  },
});

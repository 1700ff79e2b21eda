"""Charts for print: SVG, which wkhtmltopdf draws as lines and text.

By reportlab, which Odoo depends on anyway; its bitmaps would need rlPyCairo, which Odoo
does not.
"""

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, Line, String
from reportlab.lib.colors import HexColor

WIDTH, HEIGHT = 260, 110
_BAR, _TARGET, _TEXT = HexColor("#5f6b76"), HexColor("#b3402e"), HexColor("#212529")
_SIZE = 8


def bars(points, target=None, width=WIDTH, height=HEIGHT):
    """Bars from zero, each with its figure above it.

    :param points: ``[(label, value or None, figure as text)]``; None is not measured:
        no bar, not one of zero
    :param target: drawn as a line across, where there is one
    :return: SVG, as text
    """
    drawing = Drawing(width, height)
    chart = VerticalBarChart()
    chart.x, chart.y = 6, 16
    chart.width, chart.height = width - 12, height - 34
    values = [value for _label, value, _text in points]
    known = [value for value in values if value is not None]
    top = max([*known, target or 0, 0]) or 1.0
    bottom = min([*known, 0])
    chart.data = [tuple(0 if value is None else value for value in values)]
    chart.valueAxis.valueMin, chart.valueAxis.valueMax = bottom, top
    chart.valueAxis.visible = False
    chart.categoryAxis.categoryNames = [label for label, _value, _text in points]
    chart.categoryAxis.labels.fontSize = _SIZE
    chart.categoryAxis.labels.fillColor = _TEXT
    chart.categoryAxis.strokeColor = _BAR
    chart.categoryAxis.visibleTicks = False
    chart.bars[0].fillColor = _BAR
    chart.bars[0].strokeColor = None
    chart.groupSpacing = 14
    drawing.add(chart)
    _write_figures(drawing, chart, points, bottom, top)
    if target:
        at = chart.y + chart.height * (target - bottom) / (top - bottom)
        drawing.add(Line(chart.x, at, chart.x + chart.width, at, strokeColor=_TARGET))
    return renderSVG.drawToString(drawing)


def _write_figures(drawing, chart, points, bottom, top):
    """The figures themselves, above their bars."""
    slot = chart.width / max(len(points), 1)
    for index, (_label, value, text) in enumerate(points):
        share = (max(value or 0, 0) - bottom) / (top - bottom)
        drawing.add(
            String(
                chart.x + slot * (index + 0.5),
                chart.y + chart.height * share + 3,
                text,
                fontSize=_SIZE,
                fillColor=_TEXT,
                textAnchor="middle",
            )
        )

"""Charts for print, by example."""

from xml.etree import ElementTree

from odoo.tests import TransactionCase, tagged

from ..rules import chart

POINTS = [("Q1", 40.0, "40 %"), ("Q2", None, "n/a"), ("Q3", 80.0, "80 %")]


@tagged("post_install", "-at_install")
class TestRulesChart(TransactionCase):
    def texts(self, svg):
        return [
            (node.text or "").strip()
            for node in ElementTree.fromstring(svg).iter()
            if node.tag.endswith("text")
        ]

    def heights(self, svg):
        """Of the bars, in their order; what is not measured has none."""
        rects = [
            float(node.get("height"))
            for node in ElementTree.fromstring(svg).iter()
            if node.tag.endswith("rect") and node.get("style")
        ]
        return [round(height) for height in rects if height]

    def test_labels_and_figures(self):
        texts = self.texts(chart.bars(POINTS))
        for text in ("Q1", "Q2", "Q3", "40 %", "n/a", "80 %"):
            self.assertIn(text, texts)

    def test_bars_are_as_their_figures(self):
        low, high = self.heights(chart.bars(POINTS))
        self.assertAlmostEqual(low * 2, high, delta=1)

    def test_a_target_above_all_bars_leaves_room(self):
        (alone,) = self.heights(chart.bars([("Q1", 50.0, "50 %")]))
        (below,) = self.heights(chart.bars([("Q1", 50.0, "50 %")], target=100.0))
        self.assertAlmostEqual(below * 2, alone, delta=1)

    def test_nothing_measured_nothing_negative_too_low(self):
        for points in ([], [("Q1", None, "n/a")], [("Q1", 0.0, "0")]):
            self.assertTrue(chart.bars(points))
        self.assertTrue(chart.bars([("Q1", -5.0, "-5"), ("Q2", 5.0, "5")]))

    def test_text_of_any_script(self):
        self.assertIn("第三季度", self.texts(chart.bars([("第三季度", 1.0, "1")])))

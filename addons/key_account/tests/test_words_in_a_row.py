from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SPECIALIST, KeyAccountCommon, new_test_user, speak_chinese


@tagged("-at_install", "post_install")
class TestWordsInARow(KeyAccountCommon):
    """What is named several at a time is separated as the reader's language does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        cls.readers = {
            lang: new_test_user(
                cls.env,
                f"reader_{lang}",
                groups=SPECIALIST,
                lang=lang,
                company_id=cls.company.id,
                company_ids=cls.company.ids,
            )
            for lang in ("en_US", "zh_CN")
        }

    def refusal(self, lang):
        lines = self.env["key.account.requirement"].with_user(self.readers[lang])
        with self.assertRaises(UserError) as refused:
            lines.with_context(lang=lang).write(
                {"measured_discount": 1, "authority_limit": 1}
            )
        return str(refused.exception)

    def test_a_refusal(self):
        self.assertIn(", ", self.refusal("en_US"))
        chinese = self.refusal("zh_CN")
        self.assertIn("、", chinese)
        self.assertNotIn(", ", chinese)

    def test_a_page(self):
        page = "<p t-out=\"key_account_listed(['甲', '乙'])\"/>"
        for lang, text in (("en_US", "甲, 乙"), ("zh_CN", "甲、乙")):
            qweb = self.env["ir.qweb"].with_context(lang=lang)
            view = self.env["ir.ui.view"].create({"type": "qweb", "arch": page})
            self.assertEqual(qweb._render(view.id), f"<p>{text}</p>")

"""What comes in from outside, by example and by property."""

from odoo.tests import BaseCase, tagged

from ..rules import incoming

LI = "li@golden.example.com"


@tagged("post_install", "-at_install")
class TestRulesIncoming(BaseCase):
    def why(self, sender=LI, subject="Pump leaks", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return incoming.by_machine(
            named, sender, subject, {"complaints@east.cn"}, ("east.cn",)
        )

    def test_a_person_wrote_it(self):
        for headers in (
            {},
            {"auto_submitted": "no"},
            {"precedence": "first-class"},
            {"return_path": "<li@golden.example.com>"},
            {"x_auto_response_suppress": "OOF"},
        ):
            self.assertIsNone(self.why(**headers), headers)
        for subject in ("", None, "Re: Pump", "Our office is out of pumps"):
            self.assertIsNone(self.why(subject=subject))

    def test_a_machine_answered(self):
        for headers in (
            {"auto_submitted": "auto-replied"},
            {"auto_submitted": "Auto-Generated; owner=x"},
            {"x_autoreply": "yes"},
            {"return_path": " <> "},
            {"subject": "自动回复: 出差中"},
            {"subject": "Automatic reply: Pump leaks"},
            {"subject": "Out of Office"},
            {"sender": "mailer-daemon@golden.example.com"},
        ):
            self.assertEqual(self.why(**headers), "automatic", headers)

    def test_it_went_to_many(self):
        for headers in (
            {"precedence": "Bulk"},
            {"list_unsubscribe": "<mailto:x@news.example.com>"},
            {"list_id": "News <news.example.com>"},
        ):
            self.assertEqual(self.why(**headers), "bulk", headers)

    def test_our_own_list_is_no_bulk(self):
        """The address may be a distribution list of our own mail host."""
        named = "Complaints <complaints.east.cn>"
        self.assertIsNone(self.why(list_id=named, precedence="list"))
        self.assertIsNone(self.why(list_id=named, list_unsubscribe="<x>"))

    def test_from_ourselves(self):
        self.assertEqual(self.why(sender="complaints@east.cn"), "own")
        self.assertEqual(self.why(sender=""), "own")

    def test_who_reads_answers(self):
        for sender in (LI, "norbert@golden.cn"):
            self.assertTrue(incoming.takes_answers(sender))
        for sender in (
            "",
            None,
            "noreply@a.cn",
            "do-not-reply@a.cn",
            "postmaster@a.cn",
        ):
            self.assertFalse(incoming.takes_answers(sender), sender)

    def test_a_subject_is_one_line(self):
        for subject, said in (
            ("Re: RE: 回复：转发: Pump leaks", "Pump leaks"),
            ("Pump\r\n\tleaks", "Pump leaks"),
            ("\u200b", ""),
            (None, ""),
            ("Regarding: pumps", "Regarding: pumps"),
            ("Re\t [2] : AW (3):Pumps: re: leaks", "Pumps: re: leaks"),
            # Whoever writes to us does not keep a server busy for hours.
            ("Re" + " " * 60_000 + "leaks", "Re leaks"),
            ("Re:" * 60_000 + "leaks", "leaks"),
        ):
            self.assertEqual(incoming.subject_said(subject), said)
        long = incoming.subject_said("x" * 1000)
        self.assertEqual(len(long), incoming.SUBJECT)
        for subject in ("Re: a", "a\0b", " a  b ", "x" * 300):
            once = incoming.subject_said(subject)
            self.assertEqual(incoming.subject_said(once), once)

    def test_one_matter(self):
        self.assertTrue(incoming.same_subject("Re: Pump LEAKS", "pump leaks"))
        self.assertFalse(incoming.same_subject("Pump leaks", "Pump leaks again"))

    def test_files(self):
        for name, content, why in (
            ("photo.JPG", b"\xff\xd8\xff", None),
            ("8D.pdf", b"%PDF-1.7", None),
            ("page.html", b"hello", "type"),
            ("page.svg", b"<svg/>", "type"),
            ("photo.png", b"  <SVG onload=x>", "type"),
            ("photo.png", b"<!DOCTYPE html>", "type"),
            ("run.txt", b"#!/bin/sh", "type"),
            ("none", b"x", "type"),
            ("", b"x", "type"),
            (None, b"x", "type"),
            ("a.txt", b"", "empty"),
            ("a.zip", b"x" * (incoming.FILE_BYTES + 1), "size"),
            ("a.zip", b"x" * incoming.FILE_BYTES, None),
        ):
            self.assertEqual(incoming.why_not_taken(name, content), why, name)

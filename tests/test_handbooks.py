"""The handbooks: each label they name stands on a screen, in both languages alike.

What is set in bold in a handbook is a label, a menu path or a value of a screen.
"""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from lxml import etree

import odoo.addons

ROOT = Path(__file__).resolve().parents[1]
HANDBOOKS = ROOT / "docs" / "handbook"
ADDONS = ROOT / "addons"
ROLES = (
    *("specialist", "manager", "support", "asked", "director"),
    *("accountant", "configuration"),
)
# Modules of Odoo whose screens the handbooks name.
ODOO = ("base", "web", "mail", "portal", "calendar", "sales_team", "crm")
ODOO += ("sale", "sale_crm", "sale_management", "account", "base_setup", "product")
STEP = " › "
APP = "key_account.menu_root"
LONGEST = 240
BOLD = re.compile(r"\*\*(.+?)\*\*")
HEADING = re.compile(r"^(#+) .+$", re.MULTILINE)
MARKUP = re.compile(r"<[^>]+>")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


@cache
def translations():
    """``{English: {Chinese, …}}`` of the add-ons and of Odoo's modules."""
    files = list(ADDONS.glob("*/i18n/zh_CN.po"))
    for folder in odoo.addons.__path__:
        files += (Path(folder) / name / "i18n" / "zh_CN.po" for name in ODOO)
    terms = {}
    for file in files:
        if file.exists():
            for entry in polib.pofile(str(file)):
                translated = plain(entry.msgstr or entry.msgid)
                terms.setdefault(plain(entry.msgid), set()).add(translated)
    return terms


def plain(term):
    """What is read of a term: a label may stand in several lines of a button."""
    return " ".join(MARKUP.sub(" ", term).split())


@cache
def exported():
    """Terms of the add-ons as they were exported from the sources."""
    files = ADDONS.glob("*/i18n/*.pot")
    return {plain(entry.msgid) for file in files for entry in polib.pofile(str(file))}


@cache
def menus():
    """Every path of the add-ons' menu, from the app down."""
    names, parents, actions = {}, {}, {}
    for file in ADDONS.glob("*/*/*.xml"):
        module = file.parts[-3]
        tree = etree.parse(str(file))
        for record in tree.iterfind(".//record"):
            name = record.find("field[@name='name']")
            if name is not None and record.get("model", "").startswith("ir.actions"):
                actions[full(module, record.get("id"))] = name.text
        for item in tree.iterfind(".//menuitem"):
            own = full(module, item.get("id"))
            action = item.get("action") and full(module, item.get("action"))
            names[own] = item.get("name") or action
            parents[own] = item.get("parent") and full(module, item.get("parent"))
    named = {own: actions.get(name, name) for own, name in names.items()}
    return {path(own, named, parents) for own in named}


def full(module, name):
    return name if "." in name else f"{module}.{name}"


def path(own, names, parents):
    """Names from below the app to a menu."""
    above = parents.get(own)
    if above in (None, APP) or above not in names:
        return names[own]
    return STEP.join((path(above, names, parents), names[own]))


def book(role, language):
    """The text of a handbook."""
    return (HANDBOOKS / f"{role}{language}.md").read_text()


def sections(text):
    """Labels by section, in the order of the headings."""
    parts = re.split(r"^#+ .+$", text, flags=re.MULTILINE)
    return [
        [label for bold in BOLD.findall(part) for label in bold.split(STEP)]
        for part in parts
    ]


@pytest.mark.parametrize("role", ROLES)
def test_each_label_of_a_handbook_stands_on_a_screen(role):
    known = exported() | translations().keys()
    text = book(role, "")
    labels = {label for part in sections(text) for label in part}
    assert labels
    assert not sorted(labels - known)


@pytest.mark.parametrize("role", ROLES)
def test_a_menu_is_where_the_handbook_says(role):
    told = {bold for bold in BOLD.findall(book(role, "")) if STEP in bold}
    assert not [each for each in sorted(told) if not is_menu(each.split(STEP))]


def is_menu(told):
    """Whether a path leads from a menu of the app to one of its items; headings that
    stand between them need not be told."""

    def leads(known):
        rest = iter(known)
        return all(part in rest for part in told)

    ways = (way.split(STEP) for way in menus())
    return any(w[0] == told[0] and w[-1] == told[-1] and leads(w) for w in ways)


@pytest.mark.parametrize("role", ROLES)
def test_the_chinese_handbook_uses_the_words_of_the_chinese_screens(role):
    """Section by section: each label of one translates a label of the other."""
    english, chinese = sections(book(role, "")), sections(book(role, ".zh"))
    terms = translations()
    for number, (ours, theirs) in enumerate(zip(english, chinese, strict=True)):
        told = set().union(*(terms.get(label, {label}) for label in ours), set())
        assert not set(theirs) - told, number
        assert not [
            each for each in ours if not terms.get(each, {each}) & set(theirs)
        ], number


@pytest.mark.parametrize("role", ROLES)
def test_both_languages_have_the_same_headings_and_pictures(role):
    english, chinese = book(role, ""), book(role, ".zh")
    assert HEADING.findall(english) == HEADING.findall(chinese)
    pictures = [name.replace("/en/", "/zh/") for name in PICTURE.findall(english)]
    assert pictures == PICTURE.findall(chinese)
    for text in (english, chinese):
        assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize("language", ["", ".zh"])
@pytest.mark.parametrize("role", ROLES)
def test_each_picture_of_a_handbook_exists(role, language):
    pictures = PICTURE.findall(book(role, language))
    assert pictures
    assert not [each for each in pictures if not (HANDBOOKS / each).is_file()]


@pytest.mark.parametrize(
    ("page", "language"), [("README.md", ""), ("docs/zh.md", ".zh")]
)
def test_each_handbook_is_named_where_one_begins_to_read(page, language):
    text = (ROOT / page).read_text()
    assert not [role for role in ROLES if f"handbook/{role}{language}.md" not in text]

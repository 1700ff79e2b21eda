"""The rooms of ``models/``: what stands in one uses only the rooms before it.

Odoo registers classes in import order, so the order of the imports in
``models/__init__.py`` is the order of the rooms and that of their overrides. Read from
the sources, without Odoo.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[1] / "addons"
MODELS = ADDONS / "key_account" / "models"
ROOMS = (
    *("shared", "process", "account", "visit", "prices", "authority", "requirement"),
    *("terms", "sign_off", "guard", "contract", "service", "again"),
)
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEWS = 400, 50, 500
# Everybody has these: a call of one tells nothing about rooms.
ORM_METHODS = {"create", "write", "unlink", "copy", "_search", "send_mail"}


class House:
    """The sources below a folder of rooms, parsed."""

    def __init__(self, folder, rooms):
        self.folder, self.rank = folder, {name: n for n, name in enumerate(rooms)}
        self.trees = {
            path: ast.parse(path.read_text(encoding="utf-8"))
            for path in sorted(folder.rglob("*.py"))
        }

    def room(self, path):
        """The room a file stands in, None for one that stands in none."""
        parts = path.relative_to(self.folder).parts
        return parts[0] if len(parts) == 2 and parts[0] in self.rank else None

    def homeless(self):
        """Files that stand in no room, but for the one that lists the rooms."""
        return [
            str(path.relative_to(self.folder))
            for path in self.trees
            if self.room(path) is None and path != self.folder / "__init__.py"
        ]

    def unlisted(self):
        """Files that their room does not import; two of them hold no model."""
        missing = []
        for path in self.trees:
            if path.name == "__init__.py" or not _has_models(self.trees[path]):
                continue
            listed = self.trees.get(path.with_name("__init__.py"))
            names = {
                alias.name
                for node in (listed.body if listed else ())
                for alias in node.names
            }
            if path.stem not in names:
                missing.append(str(path.relative_to(self.folder)))
        return missing

    def upward_imports(self):
        """``file: line imports room`` where that is a later one."""
        found = []
        for path, node in self._nodes(ast.ImportFrom):
            # From a file in a room, one dot is the room and two are the rooms.
            if node.level == 2:
                parts = (node.module or "").split(".")
                for name in [parts[0]] if parts[0] else [a.name for a in node.names]:
                    found += self._if_later(path, node, name, f"imports {name}")
        return found

    def upward_models(self):
        """The same for names of models that a later room defines."""
        homes = self._homes_of_models()
        return [
            text
            for path, node in self._nodes(ast.Constant)
            if isinstance(node.value, str) and node.value in homes
            for text in self._if_later(
                path, node, homes[node.value], f"names {node.value}"
            )
        ]

    def upward_calls(self):
        """The same for calls of methods that only later rooms define."""
        homes = self._homes_of_methods()
        found = []
        for path, node in self._nodes(ast.Call):
            name = getattr(node.func, "attr", None)
            if name in homes and name not in ORM_METHODS:
                first = min(homes[name], key=self.rank.get)
                found += self._if_later(path, node, first, f"calls {name}()")
        return found

    def _nodes(self, kind):
        for path, tree in self.trees.items():
            if self.room(path):
                for node in ast.walk(tree):
                    if isinstance(node, kind):
                        yield path, node

    def _if_later(self, path, node, other, words):
        own = self.room(path)
        if self.rank.get(other, -1) <= self.rank[own]:
            return []
        return [f"{own}/{path.name}:{node.lineno} {words} ({other})"]

    def _homes_of_models(self):
        """``{our model: first room that gives it its name}``"""
        homes = {}
        for path, node in self._nodes(ast.ClassDef):
            name = _assigned(node, "_name")
            if name and _assigned(node, "_inherit") != name:
                homes.setdefault(name, set()).add(self.room(path))
        # Odoo's own, to which a mixin is added, are everybody's.
        return {
            name: min(rooms, key=self.rank.get)
            for name, rooms in homes.items()
            if name.startswith(("key.account", "crm.stage.gate"))
        }

    def _homes_of_methods(self):
        homes = defaultdict(set)
        for path, node in self._nodes(ast.FunctionDef):
            homes[node.name].add(self.room(path))
        return homes


def _assigned(node, name):
    for statement in node.body:
        if (
            isinstance(statement, ast.Assign)
            and getattr(statement.targets[0], "id", None) == name
            and isinstance(statement.value, ast.Constant)
        ):
            return statement.value.value
    return None


def _has_models(tree):
    return any(
        isinstance(node, ast.ClassDef)
        and (_assigned(node, "_name") or _assigned(node, "_inherit"))
        for node in tree.body
    )


@pytest.fixture(scope="module")
def house():
    return House(MODELS, ROOMS)


def test_rooms_are_imported_in_their_order(house):
    body = house.trees[MODELS / "__init__.py"].body
    assert [alias.name for node in body for alias in node.names] == list(ROOMS)


def test_every_file_stands_in_a_room(house):
    assert house.homeless() == []


def test_every_file_with_models_is_imported_by_its_room(house):
    assert house.unlisted() == []


def test_nothing_is_imported_from_a_later_room(house):
    assert house.upward_imports() == []


def test_no_model_of_a_later_room_is_named(house):
    assert house.upward_models() == []


def test_nothing_is_called_that_only_a_later_room_has(house):
    assert house.upward_calls() == []


def test_nothing_is_called_that_only_the_reports_have():
    """Neither by its controllers nor its wizards: it is installed without them."""
    called, defined = {}, defaultdict(set)
    for path, text in _sources():
        addon = path.relative_to(ADDONS).parts[0]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                defined[addon].add(node.name)
            elif isinstance(node, ast.Call) and addon == "key_account":
                called[getattr(node.func, "attr", None)] = path.name
    above = defined["key_account_reports"] - defined["key_account"] - ORM_METHODS
    # What begins otherwise may be one of Odoo's, or of Python's.
    assert {n: f for n, f in called.items() if n in above and n[0] == "_"} == {}
    assert above and called


def test_every_file_says_what_it_is_for(house):
    silent = [
        str(path.relative_to(MODELS))
        for path, tree in house.trees.items()
        if path.name != "__init__.py" and not ast.get_docstring(tree)
    ]
    assert silent == []


def _sources():
    for path in sorted(ADDONS.rglob("*.py")):
        if not {"tests", "demo", "migrations"} & set(path.parts):
            yield path, path.read_text(encoding="utf-8")


def test_no_file_is_too_long():
    lengths = {
        str(path.relative_to(ADDONS)): text.count("\n") for path, text in _sources()
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_file_of_views_is_too_long():
    lengths = {
        path.name: len(path.read_text().splitlines())
        for path in ADDONS.glob("*/views/*.xml")
    }
    assert len(lengths) > 50
    assert {name: n for name, n in lengths.items() if n > LONGEST_VIEWS} == {}


def test_no_function_is_too_long():
    found = {
        f"{path.relative_to(ADDONS)}:{node.name}": node.end_lineno - node.lineno + 1
        for path, text in _sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: n for name, n in found.items() if n > LONGEST_FUNCTION} == {}


def test_rules_know_nothing_of_odoo():
    guilty = [
        str(path.relative_to(ADDONS))
        for path, text in _sources()
        if "rules" in path.parts
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Import) and node.names[0].name.startswith("odoo"))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("odoo"))
    ]
    assert guilty == []


def test_names_are_separated_as_the_reader_does():
    """By ``listed()``; but for addresses, and for what a machine reads."""
    plain = {
        str(path.relative_to(ADDONS))
        for kind in ("py", "xml")
        for path in ADDONS.rglob(f"*.{kind}")
        if not {"tests", "demo", "migrations"} & set(path.parts)
        if re.search(r"""(?<!SQL\()["'], ["']\)?\.join""", path.read_text("utf-8"))
    }
    assert plain == {
        "key_account/models/shared/export.py",
        "key_account/models/shared/label.py",
        "key_account/data/mail_templates.xml",
    }


def test_readme_lists_the_rooms_and_names_files_that_exist():
    text = (ADDONS.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(ROOMS)
    named = re.findall(r"`((?:models|rules)/[\w./]*)`", text)
    assert len(named) > 10
    home = ADDONS / "key_account"
    assert [name for name in named if not (home / name).exists()] == []


@pytest.mark.parametrize(
    ("source", "check", "found"),
    [
        ("from ..top.roof import X", "upward_imports", "imports top"),
        ("from .. import top", "upward_imports", "imports top"),
        ("x = env['key.account.roof']", "upward_models", "names key.account.roof"),
        ("x._of_the_roof()", "upward_calls", "calls _of_the_roof()"),
    ],
)
def test_what_goes_up_is_found(tmp_path, source, check, found):
    roof = (
        "class Roof(Model):\n"
        '    _name = "key.account.roof"\n'
        "    def _of_the_roof(self): 0\n"
    )
    for name, text in {
        "__init__.py": "from . import ground\nfrom . import top\n",
        "ground/floor.py": source,
        "top/roof.py": roof,
        "top/stairs.py": source,
        "loft.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    small = House(tmp_path, ("ground", "top"))
    assert getattr(small, check)() == [f"ground/floor.py:1 {found} (top)"]
    assert small.homeless() == ["loft.py"]
    assert small.unlisted() == ["top/roof.py"]

"""``make translations``: templates exported by Odoo, merged into the catalogues."""

import re

from . import databases, odoo, paths, setup
from .console import Failure, say, step

DATABASE = "ka_i18n"
CATALOGUES = ("zh_CN",)


def update():
    """Export both templates from a fresh database and merge them; report what lacks."""
    settings = setup.ensure()
    modules = paths.installable_modules()
    with step("Export of translatable terms"):
        odoo.prepare(settings, DATABASE, modules)
        export(settings, DATABASE, modules)
        databases.drop(settings, DATABASE)
    for module in modules:
        for language in CATALOGUES:
            report(*merge(module, language))
    return 0


def folder(module):
    """A module's catalogues."""
    return paths.ADDONS / module / "i18n"


def export(settings, database, modules):
    """Write each module's template as Odoo exports it, where its terms have changed."""
    for module in modules:
        path = folder(module) / (module + ".pot")
        fresh = path.with_suffix(".new.pot")
        path.parent.mkdir(exist_ok=True)
        export_one(settings, database, module, fresh)
        if path.is_file() and terms(path) == terms(fresh):
            fresh.unlink()
        else:
            fresh.replace(path)


def outdated(settings, database, modules):
    """Modules whose template lacks terms, or has others, than a database exports."""
    stale = []
    for module in modules:
        path = folder(module) / (module + ".pot")
        fresh = paths.LOGS / path.name
        export_one(settings, database, module, fresh)
        if not path.is_file() or terms(path) != terms(fresh):
            stale.append(module)
    return stale


def export_one(settings, database, module, target):
    """Export one module's terms into a file."""
    target.unlink(missing_ok=True)
    arguments = ("i18n", "export", "-d", database, "-o", target, module)
    code, log = odoo.logged(settings, "i18n-" + module, *arguments)
    if code or not target.is_file():
        raise Failure("cannot export the terms of %s; log: %s" % (module, log))


def terms(path):
    """A catalogue's text without its header's dates."""
    return re.sub(
        r'^"(POT-Creation|PO-Revision)-Date:.*$', "", path.read_text(), flags=re.M
    )


def merge(module, language):
    """Bring a catalogue to the template's terms; translations are kept."""
    import polib

    template = polib.pofile(str(folder(module) / (module + ".pot")), wrapwidth=78)
    path = folder(module) / (language + ".po")
    if path.is_file():
        catalogue = polib.pofile(str(path), wrapwidth=78)
    else:
        catalogue = polib.POFile(wrapwidth=78)
        catalogue.metadata = dict(template.metadata)
    catalogue.metadata["Language"] = language
    catalogue.merge(template)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    catalogue.save(str(path))
    return path, catalogue


def report(path, catalogue):
    """Say how much of a catalogue lacks."""
    missing = catalogue.untranslated_entries()
    say(
        "%s: %d terms, %d untranslated, %d fuzzy"
        % (
            path.relative_to(paths.ROOT),
            len(catalogue),
            len(missing),
            len(catalogue.fuzzy_entries()),
        )
    )
    for entry in missing[:20]:
        say("    %s" % entry.msgid.splitlines()[0][:70])

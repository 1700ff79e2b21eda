"""``make test-neighbours``: the add-ons' tests beside what companies run already.

Stock, margins, a webshop, loyalty programmes, carriers, projects, manufacture and more
of Odoo's own add fields, lines, pages and rights to what the add-ons control. They are
installed first, then both add-ons with their tests; with demo data or without, with
Chinese loaded or not.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from . import databases, extras, odoo, paths, setup, source, stamps, testing
from .console import Failure, say, step
from .summary import Result

NEIGHBOURS = (
    "sale_stock",
    "sale_margin",
    "website_sale",
    "sale_loyalty",
    "delivery",
    "sale_project",
    "sale_mrp",
    "sale_purchase",
    "stock_dropshipping",
    "sale_expense",
    "pos_sale",
    "mass_mailing_sale",
    "google_calendar",
    "microsoft_calendar",
    "payment_demo",
    "base_automation",
    "survey",
)
TEMPLATE, OWN = "ka_neighbours", "ka_test_neighbours"


class Variant(NamedTuple):
    """How the database was filled before the add-ons came."""

    demo: bool = False
    chinese: bool = True

    def __str__(self):
        return "with%s demo data, with%s Chinese" % (
            "" if self.demo else "out",
            "" if self.chinese else "out",
        )

    @property
    def suffix(self):
        """What its databases are told apart by."""
        return "_demo" * self.demo + "_english" * (not self.chinese)

    @property
    def options(self):
        """Odoo's options for whatever is installed in it."""
        return ("--with-demo",) if self.demo else ()


VARIANTS = (Variant(), Variant(chinese=False), Variant(True), Variant(True, False))


def run(names=(), demo=False, english=False, everything=False):
    """Run the tests of the add-ons, or those named, in one variant or in all four."""
    tags = chosen_tags(names)
    chosen = VARIANTS if everything else (Variant(demo, not english),)
    settings = setup.ensure()
    extras.ensure_chromium()
    there, missing = found(source.addons_paths())
    results = {}
    for variant in chosen:
        say("\n==> Beside %d modules, %s" % (len(there), variant))
        ensure_template(settings, variant, there)
        results[variant] = run_variant(settings, variant, tags)
    say()
    for variant, result in results.items():
        say("%-38s %s" % (variant, result))
    if missing:
        say("Not in this source of Odoo, so not tried: %s" % ", ".join(missing))
    total = sum(results.values(), Result())
    say(str(total))
    return 1 if total.failed else 0


def chosen_tags(names):
    """Odoo's ``--test-tags`` of each run: of these classes or tests in one, else of all
    in two."""
    classes = testing.test_classes(paths.ADDONS)
    if not names:
        return testing.test_tags(paths.MODULES, classes)
    unknown = set(names).difference(testing.test_methods(paths.ADDONS))
    if unknown:
        raise Failure("no test is called %s" % ", ".join(sorted(unknown)))
    return (
        ",".join(
            "/%s:%s" % (module, name)
            for name in names
            for module, test_class in classes
            if test_class == name.partition(".")[0]
        ),
    )


def found(folders):
    """The neighbours whose source there is, and those that are missing."""
    there = [
        name
        for name in NEIGHBOURS
        if any((folder / name / "__manifest__.py").is_file() for folder in folders)
    ]
    return there, [name for name in NEIGHBOURS if name not in there]


def ensure_template(settings, variant, modules):
    """Build once a variant's database with the neighbours, and without the add-ons."""
    name = TEMPLATE + variant.suffix
    languages = odoo.LANGUAGES if variant.chinese else "en_US"
    wanted = (*odoo.TEMPLATE_MODULES, *modules)
    value = stamps.fingerprint(source.release(), wanted, languages, variant.options)
    if stamps.is_done(name, value) and databases.exists(settings, name):
        return
    partial = name + "_new"
    with step("Database of the neighbours (two to four minutes)"):
        databases.drop(settings, partial)
        load = "--load-language=" + languages
        odoo.install(settings, partial, wanted, name, load, *variant.options)
        databases.rename(settings, partial, name)
    stamps.mark_done(name, value)


def run_variant(settings, variant, tags):
    """Install the add-ons beside the neighbours with their tests, each run on a copy of
    its own."""
    runs = [(OWN + variant.suffix + str(i), tag) for i, tag in enumerate(tags, start=1)]
    for database, _tags in runs:
        databases.clone(settings, TEMPLATE + variant.suffix, database)
    with ThreadPoolExecutor(len(runs)) as pool:
        results = pool.map(
            lambda run: testing.install_with_tests(settings, *run, *variant.options),
            runs,
        )
        return sum(results, Result())

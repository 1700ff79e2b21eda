"""What the add-ons cost on quotations and opportunities: with them ÷ plain Odoo
(``make bench``).

A process holds one database each: without the add-ons, with them, and, where asked for
(``--peer``), with OCA's sale_tier_validation. They work in turns (plain, own, peer,
peer, own, plain, …), so that all meet the same state of the machine.

The controls are on (mode ``enforce``) in the database with the add-ons. Three
customers: one who is no key account; a key account whose quotation its author may
promise; and one whose quotation lies beyond the author's limit, which a manager signs
off. Opportunities are those of a plain team and of a key-account team in its eight
steps, whose gates are met where they move.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import benchmark_worker

PLAIN, OWN, PEER = "ka_bench_plain", "ka_bench", "ka_bench_peer"
CASES = {
    "plain": "Customer who is no key account",
    "key": "Key account, within limits",
    "over": "Key account, beyond the author's limit",
}
OPERATIONS = {
    "create": "create, ten lines",
    "reference": "write the customer's reference",
    "payment_term": "write the payment term",
    "line": "write a line",
    "form_line": "write a line on the form",
    "confirm": "confirm",
    "whole": "create → sign-off → confirm",
    "open_form": "open the form",
    "list": "list of 80",
}
LEAD_CASES = {
    "plain": "Opportunities of a plain team",
    "key": "Opportunities of a key-account team",
}
LEAD_OPERATIONS = {
    "move": "move 200 one stage forward",
    "pipeline": "pipeline of 500 cards",
    "open_lead": "open the form",
}
ALL_OPERATIONS = [*OPERATIONS, *LEAD_OPERATIONS]
# Beyond the limit the other operations are the same as within.
OVER = ("whole",)
# Largest ratio of time, and largest number of queries more.
AIMS = {"plain": (1.05, 2), "key": (1.10, 5)}
LIST_AIM = (1.02, 0)
# Bounded are the queries on opportunities, not their time: as without the
# add-ons for a plain team, a number that does not grow for a key-account team.
LEAD_QUERIES = {
    "plain": {"move": 0, "pipeline": 0, "open_lead": 0},
    "key": {"move": 12, "pipeline": 9, "open_lead": 6},
}
# Sign-off is two requests more: asking, and deciding.
OVER_QUERIES = 84
# Few and all of them: what the add-on asks more for must not grow, except that each
# 100 events of the stage log (leaving and entering) are inserted by a statement.
GROWTH = {"move": (20, 200, 3), "pipeline": (50, 500, 0)}
MEASURED = (100, 1000)


class Side:
    """A measuring process, seen from the comparing one."""

    def __init__(self, name, database, *arguments):
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, benchmark_worker.__file__, database, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        result = json.loads(line) if line else {"error": "the measuring process ended"}
        if "error" in result:
            sys.exit(f"{self.name}: {result['error']}")
        return result

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def sections(operations):
    """``[(case, title, {operation: words})]``: the tables that are measured."""
    over = {name: OPERATIONS[name] for name in OVER}
    tables = [
        *((case, title, OPERATIONS) for case, title in CASES.items() if case != "over"),
        ("over", CASES["over"], over),
        *((case, title, LEAD_OPERATIONS) for case, title in LEAD_CASES.items()),
    ]
    chosen = [
        (case, title, {name: table[name] for name in table if name in operations})
        for case, title, table in tables
    ]
    return [section for section in chosen if section[2]]


def measure(sides, operations, rounds, warm_up):
    """``{(case, operation): [{side name: sample}, …]}``"""
    found = {}
    for number in range(-warm_up, rounds):
        turn = sides if number % 2 else sides[::-1]
        for case, _title, table in sections(operations):
            for operation in table:
                sample = {
                    side.name: side.ask("sample", operation, case) for side in turn
                }
                if number >= 0:
                    found.setdefault((case, operation), []).append(sample)
    return found


def ratio(found, name, side="own", other="plain"):
    """The median over neighbouring samples: drift of the machine cancels out."""
    return statistics.median(
        sample[side][name] / sample[other][name] for sample in found
    )


def median(found, name, side):
    return statistics.median_low(sample[side][name] for sample in found)


def verdict(case, operation, found, peer):
    """``(aim in words, whether it is met)``"""
    more = median(found, "queries", "own") - median(found, "queries", "plain")
    if case == "over" and peer:
        return "below the peer's", ratio(found, "time", "own", "peer") < 1.0
    aim_time, aim_queries = aim(case, operation)
    met = (aim_time is None or ratio(found, "time") <= aim_time) and more <= aim_queries
    words = "" if aim_time is None else f"≤ {aim_time:.2f}, "
    return f"{words}≤ {aim_queries:+d}", met


def aim(case, operation):
    """``(largest ratio of time or None, largest number of queries more)``"""
    if operation in LEAD_OPERATIONS:
        return None, LEAD_QUERIES[case][operation]
    if case == "over":
        return None, OVER_QUERIES
    return LIST_AIM if operation == "list" else AIMS[case]


def report(found, operations, peer):
    """Print the tables."""
    for case, title, table in sections(operations):
        print(f"\n{title}")
        columns = f"{'plain ms':>9}{'own ms':>9}{'time':>7}{'CPU':>7}{'queries':>12}"
        if peer:
            columns += f"{'peer: time':>13}{'CPU':>7}{'queries':>9}"
        print(f"{'':32}{columns}  aim")
        for operation, words in table.items():
            print(f"{words:32}{row(case, operation, found[case, operation], peer)}")


def row(case, operation, found, peer):
    plain, own = (median(found, "queries", side) for side in ("plain", "own"))
    text = (
        f"{median(found, 'time', 'plain') * 1000:9.1f}"
        f"{median(found, 'time', 'own') * 1000:9.1f}"
        f"{ratio(found, 'time'):7.2f}{ratio(found, 'cpu'):7.2f}"
        f"{plain:7d} {own - plain:+4d}"
    )
    if peer:
        more = median(found, "queries", "peer") - plain
        text += (
            f"{ratio(found, 'time', 'peer'):13.2f}{ratio(found, 'cpu', 'peer'):7.2f}"
            f"{more:+9d}"
        )
    words, met = verdict(case, operation, found, peer)
    return f"{text}  {words}{': ' if words else ''}{'met' if met else 'NOT MET'}"


def report_growth(plain, own, operations):
    """Print how many queries more few and many opportunities take."""
    for operation in [name for name in GROWTH if name in operations]:
        *counts, allowed = GROWTH[operation]
        print(f"\n{LEAD_OPERATIONS[operation]}, and fewer: queries")
        for case, title in LEAD_CASES.items():
            texts, more = [], []
            for count in counts:
                numbers = [
                    side.ask("sample", operation, case, count)["queries"]
                    for side in (plain, own)
                ]
                more.append(numbers[1] - numbers[0])
                texts.append(f"{count}: {numbers[0]} {more[-1]:+d}")
            met = "met" if more[1] - more[0] <= allowed else "NOT MET"
            print(f"{title:38}{', '.join(texts)}; aim: growth ≤ {allowed}: {met}")


def report_many(own):
    few, many = (own.ask("measure_many", count) for count in MEASURED)
    met = many["queries"] <= few["queries"]
    print(
        f"\nMeasuring authority in one call: {MEASURED[0]} quotations"
        f" {few['queries']} queries,"
        f" {MEASURED[1]} quotations {many['queries']} queries, {many['time']:.2f} s;"
        f" aim: no query more: {'met' if met else 'NOT MET'}"
    )


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40, help="pairs of samples (40)")
    parser.add_argument("--warm-up", type=int, default=3, help="pairs not counted (3)")
    parser.add_argument(
        "--only", action="append", choices=ALL_OPERATIONS, help="these operations"
    )
    parser.add_argument("--plain", default=PLAIN, help="database without the add-ons")
    parser.add_argument("--own", default=OWN, help="database with the add-ons")
    parser.add_argument(
        "--peer",
        metavar="ADDONS_PATH",
        help="OCA's sale_tier_validation beside them (make bench ARGS=--peer)",
    )
    parser.add_argument("--peer-database", default=PEER)
    return parser.parse_args()


def main():
    options = parse()
    operations = options.only or ALL_OPERATIONS
    start = time.monotonic()
    sides = [Side("plain", options.plain), Side("own", options.own)]
    if options.peer:
        sides.append(Side("peer", options.peer_database, options.peer))
    for side in sides:
        side.answer()
    found = measure(sides, operations, options.rounds, options.warm_up)
    print(f"With the add-ons ÷ plain Odoo, medians of {options.rounds} rounds.")
    report(found, operations, bool(options.peer))
    report_growth(*sides[:2], operations)
    report_many(sides[1])
    for side in sides:
        side.close()
    print(f"\n{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

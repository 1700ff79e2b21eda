"""What the add-ons cost on a quotation: with them ÷ plain Odoo (``make bench``).

A process holds one database each: without the add-ons, with them, and, where asked for
(``--peer``), with OCA's sale_tier_validation. They work in turns (plain, own, peer,
peer, own, plain, …), so that all meet the same state of the machine.

The controls are on (mode ``enforce``) in the database with the add-ons. Three
customers: one who is no key account; a key account whose quotation its author may
promise; and one whose quotation lies beyond the author's limit, which a manager signs
off.
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
# Beyond the limit the other operations are the same as within.
OVER = ("whole",)
# Largest ratio of time, and largest number of queries more.
AIMS = {"plain": (1.05, 2), "key": (1.10, 6)}
LIST_AIM = (1.02, 0)
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


def samples(case, operations):
    return [name for name in operations if case != "over" or name in OVER]


def measure(sides, operations, rounds, warm_up):
    """``{(case, operation): [{side name: sample}, …]}``"""
    found = {}
    for number in range(-warm_up, rounds):
        turn = sides if number % 2 else sides[::-1]
        for case in CASES:
            for operation in samples(case, operations):
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
    if case == "over":
        if not peer:
            return "", True
        return "below the peer's", ratio(found, "time", "own", "peer") < 1.0
    aim_time, aim_queries = LIST_AIM if operation == "list" else AIMS[case]
    more = median(found, "queries", "own") - median(found, "queries", "plain")
    met = ratio(found, "time") <= aim_time and more <= aim_queries
    return f"≤ {aim_time:.2f}, ≤ {aim_queries:+d}", met


def report(found, operations, peer):
    """Print the tables."""
    for case, title in CASES.items():
        print(f"\n{title}")
        columns = f"{'plain ms':>9}{'own ms':>9}{'time':>7}{'CPU':>7}{'queries':>12}"
        if peer:
            columns += f"{'peer: time':>13}{'CPU':>7}{'queries':>9}"
        print(f"{'':32}{columns}  aim")
        for operation in samples(case, operations):
            print(row(case, operation, found[case, operation], peer))


def row(case, operation, found, peer):
    plain, own = (median(found, "queries", side) for side in ("plain", "own"))
    text = (
        f"{OPERATIONS[operation]:32}"
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
    aim, met = verdict(case, operation, found, peer)
    return f"{text}  {aim}{': ' if aim else ''}{'met' if met else 'NOT MET'}"


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
        "--only", action="append", choices=OPERATIONS, help="these operations"
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
    operations = [name for name in OPERATIONS if name in (options.only or OPERATIONS)]
    start = time.monotonic()
    sides = [Side("plain", options.plain), Side("own", options.own)]
    if options.peer:
        sides.append(Side("peer", options.peer_database, options.peer))
    for side in sides:
        side.answer()
    found = measure(sides, operations, options.rounds, options.warm_up)
    print(f"With the add-ons ÷ plain Odoo, medians of {options.rounds} rounds.")
    report(found, operations, bool(options.peer))
    report_many(sides[1])
    for side in sides:
        side.close()
    print(f"\n{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

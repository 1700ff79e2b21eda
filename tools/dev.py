#!/usr/bin/env python3
"""Command line behind the Makefile: ``python3 tools/dev.py help`` lists it.

It starts under any Python, builds the virtual environment with the standard library
alone, and goes on inside it.
"""

import sys

SUPPORTED = ((3, 10), (3, 13))


def check_python(version):
    """Return the refusal for an unsupported Python ``version`` tuple, or None."""
    low, high = SUPPORTED
    if low <= tuple(version[:2]) <= high:
        return None
    return (
        "Python %d.%d is not supported: Odoo 19 runs on %d.%d to %d.%d "
        "(choose one with: make PYTHON=python3.12 ...)"
        % (tuple(version[:2]) + low + high)
    )


def main():
    """Refuse an unsupported interpreter in one line, then hand over."""
    refusal = check_python(sys.version_info)
    if refusal:
        print("error: " + refusal, file=sys.stderr)
        return 1
    from devkit import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

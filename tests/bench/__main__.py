"""`python -m tests.bench`: our turn beside WeRoBot's and a raw floor, printed as ratios. Asserts no timing, writes nothing here."""

from __future__ import annotations

import argparse
import importlib.util
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Status 1 when a reply was wrong or a server did not serve; never because something was slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most two minutes: fewer rows, two short rounds")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="rows whose name holds NAME, or micro"
    )
    parser.add_argument("--profile", action="store_true", help="instead: where a turn's time goes, by cProfile")
    parser.add_argument(
        "--learning", nargs=argparse.REMAINDER, help="instead: what three ways to practise leave in heads"
    )
    parser.add_argument(
        "--days", nargs=argparse.REMAINDER, help="instead: two weeks of a mine of three thousand, drawn by the hour"
    )
    parser.add_argument("--dir", type=Path, help="where the databases are made (the system's temporary folder)")
    given = parser.parse_args()
    if given.learning is not None:
        return subprocess.run([sys.executable, "-m", "tests.bench.learning", *given.learning], check=False).returncode
    if given.days is not None:
        return subprocess.run([sys.executable, "-m", "tests.bench.mine_days", *given.days], check=False).returncode
    if sys.platform == "win32":
        print("The benchmarks need gunicorn, which does not run on Windows.", file=sys.stderr)
        return 1
    if importlib.util.find_spec("werobot") is None:
        print("WeRoBot is missing: python3 run.py bench installs it.", file=sys.stderr)
        return 1
    from tests.bench import runner  # noqa: PLC0415 - it needs what was just looked for

    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.dir) as folder:
        if given.profile:
            return runner.profile(Path(folder))
        return runner.run(runner.QUICK if given.quick else runner.FULL, given.only, Path(folder))


def _stopped(number: int, _frame: object) -> None:
    """Leave by way of everything that stops servers and drops databases."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopped)
    sys.exit(main())

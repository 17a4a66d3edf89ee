"""`python -m benchmarks [machines] [cell] [fleet] [run] [agents]`: print a table, exit 1 if a bound is exceeded."""

import argparse

from benchmarks import agents, cell, default_run, fleet, machines
from benchmarks.figure import table

MEASURES = {
    "machines": machines.figures,
    "cell": cell.figures,
    "fleet": fleet.figures,
    "run": default_run.figures,
    "agents": agents.figures,
}
TIMES = {"machines": 25, "cell": 25, "fleet": 15, "run": 3, "agents": 5}


def main() -> int:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*MEASURES, []], help="what to measure (default: all)")
    parser.add_argument("--times", type=int, help="measurements of each (default: 25; fleet 15, agents 5, run 3)")
    parser.add_argument("--show", action="store_true", help="measure and print; exit 0 whatever the figures are")
    given = parser.parse_args()
    found = [one for name in given.what or MEASURES for one in MEASURES[name](given.times or TIMES[name])]
    print(table(found))
    return 0 if given.show or all(one.kept for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())

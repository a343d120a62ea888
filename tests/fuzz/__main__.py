"""``python -m tests.fuzz``: a long campaign. ``--seed`` and ``--cases`` repeat one that failed."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys

import structlog

from tests.fuzz.by_schemathesis import PHASES, run_schemathesis
from tests.fuzz.campaign import Report, fuzz_graphql, fuzz_rest
from tests.fuzz.server import scratch_folder, serving
from tests.stores import ENGINES


async def campaign(seed: int, cases: int, engine: str) -> list[Report]:
    """Both façades, a server for each."""
    reports = []
    for fuzz in (fuzz_rest, fuzz_graphql):
        with scratch_folder() as folder:
            async with serving(folder, engine) as server:
                reports.append(await fuzz(server, seed, cases))
                print(reports[-1], flush=True)
    return reports


def main() -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--cases", type=int, default=1_000_000, help="for each of the two façades")
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--examples", type=int, default=100, help="by Schemathesis, 0 for none")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"--seed {options.seed} --cases {options.cases}", flush=True)
    reports = asyncio.run(campaign(options.seed, options.cases, options.engine))
    faulty = any(report.faults for report in reports)
    if options.examples:
        found = run_schemathesis(*PHASES, seed=options.seed, examples=options.examples)
        print(found, flush=True)
        faulty = faulty or bool(found.faults)
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.fuzz``: a long campaign. ``--seed`` and ``--cases`` repeat one that failed."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys

import structlog

from tests.fuzz.campaign import Report, fuzz_graphql, fuzz_rest
from tests.fuzz.server import scratch_folder, serving


async def campaign(seed: int, cases: int) -> list[Report]:
    """Both façades, a server for each."""
    reports = []
    for fuzz in (fuzz_rest, fuzz_graphql):
        with scratch_folder() as folder:
            async with serving(folder) as server:
                reports.append(await fuzz(server, seed, cases))
                print(reports[-1], flush=True)
    return reports


def main() -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--cases", type=int, default=1_000_000, help="for each of the two façades")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"--seed {options.seed} --cases {options.cases}", flush=True)
    reports = asyncio.run(campaign(options.seed, options.cases))
    return int(any(report.faults for report in reports))


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.webhook_campaign``: the long campaign."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.stores import ENGINES
from tests.webhook_campaign.campaign import campaign


def main() -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.webhook_campaign", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engine", choices=ENGINES, default="postgres")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(
            campaign(options.engine, Path(folder), events=options.events, kills=options.kills)
        )
    print(f"{report}; {time.monotonic() - began:.0f} s on {options.engine}")
    print(*report.faults[:20], sep="\n")
    # Each process that is killed leaves a few; so the share says something of many events alone.
    return int(bool(report.faults) or report.duplicates * 100 >= report.delivered)


if __name__ == "__main__":
    sys.exit(main())

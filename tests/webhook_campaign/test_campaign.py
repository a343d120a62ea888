"""A short campaign; ``make campaign-webhooks`` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from litehq_core.use_cases.duties.deliver_webhooks import AT_ONCE
from tests.webhook_campaign.campaign import campaign
from tests.webhook_campaign.receivers import RECEIVERS

EVENTS, KILLS = 100, 1


# Two processes are started and one is killed: on a busy machine that takes its time.
@pytest.mark.timeout(900)
async def test_no_event_is_lost_told_in_vain_or_signed_wrong(tmp_path: Path) -> None:
    """Issue 7, 7, in small."""
    report = await campaign("sqlite", tmp_path, events=EVENTS, kills=KILLS)
    assert report.faults == []
    assert report.events >= EVENTS
    assert report.dead > 0
    # What was under way when it was killed, at most; the long campaign judges the share.
    assert report.duplicates <= KILLS * AT_ONCE * len(RECEIVERS)

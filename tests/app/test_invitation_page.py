"""The page behind an invitation's link: looking changes nothing, its button accepts."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from litehq_core import InviteMember, invite_member, system_actor
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock
from tests.app.installations import served

ACTOR = system_actor("ws_demo")
WISH = InviteMember(email="ada@example.com", name="Ada <b>G</b>", tier="resident")


async def _invited(ports: Ports) -> tuple[str, str]:
    """A new member's id, and the path of the link that the mail brings."""
    member = (await invite_member(ports, ACTOR, WISH)).member
    async with ports.begin(ACTOR) as tx:
        (mail,) = [mail for mail in await tx.mails.latest(10) if mail.subject_id == member.id]
    found = re.search(r"(/invitations/\S+)", mail.text)
    assert found
    return member.id, found[1]


async def _status(ports: Ports, member_id: str) -> str:
    member = await ports.reads.member("ws_demo", member_id)
    assert member is not None
    return member.status.value


async def _press(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """Press the button, and follow to the page that it leads to."""
    answer = await client.post(path)
    assert answer.status_code == 303
    return await client.get(path.rpartition("/")[0] + "/" + answer.headers["location"])


async def test_looking_changes_nothing_and_the_button_accepts(clock: Clock) -> None:
    """Contract: "`member.accepted` on accept (a link that works)"."""
    async with served(clock) as (client, ports):
        member_id, path = await _invited(ports)
        await client.get(path)
        shown = await client.get(path)
        assert await _status(ports, member_id) == "invited"
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        assert "form-action 'self'" in shown.headers["content-security-policy"]
        assert '<form method="post">' in shown.text
        # A name is text, whatever it holds.
        assert "Ada &lt;b&gt;G&lt;/b&gt;" in shown.text
        welcome = await _press(client, path)
        assert "You are a member" in welcome.text
        assert "<form" not in welcome.text
        assert await _status(ports, member_id) == "active"
        assert "You are a member" in (await _press(client, path)).text


async def test_an_invitation_that_has_ended(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        member_id, path = await _invited(ports)
        clock.now = clock.now + timedelta(days=15)
        assert "The invitation has ended" in (await _press(client, path)).text
        assert await _status(ports, member_id) == "invited"


async def test_links_that_open_nothing(clock: Clock) -> None:
    async with served(clock) as (client, _):
        for token in ("nonsense", "ws_demo.nothing", "ws_nowhere.x", "ws_demo.%00"):
            for method in ("GET", "POST"):
                answer = await client.request(method, f"/invitations/{token}")
                assert answer.status_code == 404
                assert "No such invitation" in answer.text

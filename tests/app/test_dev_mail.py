"""The outbox without a mail server: readable in the demo, and nowhere else."""

from __future__ import annotations

import re

import pytest

from litehq_app.bootstrap import open_installation
from litehq_app.mail.local import LocalMailer
from litehq_app.mail.smtp import SmtpMailer
from litehq_core import Mail, Mailbox, MailStatus, system_actor
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock
from tests.app.installations import served, settings_of
from tests.app.test_workers import until
from tests.domain import samples

ACTOR = system_actor("ws_demo")


async def queue(ports: Ports, **fields: object) -> Mail:
    """A mail in the demo workspace's outbox."""
    async with ports.begin(ACTOR) as tx:
        return await tx.mails.add(samples.mail_draft(**fields))


async def test_the_worker_sends_and_the_page_shows(clock: Clock) -> None:
    async with served(clock, demo=False, dev_mail=True) as (client, ports):
        mail = await queue(ports, text="Open https://book.example/accept/abc now.")

        async def is_sent() -> bool:
            async with ports.begin(ACTOR) as tx:
                found = await tx.mails.get(mail.id)
            return found is not None and found.status is MailStatus.SENT

        await until(is_sent)
        listed = (await client.get("/dev/mail")).text
        assert mail.subject in listed
        assert "ada@example.com" in listed
        (link,) = re.findall(r'href="(mail/mail_[^"]+)"', listed)
        shown = (await client.get(f"/dev/{link}")).text
        assert "sent" in shown
        assert 'href="https://book.example/accept/abc"' in shown


async def test_nothing_in_a_mail_is_markup(clock: Clock) -> None:
    hostile = "<script>alert(1)</script>"
    async with served(clock, demo=False, dev_mail=True) as (client, ports):
        mail = await queue(
            ports,
            subject=hostile,
            text=f"{hostile} javascript:alert(1)",
            html=hostile,
            recipient=Mailbox(address="<b>@example.com", name=hostile),
        )
        for path in ("/dev/mail", f"/dev/mail/{mail.id}"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "<script" not in answer.text
            assert "<b>" not in answer.text
            assert 'href="javascript' not in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_newest_come_first_page_by_page(clock: Clock) -> None:
    async with served(clock, demo=False, dev_mail=True) as (client, ports):
        for number in range(30):
            await queue(ports, subject=f"number {number:02}")
        first = (await client.get("/dev/mail")).text
        (older,) = re.findall(r'href="(\?before=[^"]+)"', first)
        second = (await client.get(f"/dev/mail{older}")).text
        numbers = [re.findall(r"number (\d\d)", text) for text in (first, second)]
        assert numbers[0] + numbers[1] == [f"{n:02}" for n in reversed(range(30))]
        assert "?before" not in second


@pytest.mark.parametrize("path", ["/dev/mail/mail_none", "/dev/mail?before=mail_none"])
async def test_a_mail_that_is_not_there(clock: Clock, path: str) -> None:
    async with served(clock, demo=False, dev_mail=True) as (client, _):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert "No such mail" in answer.text


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, True),
        ({"demo": False}, False),
        ({"host": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "dev_mail": True}, True),
        ({"dev_mail": False}, False),
    ],
)
def test_only_where_it_is_meant_to_be_seen(settings: dict[str, object], shown: bool) -> None:
    assert settings_of(**settings).shows_mail is shown


@pytest.mark.parametrize("shown", [True, False])
async def test_what_is_not_shown_is_not_there(clock: Clock, shown: bool) -> None:
    async with served(clock, demo=False, dev_mail=shown) as (client, _):
        assert (await client.get("/dev/mail")).status_code == (200 if shown else 404)
        home = (await client.get("/")).text
        assert ("dev/mail" in home) is shown


async def test_the_settings_say_who_carries_mail(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/litehq.db"
    async with open_installation(settings_of(database_url=url)) as installation:
        assert isinstance(installation.ports.mailer, LocalMailer)
        await installation.ports.mailer.send(samples.mail())
    server = {"smtp_url": "smtp://127.0.0.1:25", "mail_from": "a@b.example"}
    async with open_installation(settings_of(database_url=url, **server)) as installation:
        assert isinstance(installation.ports.mailer, SmtpMailer)

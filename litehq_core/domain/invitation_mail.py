"""What an invitation says."""

from __future__ import annotations

from litehq_core.domain.invitation import Invitation
from litehq_core.domain.mail import Mailbox, MailDraft, MailKind
from litehq_core.domain.member import Member
from litehq_core.domain.workspace import Workspace

_TEXT = """\
Hello {name},

{workspace} invites you to become a member.

To accept, open this page and press its button:

{link}

The link is yours alone. It is good until {until}. If you expected no invitation, do nothing.
"""


def invitation_mail(
    workspace: Workspace, member: Member, invitation: Invitation, link: str
) -> MailDraft:
    """The mail that brings an invitation's link."""
    end = invitation.expires_at
    return MailDraft(
        kind=MailKind.MEMBER_INVITED,
        subject_id=member.id,
        recipient=Mailbox(address=member.email, name=member.name),
        subject=f"{workspace.name} invites you",
        text=_TEXT.format(
            name=member.name,
            workspace=workspace.name,
            link=link,
            until=f"{end.day} {end:%B %Y, %H:%M} UTC",
        ),
    )

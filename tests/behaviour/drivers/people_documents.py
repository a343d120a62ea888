"""The GraphQL caller's documents about companies and members: every field that REST shows."""

from __future__ import annotations

from typing import Final

from tests.behaviour.drivers.graphql_documents import REFUSAL

_COMPANY: Final = """{
  id version name billingTerms billingContact { name email }
  address { line1 line2 city region postalCode country }
  pricingOverrides { roomId hourlyMinor currency discountPercent }
  createdAt updatedAt
}"""
_PAGE: Final = "pageInfo { hasNextPage endCursor }"


def _mutation(name: str, shown: str) -> str:
    title = name[0].upper() + name[1:]
    return f"""mutation ($input: {title}Input!) {{
  result: {name}(input: $input) {{
    __typename
    ... on {title}Payload {{ {shown} }}
    ... on Refusal {REFUSAL}
  }}
}}"""


CREATE_COMPANY: Final = _mutation("createCompany", f"company {_COMPANY}")
UPDATE_COMPANY: Final = _mutation("updateCompany", f"company {_COMPANY}")
COMPANY: Final = f"query ($id: ID!) {{ result: company(id: $id) {_COMPANY} }}"
COMPANIES: Final = f"""query ($first: Int, $after: String, $hostId: ID) {{
  result: companies(first: $first, after: $after, hostId: $hostId) {{
    nodes {_COMPANY} {_PAGE}
  }}
}}"""

_MEMBER: Final = """{
  id version email name tier companyId status poolAllocation tokenBalance createdAt updatedAt
}"""
INVITE: Final = _mutation("inviteMember", f"member {_MEMBER}")
REINVITE: Final = _mutation("reinviteMember", f"member {_MEMBER}")
UPDATE_MEMBER: Final = _mutation("updateMember", f"member {_MEMBER}")
MEMBER: Final = f"query ($id: ID!) {{ result: member(id: $id) {_MEMBER} }}"
MEMBERS: Final = f"""query (
  $first: Int, $after: String, $companyId: ID, $status: MemberStatus, $tier: String, $email: String
) {{
  result: members(
    first: $first, after: $after, companyId: $companyId, status: $status, tier: $tier, email: $email
  ) {{ nodes {_MEMBER} {_PAGE} }}
}}"""

_WORKSPACE: Final = """{
  id version name mode holdMinutes offerMinutes createdAt
  welcome { kind subject text tier tokens }
}"""
UPDATE_WORKSPACE: Final = _mutation("updateWorkspace", f"workspace {_WORKSPACE}")
WORKSPACE: Final = f"query {{ result: workspace {_WORKSPACE} }}"

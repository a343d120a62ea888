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

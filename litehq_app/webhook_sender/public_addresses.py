"""Which IP addresses belong to the open internet.

The tables are those of the IANA registries of special-purpose addresses, and a few more that lead
inwards. They stand here and are not asked of ``ipaddress``, whose answers differ between releases
of Python.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_BLOCKED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared between a provider and its customers
        "127.0.0.0/8",
        "168.63.129.16/32",  # what a machine in Azure is told and asked by
        "169.254.0.0/16",  # link-local, and with it most metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, another metadata service among them
        "192.0.2.0/24",  # for examples, as are the two below
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast at its end
    )
)
# Everything else is loopback, link-local, private, multicast, reserved, or carries an IPv4 address:
# mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96, 64:ff9b:1::/48).
_UNICAST_IPV6 = IPv6Network("2000::/3")
_BLOCKED_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments; Teredo carries IPv4 addresses
        "2001:db8::/32",  # for examples
        "2002::/16",  # 6to4 carries IPv4 addresses
        "3ffe::/16",  # given back
        "3fff::/20",  # for examples
    )
)
# RFC 5214, 6.1: such an interface stands for the IPv4 address in the last 32 bits.
_ISATAP_INTERFACES = (0x0000_5EFE, 0x0200_5EFE)


def is_public(address: Address) -> bool:
    """Whether an address is one that anybody on the internet can reach.

    >>> from ipaddress import ip_address
    >>> [is_public(ip_address(text)) for text in ("93.184.216.34", "10.0.0.1", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _BLOCKED_IPV4)
    if address not in _UNICAST_IPV6 or address.scope_id is not None:
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP_INTERFACES:
        return False
    return not any(address in network for network in _BLOCKED_IPV6)

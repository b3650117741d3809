"""To which addresses an account may lead (pure): to those of the internet, and to a private network where that is said.

Whoever answers for a name could lead it into this network. So a name is looked up once, all that it leads to is looked
at, and what is spoken to is an address, not the name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses of the old protocol within the new one, by their length in bits from the right.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def may_be_spoken_to(address: str, *, may_be_private: bool) -> bool:
    """Whether an address, as text, is one to speak to. What hands out secrets of machines never is."""
    found = _real(ipaddress.ip_address(address.partition("%")[0]))
    if found.is_loopback:
        return may_be_private
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return False
    if may_be_private:
        return True
    return found.is_global


def all_may_be_spoken_to(addresses: Iterable[str], *, may_be_private: bool) -> bool:
    """Whether all are: a name that leads to this network, too, is trusted with nothing."""
    found = list(addresses)
    return bool(found) and all(may_be_spoken_to(one, may_be_private=may_be_private) for one in found)


def _real(address: Address) -> Address:
    """The address that is meant: one of the old protocol may be wrapped in one of the new."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is None and address in _NAT64:
        wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address

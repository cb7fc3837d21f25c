"""Which network addresses the portal may connect to: those of the public internet, in whatever spelling."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# The special-purpose registries of IANA (IPv4 and IPv6), with what clouds add: nothing here is a public host.
FORBIDDEN = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
        "ff00::/8",
    )
)  # fmt: skip


def is_public(address: str) -> bool:
    """Whether an address, as a resolver prints it, is a host of the public internet.

    IPv6 addresses that carry an IPv4 one (mapped, translated, tunnelled) are never public here: a public
    host has a plain address of its own.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    same_version = (network for network in FORBIDDEN if network.version == parsed.version)
    return parsed.is_global and not any(parsed in network for network in same_version)

"""Under which names a web server is reached that listens on a host: the ones that requests may ask for."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import suppress

# Addresses of documentation (RFC 5737, RFC 3849): routed as any other, and nothing is sent there.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def is_everywhere(host: str) -> bool:
    """Whether listening on ``host`` is listening on every address of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def names_of(host: str) -> list[str]:
    """Names and addresses by which a server on ``host`` is reached, as a request's Host header has them.

    Of a server on every address of the machine they are the machine's name and the address it shows to others; a name
    that a proxy or a name server gives it we can't know.
    """
    found = _of_this_machine() if is_everywhere(host) else [host]
    return list(dict.fromkeys(map(_in_a_header, found)))


def _of_this_machine() -> Iterator[str]:
    if name := socket.gethostname():
        yield name
        if "." not in name:
            yield f"{name}.local"  # as neighbours find it without a name server (RFC 6762)
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))  # of UDP: chooses the address to send from, sends nothing
            yield str(probe.getsockname()[0])


def _in_a_header(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower()
    return f"[{address}]" if address.version == 6 else str(address)

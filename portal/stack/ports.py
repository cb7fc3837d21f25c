"""Ports: whether we could listen on one, whether somebody answers there."""

import socket
from collections.abc import Callable

from portal.stack.errors import StackError

# What listens everywhere is reached through this machine's own address.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def check_port(host: str, port: int, option: str) -> None:
    """Raises StackError unless we could listen there; `option` is how the user chooses another one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise StackError(
                f"Port {port} on {host} cannot be used ({reason}): stop what listens there, "
                f"or choose another one with `portal up {option} {(port + 10) % 65536}`."
            ) from error


def answers(host: str, port: int, path: str) -> Callable[[], bool]:
    """A check whether a GET of the path is answered with 200."""

    def check() -> bool:
        try:
            with socket.create_connection((EVERYWHERE.get(host, host), port), timeout=10) as client:
                client.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
                return b" 200 " in client.recv(64)
        except OSError:
            return False

    return check

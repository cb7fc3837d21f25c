"""Processes of the stack: prefixed, restarted, explained, and gone when the supervisor is."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.stack.errors import StackError
from portal.stack.processes import Service, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent.parent
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def shell(name, script, **options):
    return Service(name, ("/bin/sh", "-c", script), ENVIRONMENT, **options)


@pytest.fixture
def supervisor():
    supervisor = Supervisor(io.StringIO())
    yield supervisor
    supervisor.stop()


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_line_is_shown_with_the_name_of_its_service(supervisor):
    supervisor.complete(shell("greeter", "echo hello; echo oops >&2"), 60)

    assert supervisor.out.getvalue() == "greeter | hello\ngreeter | oops\n"


def test_a_quiet_service_is_heard_only_when_it_fails(supervisor):
    with pytest.raises(StackError, match=r"^ERROR: no such host$"):
        supervisor.complete(shell("fetch", "echo 'ERROR: no such host'; echo bye; exit 3", quiet=True), 60)

    assert supervisor.out.getvalue() == ""


def test_what_takes_too_long_is_ended_with_its_children(supervisor, tmp_path):
    note = tmp_path / "pid"

    with pytest.raises(StackError, match=r"slow was not done after 5 s"):
        supervisor.complete(shell("slow", f"sleep 60 & echo $! > {note}; wait"), 5)

    wait_for(lambda: not alive(int(note.read_text())))


def test_a_service_that_died_is_started_again(supervisor, tmp_path):
    count = tmp_path / "count"
    supervisor.start(shell("web", f"echo x >> {count}; [ $(wc -l < {count}) -lt 2 ] || exec sleep 60"))
    first = supervisor.running["web"].process
    first.wait()

    supervisor._restart(supervisor.running["web"])

    wait_for(lambda: count.read_text().count("x") == 2)
    assert supervisor.running["web"].process.pid != first.pid
    assert "web ended (exit code 0); starting it again" in supervisor.out.getvalue()


def test_a_service_that_cannot_live_stops_the_stack_with_its_reason(supervisor):
    supervisor.listen_to_signals()
    try:
        supervisor.start(shell("worker", "echo 'error: no broker'; exit 1"))
        with pytest.raises(StackError, match=r"^worker ended 3 times after its start: error: no broker$"):
            supervisor.run()
    finally:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def test_stop_leaves_no_grandchild(supervisor, tmp_path):
    note = tmp_path / "pid"
    supervisor.start(shell("web", f"sleep 60 & echo $! > {note}; wait"))
    wait_for(lambda: note.exists() and note.read_text().strip())

    supervisor.stop()

    wait_for(lambda: not alive(int(note.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_services_end_when_the_supervisor_is_killed(tmp_path):
    note = tmp_path / "pid"
    script = f"echo $$ > {note}; exec sleep 60"
    code = (
        "import os; from portal.stack.processes import Service, Supervisor; supervisor = Supervisor();"
        f"supervisor.start(Service('web', ('/bin/sh', '-c', {script!r}), dict(os.environ)));"
        "supervisor._serve(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    wait_for(lambda: note.exists() and note.read_text().strip())

    parent.kill()
    parent.wait()

    wait_for(lambda: not alive(int(note.read_text())))


@pytest.mark.parametrize(("worker", "left"), [("is gone", []), ("waits", ["it works"])])
def test_a_process_of_the_worker_that_came_too_late_ends(worker, left):
    """The worker died before the process had asked the kernel to end with it."""
    code = (
        "import os, sys, time; import portal.celery\n"
        "from billiard import Process; from celery import signals\n"
        "def work(gone):\n"
        "    while gone and os.getppid() == process._parent_pid: time.sleep(0.01)\n"
        "    signals.worker_process_init.send(sender='worker')\n"
        "    print('it works', flush=True)\n"
        "process = Process(target=work, args=(gone := sys.argv[1] == 'is gone',))\n"
        "process.start()\n"
        "os._exit(0) if gone else process.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, worker],
        cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert (done.stdout.splitlines(), done.stderr, done.returncode) == (left, "", 0)


def test_a_forked_process_is_one_of_its_own():
    """Its output, exit code, arguments, title and signals are those of `python -m` in a new process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.portal.stack.forked_program", "supervise"],
        cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert (done.stdout.splitlines(), done.stderr) == (
        [
            "program | one two forked, leads its session: True",
            "program | Nothing to do.",
            "Nothing to do.",
            "titled: True",
            f"ended by {signal.SIGTERM}",
        ],
        "",
    )

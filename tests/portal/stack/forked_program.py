"""A program that is forked says what it was given, waits, or has nothing to do; `supervise` forks it."""

import os
import signal
import sys
import time
from pathlib import Path

from portal.stack.errors import StackError
from portal.stack.processes import Service, Supervisor


def supervise() -> None:
    """Fork this program in three ways and say what came of it."""
    environment = {"PATH": os.environ["PATH"], "WHO": "forked"}
    words = (sys.executable, "-m", "tests.portal.stack.forked_program")
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    supervisor.complete(Service("program", (*words, "one", "two"), environment, forked=True), 20)
    try:
        supervisor.complete(Service("program", words, environment, forked=True), 20)
    except StackError as error:
        supervisor.say(str(error))
    supervisor.start(Service("program", (*words, "wait"), environment, forked=True))
    process = supervisor.running["program"].process
    title = Path(f"/proc/{process.pid}/cmdline")
    until = time.monotonic() + 20
    while not (titled := b"forked_program wait" in title.read_bytes()) and time.monotonic() < until:
        time.sleep(0.02)
    supervisor.say(f"titled: {titled}")
    supervisor.stop()
    supervisor.say(f"ended by {-(process.poll() or 0)}")


def main(given: list[str]) -> None:
    if given == ["supervise"]:
        supervise()
    elif given == ["wait"]:
        signal.pause()
    elif given:
        leads = os.getsid(0) == os.getpid()
        sys.stdout.write(f"{' '.join(given)} {os.environ['WHO']}, leads its session: {leads}\n")
    else:
        sys.exit("Nothing to do.")


if __name__ == "__main__":
    main(sys.argv[1:])

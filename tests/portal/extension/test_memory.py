"""A plugin that keeps ten megabytes at each call, beside a good one, in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path

from portal.extension.memory import FULL_MB

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import json, os, django
if child := os.fork():  # the memory of the tests' own process counts for whatever it starts, but not here
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
django.setup()
from portal.extension import guard, memory
kept, fine, failures = [], 0, []
leak = guard.Call("leaky", "the panel Leaky", lambda: kept.append(b"x" * (10 << 20)) or "shown")
good = guard.Call("good", "the panel Good", lambda: "fine")
for _ in range(1000):
    leaked, other = guard.contained_all([leak, good])
    fine += other.value == "fine"
    failures += [leaked.failure] if leaked.failure else []
health = guard.health("leaky")
print(json.dumps([memory.most_mb(), len(kept), fine, failures[0], health.state, health.reason,
                  guard.health("good").state]))
"""


def test_a_plugin_that_fills_its_process_rests_and_says_why_and_the_others_go_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    most, calls, fine, failure, state, reason, other = json.loads(done.stdout)
    assert most < FULL_MB + 100
    assert calls < 100, "of a thousand"
    assert failure.startswith("The plugin leaky has filled its process with memory: ")
    assert (state, reason) == ("resting", failure)
    assert (fine, other) == (1000, "ready")
    assert "plugin=leaky The plugin leaky has filled its process with memory" in done.stderr

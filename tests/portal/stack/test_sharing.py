"""What a process shares with those forked from it stays shared when they make objects of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import os, re, sys
from portal.stack.sharing import settle

kept = [bytes(31) for _ in range(400_000)]  # 64 of them fill a page
del kept[::16]
settle()
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
own = [bytes(31) for _ in range(20_000)]
text = open("/proc/self/smaps_rollup").read()
print(int(re.search(r"Private_Dirty: +([0-9]+) kB", text)[1]), flush=True)
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which pages are a process's own")
def test_small_objects_of_a_forked_process_take_no_copies_of_pages() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stderr == ""
    assert int(done.stdout) < 8_000, "1.3 MB of objects and what a process needs; in holes they dirty 20 MB"

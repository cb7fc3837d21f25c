"""CPU seconds and memory of a process with all its children, read from /proc (Linux)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")
PROC = Path("/proc")


def _stat(pid: int) -> tuple[int, int, int]:
    """Parent, clock ticks (its own and those of ended children) and resident pages; proc(5)."""
    text = (PROC / str(pid) / "stat").read_text()
    fields = text[text.rindex(")") + 2 :].split()
    return int(fields[1]), sum(map(int, fields[11:15])), int(fields[21])


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(_stat(int(entry.name))[0], []).append(int(entry.name))
            except (OSError, ValueError):
                continue
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid: int) -> float:
    """CPU seconds of the family so far, reaped children included."""
    total = 0
    for each in family(pid):
        try:
            total += _stat(each)[1]
        except OSError:
            continue
    return total / TICKS


def pss_mb(pid: int, *, only: str = "", without: str = "") -> float:
    """Memory of the family in MB, shared pages divided among their users; of programs whose command line has
    `only` in it, `without` leaves programs out."""
    total = 0
    for each in family(pid):
        try:
            command = (PROC / str(each) / "cmdline").read_text()
            if only not in command or (without and without in command):
                continue
            for line in (PROC / str(each) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1000

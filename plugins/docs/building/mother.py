"""The process that limited processes are forked from: it has their module loaded, reads nothing of others.

It is started with the name of the module, which has two functions: `warm_up(kind)`, called here for each kind
of job before its first one, and `make(folder, job)`, called in a forked process that has given up its rights.
Standard input brings an order a line (`folder`, `kind`, `limits`), standard output answers `code`, the exit
code of the forked process. The folder has `job.json` and its files, the result is `out/result.json`.
"""

import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from plugins.docs.building.confinement import drop_rights, leave_network, limit_resources, watch


def main() -> None:
    """Serves one worker, one order after the other, until that is gone."""
    module = importlib.import_module(sys.argv[2])
    not_isolated, warm = leave_network(), set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["kind"] not in warm:
            module.warm_up(order["kind"])
            warm.add(order["kind"])
            gc.freeze()
        answer = {"code": _forked(module, order, not_isolated)}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _forked(module: Any, order: dict[str, Any], not_isolated: str) -> int:
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        _make(module, order, not_isolated)
        code = 0
    except BaseException as error:  # noqa: BLE001 - the worker reads its name, and the process ends here
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _make(module: Any, order: dict[str, Any], not_isolated: str) -> None:
    limit_resources(order["limits"])
    folder = Path(order["folder"])
    _talk_to_nobody(folder)
    out = folder / "out"
    job = json.loads((folder / "job.json").read_bytes())
    drop_rights(out)
    watch([folder, Path(sys.prefix), Path(sys.base_prefix)], out)
    try:
        result = module.make(folder, job)
    except MemoryError:
        result = {"limit": "memory"}
    except RecursionError:
        result = {"error": "Something in it is nested too deeply."}
    with (out / "result.json").open("w", encoding="utf-8") as file:
        json.dump({**result, "not_isolated": not_isolated}, file, ensure_ascii=False)


def _talk_to_nobody(folder: Path) -> None:
    """Neither orders nor answers are this process's: its words go to a file, of which the end is read."""
    nothing = os.open(os.devnull, os.O_RDWR)
    words = os.open(folder / "words", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for theirs, ours in ((nothing, 0), (nothing, 1), (words, 2)):
        os.dup2(theirs, ours)
    os.closerange(3, 64)

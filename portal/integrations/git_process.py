"""Running git: fixed arguments, an environment with nothing of ours, no hooks, no transports, a deadline."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import IO

from portal.integrations.errors import DeadlineExceeded, IntegrationError, Refused

TIMEOUT_SECONDS = 30
MAX_MEMORY = 1024 * 1024 * 1024
"""Address space of a git process: a repository can be made that unfolds to any size."""
FIXED_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.autocrlf": "false",
    "core.symlinks": "true",
    "core.bigFileThreshold": "16m",  # larger files pass through memory a piece at a time
    "core.packedGitWindowSize": "32m",
    "core.packedGitLimit": "256m",
    "pack.threads": "2",
    "gc.auto": "0",
    "protocol.allow": "never",
    "safe.directory": "*",
}


@cache
def git_program() -> str:
    """The absolute path of git. Raises IntegrationError where it is not installed."""
    found = shutil.which("git")
    if found is None:
        raise IntegrationError("git is not installed: install it (for example `apt install git`).")
    return found


def git_environment(config: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment that git gets: nothing of ours, no file of configuration but a repository's."""
    settings = {**FIXED_CONFIG, **(config or {})}
    environment = {
        "PATH": f"{Path(git_program()).parent}:/usr/bin:/bin",
        "LC_ALL": "C",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment


def run_git(
    arguments: list[str],
    *,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    accept: tuple[int, ...] = (0,),
    cwd: Path | None = None,
    config: Mapping[str, str] | None = None,
    seconds: float = TIMEOUT_SECONDS,
    max_file_bytes: int | None = None,
    max_output: int | None = None,
) -> bytes:
    """Run git once and return what it printed; its words go into no message, its paths being ours.

    `config` is added to the fixed configuration; no file that git writes may pass `max_file_bytes`. Raises
    Refused where it prints more than `max_output` bytes.
    """
    verb = next((argument for argument in arguments if argument.isalpha() or "-tree" in argument), "git")
    with ExitStack() as stack:
        printed = stack.enter_context(tempfile.TemporaryFile()) if max_output is not None else None
        process = subprocess.Popen(
            [git_program(), *arguments],
            stdin=subprocess.PIPE,
            stdout=printed or subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**git_environment(config), **(environment or {})},
            cwd=cwd or "/",
            start_new_session=True,
        )
        limit_process(process.pid, max_file_bytes if max_output is None else max_output)
        output, words = _finish(process, stdin, seconds, verb)
        if printed is not None:
            output = _read_printed(printed, verb, max_output or 0)
    if process.returncode not in accept:
        error = IntegrationError(f"git {verb} failed with exit code {process.returncode}.")
        error.add_note(words.decode("utf-8", "replace")[:2000])
        raise error
    return output


def _finish(
    process: "subprocess.Popen[bytes]", stdin: bytes, seconds: float, verb: str
) -> tuple[bytes, bytes]:
    try:
        return process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise DeadlineExceeded(f"git {verb} did not end within {seconds:.0f} s.") from None


def limit_process(pid: int, max_file_bytes: int | None = None) -> None:
    """Bound what a process that has just been started, and whatever it starts, may take."""
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        if max_file_bytes is not None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))


def _read_printed(printed: IO[bytes], verb: str, limit: int) -> bytes:
    if printed.seek(0, os.SEEK_END) >= limit:
        raise Refused(f"git {verb} gives more than {limit} bytes.")
    printed.seek(0)
    return printed.read()

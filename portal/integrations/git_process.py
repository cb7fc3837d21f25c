"""Running git: fixed arguments, an environment with nothing of ours, no hooks, no transports, a deadline."""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from portal.integrations.errors import DeadlineExceeded, IntegrationError

TIMEOUT_SECONDS = 30
FIXED_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.autocrlf": "false",
    "core.symlinks": "true",
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
) -> bytes:
    """Run git once and return what it printed; its words go into no message, its paths being ours.

    `config` is added to the fixed configuration; no file that git writes may pass `max_file_bytes`.
    """
    process = subprocess.Popen(
        [git_program(), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**git_environment(config), **(environment or {})},
        cwd=cwd or "/",
        start_new_session=True,
    )
    if max_file_bytes is not None:
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))
    verb = next((argument for argument in arguments if argument.isalpha() or "-tree" in argument), "git")
    try:
        output, words = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise DeadlineExceeded(f"git {verb} did not end within {seconds:.0f} s.") from None
    if process.returncode not in accept:
        error = IntegrationError(f"git {verb} failed with exit code {process.returncode}.")
        error.add_note(words.decode("utf-8", "replace")[:2000])
        raise error
    return output

"""Running git: fixed arguments, an environment with nothing of ours, no hooks, no transports, a deadline."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
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
) -> bytes:
    """Run git once and return what it printed; its words go into no message, its paths being ours."""
    process = subprocess.Popen(
        [git_program(), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**git_environment(), **(environment or {})},
        cwd=cwd or "/",
        start_new_session=True,
    )
    verb = next((argument for argument in arguments if argument.isalpha() or "-tree" in argument), "git")
    try:
        output, words = process.communicate(stdin, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise DeadlineExceeded(f"git {verb} did not end within {TIMEOUT_SECONDS} s.") from None
    if process.returncode not in accept:
        error = IntegrationError(f"git {verb} failed with exit code {process.returncode}.")
        error.add_note(words.decode("utf-8", "replace")[:2000])
        raise error
    return output

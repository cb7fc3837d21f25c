"""Create `.venv` from `uv.lock` on a machine that has nothing but Python; standard library only.

uv itself is fetched by pip with the hashes of `requirements-uv.txt` and lives in `.venv/uv`; every other
package comes from the lock file, with its hash. Nothing outside the checkout is written but uv's own cache.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_FOLDER = VENV / "uv"
# A download that does not come is said within a minute: 12 s a try, one retry.
NETWORK = {"UV_HTTP_TIMEOUT": "12", "UV_HTTP_CONNECT_TIMEOUT": "12", "UV_HTTP_RETRIES": "1"}
NETWORK_HINT = "check network and proxy (HTTPS_PROXY, PIP_INDEX_URL, UV_DEFAULT_INDEX), then run make again."
# Where systems keep the certificates that their owner trusts; uv's own list does not know a company's proxy.
SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)

Done = subprocess.CompletedProcess[str]


class SetupError(Exception):
    """One sentence that ends with what to do."""


def main(develop: bool) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (make PYTHON=... may name any)
        version = sys.version.split()[0]
        raise SetupError(f"Python 3.11 or newer is needed, this is {version}: make PYTHON=/path/to/python3")
    make_environment()
    uv = fetch_uv()
    install(uv, develop=develop)
    (VENV / ".runtime").touch()
    if develop:
        (VENV / ".develop").touch()


def make_environment() -> None:
    """`.venv`, new where it is missing or its Python went away."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("Creating the Python environment in .venv")
    done = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if done.returncode:
        raise SetupError(
            f"{sys.executable} could not create {VENV} ({last_line(done)}): "
            "make the folder writable, or install Python's venv module (Debian: apt install python3-venv)."
        )


def fetch_uv() -> Path:
    """The pinned uv."""
    requirements = ROOT / "requirements-uv.txt"
    wanted = requirements.read_text(encoding="utf-8")
    stamp, program = UV_FOLDER / ".requirements", UV_FOLDER / "bin" / "uv"
    if program.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return program
    say("Fetching uv, which installs the packages")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--timeout", "12", "--retries", "1"]
    options = ["--quiet", "--require-hashes", "--only-binary=:all:", "--no-deps", "--upgrade"]
    done = run([*pip, "install", *options, "--target", str(UV_FOLDER), "-r", str(requirements)])
    if done.returncode:
        raise SetupError(f"uv could not be fetched ({last_line(done)}): {NETWORK_HINT}")
    stamp.write_text(wanted, encoding="utf-8")
    return program


def install(uv: Path, *, develop: bool) -> None:
    """Everything in uv.lock."""
    say("Installing the packages" + (" and the tools of a developer" if develop else ""))
    began = time.monotonic()
    environment = {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never", **NETWORK}
    if any(Path(file).exists() for file in SYSTEM_CERTIFICATES):
        environment["UV_SYSTEM_CERTS"] = "1"
    command = [str(uv), "sync", "--quiet", "--frozen", "--inexact", "--python", str(PYTHON)]
    done = run([*command, *([] if develop else ["--no-dev"])], {**os.environ, **environment})
    if done.returncode:
        raise SetupError(f"The packages could not be installed ({last_line(done)}): {NETWORK_HINT}")
    say(f"  done in {time.monotonic() - began:.1f} s")


def run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def last_line(done: Done) -> str:
    """The line that says why: the last one that is no hint, without the tree that uv draws."""
    lines = [re.sub(r"^\W+", "", line).strip() for line in (done.stderr + done.stdout).splitlines()]
    said = [line for line in lines if line and not line.startswith(("hint:", "help:"))]
    return said[-1] if said else f"exit code {done.returncode}"


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(develop="--develop" in sys.argv[1:])
    except SetupError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

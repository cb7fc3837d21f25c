"""What is installed is what was locked: every file of it by its hash, whatever an index serves today."""

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.servers import HttpServer

ROOT = Path(__file__).resolve().parents[2]
PROJECT = (
    '[project]\nname = "taken"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["harmless"]\n'
)
NPM = "https://registry.npmjs.org/"
WHEEL = "harmless-1-py3-none-any.whl"


def test_every_package_of_python_is_locked_with_its_hash() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    others = [each for each in locked if each["source"] != {"registry": "https://pypi.org/simple"}]
    assert [each["name"] for each in others] == ["portal"]
    files = [file for each in locked for file in [*each.get("wheels", []), each.get("sdist")] if file]
    assert len(files) > 1000
    assert [file["url"] for file in files if not file["hash"].startswith("sha256:")] == []
    assert {file["url"].split("/")[2] for file in files} == {"files.pythonhosted.org"}


def test_every_package_of_the_page_is_locked_with_its_hash() -> None:
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    packages = {path: each for path, each in locked.items() if path and not each.get("inBundle")}
    assert len(packages) > 100
    assert [path for path, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    elsewhere = [each for each in packages.values() if "registry.npmjs.org" not in each.get("resolved", NPM)]
    assert elsewhere == []


def test_a_package_that_was_changed_since_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    with HttpServer() as index:
        serve(index, wheel("good = True"))
        assert uv(tmp_path, index, "lock").returncode == 0
        assert uv(tmp_path, index, "sync", "--frozen", "--no-cache").returncode == 0
        installed = next((tmp_path / ".venv").rglob("harmless.py"))
        assert installed.read_text() == "good = True"

        shutil.rmtree(tmp_path / ".venv")
        serve(index, wheel("good = False"))
        done = uv(tmp_path, index, "sync", "--frozen", "--no-cache")
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr
    assert list((tmp_path / ".venv").rglob("harmless*")) == []


def uv(folder: Path, index: HttpServer, *words: str) -> "subprocess.CompletedProcess[str]":
    near = [ROOT / ".venv" / "uv" / "bin" / "uv", Path(sys.executable).parent / "uv"]
    program = next((str(path) for path in near if path.exists()), shutil.which("uv"))
    if program is None:
        pytest.skip("uv is not installed")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "UV_DEFAULT_INDEX": f"{index.url}/simple/",
    }
    environment |= {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(
        [program, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def wheel(code: str) -> bytes:
    """A package of one module."""
    about = {
        "harmless.py": code,
        "harmless-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: harmless\nVersion: 1\n",
        "harmless-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for name, text in about.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(text)}\n")
    about["harmless-1.dist-info/RECORD"] = "".join([*rows, "harmless-1.dist-info/RECORD,,\n"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in about.items():
            file.writestr(name, text)
    return packed.getvalue()


def serve(index: HttpServer, content: bytes) -> None:
    """The index has one package, of which it tells the hash that it has now."""
    digest = hashlib.sha256(content).hexdigest()
    page = f'<a href="/files/{WHEEL}#sha256={digest}">{WHEEL}</a>'.encode()
    index.routes["/simple/harmless/"] = (200, {"Content-Type": "text/html"}, page)
    index.routes[f"/files/{WHEEL}"] = (200, {"Content-Type": "application/octet-stream"}, content)

"""Archives of others are files like any other: none is unpacked, so none can write outside or fill a disk."""

import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.integrations.git import GitHost
from scaffolder.actions import filesystem_zip
from scaffolder.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
UNPACKING = re.compile(
    r"^\s*(?:import|from) (?:zipfile|tarfile|bz2|lzma|patoolib|py7zr|rarfile)\b|\bunpack_archive\b",
    re.MULTILINE,
)
PACKS_ITS_OWN = {"scaffolder/actions/filesystem_zip.py", "scaffolder/running/lineage.py"}
NAMES = ("../x", "/tmp/portal-x", "C:\\x", "..\\x", "a/../../x", "same", "same")


def hostile_zip() -> bytes:
    """Paths that lead outside, two files of one name, and a hundred megabytes in a hundred kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            archive.writestr(zipfile.ZipInfo(name), b"pwned")
        archive.writestr("bomb", b"\0" * 100_000_000, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def hostile_tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in NAMES:
            archive.addfile(tarfile.TarInfo(name))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("action", ["fetch:plain", "fetch:template"])
def test_an_archive_stays_packed(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    git_host: GitHost,
    tmp_path: Path,
    action: str,
) -> None:
    def others() -> set[Path]:
        ours = {"git", "workspaces"}
        return {path for path in tmp_path.rglob("*") if not ours & set(path.parts)}

    files = {"s/evil.zip": hostile_zip(), "s/evil.tar.gz": hostile_tar()}
    fetch = {"id": "fetch", "action": action, "input": {"url": "./s"}}
    publish = {
        "id": "publish",
        "action": "publish:git",
        "input": {"repoUrl": "portal?owner=default&repo=cart"},
    }
    make_template(fetch, publish, files=files, parameters={"properties": {}})
    before = others()
    assert run().error == ""
    assert git_host.list_files("default", "cart") == ["evil.tar.gz", "evil.zip"]
    assert git_host.read_file("default", "cart", "evil.zip") == files["s/evil.zip"]
    assert others() == before
    assert not Path("/tmp/portal-x").exists()


def test_nothing_opens_archives_but_what_makes_them() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for name in ("portal", "catalog", "scaffolder", "plugins")
        for path in (ROOT / name).rglob("*.py")
        if UNPACKING.search(path.read_text())
    }
    assert found == PACKS_ITS_OWN


def test_what_is_packed_is_bounded(
    make_template: Callable[..., Entity], run: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesystem_zip, "MAX_PACKED_BYTES", 10)
    pack: dict[str, Any] = {"id": "pack", "action": "fs:zip", "input": {"outputPath": "a.zip"}}
    fetch = {"id": "fetch", "action": "fetch:plain", "input": {"url": "./s"}}
    make_template(fetch, pack, files={"s/a": "12345", "s/b": "123456"}, parameters={"properties": {}})
    assert run().error == "Step pack: path: its files have more than 10 bytes in all."

"""docs/settings.md lists every variable that the code reads, and nothing else."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'(?:env_(?:str|bool|int|list\w*|choice|secret)\(\s*|envvar=)["\']([A-Z][A-Z0-9_]*)["\']')


def read_by_the_code():
    folders = ("portal", "catalog", "scaffolder", "plugins")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    ours = [path for path in paths if "demo" not in path.relative_to(ROOT).parts]
    return {name for path in ours for name in READ.findall(path.read_text())}


def documented():
    text = (ROOT / "docs" / "settings.md").read_text()
    names = re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    assert len(names) == len(set(names)), "a setting is listed twice"
    return set(names)


def test_every_setting_that_is_read_is_documented():
    assert read_by_the_code() - documented() == set()


def test_every_documented_setting_is_read():
    assert documented() - read_by_the_code() == set()


def test_settings_are_read_through_env_and_nowhere_else():
    """But for what runs before the settings: the command, the embedded stack, Django's own variable."""
    direct = re.compile(r'environ(?:\.get\(|\[)"(PORTAL_[A-Z_]+)"')
    allowed = {"portal/cli.py", "portal/env.py"}
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("portal", "catalog", "scaffolder", "plugins")
        for path in (ROOT / folder).rglob("*.py")
        if "stack" not in path.relative_to(ROOT).parts and str(path.relative_to(ROOT)) not in allowed
        for name in direct.findall(path.read_text())
    }
    assert found == set()

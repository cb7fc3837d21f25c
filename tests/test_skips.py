"""`make test` says what it skipped; `.ci/run` accepts no skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='no such tool')\ndef test_it():\n    pass\n"


@pytest.mark.parametrize(("required", "outcome", "code"), [("", "1 skipped", 0), ("1", "1 error", 1)])
def test_a_skip_is_a_failure_when_everything_is_required(tmp_path, required, outcome, code):
    (tmp_path / "test_tool.py").write_text(SKIPPED, encoding="utf-8")
    environment = {**os.environ, "PORTAL_TEST_REQUIRE": required, "PYTHONPATH": str(ROOT)}

    pytest_command = [sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "no:cacheprovider", "-rfs"]
    done = subprocess.run(
        [*pytest_command, "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome in done.stdout
    assert "no such tool" in done.stdout
    assert done.returncode == code

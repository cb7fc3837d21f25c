"""PORTAL_HOME: private, remembered, never larger than what is ours."""

import os
import stat

import pytest

from portal.stack import postgres, reset
from portal.stack.errors import StackError
from portal.stack.home import Home, Lock, is_running, read_state, running_environment, write_state


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_secret_key_is_long_private_and_kept(home):
    key = home.secret_key_file.read_text(encoding="utf-8")

    home.prepare()

    assert len(key) >= 50
    assert mode(home.secret_key_file) == 0o600
    assert home.secret_key_file.read_text(encoding="utf-8") == key


def test_a_folder_that_cannot_be_written_is_said_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StackError, match=r"cannot be written .*set PORTAL_HOME to a folder of yours"):
        Home(tmp_path / "file" / "home").prepare()


def test_sockets_live_in_the_home(home):
    assert home.socket_folder() == home.root / "run"
    assert mode(home.root / "run") == 0o700


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path):
    home = Home(tmp_path / ("deep" * 20) / ("deeper" * 10))
    home.prepare()

    folder = home.socket_folder()
    try:
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= 107
        assert mode(folder) == 0o700
        assert home.socket_folder() == folder
    finally:
        folder.rmdir()


def test_a_short_folder_that_others_can_enter_is_refused(tmp_path):
    home = Home(tmp_path / ("deep" * 20) / ("deeper" * 10))
    home.prepare()
    folder = home.socket_folder()
    folder.chmod(0o755)
    try:
        with pytest.raises(StackError, match=r"is not a private folder of this user"):
            home.socket_folder()
    finally:
        folder.rmdir()


def test_one_portal_per_home(home):
    with Lock(home):
        write_state(home, "http://127.0.0.1:8000", {"DATABASE_URL": "postgresql://x"})

        assert is_running(home)
        assert running_environment(home) == {"DATABASE_URL": "postgresql://x"}
        assert mode(home.state_file) == 0o600
        with pytest.raises(StackError, match=r"already running at http://127.0.0.1:8000"), Lock(home):
            pass
    assert not is_running(home)


def test_what_a_dead_portal_wrote_is_not_believed(home):
    write_state(home, "http://127.0.0.1:8000", {"DATABASE_URL": "postgresql://x"})

    assert read_state(home) is not None
    assert running_environment(home) == {}


def test_reset_deletes_ours_and_nothing_else(home):
    (home.root / "postgres" / "data").mkdir(parents=True)
    (home.git_root / "acme").mkdir()
    (home.root / "notes.txt").write_text("mine", encoding="utf-8")

    reset.reset(home)

    assert [path.name for path in home.root.iterdir()] == ["notes.txt"]


def test_reset_deletes_the_database_that_root_had_to_put_elsewhere(home, tmp_path):
    elsewhere = tmp_path / "portal-elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    (home.root / "postgres-folder").write_text(f"{elsewhere}\n", encoding="utf-8")

    reset.reset(home)

    assert not elsewhere.exists()


def test_reset_refuses_while_the_portal_runs(home):
    with Lock(home):
        with pytest.raises(StackError, match=r"The portal is running: stop it"):
            reset.reset(home)

        assert home.secret_key_file.exists()


def test_root_puts_the_database_outside_of_a_private_folder(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = Home(private / "home")
    home.prepare()

    places = list(postgres._places(home))

    assert private / "home" / "postgres" not in places
    assert places[0].parent == postgres.Path("/var/lib")
    assert mode(private) == 0o700

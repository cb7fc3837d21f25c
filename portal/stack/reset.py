"""`portal reset`: delete what the embedded stack keeps; the checkout and other servers are not touched."""

import shutil

from portal.stack.errors import StackError
from portal.stack.home import Home, is_running, read_state
from portal.stack.postgres import remembered_folder

# Ours by name: PORTAL_HOME may be a folder that holds other things, too.
FOLDERS = ("git", "log", "run", "static", "workspaces")
FILES = ("beat-schedule*", "postgres-folder", "secret-key", "state.json")


def refuse_when_running(home: Home) -> None:
    """Raises StackError when a portal runs on this home."""
    if is_running(home):
        state = read_state(home)
        where = f" at {state['base_url']}" if state else ""
        raise StackError(f"The portal is running{where}: stop it with Ctrl-C first, then reset.")


def reset(home: Home) -> None:
    """Delete the embedded database, the repositories, the secret key and the logs of this home."""
    refuse_when_running(home)
    folders = [remembered_folder(home), *(home.root / name for name in FOLDERS)]
    try:
        for folder in folders:
            if folder.is_dir():
                shutil.rmtree(folder)
        for pattern in FILES:
            for path in home.root.glob(pattern):
                path.unlink()
    except OSError as error:
        raise StackError(
            f"{error.filename} cannot be deleted ({error.strerror}): "
            "run the reset as the user who started the portal."
        ) from error

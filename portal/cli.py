"""The `portal` command: a list of names and where each is written; a failure is one sentence."""

import gc
import importlib
import importlib.util
import os
import sys

import click

# name: "module:attribute". Modules are imported when their command is used.
WITHOUT_DJANGO = {
    "doctor": "portal.stack.commands:doctor",
    "plugin": "portal.extension.authoring.commands:plugin",
    "reset": "portal.stack.commands:reset",
    "up": "portal.stack.commands:up",
}
WITH_DJANGO = {
    "account": "portal.accounts.commands:account",
    "catalog": "catalog.commands:catalog",
    "create": "scaffolder.commands.create:create",
    "demo": "portal.stack.demo.commands:demo",
    "plugins": "portal.plugin_admin.commands:plugins",
    "renew-secrets": "portal.commands:renew_secrets",
    "task": "scaffolder.commands.task:task",
    "template": "scaffolder.commands.template:template",
    "token": "portal.accounts.commands:token",
}


class LazyGroup(click.Group):
    """Commands by name; Django is set up only for those that need it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*WITHOUT_DJANGO, *(name for name, where in WITH_DJANGO.items() if _exists(where))])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        where = WITHOUT_DJANGO.get(cmd_name)
        if where is None:
            where = WITH_DJANGO.get(cmd_name)
            if where is None or not _exists(where):
                return None
            _set_up_django()
        module, attribute = where.split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


def _exists(where: str) -> bool:
    try:
        return importlib.util.find_spec(where.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def _set_up_django() -> None:
    """Settings from the environment; what it does not say comes from the stack that runs on this home."""
    from portal.stack.home import Home, running_environment

    for name, value in running_environment(Home.from_environment()).items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    import django

    gc.disable()  # what is imported stays: looking again and again whether it may go takes as long as a sixth
    django.setup()
    gc.freeze()
    gc.enable()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal")
def cli() -> None:
    """Portal, an internal developer portal."""


def main() -> None:
    """Run the command; a failure is one sentence on stderr (a traceback with PORTAL_DEBUG=1)."""
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if os.environ.get("PORTAL_DEBUG") == "1":
            raise
        click.echo(f"Error: {sentence(error)}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def sentence(error: Exception) -> str:
    """What a user can do something with."""
    from portal.env import SettingError
    from portal.stack.errors import StackError

    if isinstance(error, (StackError, SettingError)):
        return str(error)
    if "django" in sys.modules:
        from django.db.utils import OperationalError

        from portal.rest.errors import PortalError

        if isinstance(error, PortalError):
            return error.message
        if isinstance(error, OperationalError):
            return _unreachable(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return f"{type(error).__name__}: {error} (PORTAL_DEBUG=1 shows where)."


def _unreachable(error: Exception) -> str:
    if not os.environ.get("DATABASE_URL"):
        return (
            "The portal is not running and DATABASE_URL is not set: "
            "start it with `portal up`, or set DATABASE_URL."
        )
    reason = str(error).strip().splitlines()[0]
    return f"The database cannot be reached ({reason}): check DATABASE_URL."

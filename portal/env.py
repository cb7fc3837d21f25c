"""Settings from the environment: small typed readers, each error naming the variable and the remedy."""

import os
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class SettingError(Exception):
    """A setting that cannot be used; the message names the variable, what is wrong and what to write."""


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise SettingError(f"{name}={value!r} is not a yes or a no: write 1 or 0.")


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name}={value!r} is not a whole number.") from None


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; the first where nothing is set."""
    value = os.environ.get(name, "").strip() or choices[0]
    if value not in choices:
        raise SettingError(f"{name}={value!r} is none of {', '.join(choices)}.")
    return value


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list; spaces around items and empty items are dropped."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [item.strip() for item in value.split(",") if item.strip()]


def env_list_or_changes(name: str, default: tuple[str, ...]) -> list[str]:
    """A list as above, or what is to be another in the default: `+tide,-costs`."""
    said = env_list(name, default)
    changes = [item for item in said if item[0] in "+-"]
    if not changes:
        return said
    added = [item[1:].strip() for item in changes if item[0] == "+"]
    gone = {item[1:].strip() for item in changes if item[0] == "-"}
    if len(changes) < len(said):
        raise SettingError(
            f"{name} has names with and without + or -: write one before all of them, or none."
        )
    if gone - set(default):
        unknown = ", ".join(sorted(gone - set(default)))
        raise SettingError(f"{name} takes away {unknown}, which is not on anyway: take it out.")
    return [*(item for item in default if item not in {*gone, *added}), *added]


def env_secret(name: str, default: str = "") -> str:
    """A secret, from the file that `NAME_FILE` names if it is set, else from `NAME` itself."""
    file_name = os.environ.get(f"{name}_FILE")
    if not file_name:
        value = os.environ.get(name, default)
    else:
        try:
            value = Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE={file_name!r} cannot be read: {error.strerror}.") from error
    if value != default:
        remember_secret(value)
    return value


_secrets: set[str] = set()


def remember_secret(value: str) -> None:
    """Say that this text is a secret, for whatever must not repeat one."""
    if value:
        _secrets.add(value)


def secrets_read() -> frozenset[str]:
    """Every secret that was given to this process, for whatever must not repeat one."""
    return frozenset(_secrets)

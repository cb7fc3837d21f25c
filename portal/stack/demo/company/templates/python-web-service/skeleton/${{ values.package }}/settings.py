"""Settings from the environment; a wrong one stops the start with a sentence."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class InvalidSetting(Exception):
    """The message names the variable, its value and what it should be."""


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    log_level: str
    drain_seconds: int


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises InvalidSetting."""
    level = environ.get("LOG_LEVEL", "INFO").upper()
    if level not in LOG_LEVELS:
        raise InvalidSetting(f"LOG_LEVEL is {level!r}; it should be one of {', '.join(LOG_LEVELS)}")
    return Settings(
        host=environ.get("HOST", "0.0.0.0"),
        port=_number(environ, "PORT", ${{ values.port }}, 0, 65535),
        log_level=level,
        drain_seconds=_number(environ, "DRAIN_SECONDS", 0, 0, 60),
    )


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise InvalidSetting(f"{name} is {text!r}; it should be a number from {least} to {most}")
    return int(text)

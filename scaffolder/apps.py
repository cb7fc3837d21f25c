"""The scaffolder app."""

from django.apps import AppConfig


class ScaffolderConfig(AppConfig):
    name = "scaffolder"

    def ready(self) -> None:
        from scaffolder import tasks  # noqa: F401 - says how workers are woken

"""The snapshots app."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "portal.snapshots"
    label = "snapshots"

    def ready(self) -> None:
        import portal.snapshots.tasks  # noqa: F401 - says how workers are woken

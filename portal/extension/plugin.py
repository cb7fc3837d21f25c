"""PluginConfig: the front page of a plugin, a Django app whose `register` names everything it adds."""

import importlib.metadata
import inspect
import sys
from typing import Any, ClassVar

from django.apps import AppConfig

from portal.env import SettingError, read_settings
from portal.extension.points import ExtensionError, ExtensionPoint

API_VERSION = 1
"""Within a version the plugin API only grows; a plugin written for another version is refused at start."""


class PluginConfig(AppConfig):
    """Subclass it in the plugin's `apps.py`; the app label is the plugin's one name everywhere.

    `settings_class` is a frozen dataclass, read from the `PORTAL_<LABEL>_<FIELD>` variables into `settings`.
    `distribution` names the installed package of a plugin outside the tree, for its version.
    """

    default = False
    api_version: ClassVar[int] = 1
    settings_class: ClassVar[type[Any] | None] = None
    distribution: ClassVar[str] = "portal"
    settings: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Django chooses the config of an app by `default`; the imported base class must not be a candidate.
        super().__init_subclass__(**kwargs)
        cls.default = True

    def register(self) -> None:
        """Name everything the plugin adds: one `self.add(point, contribution, …)` for each point."""
        raise ExtensionError(
            f"The plugin {self.label} has no register(): define it and add its contributions there."
        )

    def add(self, point: ExtensionPoint[Any], *contributions: Any, order: int | None = None) -> None:
        """Add contributions to a point; lower `order` is shown first (100 if nothing says otherwise)."""
        for contribution in contributions:
            point.add(contribution, plugin=self.label, order=order)

    def import_models(self) -> None:
        try:
            super().import_models()
        except Exception as error:
            raise _at_start(self.label, "its models cannot be imported", error) from error

    def ready(self) -> None:
        if self.api_version != API_VERSION:
            raise ExtensionError(
                f"The plugin {self.label} is written for version {self.api_version} of the plugin API, "
                f"this portal has version {API_VERSION}: install a release of the plugin made for it."
            )
        try:
            if self.settings_class is not None:
                self.settings = read_settings(self.settings_class, f"PORTAL_{self.label}")
            self.register()
        except SettingError as error:
            raise ExtensionError(
                f"The settings of the plugin {self.label} cannot be used: {error}"
            ) from error
        except ExtensionError:
            raise
        except Exception as error:
            raise _at_start(self.label, "its register() failed", error) from error

    @property
    def description(self) -> str:
        """The first line of the package's docstring."""
        return (inspect.getdoc(sys.modules[self.name]) or "").split("\n")[0]

    @property
    def version(self) -> str:
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return ""


def _at_start(label: str, what: str, error: Exception) -> ExtensionError:
    return ExtensionError(
        f"The plugin {label} cannot start: {what} ({type(error).__name__}: {error}). "
        f"Mend the plugin, or take {label} out of PORTAL_PLUGINS."
    )

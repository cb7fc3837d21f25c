"""PluginConfig: the front page of a plugin, a Django app whose `register` names everything it adds."""

import importlib.metadata
import inspect
import logging
import sys
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.apps import AppConfig, apps

from portal.env import SettingError
from portal.extension.broken import mark_broken, why_broken
from portal.extension.claims import EVERYTHING, Claims
from portal.extension.decided import decision_of
from portal.extension.points import POINTS, ExtensionError, ExtensionPoint
from portal.extension.settings import SettingField, fields_of, from_environment, make_settings, to_value

T = TypeVar("T")
logger = logging.getLogger(__name__)

API_VERSION = 1
"""Within a version the plugin API only grows; a plugin written for another version is refused at start."""


class PluginConfig(AppConfig):
    """Subclass it in the plugin's `apps.py`; the app label is the plugin's one name everywhere.

    `settings_class` is a frozen dataclass (see settings.py), read into `settings` from the variables
    `PORTAL_<LABEL>_<FIELD>` and, where the environment says nothing, from what administrators wrote.
    `claims` says what it reads and calls (see claims.py), everything if nothing is said.
    `distribution` names the installed package of a plugin outside the tree, for its version.
    """

    default = False
    api_version: ClassVar[int] = 1
    settings_class: ClassVar[type[Any] | None] = None
    claims: ClassVar[Claims] = EVERYTHING
    distribution: ClassVar[str] = "portal"
    setting_fields: tuple[SettingField, ...] = ()
    environment: Mapping[str, Any] = {}
    _starting = False
    _made: tuple[Mapping[str, Any], Any] | None = None

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
        given: object = point
        if not isinstance(given, ExtensionPoint):
            other = getattr(given, "__name__", type(given).__name__)
            raise ExtensionError(
                f"The plugin {self.label} adds to {other}, which is no extension point. There are"
                f" {', '.join(sorted(POINTS))}: see docs/plugins.md."
            )
        for contribution in contributions:
            point.add(contribution, plugin=self.label, order=order)

    def import_models(self) -> None:
        try:
            super().import_models()
        except Exception as error:  # noqa: BLE001 - whatever a module of the plugin raises
            self.models_module = None
            self.models = apps.all_models[self.label]
            mark_broken(self.label, str(_at_start(self.label, "its models cannot be imported", error)))

    def ready(self) -> None:
        """Start, or be left out with a reason: the portal starts without a plugin that cannot."""
        if why_broken(self.label):
            return
        try:
            self.start()
        except ExtensionError as error:
            mark_broken(self.label, str(error))

    def start(self) -> None:
        """Read the settings and register. Raises ExtensionError in a sentence naming plugin and remedy."""
        if self.api_version != API_VERSION:
            raise ExtensionError(
                f"The plugin {self.label} is written for version {self.api_version} of the plugin API, "
                f"this portal has version {API_VERSION}: install a release of the plugin made for it."
            )
        self._starting = True
        try:
            self._read_environment()
            self.register()
        except SettingError as error:
            raise ExtensionError(
                f"The settings of the plugin {self.label} cannot be used: {error}"
            ) from error
        except ExtensionError:
            raise
        except Exception as error:
            raise _at_start(self.label, "its register() failed", error) from error
        finally:
            self._starting = False

    @property
    def settings(self) -> Any:
        """The settings as they are now; while the plugin starts, what the environment says."""
        written = {} if self._starting else decision_of(self.label).settings
        if self._made is None or self._made[0] is not written:
            self._made = (written, self._make(written))
        return self._made[1]

    def settings_with(self, written: Mapping[str, Any]) -> Any:
        """The settings with these JSON values of the page. Raises SettingError, one sentence per mistake."""
        values, mistakes = dict(self.environment), []
        for field in self.setting_fields:
            if field.name in written and field.name not in self.environment and not field.fixed:
                try:
                    values[field.name] = to_value(field, written[field.name])
                except SettingError as error:
                    mistakes.append(str(error))
        if mistakes:
            raise SettingError(" ".join(mistakes))
        return make_settings(self._class(), values)

    def _make(self, written: Mapping[str, Any]) -> Any:
        if self.settings_class is None:
            return None
        try:
            return self.settings_with(written)
        except SettingError as error:
            logger.warning("plugin=%s what the page says is not used: %s", self.label, error)
            return self.settings_with({})

    def _class(self) -> type[Any]:
        if self.settings_class is None:
            raise ExtensionError(f"The plugin {self.label} has no settings.")
        return self.settings_class

    def _read_environment(self) -> None:
        if self.settings_class is not None:
            self.setting_fields = fields_of(self.settings_class, self.label)
            self.environment = from_environment(self.setting_fields)
            self.settings_with({})

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


def settings_of(cls: type[T]) -> T:
    """The settings of the enabled plugin whose `settings_class` this is. Raises ExtensionError."""
    for config in apps.get_app_configs():
        if isinstance(config, PluginConfig) and config.settings_class is cls:
            found: T = config.settings
            return found
    raise ExtensionError(f"{cls.__name__} is the settings class of no enabled plugin.")


def _at_start(label: str, what: str, error: Exception) -> ExtensionError:
    return ExtensionError(
        f"The plugin {label} cannot start: {what} ({type(error).__name__}: {error}). "
        f"Mend the plugin, or take {label} out of PORTAL_PLUGINS."
    )

"""Which plugin is at work here, and whether what it is about to read or call was accepted.

Everything of the portal that runs plugin code does it inside of `acting`. Selectors and adapters ask
`allowed` or `permit`; code that is no plugin's is not asked anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.conf import settings

from portal.extension import uses
from portal.extension.claims import (
    NOTHING,
    ClaimRefused,
    Claims,
    hosts_of_setting,
    refusal,
)
from portal.extension.decided import decision_of
from portal.extension.plugin import PluginConfig

P = ParamSpec("P")
T = TypeVar("T")
SETTING = "setting:"
IN_TREE, EVERY_PLUGIN = "tree", "all"

_acting: ContextVar[str] = ContextVar("acting_plugin", default="")


@contextmanager
def acting(plugin: str) -> Iterator[None]:
    """Code of this plugin runs inside of the `with` block."""
    token = _acting.set(plugin)
    try:
        yield
    finally:
        _acting.reset(token)


def in_name_of(plugin: str, run: Callable[P, T]) -> Callable[P, T]:
    """The same function, as code of this plugin."""

    @wraps(run)
    def named(*args: P.args, **kwargs: P.kwargs) -> T:
        with acting(plugin):
            return run(*args, **kwargs)

    return named


def plugin_at_work() -> PluginConfig | None:
    """The plugin whose code runs here; None for the portal's own."""
    found = apps.app_configs.get(_acting.get())
    return found if isinstance(found, PluginConfig) else None


def is_trusted(config: PluginConfig) -> bool:
    """Whether its claims hold without a decision: PORTAL_CLAIMS_ACCEPTED."""
    named = {EVERY_PLUGIN, config.label} & set(settings.CLAIMS_ACCEPTED)
    return bool(named) or (IN_TREE in settings.CLAIMS_ACCEPTED and config.name.startswith("plugins."))


def accepted_claims(config: PluginConfig) -> Claims:
    """What of its claims holds now."""
    decided = decision_of(config.label).claims
    if decided is not None:
        return Claims.of(decided).within(config.claims)
    return config.claims if is_trusted(config) else NOTHING


def accepted_here() -> Claims | None:
    """What holds for the plugin at work; None where the code is the portal's own."""
    config = plugin_at_work()
    return accepted_claims(config) if config else None


def allowed(claim: str, value: str, *, of: str = "") -> bool:
    """Whether the plugin at work (or `of`) may read or call it; counts the use, or the refusal."""
    found: Any = apps.app_configs.get(of) if of else plugin_at_work()
    if not isinstance(found, PluginConfig):
        return True
    claims = accepted_claims(found)
    yes = claims.covers(claim, value)
    if not yes and claim in {"hosts", "secrets"}:
        yes = _in_settings(found, getattr(claims, claim), value)
    uses.note(found.label, claim, value, allowed=yes)
    return yes


def permit(claim: str, value: str) -> None:
    """Raise ClaimRefused unless it is allowed."""
    if not allowed(claim, value):
        raise ClaimRefused(refusal(_acting.get(), claim, value))


def state_of_claims(config: PluginConfig) -> str | None:
    """Why a plugin waits, where it claims something and nothing of it is accepted."""
    if config.claims.values() and not accepted_claims(config).values():
        return (
            f"Nothing that {config.label} reads and calls is accepted. An administrator decides: on the "
            f"plugins page, or with `portal plugins accept {config.label}`."
        )
    return None


def _in_settings(config: PluginConfig, accepted: tuple[str, ...], host: str) -> bool:
    paths = [each.removeprefix(SETTING) for each in accepted if each.startswith(SETTING)]
    return any(host.lower() in hosts_of_setting(config.settings, path) for path in paths)

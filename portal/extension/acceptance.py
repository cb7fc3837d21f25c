"""Which plugin is at work here, and whether what it is about to read or call was accepted.

Everything of the portal that runs plugin code does it inside of `acting`. Selectors and adapters ask
`allowed` or `permit`; code that is no plugin's is not asked anything.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.conf import settings

from portal.extension import uses
from portal.extension.claims import NOTHING, ClaimRefused, Claims, in_settings, refusal
from portal.extension.decided import decision_of
from portal.extension.plugin import PluginConfig

P = ParamSpec("P")
T = TypeVar("T")
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


def stated_claims(config: PluginConfig) -> Claims:
    """What it claims, and what its settings hold now of that: either may be accepted."""
    claims, settings_now = made_of = (config.claims, config.settings)
    return _known(_stated, config, made_of, lambda: claims.and_of(in_settings(claims, settings_now)))


def accepted_claims(config: PluginConfig) -> Claims:
    """What of its claims holds now."""
    decided = decision_of(config.label).claims
    if decided is not None:
        return Claims.of(decided).within(stated_claims(config))
    return config.claims if is_trusted(config) else NOTHING


def claims_in_force(config: PluginConfig) -> Claims:
    """The same with what the plugin's settings hold now: what is read and called is asked of these."""
    made_of = (decision_of(config.label).claims, config.claims, config.settings, is_trusted(config))
    return _known(_in_force, config, made_of, lambda: in_settings(accepted_claims(config), config.settings))


Known = dict[str, tuple[tuple[object, ...], Claims]]
_stated: Known = {}
_in_force: Known = {}
"""What was made of a decision, claims and settings, which are replaced when they change."""


def _known(
    of: Known, config: PluginConfig, made_of: tuple[object, ...], make: Callable[[], Claims]
) -> Claims:
    known = of.get(config.label)
    if known is None or any(one is not other for one, other in zip(known[0], made_of, strict=True)):
        known = of[config.label] = (made_of, make())
    return known[1]


def accepted_here() -> Claims | None:
    """What holds for the plugin at work; None where the code is the portal's own."""
    config = plugin_at_work()
    return claims_in_force(config) if config else None


def allowed(claim: str, value: str, *, of: str = "") -> bool:
    """Whether the plugin at work (or `of`) may read or call it; counts the use, or the refusal."""
    found: Any = apps.app_configs.get(of) if of else plugin_at_work()
    if not isinstance(found, PluginConfig):
        return True
    yes = claims_in_force(found).covers(claim, value)
    uses.note(found.label, claim, value, allowed=yes)
    return yes


def kinds_shown(kinds: Iterable[str], *, of: str = "") -> frozenset[str]:
    """Of these kinds those that the plugin at work (or `of`) is shown.

    What it does not even claim it did not ask for: that is left out, and no refusal.
    """
    found: Any = apps.app_configs.get(of) if of else plugin_at_work()
    if not isinstance(found, PluginConfig):
        return frozenset(kinds)
    stated = stated_claims(found)
    asked = (kind for kind in kinds if stated.covers("kinds", kind))
    return frozenset(kind for kind in asked if allowed("kinds", kind, of=found.label))


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

"""Claims: what a plugin says it reads and calls, and what of it an administrator accepts."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any

CLAIMS = ("kinds", "fields", "annotations", "secrets", "hosts", "clusters")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a plugin reads and calls; in every value `*` stands for any characters.

    `kinds`: of entities, by name. `fields`: paths of their documents (`spec.owner`, `metadata.links`,
    `relations`), beside names, titles, descriptions, types and lifecycles, which every kind that is accepted
    shows; owners are `spec.owner`, also where somebody asks what a team owns. `annotations`: names of
    annotations and labels. `hosts`: where it calls. `secrets`: hosts whose credential of PORTAL_CREDENTIALS
    its calls may carry. `clusters`: names of PORTAL_CLUSTERS.

    `setting:kinds` is what its setting `kinds` holds now; of `hosts` and `secrets`, `setting:url` is the host
    in its setting `url`, `setting:servers.url` those of the entries of `servers`.
    """

    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Iterable[str]]) -> "Claims":
        """From JSON; what is not named is nothing."""
        return cls(**{name: tuple(values.get(name) or ()) for name in CLAIMS})

    def to_json(self) -> dict[str, list[str]]:
        return {name: list(getattr(self, name)) for name in CLAIMS}

    def values(self) -> list[tuple[str, str]]:
        """Each claim by itself: (`hosts`, `api.example.org`)."""
        return [(name, value) for name in CLAIMS for value in getattr(self, name)]

    def covers(self, claim: str, value: str) -> bool:
        """Whether a value, or a narrower pattern, is part of what is claimed; `spec.owner` is of `spec`."""
        folded = value.lower()
        asked = [folded]
        if claim == "fields":
            parts = folded.split(".")
            asked = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        matches = _matcher(getattr(self, claim))
        return any(matches(each) for each in asked)

    def and_of(self, others: "Claims") -> "Claims":
        """These claims and the others."""
        return Claims(
            **{name: tuple(dict.fromkeys(getattr(self, name) + getattr(others, name))) for name in CLAIMS}
        )

    def within(self, wider: "Claims") -> "Claims":
        """Of these claims those that the wider ones cover."""
        kept = {
            name: tuple(value for value in getattr(self, name) if wider.covers(name, value))
            for name in CLAIMS
        }
        return dataclasses.replace(self, **kept)


@lru_cache(maxsize=1000)
def _matcher(patterns: tuple[str, ...]) -> Callable[[str], object]:
    """Whether a text in lower case fits one of these patterns."""
    either = "|".join(translate(pattern.lower()) for pattern in patterns)
    return re.compile(either or r"(?!)").match


EVERYTHING = Claims(**dict.fromkeys(CLAIMS, ("*",)))
NOTHING = Claims()


class ClaimRefused(Exception):
    """The plugin reads or calls what was not accepted; the message is a sentence for whoever sees it."""

    code = "CLAIM_NOT_ACCEPTED"


def refusal(plugin: str, claim: str, value: str) -> str:
    """The sentence of a refusal."""
    what = {
        "kinds": f"reading entities of the kind {value}",
        "fields": f"reading {value} of entities",
        "annotations": f"reading the annotation {value}",
        "secrets": f"using the credential for {value}",
        "hosts": f"calling {value}",
        "clusters": f"reading the cluster {value}",
    }[claim]
    return f"The plugin {plugin} is not accepted for {what}: an administrator decides, on the plugins page."


SETTING = "setting:"


def in_settings(claims: Claims, settings: Any) -> Claims:
    """The claims with what the plugin's settings hold now in the place of `setting:<path>`."""
    named = {
        name: tuple(
            held
            for value in getattr(claims, name)
            for held in (
                values_of_setting(settings, value, as_hosts=name in {"hosts", "secrets"})
                if value.startswith(SETTING)
                else (value,)
            )
        )
        for name in CLAIMS
    }
    return Claims(**named)


def values_of_setting(settings: Any, claimed: str, *, as_hosts: bool) -> list[str]:
    """What `setting:<path>` stands for: a text, several, or a field of entries; of addresses the hosts."""
    name, _, inner = claimed.removeprefix(SETTING).partition(".")
    value = getattr(settings, name, None)
    found = value if isinstance(value, (tuple, list)) else [value]
    texts = [getattr(item, inner, "") if inner else item for item in found]
    named = [text for text in texts if isinstance(text, str) and text]
    return [_host(text) for text in named] if as_hosts else named


def _host(text: str) -> str:
    from urllib.parse import urlsplit

    try:
        return (urlsplit(text if "://" in text else f"//{text}").hostname or "").lower()
    except ValueError:
        return ""

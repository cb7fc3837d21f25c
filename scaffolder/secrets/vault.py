"""Secrets of a task: kept encrypted, given to templates as handles, gone when the task has ended."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.encryption import decrypt, encrypt, renew
from portal.rest.errors import Invalid
from scaffolder.models import Task

MAX_SECRETS = 50
MAX_BYTES = 64 * 1024
HANDLE = "portal-secret-"


class InvalidSecrets(Invalid):
    """The secrets are not a mapping of names to texts, or not those that the template asks for."""

    default_code = "SECRETS_INVALID"


@dataclass(slots=True)
class Vault:
    """Names, handles and values. A handle is random: nothing about the value can be learnt from it."""

    entries: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, task: Task) -> "Vault":
        """Raises Undecryptable where the key is another one than at the submission."""
        return cls._read(decrypt(bytes(task.secrets))) if task.secrets else cls()

    @classmethod
    def _read(cls, text: str) -> "Vault":
        return cls({name: (handle, value) for name, (handle, value) in json.loads(text).items()})

    def add(self, name: str, value: str) -> str:
        """The handle of a new secret, or of the same one under the same name."""
        known = self.entries.get(name)
        if known is None or known[1] != value:
            known = self.entries[name] = (HANDLE + secrets.token_hex(16), value)
        return known[0]

    def sealed(self) -> bytes:
        return encrypt(json.dumps(self.entries)) if self.entries else b""

    def handles(self) -> dict[str, str]:
        """What `secrets.<name>` is in an expression."""
        return {name: handle for name, (handle, _) in self.entries.items()}

    def values(self) -> list[str]:
        return [value for _, value in self.entries.values()]

    def reveal(self, text: str) -> str:
        for handle, value in self.entries.values():
            text = text.replace(handle, value)
        return text

    def name_in(self, text: str) -> str | None:
        """The name of a secret whose handle is in the text."""
        return next((name for name, (handle, _) in self.entries.items() if handle in text), None)


def checked_secrets(given: Any) -> dict[str, str]:
    """Raises InvalidSecrets, which never repeats a value."""
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise InvalidSecrets("Secrets are one JSON object of names and texts.", path=("secrets",))
    if len(given) > MAX_SECRETS or sum(len(text.encode("utf-8", "replace")) for text in given.values()) > (
        MAX_BYTES
    ):
        raise InvalidSecrets(
            f"There may be {MAX_SECRETS} secrets of {MAX_BYTES} bytes together.", path=("secrets",)
        )
    return {str(name): value for name, value in given.items() if value}


def sealed_secrets(values: Mapping[str, str]) -> bytes:
    """What a task keeps of the secrets it was given."""
    vault = Vault()
    for name, value in values.items():
        vault.add(name, value)
    return vault.sealed()


def misplaced_secrets(
    value: Any, schema: Any, vault: Vault, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Where a rendered input holds a handle that its schema does not accept: (path, name of the secret)."""
    properties = schema if isinstance(schema, dict) else {}
    if properties.get("writeOnly") is True:
        return
    if isinstance(value, str):
        if name := vault.name_in(value):
            yield ".".join(path), name
    elif isinstance(value, dict):
        known, others = properties.get("properties") or {}, properties.get("additionalProperties")
        for key, item in value.items():
            if name := vault.name_in(key):
                yield ".".join((*path, "*")), name
            yield from misplaced_secrets(item, known.get(key, others), vault, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from misplaced_secrets(item, properties.get("items"), vault, (*path, str(place)))


def renew_secrets() -> int:
    """Encrypt the secrets of all tasks with the newest key; how many tasks there were."""
    count = 0
    for task in Task.objects.exclude(secrets=b"").only("pk", "secrets").iterator():
        old = bytes(task.secrets)
        count += Task.objects.filter(pk=task.pk, secrets=old).update(secrets=renew(old))
    return count

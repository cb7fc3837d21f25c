"""What is set up on a repository that is there: webhooks, autolinks, Pages, keys, branch protection."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.github import repository as steps
from scaffolder.actions.github.schemas import PROTECTION
from scaffolder.actions.github.target import TARGET, Repository, repository_in, take_back
from scaffolder.actions.inputs import choice, flag, output_of, schema_of, text
from scaffolder.actions.outside import patiently

EXAMPLE_URL = "github.com?owner=acme&repo=web"
Changes = Callable[[Repository, Mapping[str, Any], ActionContext], Iterable[Change]]
Output = Callable[[Mapping[str, Any]], dict[str, Any]]


def setting(
    id: str,
    title: str,
    description: str,
    changes: Changes,
    *,
    inputs: Mapping[str, Any],
    required: tuple[str, ...],
    example: dict[str, Any],
    outputs: Mapping[str, Any] | None = None,
    output: Output = lambda input: {},
) -> Action:
    """An action that is a list of changes, with an output that its input tells."""

    def run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        repository = repository_in(input, context)
        bring_about(changes(repository, input, context), repository, context)
        return output(input)

    def plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
        repository = repository_in(input, context)
        return Plan(planned(changes(repository, input, context), repository), output(input))

    given = {"repoUrl": EXAMPLE_URL, **example}
    return Action(
        id=id,
        title=title,
        description=description,
        input_schema=schema_of({**TARGET, **inputs}, "repoUrl", *required),
        output_schema=output_of(**(outputs or {})),
        run=run,
        plan=plan,
        undo=take_back,
        scopes=frozenset({"catalog:write"}),
        examples=(Example(title, input=given, output=output(given)),),
    )


def _webhook(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Iterable[Change]:
    url = str(input["webhookUrl"])
    events = list(input.get("events") or ["push"])

    def find() -> Result | None:
        hooks = repository.list("/hooks")
        return next(({"id": hook["id"]} for hook in hooks if hook["config"].get("url") == url), None)

    def make() -> Result:
        config = {
            "url": url,
            "content_type": input.get("contentType", "form"),
            "insecure_ssl": "1" if input.get("insecureSsl") else "0",
        }
        if input.get("webhookSecret"):
            config["secret"] = context.reveal(str(input["webhookSecret"]))
        body = {"config": config, "events": events, "active": input.get("active", True)}
        made = repository.ask("POST", "/hooks", body)
        return {"id": made["id"], "undo": [["DELETE", f"/hooks/{made['id']}"]]}

    yield Change("create", f"webhook {url} of {repository}", make, find, detail={"events": events})


def _autolink(repository: Repository, input: Mapping[str, Any], _: ActionContext) -> Iterable[Change]:
    prefix = str(input["keyPrefix"])
    body = {
        "key_prefix": prefix,
        "url_template": input["urlTemplate"],
        "is_alphanumeric": input.get("isAlphanumeric", True),
    }

    def find() -> Result | None:
        links = repository.list("/autolinks")
        return next(({"id": link["id"]} for link in links if link["key_prefix"] == prefix), None)

    def make() -> Result:
        made = repository.ask("POST", "/autolinks", body)
        return {"id": made["id"], "undo": [["DELETE", f"/autolinks/{made['id']}"]]}

    yield Change("create", f"autolink {prefix} of {repository}", make, find, detail=body)


def _pages(repository: Repository, input: Mapping[str, Any], _: ActionContext) -> Iterable[Change]:
    source = {"branch": input.get("sourceBranch", "main"), "path": input.get("sourcePath", "/")}
    body = {"build_type": input.get("buildType", "workflow"), "source": source}

    def find() -> Result | None:
        return {} if repository.find("/pages") else None

    def make() -> Result:
        repository.ask("POST", "/pages", body)
        return {"undo": [["DELETE", "/pages"]]}

    yield Change("enable", f"pages of {repository}", make, find, detail=body)


def _deploy_key(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Iterable[Change]:
    title, key = str(input["deployKeyName"]), str(input["publicKey"]).strip()
    bare = " ".join(key.split()[:2])  # GitHub keeps a key without its comment

    def find() -> Result | None:
        keys = repository.list("/keys")
        return next(({"id": each["id"]} for each in keys if each["key"] == bare), None)

    def make() -> Result:
        made = repository.ask("POST", "/keys", {"title": title, "key": key})
        return {"id": made["id"], "undo": [["DELETE", f"/keys/{made['id']}"]]}

    yield Change("create", f"deploy key {title} of {repository}", make, find)
    values = {_secret_name(input): str(input["privateKey"])}
    yield from steps.secrets(repository, "/actions/secrets", values, "", context)


def _secret_name(input: Mapping[str, Any]) -> str:
    name = str(input["deployKeyName"]).replace(" ", "_").upper()
    return str(input.get("privateKeySecretName") or f"{name}_PRIVATE_KEY")


def _protection(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Iterable[Change]:
    branch = str(input.get("branch") or "")
    if not branch:
        found = patiently(repository.find, context)  # nothing where a plan's earlier step makes it
        branch = str(found["default_branch"]) if found else "main"
    enforce = bool(input.get("enforceAdmins", True))
    yield from steps.protection(repository, branch, input, enforce_admins=enforce, required=True)


WEBHOOK = setting(
    "github:webhook",
    "Create a webhook on GitHub",
    "Lets GitHub tell an address what happens in a repository.",
    _webhook,
    inputs={
        "webhookUrl": text("The address that is told."),
        "webhookSecret": {**text("The secret that it signs with."), "writeOnly": True},
        "events": {"type": "array", "items": {"type": "string"}, "description": "`[push]` if left out."},
        "active": flag("True if left out."),
        "contentType": choice("`form` if left out.", "form", "json"),
        "insecureSsl": flag("Do not verify the address's certificate."),
    },
    required=("webhookUrl",),
    example={
        "webhookUrl": "https://ci.example.org/hook",
        "contentType": "json",
        "events": ["push", "release"],
    },
)
AUTOLINK = setting(
    "github:autolinks:create",
    "Create an autolink on GitHub",
    "Turns texts like TICKET-12 into links.",
    _autolink,
    inputs={
        "keyPrefix": text("What such texts begin with: `TICKET-`."),
        "urlTemplate": text("The address, with `<num>`."),
        "isAlphanumeric": flag("Whether letters count too; true if left out."),
    },
    required=("keyPrefix", "urlTemplate"),
    example={"keyPrefix": "TICKET-", "urlTemplate": "https://tickets.example.org/<num>"},
)
PAGES = setting(
    "github:pages:enable",
    "Enable Pages on GitHub",
    "Publishes a site from a repository.",
    _pages,
    inputs={
        "buildType": choice("`workflow` if left out.", "legacy", "workflow"),
        "sourceBranch": text("`main` if left out."),
        "sourcePath": choice("`/` if left out.", "/", "/docs"),
    },
    required=(),
    example={"buildType": "legacy", "sourcePath": "/docs"},
)
DEPLOY_KEY = setting(
    "github:deployKey:create",
    "Create a deploy key on GitHub",
    "Lets a key read a repository, and keeps its private half as a secret for Actions.",
    _deploy_key,
    inputs={
        "publicKey": text("As `ssh-keygen` writes it."),
        "privateKey": {**text("Its private half: `${{ secrets.KEY }}`."), "writeOnly": True},
        "deployKeyName": text("What it is called."),
        "privateKeySecretName": text("The secret's name; made of the key's name if left out."),
    },
    required=("publicKey", "privateKey", "deployKeyName"),
    example={"publicKey": "ssh-ed25519 AAAA", "privateKey": "PRIVATE", "deployKeyName": "Push tags"},
    outputs={"privateKeySecretName": text("The secret's name.")},
    output=lambda input: {"privateKeySecretName": _secret_name(input)},
)
BRANCH_PROTECTION = setting(
    "github:branch-protection:create",
    "Protect a branch on GitHub",
    "Sets what a branch asks of who changes it.",
    _protection,
    inputs={
        "branch": text("The repository's default branch if left out."),
        "enforceAdmins": flag("Administrators are bound too; true if left out."),
        "blockCreations": flag("Nobody makes matching branches by pushing."),
        **PROTECTION,
    },
    required=(),
    example={"branch": "main", "requiredStatusCheckContexts": ["test"]},
)

"""The steps that a pipeline is made of, each with what it is on GitHub and on GitLab."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Given = Mapping[str, Any]
VERSION = {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z._-]{0,40}$", "description": "Its version."}
COMMAND = {"type": "string", "minLength": 1, "description": "What to run, one command a line."}
IMAGE = {
    "type": "string",
    "pattern": "^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,250}$",
    "description": "The image's name.",
}
PATH = {"type": "string", "pattern": "^[A-Za-z0-9._][A-Za-z0-9._/*-]{0,250}$"}


@dataclass(frozen=True, slots=True)
class GitLabPart:
    """What a step adds to a job of GitLab."""

    image: str = ""
    services: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    script: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """`github` gives steps of a job, `permissions` what its token may; `gitlab` what is added to a job."""

    name: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    github: Callable[[Given], list[dict[str, Any]]]
    gitlab: Callable[[Given], GitLabPart]
    permissions: Mapping[str, str] = field(default_factory=dict)

    def schema(self) -> dict[str, Any]:
        """Of the step as it is written: `{use: python, version: "3.12"}`."""
        properties = {"use": {"const": self.name, "description": self.description}, **self.properties}
        return {
            "type": "object",
            "required": ["use", *self.required],
            "additionalProperties": False,
            "properties": properties,
        }


def _language(name: str, action: str, key: str, image: str, **more: str) -> PipelineStep:
    def github(given: Given) -> list[dict[str, Any]]:
        return [{"uses": action, "with": {key: str(given["version"]), **more}}]

    def gitlab(given: Given) -> GitLabPart:
        return GitLabPart(image=image.format(given["version"]))

    words = f"Makes {name} of a version available."
    return PipelineStep(name, words, {"version": VERSION}, ("version",), github, gitlab)


def _run_github(given: Given) -> list[dict[str, Any]]:
    step: dict[str, Any] = {"name": given["name"]} if given.get("name") else {}
    step["run"] = str(given["command"])
    if given.get("env"):
        step["env"] = dict(given["env"])
    return [step]


def _run_gitlab(given: Given) -> GitLabPart:
    lines = [line for line in str(given["command"]).splitlines() if line.strip()]
    return GitLabPart(script=tuple(lines), variables=dict(given.get("env") or {}))


def _image_github(given: Given) -> list[dict[str, Any]]:
    host = str(given["image"]).partition("/")[0]
    login = {"registry": host, "username": "${{ github.actor }}", "password": "${{ secrets.GITHUB_TOKEN }}"}
    build = {
        "context": given.get("context", "."),
        "push": True,
        "tags": f"{given['image']}:${{{{ github.sha }}}}",
    }
    return [
        {"uses": "docker/login-action@v3", "with": login},
        {"uses": "docker/build-push-action@v6", "with": build},
    ]


def _image_gitlab(given: Given) -> GitLabPart:
    tag = f"{given['image']}:$CI_COMMIT_SHA"
    login = (
        'echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"'
    )
    build = f'docker build -t "{tag}" "{given.get("context", ".")}"'
    return GitLabPart("docker:27", ("docker:27-dind",), {}, (login, build, f'docker push "{tag}"'))


STEPS: tuple[PipelineStep, ...] = (
    PipelineStep(
        "checkout",
        "Fetches the repository's files; GitLab does so by itself.",
        {},
        (),
        lambda given: [{"uses": "actions/checkout@v4"}],
        lambda given: GitLabPart(),
    ),
    _language("python", "actions/setup-python@v5", "python-version", "python:{}"),
    _language("node", "actions/setup-node@v4", "node-version", "node:{}"),
    _language("java", "actions/setup-java@v4", "java-version", "eclipse-temurin:{}", distribution="temurin"),
    _language("go", "actions/setup-go@v5", "go-version", "golang:{}"),
    PipelineStep(
        "run",
        "Runs commands.",
        {
            "command": COMMAND,
            "name": {"type": "string", "description": "What people read."},
            "env": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "Variables.",
            },
        },
        ("command",),
        _run_github,
        _run_gitlab,
    ),
    PipelineStep(
        "artifact",
        "Keeps files of the job.",
        {"name": VERSION, "path": {**PATH, "description": "The files."}},
        ("name", "path"),
        lambda given: [
            {"uses": "actions/upload-artifact@v4", "with": {"name": given["name"], "path": given["path"]}}
        ],
        lambda given: GitLabPart(artifacts=(str(given["path"]),)),
    ),
    PipelineStep(
        "image",
        "Builds an image and pushes it, tagged with the commit.",
        {"image": IMAGE, "context": {**PATH, "description": "The folder; the root if left out."}},
        ("image",),
        _image_github,
        _image_gitlab,
        {"packages": "write"},
    ),
)
BY_NAME = {step.name: step for step in STEPS}

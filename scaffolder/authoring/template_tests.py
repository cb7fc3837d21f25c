"""A template's own tests, `template.test.yaml` beside it: parameters, and the files that come of them."""

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from portal.rest.errors import PortalError
from scaffolder.authoring.local import LocalTemplate, Outcome, rehearse

CASE_KEYS = {"name", "parameters", "secrets", "user", "outputs", "expect"}
EXPECT_KEYS = {"golden", "files", "contains", "absent", "effects", "output", "error", "refused"}


class BadTests(Exception):
    """The file of tests is not what it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a template and what is expected of it."""

    name: str
    given: dict[str, Any]
    expect: dict[str, Any]


@dataclass(slots=True)
class Result:
    """What did not come out as expected; nothing where the case has passed."""

    case: Case
    failures: list[str] = field(default_factory=list)


def tests_path(local: LocalTemplate) -> Path:
    """`template.test.yaml` of `template.yaml`."""
    path = local.root / local.path
    return path.with_name(f"{path.stem}.test.yaml")


def read_cases(path: Path) -> list[Case]:
    """Raises BadTests."""
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise BadTests(f"{path}: {error}") from None
    cases = document.get("cases") if isinstance(document, dict) else None
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise BadTests(f"{path}: write a list of `cases`.")
    found = []
    for number, case in enumerate(cases):
        expect = case.get("expect")
        if not isinstance(expect, dict) or not expect:
            raise BadTests(f"{path}, cases.{number}: it expects nothing. Write `expect`.")
        for key in [*(set(case) - CASE_KEYS), *(set(expect) - EXPECT_KEYS)]:
            raise BadTests(f"{path}, cases.{number}: there is no key {key!r}.")
        found.append(Case(str(case.get("name") or f"case {number + 1}"), case, expect))
    return found


def run_case(local: LocalTemplate, case: Case, *, update: bool = False) -> Result:
    """Run the template as the case says, without anything remote; `update` writes golden files anew."""
    result = Result(case)
    try:
        outcome = rehearse(
            local,
            case.given.get("parameters") or {},
            user_ref=str(case.given.get("user") or "user:default/guest"),
            secrets=case.given.get("secrets"),
            outputs=case.given.get("outputs"),
        )
    except PortalError as error:
        refused = case.expect.get("refused")
        if refused is None or str(refused) not in error.message:
            result.failures.append(f"it is refused: {error.message}")
        return result
    result.failures += _mistakes(local, case.expect, outcome, update=update)
    return result


def _mistakes(
    local: LocalTemplate, expect: dict[str, Any], outcome: Outcome, *, update: bool
) -> Iterator[str]:
    if "refused" in expect:
        yield "it is not refused"
    wanted = expect.get("error")
    if outcome.error and (wanted is None or str(wanted) not in outcome.error):
        yield f"it fails: {outcome.error}"
    if wanted is not None and not outcome.error:
        yield "it does not fail"
    yield from _files(local, expect, outcome, update=update)
    if "effects" in expect:
        effects = [str(planned.effect) for planned in outcome.effects]
        if effects != list(expect["effects"]):
            yield f"its effects are {effects}"
    for key, value in (expect.get("output") or {}).items():
        if outcome.output.get(key) != value:
            yield f"output.{key} is {outcome.output.get(key)!r}"


def _files(local: LocalTemplate, expect: dict[str, Any], outcome: Outcome, *, update: bool) -> Iterator[str]:
    if "golden" in expect:
        golden = (local.root / local.path).parent / str(expect["golden"])
        if update:
            _write(golden, outcome.files)
        there = {
            path.relative_to(golden).as_posix(): path.read_bytes()
            for path in golden.rglob("*")
            if path.is_file()
        }
        yield from _compared(outcome.files, there)
    files = expect.get("files") or {}
    yield from _compared(
        {path: content for path, content in outcome.files.items() if path in files},
        {path: str(text).encode() for path, text in files.items()},
    )
    for path, parts in (expect.get("contains") or {}).items():
        text = outcome.files.get(path, b"").decode("utf-8", "replace")
        for part in parts if isinstance(parts, list) else [parts]:
            if str(part) not in text:
                yield f"{path} does not contain {part!r}"
    for pattern in expect.get("absent") or []:
        for path in fnmatch.filter(outcome.files, str(pattern)):
            yield f"{path} is there"


def _compared(made: dict[str, bytes], wanted: dict[str, bytes]) -> Iterator[str]:
    for path in sorted({*made, *wanted}):
        if path not in made:
            yield f"{path} is missing"
        elif path not in wanted:
            yield f"{path} is not expected"
        elif made[path] != wanted[path]:
            yield f"{path} is different: {difference(wanted[path], made[path])}"


def difference(old: bytes, new: bytes) -> str:
    """The first line in which two files differ."""
    pairs = zip([*old.decode("utf-8", "replace").splitlines(), ""],
                [*new.decode("utf-8", "replace").splitlines(), ""], strict=False)  # fmt: skip
    for number, (before, after) in enumerate(pairs, 1):
        if before != after:
            return f"line {number} is {after!r} instead of {before!r}"
    return "its end"


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

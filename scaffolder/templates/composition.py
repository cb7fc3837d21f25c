"""Templates made of others: `extends` a base, and steps that `uses` a fragment with its parameters mapped.

The result is a spec like any other, whose steps know whose files they mean (`origin`) and through which
mappings they see the form (`scopes`); decision 0102 says how parts meet.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from catalog.entities.refs import EntityRef, InvalidRef
from portal.rest.errors import Invalid
from scaffolder.templates.forms import asked_once, fields_of, joined_page, pages_of, without_fields

Path = tuple[str | int, ...]
Spec = dict[str, Any]
FRAGMENT = "fragment"
MAX_PARTS = 50
MERGED = ("parameters", "steps", "output", "secrets", "extends")
OURS = ("origin", "at", "scopes", "conditions")
"""Keys of steps that composing writes, and nobody else."""
PLACED = ("before", "after", "uses", "with", "as", "if")


class InvalidComposition(Invalid):
    """Parts of a template that do not fit together; the message names each by file and line."""

    default_code = "TEMPLATE_INVALID"


@dataclass(frozen=True, slots=True)
class Part:
    """A template as written. `place` says where a path of its document is: `ci.yaml, line 12`."""

    ref: str
    document: dict[str, Any]
    place: Callable[[Path], str]

    @property
    def spec(self) -> Spec:
        spec = self.document.get("spec")
        return spec if isinstance(spec, dict) else {}


class Parts(Protocol):
    """Where the templates are that others are made of."""

    def find(self, ref: str) -> Part | None:
        """The template of that ref; None where there is none, or the reader may not see it."""
        ...


@dataclass(frozen=True, slots=True)
class Use:
    """A template on the way from the whole to one of its parts."""

    part: Part
    scopes: tuple[dict[str, Any], ...] = ()
    prefix: str = ""
    mapped: frozenset[str] = frozenset()
    """Parameters that a use on the way gives, so that the form does not ask for them."""


@dataclass
class Composition:
    """The parts of one template, as they are met."""

    parts: Parts
    whole: Part
    met: list[Part] = field(default_factory=list)
    included: set[str] = field(default_factory=set)
    steps_at: dict[str, Callable[[], str]] = field(default_factory=dict)
    fields_at: dict[str, tuple[Callable[[], str], Any]] = field(default_factory=dict)

    def compose(self) -> Spec:
        """The spec of the whole. Raises InvalidComposition."""
        spec = self._resolved(Use(self.whole), (self.whole.ref,))
        return {**spec, "parameters": asked_once(spec["parameters"])}

    def _resolved(self, use: Use, way: tuple[str, ...]) -> Spec:
        """A template's spec with its base below it and its fragments in their places."""
        part, own = use.part, use.part.spec
        self.met.append(part)
        if len(self.met) > MAX_PARTS:
            raise InvalidComposition(f"{part.place(())}: a template has at most {MAX_PARTS} parts.")
        base: Spec = {}
        if own.get("extends"):
            found = self._found(own["extends"], part, ("spec", "extends"), way)
            base = self._resolved(replace(use, part=found), (*way, found.ref))
        pages = list(self._pages(pages_of(base), use))
        steps, secrets = _steps_of(base), [base.get("secrets")]
        replaced = frozenset(step["id"] for step in steps)
        for number, step in enumerate(_steps_of(own)):
            path: Path = ("spec", "steps", number)
            if "uses" in step:
                used = self._used(step, path, use, way)
                made = _steps_of(used)
                pages += pages_of(used)
                secrets.append(used.get("secrets"))
            else:
                made = [self._step(step, number, path, use, replaced)]
            steps[_position(steps, step, use, replaced, path)] = made
        rest = {key: value for key, value in {**base, **own}.items() if key not in MERGED}
        return {
            **rest,
            "parameters": pages,
            "steps": steps,
            "output": _joined_output(base.get("output"), own.get("output")),
            "secrets": _joined_secrets(*secrets, own.get("secrets")),
        }

    def _found(self, written: Any, part: Part, path: Path, way: tuple[str, ...]) -> Part:
        try:
            ref = ref_of(written, part.ref)
        except InvalidRef as error:
            raise InvalidComposition(f"{part.place(path)}: {error}") from None
        if ref in way:
            ring = " → ".join((*way[way.index(ref) :], ref))
            raise InvalidComposition(f"{part.place(path)}: the template is made of itself: {ring}.")
        found = self.parts.find(ref)
        if found is None:
            raise InvalidComposition(f"{part.place(path)}: there is no template {ref}.")
        return found

    def _used(self, step: dict[str, Any], path: Path, use: Use, way: tuple[str, ...]) -> Spec:
        """The steps, pages and secrets of a fragment; nothing where the very same was included already."""
        found = self._found(step["uses"], use.part, (*path, "uses"), way)
        given, name = step.get("with") or {}, str(step.get("as") or "")
        unknown = set(step) - set(PLACED) - {"id", "name"}
        if unknown or not isinstance(given, dict):
            raise InvalidComposition(
                f"{use.part.place(path)}: a step with `uses` has `with`, `as`, `if`, `before` and `after`."
            )
        scopes = use.scopes
        if given or name:
            scopes = (*scopes, {"given": given, "prefix": f"{use.prefix}{name}_" if name else ""})
        key = json.dumps([found.ref, scopes, step.get("if")], sort_keys=True, default=str)
        if key in self.included:
            return {}
        self.included.add(key)
        prefix = f"{use.prefix}{name}_" if name else use.prefix
        mapped = use.mapped | frozenset(given)
        spec = self._resolved(Use(found, scopes, prefix, mapped), (*way, found.ref))
        odd = sorted(set(given) - set(fields_of(pages_of(spec))))
        if odd:
            place = use.part.place((*path, "with", odd[0]))
            raise InvalidComposition(f"{place}: {found.ref} asks for no {odd[0]!r}.")
        steps = [_conditioned(one, step.get("if"), use) for one in _steps_of(spec)]
        pages = [page for page in (without_fields(page, set(given)) for page in pages_of(spec)) if page]
        return {"steps": steps, "parameters": pages, "secrets": spec.get("secrets")}

    def _step(
        self, step: dict[str, Any], number: int, path: Path, use: Use, replaced: frozenset[str]
    ) -> dict[str, Any]:
        id = f"{use.prefix}{step.get('id') or f'step-{number + 1}'}"
        if id in self.steps_at and id not in replaced:
            raise InvalidComposition(
                f"{use.part.place(path)}: the step {id} is there already, from {self.steps_at[id]()}. "
                "Give one of them another id, or use the fragment `as` something."
            )
        self.steps_at[id] = partial(use.part.place, path)
        kept = {key: value for key, value in step.items() if key not in (*OURS, "before", "after")}
        origin = "" if use.part.ref == self.whole.ref else use.part.ref
        return {**kept, "id": id, "origin": origin, "at": number, "scopes": list(use.scopes)}

    def _pages(self, base: list[Spec], use: Use) -> Iterator[Spec]:
        """The base's pages, each with what the page of the same title adds; then the others."""
        own = dict(enumerate(pages_of(use.part.spec)))
        for page in base:
            same = [n for n, other in own.items() if other.get("title") == page.get("title")]
            yield joined_page(page, own.pop(same[0])) if same else page
        for number, page in own.items():
            self._check_fields(page, use, number)
            yield page

    def _check_fields(self, page: Spec, use: Use, number: int) -> None:
        """A field that two parts ask for is one field if both mean the same, else a clash."""
        for name, schema in (page.get("properties") or {}).items():
            if name in use.mapped:
                continue
            page_at = (number,) if isinstance(use.part.spec.get("parameters"), list) else ()
            place = partial(use.part.place, ("spec", "parameters", *page_at, "properties", name))
            first = self.fields_at.setdefault(name, (place, schema))
            if first[1] != schema:
                raise InvalidComposition(
                    f"{place()}: the form asks for {name!r} already, otherwise, at {first[0]()}. "
                    "Map it in `with`, or give one of them another name."
                )


def composed(part: Part, parts: Parts) -> tuple[Spec, list[Part]]:
    """The spec of a template with everything it is made of, and those parts. Raises InvalidComposition."""
    steps = _steps_of(part.spec)
    if not part.spec.get("extends") and not any("uses" in step for step in steps):
        plain = [{key: value for key, value in step.items() if key not in OURS} for step in steps]
        return ({**part.spec, "steps": plain} if plain != steps else part.spec), [part]
    composition = Composition(parts, part)
    return composition.compose(), composition.met


def ref_of(written: Any, whose: str) -> str:
    """The ref that the template `whose` means by `extends` or `uses`. Raises InvalidRef."""
    namespace = EntityRef.parse(whose).namespace
    return str(EntityRef.parse(str(written), default_kind="template", default_namespace=namespace))


def named_parts(part: Part) -> set[str]:
    """The refs of the templates that one names itself as its parts."""
    written = [part.spec.get("extends"), *(step.get("uses") for step in _steps_of(part.spec))]
    found = set()
    for name in written:
        with suppress(InvalidRef):
            found |= {ref_of(name, part.ref)} if name else set()
    return found


def _steps_of(spec: Spec) -> list[dict[str, Any]]:
    steps = spec.get("steps")
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _index(steps: list[dict[str, Any]], step: dict[str, Any], use: Use) -> int | None:
    """Where the step of that id is."""
    id = f"{use.prefix}{step.get('id')}"
    return next((place for place, one in enumerate(steps) if one["id"] == id), None)


def _position(
    steps: list[dict[str, Any]], step: dict[str, Any], use: Use, replaced: frozenset[str], path: Path
) -> slice:
    """Where the author wants a step: in the place of the base's, before or after one, or at the end."""
    wanted = next(((key, str(step[key])) for key in ("before", "after") if step.get(key)), None)
    if wanted:
        at = _index(steps, {"id": wanted[1]}, use)
        if at is None:
            raise InvalidComposition(
                f"{use.part.place(path)}: {wanted[0]}: there is no step {wanted[1]} so far."
            )
        at += wanted[0] == "after"
        return slice(at, at)
    if "uses" in step or f"{use.prefix}{step.get('id')}" not in replaced:
        return slice(len(steps), len(steps))
    at = _index(steps, step, use) or 0
    return slice(at, at + 1)


def _conditioned(step: dict[str, Any], condition: Any, use: Use) -> dict[str, Any]:
    """The `if` of a use holds for each of its steps, and is read where the use is written."""
    if condition is None:
        return step
    return {
        **step,
        "conditions": [*step.get("conditions", ()), {"if": condition, "scopes": list(use.scopes)}],
    }


def _joined_output(base: Any, own: Any) -> Spec:
    """Links and texts of both, the base's first; everything else as the template itself says."""
    base, own = (value if isinstance(value, dict) else {} for value in (base, own))
    lists = {key: [*_list(base.get(key)), *_list(own.get(key))] for key in ("links", "text")}
    return {**base, **own, **{key: value for key, value in lists.items() if value}}


def _joined_secrets(*written: Any) -> Spec:
    schemas = [value.get("schema") or {} for value in written if isinstance(value, dict)]
    fields: Spec = {}
    required: Iterable[str] = []
    for schema in schemas:
        fields |= schema.get("properties") or {}
        required = [*required, *(schema.get("required") or ())]
    joined = {**(schemas[-1] if schemas else {}), **({"properties": fields} if fields else {})}
    return {"schema": {**joined, **({"required": list(dict.fromkeys(required))} if required else {})}}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

"""Descriptors that want to break the reader: each is refused with its place, and changes nothing."""

# ruff: noqa: E501 - the cases are tables

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.entities.links import is_safe_link
from catalog.models import Entity
from catalog.selectors import get_entity
from catalog.tasks import refresh_locations
from portal.accounts.principal import SYSTEM

from .conftest import COMPONENT, Folder, everything

pytestmark = pytest.mark.django_db
Refs = Callable[..., list[str]]

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "a: " + "[" * 65 + "]" * 65 + "\n"


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (LAUGHS, 5, "TOO_MANY_NODES"),
        ("".join(f"k{n}: &a{n} 1\n" for n in range(51)) + "l: [" + ",".join(f"*a{n}" for n in range(51)) + "]\n", 52, "TOO_MANY_ALIASES"),
        ("a: &a [*a]\n", 1, "YAML_SYNTAX"),
        ("a: *nothing\n", 1, "YAML_SYNTAX"),
        (DEEP, 1, "NESTED_TOO_DEEP"),
        ("- " * 500 + "x\n", 1, "NESTED_TOO_DEEP"),
        ("[" * 100_000, 1, "NESTED_TOO_DEEP"),
        ("a:\n" + "- x\n" * 100_000, 49_999, "TOO_MANY_NODES"),
        ("x" * (1024 * 1024 + 1), 1, "FILE_TOO_LARGE"),
        ("a: 1\n---\n" * 20_000, 1, "TOO_MANY_DOCUMENTS"),
        ('a: !!python/object/apply:os.system ["touch ./pwn"]\n', 1, "TAG_REFUSED"),
        ("a: !!python/name:os.system\n", 1, "TAG_REFUSED"),
        ("a: !!binary aGVsbG8=\n", 1, "TAG_REFUSED"),
        ("a: !!set {x, y}\n", 1, "TAG_REFUSED"),
        ("a: !custom x\n", 1, "TAG_REFUSED"),
        ("a: !!timestamp 2024-01-01\n", 1, "TAG_REFUSED"),
        ("x: {<<: {a: 1}}\n", 1, "MERGE_KEY"),
        ("1: x\n", 1, "KEY_NOT_TEXT"),
        ("true: x\n", 1, "KEY_NOT_TEXT"),
        ("~: x\n", 1, "KEY_NOT_TEXT"),
        ("[a]: x\n", 1, "KEY_NOT_TEXT"),
        ("{{ x }}: x\n", 1, "KEY_NOT_TEXT"),
        ("a: .nan\n", 1, "NOT_A_NUMBER"),
        ("a: -.inf\n", 1, "NOT_A_NUMBER"),
        ("a: " + "9" * 5000 + "\n", 1, "NUMBER_TOO_LARGE"),
        ("a: 9007199254740992\n", 1, "NUMBER_TOO_LARGE"),
        (b"a: 1\nb: \xff\n", 2, "NOT_UTF8"),
        (b"a: 1\nb: \x00\n", 2, "BAD_CHARACTER"),
        ('a: "\\0"\n', 1, "BAD_CHARACTER"),
        (b"a: \x07\n", 1, "YAML_SYNTAX"),
        ('a: "\\ud800"\n', 1, "YAML_SYNTAX"),
        ("a: 1\n  b: 2\n", 2, "YAML_SYNTAX"),
        ("just text\n", 1, "NOT_AN_ENTITY"),
        ("- a\n- b\n", 1, "NOT_AN_ENTITY"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_its_line(
    folder: Folder, text: str | bytes, line: int, code: str
) -> None:
    folder.components("all.yaml", "web")
    folder.add()
    before = everything()
    file = folder.path / "all.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = folder.validate()
    assert result.exit_code == 1
    assert f"all.yaml:{line}: {code}: " in result.output.splitlines()[0]
    assert folder.refresh().exit_code == 0
    assert everything() == before
    assert not Path("pwn").exists()


@pytest.mark.parametrize("text", [LAUGHS, "a: 1\n---\n" * 20_000, "x" * 50 * 1024 * 1024, "[" * 100_000])
def test_a_hostile_file_keeps_no_other_location_from_being_read(
    folder: Folder, text: str, refs: Refs
) -> None:
    folder.components("bomb.yaml", "fuse")
    folder.components("other.yaml", "one")
    folder.add("bomb.yaml")
    folder.add("other.yaml")
    folder.write("bomb.yaml", text)
    folder.components("other.yaml", "one", "two")
    refresh_locations()
    assert refs() == [f"component:default/{name}" for name in ("fuse", "one", "two")]
    folder.components("bomb.yaml", "fuse", "mended")
    refresh_locations()
    assert "component:default/mended" in refs()


@pytest.mark.parametrize("kind", ["$text", "$yaml", "$json"])
def test_a_placeholder_reads_nothing_outside_of_the_root(folder: Folder, kind: str, refs: Refs) -> None:
    inside = Folder(folder.path / "root")
    folder.write("secret.txt", '"secret"')
    (inside.path).mkdir()
    (inside.path / "link").symlink_to(folder.path / "secret.txt")
    places = [
        "../secret.txt",
        str(folder.path / "secret.txt"),
        "file:///etc/passwd",
        "link",
        "http://127.0.0.1:1/",
    ]
    text = COMPONENT.format(name="c{number}") + "  note: {{{kind}: '{place}'}}\n"
    inside.write(
        "all.yaml", "---".join(text.format(number=n, kind=kind, place=p) for n, p in enumerate(places))
    )
    output = inside.add().output
    assert refs() == []
    assert output.count("PLACEHOLDER_UNREADABLE") == len(places)
    assert '"secret"' not in output


def test_json_in_a_placeholder_is_held_to_the_same_limits(folder: Folder, refs: Refs) -> None:
    folder.write("deep.json", "[" * 500 + "]" * 500)
    folder.write("nul.json", '["\\u0000"]')
    text = COMPONENT.format(name="c{number}") + "  note: {{$json: {file}}}\n"
    files = ("deep.json", "nul.json")
    folder.write("all.yaml", "---".join(text.format(number=n, file=file) for n, file in enumerate(files)))
    output = folder.add().output
    assert refs() == []
    assert "Nested deeper than 64 levels" in output
    assert "holds a NUL character" in output


SCALARS = [
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("017", "017"), ("1.10", "1.10"), ("2024-01-01", "2024-01-01"),
    ("2024-13-45", "2024-13-45"), ("1:30", "1:30"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("+5", "+5"), ("1e3", "1e3"),
    ("0x" + "f" * 8000, "0x" + "f" * 8000), ("~", None), ("null", None), ("True", True), ("false", False), ("-3", -3),
    ("0", 0), ("-0", "-0"), ("1.5", 1.5), ("-0.25", -0.25), ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("! 1", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_a_scalar_is_what_json_would_print_or_the_text_as_written(
    folder: Folder, written: str, value: object
) -> None:
    folder.write("all.yaml", COMPONENT.format(name="web") + f"  note: {written}\n")
    folder.add()
    document = Entity.objects.get(ref="component:default/web").document
    assert json.loads(document)["spec"]["note"] == value
    assert type(json.loads(document)["spec"]["note"]) is type(value)


@pytest.mark.parametrize("name", ["017", "no", "1.10", "2024-01-01"])
def test_a_name_that_looks_like_something_else_is_that_name(folder: Folder, name: str) -> None:
    folder.components("all.yaml", name)
    folder.add()
    assert get_entity(f"component:{name}", viewer=SYSTEM).name == name


@pytest.mark.parametrize("name", ["12", "true", "1.5", "null"])
def test_a_name_that_is_no_text_is_refused(folder: Folder, name: str, refs: Refs) -> None:
    folder.components("all.yaml", name)
    assert "all.yaml:5: " in folder.add().output
    assert refs() == []


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "x" * 64, '""', ".", "..", "'%2f'", "😀", "-web", '"a\\nb"', "web-", "a b", '"a\\0"'],
)
@pytest.mark.parametrize("field", ["name", "namespace", "kind"])
def test_a_name_outside_the_grammar_is_refused(folder: Folder, field: str, name: str, refs: Refs) -> None:
    text = COMPONENT.format(name="web").replace("  name: web", "  name: web\n  namespace: default")
    value = {"name": "web", "namespace": "default", "kind": "Component"}[field]
    folder.write("all.yaml", text.replace(f"{field}: {value}", f"{field}: {name}"))
    result = folder.add()
    assert refs() == []
    assert any(
        code in result.output for code in ("INVALID_NAME", "WRONG_TYPE", "YAML_SYNTAX", "BAD_CHARACTER")
    )


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("kind: Component\nkind: API\n", 1, 2),
        ("metadata:\n  name: a\n  title: b\n  name: c\n", 2, 4),
        ("spec:\n  owner: a\n  owner: a\n", 2, 3),
        ("spec: {owner: a, 'owner': b}\n", 1, 1),
    ],
)
def test_a_duplicate_key_is_refused_with_both_lines(
    folder: Folder, text: str, first: int, second: int
) -> None:
    folder.path.joinpath("all.yaml").write_text(text)
    output = folder.validate().output
    assert output.startswith(f"all.yaml:{second}: DUPLICATE_KEY: ")
    assert f"on line {first} and again on line {second}." in output


@pytest.mark.parametrize(("kind", "limit"), [("Component", 256 * 1024), ("API", 900 * 1024)])
def test_an_entity_has_a_size(folder: Folder, kind: str, limit: int, refs: Refs) -> None:
    text = COMPONENT.format(name="web").replace("Component", kind)
    folder.write("all.yaml", text + f"  definition: {'x' * (limit - 1000)}\n")
    folder.add()
    assert len(refs()) == 1
    folder.write("two.yaml", text.replace("web", "two") + f"  definition: {'x' * (256 * 1024)}\n")
    output = folder.add("two.yaml").output
    assert ("ENTITY_TOO_LARGE" in output) == (kind == "Component")


def test_a_definition_in_its_own_file_may_have_two_mebibytes(folder: Folder, refs: Refs) -> None:
    text = COMPONENT.format(name="web").replace("Component", "API") + "  definition: {$text: ./d.txt}\n"
    folder.write("d.txt", "x" * (2 * 1024 * 1024 - 4096))
    folder.write("all.yaml", text)
    folder.add()
    assert refs() == ["api:default/web"]
    folder.write("d.txt", "x" * (2 * 1024 * 1024 + 1))
    assert "at most 2097152 are read" in folder.refresh().output


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.com/a?b#c", True),
        ("HTTP://example.com", True),
        ("mailto:jane@example.com", True),
        ("javascript:alert(1)", False),
        (" java\tscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//example.com", False),
        ("/relative", False),
        ("https:example.com", False),
        ("https://[", False),
        ("mailto:", False),
        ("", False),
    ],
)
def test_only_some_addresses_become_links(url: str, safe: bool) -> None:
    assert is_safe_link(url) is safe

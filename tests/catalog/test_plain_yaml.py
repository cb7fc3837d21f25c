"""Quick ways for what is ordinary: they must never give another value than the exact ones."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entities.plain_yaml import NotPlain, load_plain
from catalog.entities.terms import terms_of
from catalog.entities.yaml_reader import _Builder, split
from catalog.models import Entity

from .conftest import COMPONENT, Folder

PLAIN = (
    "a: 1\nb: [x, 'y', \"z\"]\nc: {d: null, e: ~, f: true, g: no, h: 1.10, i: 0x1f, j: -0, k: 1.5}\n",
    "# a comment\n---\nspec:\n  text: |\n    two\n    lines\n  folded: >-\n    one\n    line\n  empty:\n",
    "- - 1\n  - {}\n- []\n- ''\n",
    "just text\n",
    "a: 1:30\nb: 2024-01-01\nc: +1\nd: .5\ne: 'null'\n? f\n: g\n",
)
NOT_PLAIN = (
    "a: &x 1\nb: *x\n",
    "a: 1\na: 2\n",
    "a: !!str 1\n",
    "<<: {a: 1}\n",
    "1: a\n",
    "{a: 1}: b\n",
    'a: "\\0"\n',
    "a: .inf\n",
    "a: 12345678901234567890\n",
    "a: [\n",
    "[" * 60 + "]" * 60 + "\n",
    "a: " + "x" * 30_000 + "\n",
)


@pytest.mark.parametrize("text", PLAIN)
def test_the_quick_way_gives_the_value_of_the_exact_one(text):
    (chunk,) = split(text)
    assert orjson.dumps(load_plain(chunk.text)) == orjson.dumps(_Builder(chunk).run())


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_unusual_or_wrong_is_left_to_the_exact_way(text):
    (chunk,) = split(text)
    with pytest.raises(NotPlain):
        load_plain(chunk.text)


@given(st.text(alphabet="ab01-.:?,[]{}&*!|>'\"#%<~ \n\\xnull", max_size=40))
def test_whatever_is_written_both_ways_agree(text):
    for chunk in split(text):
        try:
            value = load_plain(chunk.text)
        except NotPlain:
            continue
        assert orjson.dumps(value) == orjson.dumps(_Builder(chunk).run())


@pytest.mark.django_db
def test_terms_are_stored_as_they_are_whatever_signs_are_in_them(folder: Folder) -> None:
    said = {"q": 'say "hello", {NULL}', "b": "back\\slash", "t": "tab\tand\nline", "n": "null", "e": ""}
    written = COMPONENT.replace("{name}", "odd\n  annotations: " + orjson.dumps(said).decode())
    folder.write("all.yaml", written)
    folder.add()
    entity = Entity.objects.get(ref="component:default/odd")
    assert entity.terms == terms_of(entity.content, "default")
    assert "metadata.annotations.b=back\\slash" in entity.terms

"""What the dummy plugin adds when it behaves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.plugin_api import (
    ActionRefused,
    Bar,
    Bars,
    Block,
    DeliveryRefused,
    Document,
    Empty,
    EntityAction,
    EntityField,
    EntityValue,
    Error,
    Fact,
    Facts,
    Failed,
    Form,
    Gauge,
    HomePanel,
    KeyValue,
    Kind,
    KindLayer,
    Known,
    Line,
    Link,
    Links,
    Log,
    LogLine,
    Moment,
    Node,
    Page,
    PagePanel,
    Panel,
    Parameter,
    PluginFile,
    PluginQuery,
    PluginRequest,
    QueryValue,
    RelationField,
    SearchHit,
    Series,
    Slot,
    SnapshotSource,
    Stat,
    Status,
    Table,
    TeamPanel,
    Text,
    Threshold,
    Timeline,
    Tree,
    json_file,
    load_one,
)
from portal.plugin_api.graphql import List, NonNull, ObjectType, String

READ_AT = datetime(2026, 1, 31, 8, 15, tzinfo=UTC)
EVERY = timedelta(hours=1)
GREETING_SCHEMA = {
    "type": "object",
    "required": ["word"],
    "properties": {"word": {"type": "string", "title": "Word", "maxLength": 20}},
}
runs: list[str] = []
loads: list[list[int]] = []


parrot = Kind(
    name="Parrot",
    plural="Parrots",
    label="Parrot",
    icon="bird",
    description="Says what it hears.",
    api_versions=("dummy.example/v1",),
    schema={"type": "object", "required": ["keeper"], "properties": {"keeper": {"type": "string"}}},
    relations=(RelationField("spec.keeper", "keptBy", "keeperOf", "User", many=False, label="Keeper"),),
)


noise = KindLayer(
    name="noise",
    extends="Component",
    properties={
        "noise": {"enum": ["quiet", "loud"]},
        "heardBy": {"type": "array", "items": {"type": "string"}},
    },
    relations=(RelationField("spec.heardBy", "heardBy", "hears", "Parrot", many=True, label="Heard by"),),
)


class EveryBlockPanel(Panel):
    """Shows each block once."""

    title = "Every block"
    slot = Slot.OVERVIEW

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        yield Stat("Lines", "1200", unit="lines", hint="without tests")
        yield Status("Build", "ok", detail="main")
        yield Text("Hello *world*<script>alert(1)</script>")
        yield Links((Link("/catalog", "Catalog"), Link("javascript:alert(1)", "Bad")))
        yield Table(
            ("a", "b"),
            (("1", Link("/catalog", "two")), (Status("red", "error"), Link("javascript:x", "bad"))),
        )
        yield KeyValue((("Region", "north"),))
        yield Series(
            "Requests",
            (Line("ok", ((READ_AT, 1.5), (READ_AT, None), (READ_AT, 3))),),
            unit="1/s",
            thresholds=(Threshold("limit", 5.0),),
        )
        yield Bars("By team", (Bar("red", 3, text="three"), Bar("blue", 1.5, level="ok", url="/catalog")))
        yield Gauge("Error budget left", 62.5, level="warning")
        yield Timeline((Moment(READ_AT, "Deployed", "ok", url="javascript:alert(1)"),))
        yield Tree((Node("deployment", "ok", children=(Node("pod", "error", "CrashLoopBackOff"),)),))
        yield Document(
            "Guide",
            html="<p>Read on.</p>",
            pages=(Node("Guide", url="/x"),),
            current="/x",
            edit_url="javascript:x",
        )
        yield Log("Build", (LogLine("done", READ_AT, "ok"),))
        yield Form("Say hello", "greet", GREETING_SCHEMA, submit="Say it", values={"word": "hello"})
        yield Empty("No alerts", "Nothing is wrong.")
        yield Error("No upstream", "Set PORTAL_DUMMY_URL.")

    def as_of(self, entity: Any, *, viewer: Any) -> datetime:
        return READ_AT

    def made_from(self, entity: Any) -> list[tuple[str, str]]:
        return [("dummy.weather", "north")]


class GreetingPanel(HomePanel):
    title = "Greeting"

    def blocks(self, *, viewer: Any) -> Iterator[Block]:
        yield Stat("Greeting", "hello")

    def made_from(self, *, viewer: Any) -> list[tuple[str, str]]:
        return [("dummy.weather", "north")]


class BirdsPanel(PagePanel):
    title = "Birds"
    wide = True

    def blocks(self, *, viewer: Any, given: Any) -> Iterator[Block]:
        yield KeyValue(tuple(given.items()))
        yield Table(("Bird",), (("Polly",),), file="birds")

    def as_of(self, *, viewer: Any, given: Any) -> datetime:
        return READ_AT

    def made_from(self, *, viewer: Any, given: Any) -> list[tuple[str, str]]:
        return [("dummy.weather", given["words"])] if given["words"] else []


class EggsPanel(PagePanel):
    title = "Eggs"

    def blocks(self, *, viewer: Any, given: Any) -> Iterator[Block]:
        if given["colour"] == "blue":
            raise RuntimeError("secret detail 8731")
        yield Stat("Eggs", "3")


class AviaryPage(Page):
    title = "Aviary"
    icon = "activity"
    description = "All the birds."
    parameters = (
        Parameter("colour", "Colour", (("green", "Green"), ("blue", "Blue"))),
        Parameter("keeper", "Keeper", lambda viewer: [("", "Anybody"), (viewer.label, "Me")]),
        Parameter("words", "Words"),
    )
    panels = (BirdsPanel, EggsPanel)


class CrewPanel(TeamPanel):
    title = "Crew"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        from portal.plugin_api.catalog import owned_by_team

        yield Stat("Owned", ", ".join(each.name for each in load_one(owned_by_team, entity, viewer) or []))


class Greeting(ObjectType):
    words = List(NonNull(String), required=True)
    in_language = EntityValue(
        String,
        load=lambda entities, viewer, code: {e.pk: f"{code}:{e.name}" for e in entities},
        code=String(),
    )


def greetings_by_entity(entities: Any, viewer: Any) -> dict[int, dict[str, list[str]]]:
    loads.append([entity.pk for entity in entities])
    return {entity.pk: {"words": ["hello", entity.name]} for entity in entities}


greeting_field = EntityField(Greeting, load=greetings_by_entity)


def known_by_entity(entities: Any) -> Any:
    return {entity.pk: Known({"letters": len(entity.name)}) for entity in entities}


dummy_facts = Facts((Fact("letters", int, "How many letters its name has."),), known_by_entity)


def say_greeting(entity: Any, values: Any, *, actor: Any) -> str:
    """Refuses rude words and breaks on strange ones."""
    if values["word"] == "boo":
        raise ActionRefused("That is rude.", field="word")
    if values["word"] == "strange":
        raise KeyError("no such word")
    said.append(values["word"])
    return f"Said {values['word']} to {entity.name}."


said: list[str] = []
greet_entity = EntityAction("greet", say_greeting, GREETING_SCHEMA)


def find_greetings(query: str, *, viewer: Any, limit: int) -> list[SearchHit]:
    return [SearchHit(f"Greeting {query}", "hello", "/catalog", 0.5)]


def get_greeting(*, viewer: Any, word: str) -> PluginFile | None:
    return PluginFile(f"{word} {viewer.label}".encode(), "text/plain") if word != "nothing" else None


def answer_twice(*, viewer: Any, request: PluginRequest) -> PluginFile:
    """What was asked, as JSON; a bad word is a bad request."""
    word = request.body.get("word") if request.body else request.query.get("word")
    if not word:
        return json_file({"problem": "Say a word."}, status=400)
    return json_file({"method": request.method, "words": [word, word], "for": viewer.label})


def receive_greeting(payload: Any) -> None:
    """Refuses rude words, breaks on strange ones."""
    if payload["word"] == "boo":
        raise DeliveryRefused("That is rude.")
    if payload["word"] == "strange":
        raise KeyError("no such word")
    received.append(payload["word"])


received: list[str] = []


class DummyQuery(ObjectType):
    words = List(NonNull(String), required=True)
    shout = QueryValue(String, load=lambda viewer, word: f"{word}! {viewer.label}", word=String())
    broken = QueryValue(String, load=lambda viewer: {}["secret detail 8731"])


dummy_query = PluginQuery(DummyQuery, load=lambda viewer: {"words": ["hello"]})


def count_run() -> None:
    runs.append("run")


def fetch_weather(harbours: Any) -> dict[str, Any]:
    """Knows every harbour but the one in the fog."""
    asked.append(list(harbours))
    return {name: Failed("Nothing can be seen.") if name == "fog" else {"wind": 7} for name in harbours}


asked: list[list[str]] = []
harbours: list[str] = []
weather = SnapshotSource(
    "weather", lambda: list(harbours), fetch_weather, every=timedelta(minutes=1), batch=2
)

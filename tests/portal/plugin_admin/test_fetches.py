"""What plugins fetch from outside, as administrators see it, and have it fetched again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.plugin_api.testing import enabled
from portal.snapshots.models import Snapshot
from portal.snapshots.services import refresh_due_snapshots
from tests.dummy_plugin.apps import DummyPlugin
from tests.dummy_plugin.contributions import harbours

pytestmark = pytest.mark.django_db
FETCHES = "{ pluginFetches { plugin name targets waiting failing error nextTry oldest newest } }"
AGAIN = """mutation ($source: String!) { fetchAgain(input: {plugin: "dummy", source: $source}) {
    requested problems { code } } }"""


@pytest.fixture(autouse=True)
def fetched(settings):
    settings.CLAIMS_ACCEPTED = ["all"]
    harbours[:] = ["north", "south", "fog"]
    with enabled(DummyPlugin):
        refresh_due_snapshots("dummy.weather")
        Snapshot.objects.filter(failures=0).update(taken_at=timezone.now() - timedelta(minutes=5))
        yield


def of_dummy(answer):
    [found] = [each for each in answer["pluginFetches"] if each["plugin"] == "dummy"]
    return found


def test_administrators_see_what_is_fetched_what_fails_why_and_when_it_is_tried_again(graphql, admin, member):
    found = of_dummy(graphql(admin)(FETCHES))
    told = {name: found[name] for name in ("name", "targets", "waiting", "failing", "error")}
    assert told == {
        "name": "weather", "targets": 3, "waiting": 0, "failing": 1, "error": "Nothing can be seen."
    }  # fmt: skip
    assert found["nextTry"] > found["newest"] >= found["oldest"]
    assert graphql(member)(FETCHES) == {"pluginFetches": None}


def test_all_of_it_is_fetched_again_for_administrators_only(graphql, admin, member):
    due = dict(Snapshot.objects.values_list("target", "due_at"))
    answer = graphql(member)(AGAIN, source="weather")["fetchAgain"]
    assert (answer["requested"], [each["code"] for each in answer["problems"]]) == (None, ["DENIED"])
    assert dict(Snapshot.objects.values_list("target", "due_at")) == due
    assert graphql(admin)(AGAIN, source="weather")["fetchAgain"] == {"requested": 3, "problems": []}
    assert Snapshot.objects.filter(target="north", due_at__lte=timezone.now()).exists()
    [problem] = graphql(admin)(AGAIN, source="tides")["fetchAgain"]["problems"]
    assert problem["code"] == "SOURCE_NOT_FOUND"

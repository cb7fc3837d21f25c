"""What is kept of a source: its words as they are, and days that did not change are not written again."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services import register_location
from plugins.costs.models import Cost
from plugins.costs.settings import CostSource
from portal.accounts.principal import SYSTEM
from tests.plugins.costs.conftest import YESTERDAY

COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}}}
spec: {{type: service, lifecycle: production, owner: team-a}}
"""
AWKWARD = ["a\tb", "a\\tb", "a\nb\r", "\"quoted\", 'twice'", "\\N", "\\.", "ünder_100%", "n" * 400]


def test_names_are_kept_as_they_are_written_up_to_their_length(company, focus, fetch):
    company()
    for number, name in enumerate(AWKWARD):
        focus.row(f"{number}.5", name)
    assert fetch() == {}
    kept = dict(Cost.objects.values_list("name", "amount"))
    assert kept == {name[:300]: Decimal(f"{number}.5") for number, name in enumerate(AWKWARD)}


def test_a_day_that_costs_what_it_did_is_left_as_it_is(company, focus, fetch, configure, total_of):
    before = YESTERDAY - timedelta(days=1)
    company()
    focus.row("10", "engine", day=before)
    focus.row("1", "engine")
    fetch()
    row_of = dict(Cost.objects.values_list("day", "pk"))
    fetch()
    assert dict(Cost.objects.values_list("day", "pk")) == row_of
    focus.row("2", "engine")
    fetch()
    again = dict(Cost.objects.values_list("day", "pk"))
    assert (again[before], again[YESTERDAY] == row_of[YESTERDAY]) == (row_of[before], False)
    assert total_of("component:default/engine") == "13.00"
    focus.path.write_text(focus.path.read_text().replace("EUR", "USD"))
    configure(CostSource("bills", "focus", "bills.csv", currency="USD"), rates=("USD=1",))
    fetch()
    assert set(Cost.objects.values_list("currency", flat=True)) == {"USD"}


def test_a_day_that_the_source_no_longer_names_is_gone(company, focus, fetch):
    company()
    focus.row("10", "engine", day=YESTERDAY - timedelta(days=1))
    focus.row("1", "engine")
    fetch()
    lines = focus.path.read_text().splitlines(keepends=True)
    focus.path.write_text(lines[0] + lines[2])
    fetch()
    assert list(Cost.objects.values_list("day", flat=True)) == [YESTERDAY]


def test_entities_that_come_after_their_charges_get_them_a_few_at_a_time(company, focus, fetch, tmp_path):
    """The charges of two months of a thousand names are more than a statement may take."""
    names = [f"late-{number}" for number in range(250)]
    for name in names:
        focus.row("1", name)
    assert fetch() == {}
    path = tmp_path / "late.yaml"
    path.write_text("---\n".join(COMPONENT.format(name=name) for name in names))
    company()
    register_location(f"file:{path}", actor=SYSTEM, trusted=True)
    with CaptureQueriesContext(connection) as asked:
        assert fetch() == {}
    matching = [each["sql"] for each in asked if "UPDATE costs_cost" in each["sql"]]
    assert [sql.count("late-") for sql in matching] == [100, 100, 50]
    assert not Cost.objects.filter(entity_uid=None).exists()

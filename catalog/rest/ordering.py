"""What entities are ordered by: any dotted path of the document, as folded text."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Collate, Lower, NullIf

from catalog.entities.terms import MAX_TEXT, fold
from catalog.models import Entity
from catalog.query.term_filters import first_term
from portal.rest.views import bad_request

COLUMNS = {
    "metadata.name": "name",
    "metadata.namespace": "namespace",
    "metadata.title": "title",
    "kind": "kind",
    "spec.type": "type",
    "spec.lifecycle": "lifecycle",
}
ALWAYS_THERE = {"metadata.name", "metadata.namespace", "kind"}


@dataclass(frozen=True, slots=True)
class Order:
    """A field and its direction; `field` is folded, "" for the order by uid."""

    field: str = ""
    descending: bool = False

    @classmethod
    def read(cls, field: str, direction: str | None) -> "Order":
        """Raises PortalError (400) for another direction than asc and desc, and for what has no order."""
        if direction not in (None, "asc", "desc"):
            raise bad_request("Invalid order field order, must be asc or desc", "orderField")
        folded = fold(field)
        if not folded or len(folded) > MAX_TEXT or "\x00" in folded:
            raise bad_request(f"Invalid order field {field[:80]!r}", "orderField")
        if folded.startswith("relations."):
            raise bad_request("Entities are not ordered by their relations", "orderField")
        return cls("" if folded == "metadata.uid" else folded, direction == "desc")

    @property
    def sign(self) -> str:
        return "-" if self.descending else ""

    def value(self) -> Expression | F:
        """What rows are compared by; null for entities that lack the field."""
        if not self.field:
            return F("uid")
        column = COLUMNS.get(self.field)
        if column:
            return Collate(Lower(column, output_field=TextField()), "C")
        return first_term(self.field, descending=self.descending)

    def lacking_last(self) -> OrderBy:
        """By the field; whatever lacks it comes last in both directions."""
        value = self.value()
        if self.field in COLUMNS and self.field not in ALWAYS_THERE:
            value = NullIf(value, Value(""))
        return OrderBy(value, self.descending, nulls_last=True)

    def having(self, rows: "QuerySet[Entity]") -> "QuerySet[Entity]":
        """Backstage leaves out the entities that lack the field which they are ordered by."""
        if not self.field or self.field in ALWAYS_THERE:
            return rows
        there = rows.filter(Q(terms__contains=[self.field]))
        if self.field in COLUMNS:
            return there.exclude(**{COLUMNS[self.field]: ""})
        return there.annotate(order_there=self.value()).filter(order_there__isnull=False)

"""`ref__among=[…]`: a column in a list that may be long, sent as one array instead of thousands of values.
`search_name__like="%pay%"`: a pattern as it is, which may be a parameter.
"""

from typing import Any

from django.db.models import Lookup


class Among(Lookup):  # type: ignore[type-arg]
    """`column = ANY(array)`: Django, psycopg and PostgreSQL look at each value of an `IN` by itself."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        values, given = self.process_rhs(compiler, connection)
        return f"{column} = ANY({values})", [*before, *given]


class Like(Lookup):  # type: ignore[type-arg]
    """`column LIKE pattern`: `contains` and its kin make the pattern themselves."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        pattern, given = self.process_rhs(compiler, connection)
        return f"{column} LIKE {pattern}", [*before, *given]

"""The schema language of GraphQL as pages: what can be asked, and a type each."""

from collections.abc import Callable, Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
)

from plugins.docs.definitions.sheets import (
    Html,
    Sheet,
    Unreadable,
    escaped,
    joined,
    link,
    markup,
    slug,
    text_of,
)

MAX_TOKENS = 300_000
SECTIONS: tuple[tuple[type[GraphQLNamedType], str], ...] = (
    (GraphQLObjectType, "Objects"),
    (GraphQLInterfaceType, "Interfaces"),
    (GraphQLUnionType, "Unions"),
    (GraphQLInputObjectType, "Inputs"),
    (GraphQLEnumType, "Enums"),
    (GraphQLScalarType, "Scalars"),
)


def graphql_pages(text: str) -> Iterator[Sheet]:
    """Raises Unreadable where it is no schema."""
    schema = _schema(text)
    roots = [
        (section, root)
        for section, root in (
            ("Queries", schema.query_type),
            ("Mutations", schema.mutation_type),
            ("Subscriptions", schema.subscription_type),
        )
        if root
    ]
    own = [
        each
        for each in schema.type_map.values()
        if not is_introspection_type(each) and not is_specified_scalar_type(each)
    ]
    types = [each for each in own if each not in [root for _, root in roots]]
    overview = Sheet("overview", "Schema")
    overview.prose(schema.description)
    for section, root in roots:
        overview.heading(section)
        overview.table(("Name", "Type", "Description"), (_row(root, *each) for each in root.fields.items()))
    yield overview
    for section, root in roots:
        for name, field in root.fields.items():
            yield _field_sheet(root, name, field, section)
    for kind, section in SECTIONS:
        for each in sorted((one for one in types if isinstance(one, kind)), key=lambda one: one.name):
            yield _type_sheet(schema, each, section)


def _schema(text: str) -> GraphQLSchema:
    try:
        document = parse(text, no_location=False, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        place = error.locations[0] if error.locations else None
        where = f" (line {place.line}, column {place.column})" if place else ""
        raise Unreadable(f"It is no GraphQL schema: {error.message}{where}") from error
    try:
        return build_ast_schema(document)
    except TypeError as error:
        try:
            # Directives of a federation, for instance, are declared elsewhere.
            return build_ast_schema(document, assume_valid_sdl=True)
        except (TypeError, GraphQLError, KeyError):
            raise Unreadable(f"It is no GraphQL schema: {str(error)[:500]}") from error
    except (GraphQLError, KeyError) as error:
        raise Unreadable(f"It is no GraphQL schema: {str(error)[:500]}") from error


def _path(name: str) -> str:
    return f"types/{slug(name)}"


def _type(kind: object) -> Html:
    if isinstance(kind, GraphQLNonNull):
        return markup("{}!", _type(kind.of_type))
    if isinstance(kind, GraphQLList):
        return markup("[{}]", _type(kind.of_type))
    if isinstance(kind, GraphQLNamedType) and not is_specified_scalar_type(kind):
        return link(_path(kind.name), kind.name)
    return escaped(str(kind))


def _about(field: GraphQLField | GraphQLInputField) -> Html:
    words = text_of(field.description)
    if field.deprecation_reason is not None:
        return joined((words, markup("<em>Deprecated: {}</em>", field.deprecation_reason)), " ")
    return escaped(words)


def _row(root: GraphQLObjectType, name: str, field: GraphQLField) -> tuple[object, ...]:
    return link(f"{slug(root.name)}/{slug(name)}", name), _type(field.type), _about(field)


def _field_sheet(root: GraphQLObjectType, name: str, field: GraphQLField, section: str) -> Sheet:
    sheet = Sheet(f"{slug(root.name)}/{slug(name)}", name, (section,))
    sheet.prose(field.description)
    if field.deprecation_reason is not None:
        sheet.add("<p><em>Deprecated: {}</em></p>", field.deprecation_reason)
    sheet.heading("Answers")
    sheet.add("<p>{}</p>", _type(field.type))
    _arguments(sheet, field)
    return sheet


def _arguments(sheet: Sheet, field: GraphQLField) -> None:
    if field.args:
        sheet.heading("Arguments")
        sheet.table(
            ("Name", "Type", "Description"),
            ((name, _type(each.type), text_of(each.description)) for name, each in field.args.items()),
        )


def _type_sheet(schema: GraphQLSchema, each: GraphQLNamedType, section: str) -> Sheet:
    sheet = Sheet(_path(each.name), each.name, (section,))
    sheet.prose(each.description)
    if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
        if each.interfaces:
            sheet.add("<p>Implements {}.</p>", joined(map(_type, each.interfaces), ", "))
        sheet.heading("Fields")
        sheet.table(("Name", "Type", "Arguments", "Description"), _field_rows(each))
    elif isinstance(each, GraphQLInputObjectType):
        sheet.heading("Fields")
        rows = ((name, _type(field.type), _about(field)) for name, field in each.fields.items())
        sheet.table(("Name", "Type", "Description"), rows)
    elif isinstance(each, GraphQLEnumType):
        sheet.heading("Values")
        values = each.values.items()
        sheet.table(
            ("Value", "Description"),
            ((markup("<code>{}</code>", name), text_of(value.description)) for name, value in values),
        )
    elif isinstance(each, GraphQLUnionType):
        sheet.add("<p>One of {}.</p>", joined(map(_type, each.types), ", "))
    if isinstance(each, GraphQLInterfaceType):
        found = schema.get_implementations(each).objects
        sheet.add("<p>Implemented by {}.</p>", joined(map(_type, found), ", ") or "nothing")
    return sheet


def _field_rows(each: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[tuple[object, ...]]:
    argument: Callable[[str, object], Html] = lambda name, kind: markup("{}: {}", name, _type(kind))  # noqa: E731
    for name, field in each.fields.items():
        arguments = joined((argument(key, value.type) for key, value in field.args.items()), ", ")
        yield markup("<code>{}</code>", name), _type(field.type), arguments, _about(field)

# SPDX-License-Identifier: Apache-2.0
"""JSON on the output, held against cli/schemas/NAME.json."""

import json

import jsonschema
from program import HERE

SCHEMAS = HERE.parent.parent / "cli" / "schemas"
DRAFTS = {
    "https://json-schema.org/draft/2019-09/schema": jsonschema.Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": jsonschema.Draft202012Validator,
}
ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "$anchor", "title", "description", "default", "examples",
               "deprecated", "readOnly", "writeOnly", "then", "else", "minContains", "maxContains"}
# Where the members are schemas, where schemas stand in a list, and where one stands that says what else may be there.
NAMED = ("properties", "patternProperties", "$defs", "dependentSchemas")
LISTED = ("prefixItems", "allOf", "anyOf", "oneOf")
SINGLE = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains", "propertyNames",
          "not", "if", "then", "else")
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


def no_repetition(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise AssertionError(f"a name twice: {names}")
    return dict(pairs)


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


def parse(text):
    return json.loads(text, object_pairs_hook=no_repetition, parse_constant=no_constant)


def one_document(text):
    """The document, which must be all that is there but for a newline at the end."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        raise AssertionError(f"not one newline at the end: {text[-80:]!r}")
    try:
        return parse(text)
    except ValueError as error:
        raise AssertionError(f"not one JSON document: {error}: {text!r}") from None


def document_lines(text):
    """The documents of an output that has one a line."""
    return [one_document(line) for line in text.splitlines(True)]


def parts(schema):
    """The schemas inside, with the keyword where each stands."""
    for keyword in NAMED:
        for part in schema.get(keyword, {}).values():
            yield keyword, part
    for keyword in LISTED:
        for part in schema.get(keyword, ()):
            yield keyword, part
    for keyword in SINGLE:
        if keyword in schema:
            yield keyword, schema[keyword]


def refuse_unknown(schema, draft, where="#"):
    """A keyword that is spelled wrong would let everything pass."""
    if isinstance(schema, bool):
        return
    unknown = set(schema) - set(draft.VALIDATORS) - ANNOTATIONS
    if unknown:
        raise AssertionError(f"{where}: unknown keywords {sorted(unknown)}")
    if "format" in schema and schema["format"] not in jsonschema.FormatChecker().checkers:
        raise AssertionError(f"{where}: the format {schema['format']!r} is not checked here")
    for keyword, part in parts(schema):
        refuse_unknown(part, draft, f"{where}/{keyword}")


def close(schema, in_place=False):
    """A copy whose objects have no members but those named, unless the schema itself says what else may be there."""
    if isinstance(schema, bool):
        return schema
    closed = dict(schema)
    for keyword in NAMED:
        if keyword in schema:
            closed[keyword] = {name: close(part, keyword in IN_PLACE) for name, part in schema[keyword].items()}
    for keyword in LISTED:
        if keyword in schema:
            closed[keyword] = [close(part, keyword in IN_PLACE) for part in schema[keyword]]
    for keyword in SINGLE:
        if keyword in schema:
            closed[keyword] = close(schema[keyword], keyword in IN_PLACE)
    if "properties" in schema and not in_place and not {"additionalProperties", "unevaluatedProperties"} & set(schema):
        closed["unevaluatedProperties"] = False
    return closed


class Resolver(jsonschema.RefResolver):
    """Fetches nothing."""

    def resolve_remote(self, uri):
        raise LookupError(f"no schema here has the $id {uri}")


def load(name, folder):
    """The schema and its validator; fails where the schema itself is wrong."""
    schema = parse((folder / (name + ".json")).read_text(encoding="utf-8"))
    draft = DRAFTS.get(schema.get("$schema"))
    if draft is None:
        raise AssertionError(f"{name}: $schema has to be one of {sorted(DRAFTS)}")
    try:
        draft.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise AssertionError(f"{name}: {error}") from None
    refuse_unknown(schema, draft, name)
    return schema, draft


def store(folder, closed):
    """All schemas of the folder, by $id and by the file's name."""
    made = {}
    for file in sorted(folder.glob("*.json")):
        schema = parse(file.read_text(encoding="utf-8"))
        made[schema.get("$id", file.name)] = made[file.name] = close(schema) if closed else schema
    return made


def check_document(name, document, folder=SCHEMAS, closed=True):
    """Fails with each fault of the document. Members that the schema does not name are faults too, unless it says
    so itself (additionalProperties, unevaluatedProperties) or `closed` is False."""
    schema, draft = load(name, folder)
    base = schema.get("$id", name + ".json")
    known = store(folder, closed)
    validator = draft(known[base], format_checker=jsonschema.FormatChecker(),
                      resolver=Resolver(base, known[base], store=known))
    try:
        faults = sorted(validator.iter_errors(document), key=lambda fault: list(map(str, fault.absolute_path)))
    except jsonschema.RefResolutionError as error:
        raise AssertionError(f"{name}: {error}") from None
    if faults:
        told = "\n".join(f"{fault.json_path}: {fault.message}" for fault in faults)
        raise AssertionError(f"not a document of {name}.json:\n{told}\n{json.dumps(document, ensure_ascii=False)}")

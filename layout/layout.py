#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes C programs out of the public headers: layout.py layout|structs INCLUDE-DIRECTORY VERSION [HEADER]...

A HEADER is left out: its part is not built.

layout   a program that prints layout.json. Sizes and offsets are the compiler's own; only names come from the headers.
structs  a list of all structs as macro calls, for the tests of the ABI.
"""

import json
import re
import sys

import headers


def c_expression(expression):
    """A mark in the JSON, in whose place the C program prints the number."""
    return f"@@{expression}@@"


def function_entry(function):
    return {
        "returns": function.returns.text,
        "parameters": [type_entry(kind) | {"name": name} for kind, name in function.parameters],
    }


def type_entry(kind):
    entry = {"type": kind.text}
    if kind.callback:
        entry["callback"] = function_entry(kind.callback)
    return entry


def field_entry(struct, kind, name):
    offset = c_expression(f"offsetof({struct}, {name})")
    size = c_expression(f"sizeof((({struct} *)0)->{name})")
    return {"name": name} | type_entry(kind) | {"offset": offset, "size": size}


def struct_entry(name, fields):
    entries = [field_entry(name, kind, field) for kind, field in fields]
    return {"size": c_expression(f"sizeof({name})"), "fields": entries}


def exported_entry(function):
    """One that is not in libtcses itself says where it is."""
    return function_entry(function) | ({"library": function.library} if function.library != "tcses" else {})


def layout(api, version):
    return {
        "library": "tcses",
        "version": version,
        "pointer_size": c_expression("sizeof(void *)"),
        "constants": api.constants,
        "strings": api.strings,
        "integers": api.integers,
        "opaque": sorted(api.opaque),
        "callbacks": {name: function_entry(function) for name, function in sorted(api.callbacks.items())},
        "structs": {name: struct_entry(name, fields) for name, fields in sorted(api.structs.items())},
        "functions": {name: exported_entry(function) for name, function in sorted(api.functions.items())},
    }


def c_print(line):
    """A line of JSON as a statement that prints it."""
    expressions = re.findall(r'"@@(.*?)@@"', line)
    text = re.sub(r'"@@.*?@@"', "%zu", line.replace("%", "%%"))
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'    printf("{text}\\n"' + "".join(", " + expression for expression in expressions) + ");"


def includes(directory, without=()):
    return [f"#include <tcses/{name}>" for name in headers.names(directory, without)]


def layout_program(directory, version, without):
    lines = json.dumps(layout(headers.read(directory, without), version), indent=1).splitlines()
    body = ["int main(void)", "{", *map(c_print, lines), "    return 0;", "}"]
    return ["#include <stdio.h>", *includes(directory, without), *body]


def struct_list(directory, without):
    """STRUCT(type, initializer, function) for what callers fill in, STRUCT_OF_LIBRARY(type) for the rest."""
    api = headers.read(directory, without)
    lines = []
    for name in api.structs:
        macro, function = name.upper() + "_INIT", name + "_init"
        if macro in api.initializers:
            lines.append(f"STRUCT({name}, {macro}, {function})")
        else:
            lines.append(f"STRUCT_OF_LIBRARY({name})")
    return lines


def main():
    what, directory, version, *without = sys.argv[1:]
    lines = layout_program(directory, version, without) if what == "layout" else struct_list(directory, without)
    print("\n".join(lines))


if __name__ == "__main__":
    main()

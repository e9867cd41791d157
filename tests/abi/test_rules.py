# SPDX-License-Identifier: Apache-2.0
"""The rules of docs/abi.md on the public headers, and that each rule is really looked at."""

import unittest

from support import INCLUDE, AbiTest

import headers

BROKEN = {
    "another system header": "#include <stdbool.h>\n",
    "a private header": '#include "base/arena.h"\n',
    "an enum type": "typedef enum tcses_mode { TCSES_A = 0 } tcses_mode;",
    "an enum with a tag": "enum tcses_mode { TCSES_A = 0 };",
    "a constant without a number": "enum { TCSES_A };",
    "bool": "TCSES_API bool tcses_f(void);",
    "int": "TCSES_API int tcses_f(void);",
    "long": "typedef struct tcses_x { size_t size; long a; } tcses_x;",
    "unsigned long": "TCSES_API void tcses_f(unsigned long a);",
    "time_t": "TCSES_API void tcses_f(time_t a);",
    "ssize_t": "TCSES_API ssize_t tcses_f(void);",
    "double": "TCSES_API double tcses_f(void);",
    "char by value": "TCSES_API void tcses_f(char a);",
    "varargs": "TCSES_API void tcses_f(const char *format, ...);",
    "an inline function": "static inline int32_t tcses_f(void) { return 1; }",
    "a bitfield": "typedef struct tcses_x { size_t size; uint32_t a : 3; } tcses_x;",
    "a union": "typedef struct tcses_x { size_t size; union { void *a; } u; } tcses_x;",
    "an array": "typedef struct tcses_x { size_t size; uint32_t a[2]; } tcses_x;",
    "a struct without size": "typedef struct tcses_x { void *a; } tcses_x;",
    "a struct whose size is not first": "typedef struct tcses_x { void *a; size_t size; } tcses_x;",
    "a nested struct": "typedef struct tcses_x { size_t size; struct { size_t size; } y; } tcses_x;",
    "a struct by value": "typedef struct tcses_x { size_t size; } tcses_x; TCSES_API void tcses_f(tcses_x x);",
    "a struct returned": "typedef struct tcses_x { size_t size; } tcses_x; TCSES_API tcses_x tcses_f(void);",
    "a struct within a struct": "typedef struct tcses_x { size_t size; } tcses_x;"
                                "typedef struct tcses_y { size_t size; tcses_x x; } tcses_y;",
    "a type of a library's": "TCSES_API void tcses_f(json_t *json);",
    "an exported variable": "TCSES_API int32_t tcses_x;",
    "a function that is not exported": "void tcses_f(void);",
    "a name without the prefix": "TCSES_API void f(void);",
    "a macro with a value": "#define TCSES_MAXIMUM 10\n",
    "a condition": "#ifdef TCSES_OLD\n#endif\n",
    "something for C++ alone": "#ifdef __cplusplus\nclass tcses;\n#endif\n",
}


def reachable(api, wanted):
    """The structs that parameters of functions point to where wanted(function, type) says so, and those that they point to."""
    found = set()

    def visit(kind):
        if kind.base in api.structs and kind.base not in found:
            found.add(kind.base)
            for inner, _ in api.structs[kind.base]:
                visit(inner)

    for name, function in api.functions.items():
        for kind, _ in function.parameters:
            if wanted(name, kind):
                visit(kind)
    return found


def input_structs(api):
    """The structs that functions read."""
    return reachable(api, lambda name, kind: kind.depth == 1 and not name.endswith("_free"))


def library_structs(api):
    """The structs that the library makes: it gives them by "const T **". Some it takes back later."""
    return reachable(api, lambda _, kind: kind.text.startswith("const ") and kind.text.endswith(" **"))


class Rules(AbiTest):
    def test_rules__hold_for_every_header(self):
        api = headers.read(INCLUDE)
        self.assertIn("tcses_client_options", api.structs)
        self.assertIn("tcses_signer_sign", api.functions)
        self.assertEqual(api.integers, {"tcses_status": "int32_t"})

    def test_rules__each_is_looked_at(self):
        for what, text in BROKEN.items():
            with self.subTest(what), self.assertRaises(headers.RuleBroken):
                headers.read_text(headers.Api(), "sample.h", text + "\n")

    def test_rules__a_sample_that_keeps_them_is_taken(self):
        api = headers.Api()
        headers.read_text(api, "sample.h", "#include <stddef.h>\n/* one */ enum { TCSES_A = 0, TCSES_B = -1 };\n"
                          "typedef struct tcses_x { size_t size; void (*done)(void *ctx); } tcses_x;\n"
                          "TCSES_API int32_t tcses_f(const tcses_x *const *list, size_t list_count);\n")
        self.assertEqual(api.constants, {"TCSES_A": 0, "TCSES_B": -1})
        self.assertEqual(api.functions["tcses_f"].parameters[0][0].text, "const tcses_x *const *")
        self.assertEqual(api.structs["tcses_x"][1][0].text, "void (*)(void *)")

    def test_rules__what_a_macro_gives_a_function_gives_too(self):
        api = headers.read(INCLUDE)
        functions = {name for name, function in api.functions.items()
                     if name.endswith("_init") and len(function.parameters) == 2}
        self.assertEqual({macro.lower() for macro in api.initializers}, functions)
        inputs = {name + "_init" for name in input_structs(api)}
        self.assertLessEqual(functions, inputs)
        self.assertLessEqual(inputs - functions, {name + "_init" for name in library_structs(api)})

    def test_rules__every_response_has_the_four_fields_and_a_free(self):
        api = headers.read(INCLUDE)
        responses = [name for name in api.structs if name.endswith("_response")]
        self.assertEqual(len(responses), 14)
        first = [("size_t", "size"), ("const char *", "request_id"), ("const char *", "raw_json"),
                 ("size_t", "raw_json_length")]
        for name in responses:
            with self.subTest(name):
                self.assertEqual([(kind.text, field) for kind, field in api.structs[name][:4]], first)
                self.assertEqual(api.functions[name + "_free"].parameters[0][0].text, f"const {name} *")

    def test_rules__every_list_has_its_count(self):
        for name, fields in headers.read(INCLUDE).structs.items():
            for at, (kind, field) in enumerate(fields):
                if kind.depth == 2:
                    with self.subTest(struct=name, field=field):
                        self.assertEqual((fields[at + 1][0].text, fields[at + 1][1]), ("size_t", field + "_count"))


if __name__ == "__main__":
    unittest.main()

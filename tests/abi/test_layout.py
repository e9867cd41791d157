# SPDX-License-Identifier: Apache-2.0
"""layout.json: the compilers agree with every number in it, and it leaves nothing out."""

import json
import shutil
import unittest

from support import BUILD, CC, INCLUDE, STRICT, VERSION, WITHOUT, AbiTest, run

import headers
import layout

PATH = BUILD / "layout" / "layout.json"


def assertions(content):
    """A C11 unit that holds the file's numbers against the compiler's."""
    lines = layout.includes(INCLUDE, WITHOUT) + ["#define SAME(a, b) _Static_assert((a) == (b), #a)"]
    lines.append(f"SAME(sizeof(void *), {content['pointer_size']});")
    lines += [f"SAME({name}, {value});" for name, value in content["constants"].items()]
    for name, struct in content["structs"].items():
        lines.append(f"SAME(sizeof({name}), {struct['size']});")
        for field in struct["fields"]:
            lines.append(f"SAME(offsetof({name}, {field['name']}), {field['offset']});")
            lines.append(f"SAME(sizeof((({name} *)0)->{field['name']}), {field['size']});")
    for name, function in content["functions"].items():
        types = ", ".join(parameter["type"] for parameter in function["parameters"]) or "void"
        lines.append(f"{function['returns']} (*const p_{name})({types}) = {name};")
    return "\n".join(lines) + "\n"


class Layout(AbiTest):
    def setUp(self):
        super().setUp()
        self.content = json.loads(PATH.read_text())

    def check(self, compiler):
        source = self.write("layout.c", assertions(self.content))
        run([*compiler, "-std=c11", *STRICT, "-Wno-pedantic", "-I", INCLUDE, "-c", source, "-o", self.folder / "l.o"])

    def test_layout__agrees_with_the_compiler(self):
        self.check(CC)

    def test_layout__agrees_with_clang(self):
        if shutil.which("clang") is None:
            self.skipTest("clang is not installed")
        self.check(["clang"])

    def test_layout__a_wrong_number_is_seen(self):
        self.content["structs"]["tcses_client_options"]["fields"][-1]["offset"] += 4
        with self.assertRaisesRegex(AssertionError, "tcses_client_options"):
            self.check(CC)

    def test_layout__leaves_nothing_out(self):
        api = headers.read(INCLUDE, WITHOUT)
        self.assertEqual(self.content["version"], VERSION)
        self.assertEqual(set(self.content["structs"]), set(api.structs))
        self.assertEqual(set(self.content["functions"]), set(api.functions))
        self.assertEqual(self.content["strings"], api.strings)

    def test_layout__says_which_library_a_function_is_in(self):
        libraries = {name: function.get("library", "tcses") for name, function in self.content["functions"].items()}
        self.assertEqual(libraries["tcses_version"], "tcses")
        self.assertEqual(set(libraries.values()), {"tcses"} if WITHOUT else {"tcses", "tcses-dns"})

    def test_layout__fields_follow_each_other_without_holes(self):
        for name, struct in self.content["structs"].items():
            with self.subTest(name):
                end = 0
                for field in struct["fields"]:
                    self.assertEqual(field["offset"], end)
                    end += field["size"]
                self.assertEqual(struct["size"], end)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""Every public header, alone, under one pair of compilers: test_headers.py CC CXX."""

import sys
import unittest

from support import INCLUDE, STRICT, AbiTest, need, run, succeeds

import headers
import layout

FREESTANDING = {
    "gcc": ["-m32", "-ffreestanding"],
    "clang": ["--target=armv7-linux-gnueabihf", "-ffreestanding"],
}


class Headers(AbiTest):
    def compile(self, compiler, options, text, suffix="c"):
        source = self.write("header." + suffix, text)
        run([compiler, *options, *STRICT, "-I", INCLUDE, "-c", source, "-o", self.folder / "header.o"])

    def each_alone(self, compiler, options, suffix="c"):
        names = headers.names(INCLUDE)
        self.assertIn("tcses.h", names)
        for name in names:
            with self.subTest(header=name):
                line = f"#include <tcses/{name}>\n"
                self.compile(compiler, options, line + line + "typedef int a_unit_is_not_empty;\n", suffix)

    def structs(self):
        """A unit that lays out and initialises every struct; -Wpadded speaks only of what is laid out."""
        api = headers.read(INCLUDE)
        lines = layout.includes(INCLUDE)
        for name in api.structs:
            lines.append(f"extern size_t size_of_{name};\nsize_t size_of_{name} = sizeof({name});")
            macro = name.upper() + "_INIT"
            if macro in api.initializers:
                lines.append(f"extern {name} one_{name};\n{name} one_{name} = {macro};")
        return "\n".join(lines) + "\n"

    def test_headers__compile_alone_as_c99(self):
        self.each_alone(CC, ["-std=c99"])

    def test_headers__compile_alone_as_cxx11(self):
        self.each_alone(CXX, ["-std=c++11"], "cpp")

    def test_headers__initializers_and_layout_without_padding_in_c99(self):
        self.compile(CC, ["-std=c99", "-Wpadded"], self.structs())

    def test_headers__initializers_and_layout_without_padding_in_cxx11(self):
        self.compile(CXX, ["-std=c++11", "-Wpadded"], self.structs(), "cpp")

    def test_headers__no_padding_on_32_bit_without_libc(self):
        options = FREESTANDING[CC]
        if not succeeds([CC, *options, "-x", "c", "-c", "/dev/null", "-o", self.folder / "probe.o"]):
            self.skipTest(f"{CC} does not know {' '.join(options)}")
        self.each_alone(CC, ["-std=c99", *options])
        self.compile(CC, ["-std=c99", "-Wpadded", *options], self.structs())

    def test_headers__padding_would_be_seen(self):
        hole = "struct hole { char small; int large; };\nextern unsigned n;\nunsigned n = sizeof(struct hole);\n"
        with self.assertRaisesRegex(AssertionError, "padding|pad "):
            self.compile(CC, ["-std=c99", "-Wpadded"], hole)


if __name__ == "__main__":
    CC, CXX = sys.argv[1:3]
    need(CC, CXX)
    unittest.main(argv=sys.argv[:1])

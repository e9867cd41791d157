# SPDX-License-Identifier: Apache-2.0
"""A program that links the shared library and json-c, in both orders, and one with json-c put before everything."""

import os
import re
import unittest

from support import ARCHIVE, CC, INCLUDE, LIBRARY, SOURCE, AbiTest, need, run, skip_all, succeeds


class JsonC(AbiTest):
    def build(self, *libraries):
        program = self.folder / "program"
        source = SOURCE / "tests" / "abi" / "jsonc.c"
        flags = run(["pkg-config", "--cflags", "json-c"]).split()
        link = ["-L", LIBRARY.parent, f"-Wl,-rpath,{LIBRARY.parent}", "-Wl,--no-as-needed", *libraries]
        run([*CC, "-I", INCLUDE, *flags, source, "-o", program, *link])
        return program

    def needed(self, program):
        return re.findall(r"\(NEEDED\).*?\[lib(tcses|json-c)\.", run(["readelf", "-dW", program]))

    def test_jsonc__library_first(self):
        program = self.build("-ltcses", "-ljson-c")
        self.assertEqual(self.needed(program), ["tcses", "json-c"])
        self.assertEqual(run([program]), "library right, json-c right\n")

    def test_jsonc__json_c_first(self):
        program = self.build("-ljson-c", "-ltcses")
        self.assertEqual(self.needed(program), ["json-c", "tcses"])
        self.assertEqual(run([program]), "library right, json-c right\n")

    def test_jsonc__static_library_and_json_c_before_jansson(self):
        """Here the linker, which knows no versions, would take json-c's functions for jansson's."""
        program = self.build(ARCHIVE, "-ljson-c", "-ljansson", "-lcurl", "-lmbedcrypto", "-pthread")
        self.assertEqual(self.needed(program), ["json-c"])
        self.assertEqual(run([program]), "library right, json-c right\n")

    def test_jsonc__json_c_before_everything(self):
        program = self.build("-ltcses", "-ljson-c")
        loaded = dict(os.environ, LD_PRELOAD="libjson-c.so.5")
        self.assertEqual(run([program], env=loaded), "library right, json-c right\n")


if __name__ == "__main__":
    need("pkg-config", "readelf")
    if not succeeds(["pkg-config", "--exists", "json-c"]):
        skip_all("json-c is not installed")
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""What the built shared library exports, asks for, and is called."""

import ctypes.util
import re
import unittest

from support import ARCHIVE, DNS_ARCHIVE, DNS_LIBRARY, INCLUDE, LIBRARY, SOURCE, VERSION, AbiTest, need, run

import headers


def dynamic_symbols(path, defined):
    """{name: type letter} of the dynamic symbol table; versions are cut off."""
    which = "--defined-only" if defined else "--undefined-only"
    lines = run(["nm", "-D", "-f", "posix", which, path]).splitlines()
    return {line.split()[0].split("@")[0]: line.split()[1] for line in lines if line.strip()}


def map_symbols(path=SOURCE / "src" / "libtcses.map"):
    text = path.read_text()
    node, exported = re.fullmatch(r"(\w+) \{\s*global:\s*(.*?)local:\s*\*;\s*\};\s*", text, re.S).groups()
    return node, [name.strip() for name in exported.split(";") if name.strip()]


def dynamic_section(tag, library=LIBRARY):
    found = re.findall(rf"\({tag}\).*?\[(.*?)\]", run(["readelf", "-dW", library]))
    return found


def declared(library):
    """What the headers of a library declare."""
    return sorted(name for name, function in headers.read(INCLUDE).functions.items() if function.library == library)


def archive_symbols(path):
    lines = run(["nm", "-g", "-f", "posix", "--defined-only", path]).splitlines()
    return sorted(line.split()[0] for line in lines if len(line.split()) > 1)


def library_file(soname):
    """The path of an installed shared library, or None."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return None
    for line in open("/proc/self/maps"):
        if soname in line:
            return line.split()[-1]
    return None


class Symbols(AbiTest):
    def test_symbols__exported_are_those_of_the_map_and_of_the_headers(self):
        node, in_map = map_symbols()
        exported = dynamic_symbols(LIBRARY, defined=True)
        self.assertEqual(exported.pop(node), "A")
        self.assertEqual(in_map, sorted(set(in_map)), "the map is not sorted, or has a name twice")
        self.assertEqual(sorted(exported), in_map)
        self.assertEqual(declared("tcses"), in_map)

    def test_symbols__no_data_is_exported(self):
        node, _ = map_symbols()
        kinds = {kind for name, kind in dynamic_symbols(LIBRARY, defined=True).items() if name != node}
        self.assertEqual(kinds, {"T"})

    def test_symbols__the_static_library_defines_the_same_names_and_no_others(self):
        self.assertEqual(archive_symbols(ARCHIVE), map_symbols()[1])

    def test_symbols__soname_says_the_minor_version_until_1_0(self):
        major, minor, _ = VERSION.split(".")
        self.assertEqual(major, "0", "1.0 needs soname 1 and the map node TCSES_1.0: see docs/abi.md")
        self.assertEqual(dynamic_section("SONAME"), [f"libtcses.so.{major}.{minor}"])
        self.assertEqual(map_symbols()[0], "TCSES_0")

    def test_symbols__the_library_is_never_unloaded(self):
        self.assertRegex(run(["readelf", "-dW", LIBRARY]), r"\(FLAGS_1\).*NODELETE")

    def test_symbols__no_jansson_function_that_json_c_has_too(self):
        paths = [library_file("libjansson.so.4"), library_file("libjson-c.so.5")]
        if None in paths:
            self.skipTest("libjansson.so.4 or libjson-c.so.5 is not installed")
        jansson, json_c = (set(dynamic_symbols(path, defined=True)) for path in paths)
        shared = jansson & json_c
        self.assertIn("json_object_get", shared)
        used = set(dynamic_symbols(LIBRARY, defined=False))
        self.assertIn("json_loadb", used & jansson)
        self.assertEqual(used & shared, set())


@unittest.skipIf(DNS_LIBRARY is None, "libtcses-dns is not built")
class DnsSymbols(AbiTest):
    def setUp(self):
        super().setUp()
        self.node, self.in_map = map_symbols(SOURCE / "dns" / "libtcses-dns.map")

    def test_dns_symbols__exported_are_those_of_the_map_and_of_the_headers(self):
        exported = dynamic_symbols(DNS_LIBRARY, defined=True)
        self.assertEqual(exported.pop(self.node), "A")
        self.assertEqual(set(exported.values()), {"T"})
        self.assertEqual(sorted(exported), self.in_map)
        self.assertEqual(self.in_map, sorted(set(self.in_map)))
        self.assertEqual(declared("tcses-dns"), self.in_map)

    def test_dns_symbols__the_static_library_defines_the_same_names_and_no_others(self):
        self.assertEqual(archive_symbols(DNS_ARCHIVE), self.in_map)

    def test_dns_symbols__versions_are_those_of_libtcses(self):
        major, minor, _ = VERSION.split(".")
        self.assertEqual(dynamic_section("SONAME", DNS_LIBRARY), [f"libtcses-dns.so.{major}.{minor}"])
        self.assertIn(f"libtcses.so.{major}.{minor}", dynamic_section("NEEDED", DNS_LIBRARY))
        self.assertEqual(self.node, "TCSES_DNS_0")

    def test_dns_symbols__the_library_is_never_unloaded(self):
        self.assertRegex(run(["readelf", "-dW", DNS_LIBRARY]), r"\(FLAGS_1\).*NODELETE")

    def test_dns_symbols__of_libtcses_it_uses_what_headers_declare(self):
        used = {name for name in dynamic_symbols(DNS_LIBRARY, defined=False) if name.startswith("tcses_")}
        self.assertIn("tcses_error_new", used)
        self.assertLessEqual(used, set(declared("tcses")))


if __name__ == "__main__":
    need("nm", "readelf")
    unittest.main()

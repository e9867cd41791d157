# SPDX-License-Identifier: Apache-2.0
"""What the built shared library exports, asks for, and is called."""

import ctypes.util
import os
import re
import unittest

from support import ARCHIVE, INCLUDE, LIBRARY, SOURCE, VERSION, AbiTest, need, run

import headers


def dynamic_symbols(path, defined):
    """{name: type letter} of the dynamic symbol table; versions are cut off."""
    which = "--defined-only" if defined else "--undefined-only"
    lines = run(["nm", "-D", "-f", "posix", which, path]).splitlines()
    return {line.split()[0].split("@")[0]: line.split()[1] for line in lines if line.strip()}


def map_symbols(name="src/libtcses.map"):
    text = (SOURCE / name).read_text()
    node, exported = re.fullmatch(r"(\w+) \{\s*global:\s*(.*?)local:\s*\*;\s*\};\s*", text, re.S).groups()
    return node, [name.strip() for name in exported.split(";") if name.strip()]


def dns_functions():
    """The functions of tcses/dns.h, which are not of libtcses."""
    return sorted(re.findall(r"TCSES_API[^;(]*?\b(tcses_\w+)\(", (INCLUDE / "tcses" / "dns.h").read_text()))


def dynamic_section(tag):
    found = re.findall(rf"\({tag}\).*?\[(.*?)\]", run(["readelf", "-dW", LIBRARY]))
    return found


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
        self.assertEqual(sorted(set(headers.read(INCLUDE).functions) - set(dns_functions())), in_map)

    @unittest.skipUnless("TCSES_DNS_LIBRARY" in os.environ, "the build is without libtcses-dns")
    def test_symbols__of_libtcses_dns_are_those_of_its_map_and_header(self):
        node, in_map = map_symbols("dns/libtcses-dns.map")
        exported = dynamic_symbols(os.environ["TCSES_DNS_LIBRARY"], defined=True)
        self.assertEqual(exported.pop(node), "A")
        self.assertEqual(set(exported.values()), {"T"})
        self.assertEqual(in_map, sorted(set(in_map)))
        self.assertEqual(sorted(exported), in_map)
        self.assertEqual(dns_functions(), in_map)

    def test_symbols__no_data_is_exported(self):
        node, _ = map_symbols()
        kinds = {kind for name, kind in dynamic_symbols(LIBRARY, defined=True).items() if name != node}
        self.assertEqual(kinds, {"T"})

    def test_symbols__the_static_library_defines_the_same_names_and_no_others(self):
        lines = run(["nm", "-g", "-f", "posix", "--defined-only", ARCHIVE]).splitlines()
        names = [line.split()[0] for line in lines if len(line.split()) > 1]
        self.assertEqual(sorted(names), map_symbols()[1])

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


if __name__ == "__main__":
    need("nm", "readelf")
    unittest.main()

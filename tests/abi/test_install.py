# SPDX-License-Identifier: Apache-2.0
"""What `meson install` leaves behind is enough for a program outside, and the source tree serves as a subproject."""

import os
import re
import shutil
import unittest

from support import BUILD, CC, DNS_LIBRARY, INCLUDE, SOURCE, VERSION, WITHOUT, AbiTest, need, run

import headers

OUTSIDE = SOURCE / "tests" / "abi" / "outside.c"
WORKS = f"libtcses {VERSION} works\n"

DOCTOR = """
#include <stdio.h>
#include <tcses/dns.h>

int main(void)
{
    tcses_error *error = NULL;
    const tcses_dns_answer *answer = NULL;
    tcses_status status = tcses_dns_find_texts(NULL, "a b", &answer, &error);
    tcses_error_free(error);
    puts(status == TCSES_ERR_ARGUMENT || status == TCSES_ERR_SYSTEM ? tcses_record_status_name(3) : "?");
    return 0;
}
"""

SUBPROJECT = """
project('host', 'c', version: '1')
tcses = dependency('tcses', fallback: ['libtcses', 'tcses_dep'])
executable('host', 'outside.c', dependencies: tcses)
"""


class Install(AbiTest):
    def install(self):
        """Installs into an empty folder; returns the prefix in it, and the folder with the .pc file."""
        run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", self.folder / "tree"])
        (pc_file,) = (self.folder / "tree").rglob("tcses.pc")
        (header,) = (self.folder / "tree").rglob("tcses.h")
        return header.parent.parent.parent, pc_file.parent

    def pkg_config(self, folder, *words, package="tcses"):
        environment = dict(os.environ, PKG_CONFIG_PATH=str(folder), PKG_CONFIG_SYSROOT_DIR=str(self.folder / "tree"))
        return run(["pkg-config", *words, package], env=environment).split()

    def compile(self, source, flags):
        program = self.folder / "program"
        run([*CC, source, "-o", program, *flags])
        return program

    def test_install__headers_are_those_of_the_source(self):
        prefix, _ = self.install()
        self.assertEqual(headers.names(prefix / "include"), headers.names(INCLUDE, WITHOUT))
        self.assertTrue((prefix / "share" / "libtcses" / "layout.json").is_file())

    def test_install__programs_come_with_all_that_belongs_to_them(self):
        prefix, _ = self.install()
        if not (prefix / "bin" / "tcses").exists():
            self.skipTest("the build is without the programs")
        for name in ("share/man/man1/tcses.1", "share/man/man1/tcses-emulator.1",
                     "share/bash-completion/completions/tcses", "share/zsh/site-functions/_tcses",
                     "share/fish/vendor_completions.d/tcses.fish"):
            self.assertTrue((prefix / name).is_file() or (prefix / (name + ".gz")).is_file(), name)
        schemas = {path.name for path in (SOURCE / "cli" / "schemas").glob("*.json")}
        self.assertEqual({path.name for path in (prefix / "share" / "tcses" / "schemas").iterdir()}, schemas)
        self.assertIn("Usage: tcses", run([prefix / "bin" / "tcses", "--help"],
                                          env=dict(os.environ, LANG="C", LD_LIBRARY_PATH=f"{BUILD}/src:{BUILD}/dns")))

    def test_install__a_program_outside_builds_and_runs(self):
        _, folder = self.install()
        flags = self.pkg_config(folder, "--cflags", "--libs")
        self.assertFalse([flag for flag in flags if re.search("curl|jansson|mbed", flag)], flags)
        program = self.compile(OUTSIDE, flags)
        library = dict(os.environ, LD_LIBRARY_PATH=str(folder.parent))
        self.assertEqual(run([program], env=library), WORKS)
        self.assertIn(f"libtcses.so.{VERSION.rsplit('.', 1)[0]}", run(["readelf", "-dW", program]))

    @unittest.skipIf(DNS_LIBRARY is None, "libtcses-dns is not built")
    def test_install__a_program_outside_finds_the_doctor(self):
        _, folder = self.install()
        source = self.write("doctor.c", DOCTOR)
        shared = self.pkg_config(folder, "--cflags", "--libs", package="tcses-dns")
        self.assertFalse([flag for flag in shared if re.search("ldns|idn2|curl", flag)], shared)
        library = dict(os.environ, LD_LIBRARY_PATH=str(folder.parent))
        self.assertEqual(run([self.compile(source, shared)], env=library), "propagating\n")
        for made in folder.parent.glob("libtcses*.so*"):
            made.unlink()
        static = self.pkg_config(folder, "--static", "--cflags", "--libs", package="tcses-dns")
        self.assertEqual(run([self.compile(source, self.without_absent(static))]), "propagating\n")

    def test_install__the_first_program_of_the_readme_builds(self):
        first = SOURCE / "examples" / "first.c"
        if not first.exists():
            self.skipTest("there is no examples/first.c")
        _, folder = self.install()
        self.compile(first, self.pkg_config(folder, "--cflags", "--libs"))

    def test_install__a_program_outside_links_statically(self):
        _, folder = self.install()
        for shared in folder.parent.glob("libtcses.so*"):
            shared.unlink()
        flags = self.pkg_config(folder, "--static", "--cflags", "--libs")
        self.assertIn("-lmbedcrypto", flags)
        program = self.compile(OUTSIDE, self.without_absent(flags))
        self.assertNotIn("libtcses", run(["readelf", "-dW", program]))
        self.assertEqual(run([program]), WORKS)

    def without_absent(self, flags):
        """Without what a static libcurl would need and is not installed: the shared one brings it along."""
        source = self.write("empty.c", "int main(void) { return 0; }\n")
        return [flag for flag in flags if not flag.startswith("-l") or self.links(source, flag)]

    def links(self, source, flag):
        if flag in ("-ltcses", "-ltcses-dns", "-lldns", "-lidn2", "-lcurl", "-ljansson", "-lmbedcrypto"):
            return True
        try:
            self.compile(source, [flag])
        except AssertionError:
            return False
        return True

    def test_install__the_source_serves_as_a_subproject(self):
        host = self.folder / "host"
        (host / "subprojects").mkdir(parents=True)
        (host / "subprojects" / "libtcses").symlink_to(SOURCE)
        (host / "meson.build").write_text(SUBPROJECT)
        shutil.copy(OUTSIDE, host)
        out = self.folder / "out"
        run(["meson", "setup", "--wrap-mode=forcefallback", out, host])
        run(["ninja", "-C", out, "-j2"])
        self.assertEqual(run([out / "host"]), WORKS)
        self.assertFalse(list(out.rglob("tcses-emulator")), "a subproject builds the library alone")


if __name__ == "__main__":
    need("meson", "ninja", "pkg-config", "readelf")
    unittest.main()

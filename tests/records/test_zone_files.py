# SPDX-License-Identifier: Apache-2.0
"""Zone files, as two name servers read them: BIND's named-checkzone and Knot's kzonecheck."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import BIND, USUAL, needs, odd_values, written

HEAD = """example.com. 600 IN SOA ns.example.com. h.example.com. 1 3600 900 604800 300
example.com. 600 IN NS ns.example.com.
ns.example.com. 600 IN A 192.0.2.1
"""


def octets(string):
    """What stands between the quotation marks of a zone file, as bytes."""
    return re.sub(rb"\\(\d{3}|.)", lambda found: bytes([int(found[1])]) if found[1].isdigit() else found[1], string)


def texts(dump):
    """The TXT records of a zone file with one record a line: their names, and their strings."""
    found = []
    for line in dump.splitlines():
        fields = line.split(None, 4)
        if len(fields) == 5 and fields[3] == b"TXT":
            strings = re.findall(rb'"((?:[^"\\]|\\.)*)"', fields[4])
            found.append((fields[0].decode(), [octets(string) for string in strings]))
    return found


class ZoneFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "example.com.zone"
        self.dump = Path(folder.name) / "dump"

    def put(self, records, zone="-"):
        self.file.write_text(HEAD + written(BIND, records, zone))

    def named(self):
        done = subprocess.run(["named-checkzone", "-o", self.dump, "example.com", self.file], capture_output=True, check=False)
        return done.returncode == 0, done.stdout.decode()

    def knot(self):
        done = subprocess.run(["kzonecheck", "-o", "example.com", self.file], capture_output=True, check=False)
        return done.returncode == 0, done.stderr.decode() + done.stdout.decode()

    def odd_records(self):
        return [("TXT", f"t{number}.mail.example.com", value) for number, value in enumerate(odd_values())]

    @needs("named-checkzone", "bind9-utils")
    def test_zone_files__named_takes_the_usual_records(self):
        for zone in "-", "example.com":
            self.put(USUAL, zone)
            self.assertEqual(self.named()[0], True, self.named()[1])
            self.assertEqual(
                {name: b"".join(strings).decode() for name, strings in texts(self.dump.read_bytes())},
                {name + ".": value for kind, name, value in USUAL if kind == "TXT"})
            self.assertIn(b"MX 10 mxbiz1.qq.com.", re.sub(rb"\s+", b" ", self.dump.read_bytes()))

    @needs("named-checkzone", "bind9-utils")
    def test_zone_files__named_reads_what_was_written(self):
        records = self.odd_records()
        self.put(records)
        self.assertEqual(self.named()[0], True, self.named()[1])
        read = dict(texts(self.dump.read_bytes()))
        self.assertEqual(len(read), len(records))
        for _, name, value in records:
            with self.subTest(name, value=value[:80]):
                strings = read[name + "."]
                self.assertEqual(b"".join(strings), value.encode())
                self.assertEqual([len(s) for s in strings[:-1]], [255] * (len(strings) - 1))

    @needs("kzonecheck", "knot-dnssecutils")
    def test_zone_files__knot_takes_them(self):
        for records in USUAL, self.odd_records():
            self.put(records)
            self.assertEqual(self.knot()[0], True, self.knot()[1])

    @needs("named-checkzone", "bind9-utils")
    @needs("kzonecheck", "knot-dnssecutils")
    def test_zone_files__both_refuse_what_is_wrong(self):
        for wrong in ('x.example.com. 600 IN TXT "a', 'x.example.com. 600 IN MX ten y.', 'x.example.com. 600 IN TXT (\n"a"'):
            with self.subTest(wrong):
                self.file.write_text(HEAD + wrong + "\n")
                self.assertEqual((self.named()[0], self.knot()[0]), (False, False))


if __name__ == "__main__":
    unittest.main()

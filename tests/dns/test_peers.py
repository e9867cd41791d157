#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The verdicts on the corpus, beside those of judges from elsewhere: test_peers.py TEST_JUDGE [unittest options].

pyspf evaluates each SPF record for a sender of the service and for a stranger; opendkim-testkey holds each DKIM record
against the private key; Mail::DMARC discovers each DMARC policy; named-checkzone loads each zone. Where one of them says
something else, the case says why ("differs"), and where it says why, the judge must say something else. TEST_JUDGE prints
our verdicts. What is not installed is skipped with the reason; a CI run must not skip.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus import FOLDER, Case, Resolver, quoted, read_corpus, zone_text

SENDER = "198.51.100.7"  # within qcloudmail.com's networks
STRANGER = "100.64.0.1"
PACKAGES = {"pyspf": "python3-spf", "opendkim": "opendkim-tools", "dmarc": "libmail-dmarc-perl",
            "checkzone": "bind9-utils"}


def need(test: unittest.TestCase, judge: str, is_there: bool) -> None:
    if is_there:
        return
    if "CI" in os.environ:
        test.fail(f"{PACKAGES[judge]} is not installed")
    test.skipTest(f"{PACKAGES[judge]} is not installed")


def our_verdicts(program: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """By case and record: status, equals, valid."""
    lines = subprocess.run([program, "--verdicts"], capture_output=True, text=True, check=True).stdout.splitlines()
    return {(name, record): (status, equals, valid) for name, record, status, equals, valid in map(str.split, lines)}


VERDICTS = our_verdicts(sys.argv.pop(1))
CASES = [case for case in read_corpus() if case.is_simple() and case.expect != "none"]


class Beside(unittest.TestCase):
    def hold(self, judge: str, compared: dict[tuple[str, str], tuple[object, object]]) -> None:
        """Ours and theirs, by case and record. At least 60 must have been compared."""
        self.assertGreaterEqual(len(compared), 60)
        excuses = {(case.name, record) for case in CASES for whose, record in case.differs if whose == judge}
        for key, (ours, theirs) in compared.items():
            with self.subTest(case=key[0], record=key[1]):
                if key in excuses:
                    self.assertNotEqual(ours, theirs, "the judges agree: no reason is needed")
                else:
                    self.assertEqual(ours, theirs)
        self.assertEqual(excuses - set(compared), set(), "reasons for what was not compared")

    # ---- SPF ----

    def lookup(self, resolver: Resolver):
        def answer(name: str, kind: str, *_, **__) -> list:
            kind = kind if isinstance(kind, str) else "TXT"
            rows = resolver.find(name.rstrip(".").lower(), kind)
            values = [row.values if kind == "TXT" else row.values[0].decode().rstrip(".") for row in rows]
            if kind == "MX":
                values = [(int(value.split()[0]), value.split()[1]) for value in values]
            return [((name, kind), value) for value in values]
        return answer

    def test_spf__as_pyspf_says(self):
        try:
            import spf
        except ImportError:
            spf = None
        need(self, "pyspf", spf is not None)
        compared = {}
        for case in CASES:
            status, equals, valid = VERDICTS[case.name, "spf"]
            spf.DNSLookup = self.lookup(Resolver(case))
            results = [spf.check2(i=address, s=f"x@{case.domain}", h=case.domain, querytime=0)[0]
                       for address in (SENDER, STRANGER)]
            theirs = (results[0] == "pass", results[1] not in ("permerror", "none", "temperror"))
            ours = (equals == "yes" and valid == "yes" or (status == "ok" and equals == "unset"), valid == "yes")
            compared[case.name, "spf"] = (ours, theirs)
        self.hold("pyspf", compared)

    # ---- DKIM ----

    def check_key(self, folder: Path, case: Case, name: str, size: str) -> tuple[str, bool]:
        """What opendkim-testkey says of the key at this name, beside the private key of this size."""
        selector = name.split("._domainkey.")[0]
        place = folder / f"{case.name}-{selector}"
        place.mkdir()
        records = [f"  local-data: '{name}. 60 IN TXT {' '.join(map(quoted, row.values))}'\n"
                   for row in Resolver(case).find(name, "TXT")]
        (place / "unbound.conf").write_text("server:\n  local-zone: \".\" static\n" + "".join(records))
        (place / "opendkim.conf").write_text(f"ResolverConfiguration {place}/unbound.conf\n")
        key = place / "key.pem"
        shutil.copy(FOLDER / f"{size}.pem", key)
        key.chmod(0o600)
        run = subprocess.run(["opendkim-testkey", "-x", place / "opendkim.conf", "-d", case.domain, "-s", selector, "-k", key,
                              "-v", "-v"], capture_output=True, text=True, timeout=60, check=False)
        return case.name, run.returncode == 0

    def test_dkim__as_opendkim_says(self):
        need(self, "opendkim", shutil.which("opendkim-testkey", path=os.environ["PATH"] + ":/usr/sbin") is not None)
        os.environ["PATH"] += ":/usr/sbin"
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
            jobs = {}
            for case in CASES:
                for record, _, name, value in case.expected():
                    if record.startswith("dkim"):
                        jobs[case.name, record] = pool.submit(
                            self.check_key, Path(folder), case, name, "2048" if len(value) > 255 else "1024")
            compared = {}
            for key, job in jobs.items():
                status, _, _ = VERDICTS[key]
                compared[key] = (status == "ok", job.result()[1])
        self.hold("opendkim", compared)

    # ---- DMARC ----

    def test_dmarc__as_mail_dmarc_says(self):
        probe = subprocess.run(["perl", "-MMail::DMARC::PurePerl", "-e", "1"], capture_output=True, check=False)
        need(self, "dmarc", probe.returncode == 0)
        questions = {}
        for case in CASES:
            resolver = Resolver(case)
            labels = case.domain.split(".")
            names = [".".join(["_dmarc"] + labels[i:]) for i in range(len(labels))]
            questions[case.name] = {
                "domain": case.domain,
                "texts": {name: [text.decode("latin-1") for text in resolver.texts(name)] for name in names}}
        script = Path(__file__).with_name("mail_dmarc.pl")
        run = subprocess.run(["perl", script], input=json.dumps(questions), capture_output=True, text=True, check=True)
        answers = json.loads(run.stdout)
        compared = {}
        for case in CASES:
            status, _, _ = VERDICTS[case.name, "dmarc"]
            at = {"ok": "here", "ok_inherited": "above"}.get(status, "nowhere")
            compared[case.name, "dmarc"] = (at, answers[case.name])
        self.hold("dmarc", compared)

    # ---- zones ----

    def test_zones__as_named_checkzone_says(self):
        need(self, "checkzone", shutil.which("named-checkzone") is not None)
        compared = {}
        with tempfile.TemporaryDirectory() as folder:
            for case in CASES:
                if case.origin == "none":
                    continue
                file = Path(folder) / case.name
                file.write_text(zone_text(case.origin, case.view("ns1")))
                run = subprocess.run(["named-checkzone", "-i", "local", "-k", "ignore", "-m", "fail", "-M", "fail",
                                      case.origin, file], capture_output=True, text=True, check=False)
                status, _, valid = VERDICTS[case.name, "mx"]
                is_fine = valid == "yes" or status in ("missing", "unknown")
                compared[case.name, "zone"] = (is_fine, run.returncode == 0)
        self.hold("checkzone", compared)


if __name__ == "__main__":
    unittest.main()

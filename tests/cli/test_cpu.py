# SPDX-License-Identifier: Apache-2.0
"""From start to exit `tcses domain list` takes at most 1.3 times the CPU of the same request by curl."""

import os
import resource
import shutil
import statistics
import subprocess
import unittest

import rig

ROUNDS, RUNS, LIMIT = 9, 20, 1.3


def seconds(command, env):
    """The CPU of so many runs, those of the system included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(RUNS):
        subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Cpu(rig.CliTest):
    def curl(self):
        """The request that the tool has just made, signature and all: good for five minutes."""
        entry = self.emulator.journal()[-1]
        command = ["curl", "--silent", "--fail", "--output", os.devnull, self.endpoint, "--data-binary", entry["body"]]
        for name, value in entry["headers"].items():
            if name not in ("content-length", "accept", "host"):
                command += ["--header", f"{name}: {value}"]
        return command

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_cpu__is_near_that_of_curl(self):
        for number in range(10):
            self.emulator.call("CreateEmailIdentity", EmailIdentity=f"m{number}.example.com")
        env = self.environment()
        tool = self.command(["domain", "list"])
        subprocess.run(tool, env=env, stdout=subprocess.DEVNULL, check=True)
        curl = self.curl()
        self.assertEqual(subprocess.run(curl, env=env, check=False).returncode, 0)
        ratios = [seconds(tool, env) / seconds(curl, env) for _ in range(ROUNDS)]
        print(f"# tcses / curl: median {statistics.median(ratios):.2f} of {sorted(round(r, 2) for r in ratios)}")
        self.assertEqual(self.emulator.journal()[-1]["code"], None)
        self.assertLessEqual(statistics.median(ratios), LIMIT)


if __name__ == "__main__":
    rig.main()

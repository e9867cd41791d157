# SPDX-License-Identifier: Apache-2.0
"""The recipes of docs/watch.md (examples/watch), each run against a real zone and the emulator; test_watch_alert.py has the
messages."""

import collections
import http.client
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

import rig  # first: it says what is missing

import program
from dns_cli import DOMAIN, FAST, dns
from watch_rig import CHINESE, INSTALLED, KEYS, RECIPES, ROOT, TOOL, Receiver, RecipeTest, module, needed

# ---- units ----


def settings_of(*files):
    """{key: [values]} of [Service], in order; an empty value takes back those before it, as systemd does it."""
    values = collections.defaultdict(list)
    section = ""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line
            elif line and not line.startswith("#") and section == "[Service]":
                key, _, value = line.partition("=")
                if value == "":
                    values[key].clear()
                else:
                    values[key].append(value)
    return values



class UnitTest(RecipeTest):
    def setUp(self):
        super().setUp()
        self.places = {"S": self.folder / "lib", "t": self.folder / "run", "d": self.folder / "credentials"}

    def fill(self, value):
        """Puts in what the specifiers stand for; one that is not known here fails."""
        filled = re.sub(r"%(.)", lambda found: str(self.places[found[1]]), value)
        return filled.replace(INSTALLED, str(RECIPES))

    def environment_file(self, path):
        """examples/watch/watch.env, filled in."""
        self.assertEqual(path, "/etc/tcses/watch.env")
        made = {}
        for line in (RECIPES / "watch.env").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                name, _, value = line.partition("=")
                made[name] = value
        self.assertEqual(made["LANG"], CHINESE)
        self.assertEqual({name for name in made if name.startswith("TENCENTCLOUD_")}, set(KEYS))
        made.update(self.keys, TCSES_ALERT_URL=getattr(self, "webhook", "http://nowhere.test/"))
        return made

    def prepare(self, *files):
        """The command and the environment as systemd makes them of the unit and its drop-ins."""
        unit = settings_of(*files)
        (command,) = unit["ExecStart"]
        for folder, place in (("StateDirectory", "S"), ("RuntimeDirectory", "t")):
            for name in unit[folder]:
                (self.places[place] / name).mkdir(parents=True, exist_ok=True)
        env = self.base()
        for assignment in [word for value in unit["Environment"] for word in shlex.split(value)]:
            name, _, value = assignment.partition("=")
            env[name] = self.fill(value)
        for path in unit["EnvironmentFile"]:
            env.update(self.environment_file(path))
        return [self.fill(word) for word in shlex.split(command)], env, unit

    def assert_kept_to(self, unit):
        """Whether it wrote nowhere but where systemd lets it."""
        for folder, place in (("StateDirectory", "S"), ("RuntimeDirectory", "t")):
            there = os.listdir(self.places[place]) if self.places[place].exists() else []
            self.assertEqual(there, unit[folder])

    def start(self, *names):
        command, env, unit = self.prepare(*[RECIPES / name for name in names])
        command[0] = shutil.which(command[0], path=env["PATH"])
        result = program.run(command, env)
        self.assert_kept_to(unit)
        return result


class Units(UnitTest):
    @staticmethod
    def lines_of(body):
        """Of a message; None where the zone's server was away for too long while it got its new zone."""
        lines = json.loads(body)["text"]["content"].splitlines()
        return None if "无法检查" in lines[0] else lines

    def test_units__check_fails_when_something_changes_until_it_is_accepted(self):
        first = self.start("tcses-check.service")
        self.assertEqual((first.status, first.out), (0, ""), first)
        self.assertEqual(list(json.loads((self.places["S"] / "tcses/check.json").read_text())["domains"]), [f"/{DOMAIN}"])
        self.break_zone()
        wrong = self.start("tcses-check.service")
        self.assertEqual(wrong.status, 6, wrong)
        self.assert_seen(wrong.out, "异常", DOMAIN)
        self.change_zone()
        self.assertEqual(self.start("tcses-check.service").status, 10)
        self.assertEqual(self.start("tcses-accept.service").status, 0)
        self.assertEqual(self.start("tcses-check.service").status, 0)
        self.assertEqual(self.submissions(), 0)
        self.assertEqual(list((self.folder / ".local").glob("**/*")), [])

    def test_units__check_with_keys_from_a_credential(self):
        self.keys = dict.fromkeys(list(KEYS)[:2], "")
        self.assertEqual(self.start("tcses-check.service").status, 2)
        (name, place), = [value.split(":") for value in settings_of(RECIPES / "credentials.conf")["LoadCredential"]]
        self.assertEqual(place, "/etc/tcses/credentials")
        self.places["d"].mkdir()
        (self.places["d"] / name).write_text("[default]\nsecret_id = {}\nsecret_key = {}\n".format(*program.KEYS))
        (self.places["d"] / name).chmod(0o400)
        self.assertEqual(self.start("tcses-check.service", "credentials.conf").status, 0)

    def test_units__metrics_of_the_check(self):
        result = self.start("tcses-check.service", "metrics.conf")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(Textfile.samples(self.places["t"] / "tcses/tcses.prom")["tcses_domain_exit_status", DOMAIN, ""], 0)

    def test_units__watch_posts_each_change_once(self):
        self.put_tool(FAST)
        receiver = Receiver(self)
        self.webhook = receiver.address + "/cgi-bin/webhook/send?key=k-7"
        command, env, unit = self.prepare(RECIPES / "tcses-watch.service")
        env["TCSES_TEST_SPEED"] = "3000"
        process = subprocess.Popen(command, env=env, cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(program.kill_all_of, process)
        while not (self.places["S"] / "tcses/check.json").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.01)  # nothing is told of a first look: there is nothing to wait for but time
        self.break_zone()
        receiver.wait_for(1, self.lines_of)
        self.serve(*self.lines)
        receiver.wait_for(2, self.lines_of)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=program.DEADLINE_SECONDS)
        self.assertEqual([str(process.returncode)], unit["SuccessExitStatus"])
        self.assert_kept_to(unit)
        self.assertRegex(err.decode(), "\\A正在监视 1 个域名.*\n\\Z")  # and nothing else
        texts = receiver.wait_for(2, self.lines_of)
        self.assertEqual([lines[0] for lines in texts], [f"tcses: {DOMAIN}: 异常", f"tcses: {DOMAIN}: 已恢复"])
        self.assertEqual(texts[0][1:], [f"TXT _dmarc.{DOMAIN}", '原为 ok "v=DMARC1; p=none"', "现为 missing"])
        self.assertEqual(self.submissions(), 0)


class Verify(unittest.TestCase):
    def setUp(self):
        needed("systemd-analyze verify", "systemd", shutil.which("systemd-analyze") is not None)
        folder = tempfile.TemporaryDirectory(prefix="tcses-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def complaints(self, change=lambda text: text):
        """Of systemd, about all units with their drop-ins; programs are where they are now."""
        units = sorted(file for file in RECIPES.iterdir() if file.suffix in (".service", ".timer"))
        self.assertEqual(len(units), 4)
        for file in [*units, RECIPES / "metrics.conf", RECIPES / "credentials.conf"]:
            text = change(file.read_text(encoding="utf-8")).replace("ExecStart=tcses ", f"ExecStart={TOOL} ")
            text = text.replace(INSTALLED, str(RECIPES))
            place = self.folder / file.name
            if file.suffix == ".conf":
                place = self.folder / re.search(r"/etc/systemd/system/(\S+):", text)[1]
                place.parent.mkdir(exist_ok=True)
            place.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *[self.folder / unit.name for unit in units]],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return [line for line in done.stdout.splitlines() if "tcses" in line], done.returncode

    def test_verify__systemd_takes_all_units(self):
        self.assertEqual(self.complaints(), ([], 0))

    def test_verify__systemd_is_heard(self):
        for wrong in (("StateDirectory=", "StateDir="), ("*:0/15", "*:0/75"), (INSTALLED, "/nowhere"),
                      ("RuntimeDirectory=", "RuntimeDirectory=/"), ("LoadCredential=", "LoadCredentials=")):
            said, status = self.complaints(lambda text: text.replace(*wrong))
            self.assertTrue(said or status, wrong)


# ---- CI ----


class Pipelines(RecipeTest):
    def setUp(self):
        super().setUp()
        self.yaml = module("yaml", "python3-yaml")
        self.work = self.folder / "work"
        self.work.mkdir()
        self.git("init", "--quiet")

    def git(self, *arguments):
        env = self.base(GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@shop.test", GIT_COMMITTER_NAME="a",
                        GIT_COMMITTER_EMAIL="a@shop.test")
        result = program.run(["git", *arguments], env, cwd=self.work)
        self.assertEqual(result.status, 0, result)

    def script(self, text, variables):
        """As both services run it."""
        file = self.folder / "script"
        file.write_text(text)
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", file]
        return program.run(command, {**self.base(), **variables}, cwd=self.work)

    def github(self):
        """The results of the steps, until one fails."""
        flow = self.yaml.safe_load((RECIPES / "github.yml").read_text())
        self.assertEqual(set(flow), {"name", True, "permissions", "jobs"})  # YAML reads "on" as a boolean
        self.assertEqual(set(flow[True]), {"schedule", "workflow_dispatch"})
        self.assertRegex(flow[True]["schedule"][0]["cron"], r"^\d+ [\d,]+ \* \* \*$")
        (job,) = flow["jobs"].values()
        self.assertEqual(job["steps"][0], {"uses": "actions/checkout@v4"})
        values = {f"${{{{ secrets.{name} }}}}": value for name, value in self.keys.items()}
        results = []
        for step in job["steps"][1:]:
            self.assertEqual(step["shell"], "bash")
            self.assertNotIn("${{", step["run"])
            env = {name: values.get(value, value) for name, value in step.get("env", {}).items()}
            self.assertNotIn("${{", str(env))
            results.append(self.script(step["run"], env))
            if results[-1].status != 0:
                break
        return results

    def gitlab(self):
        (job,) = self.yaml.safe_load((RECIPES / "gitlab.yml").read_text()).values()
        self.assertEqual(set(job), {"image", "rules", "timeout", "variables", "script"})
        places = {"CI_PROJECT_DIR": str(self.work)}
        fill = lambda value: re.sub(r"\$(\w+)", lambda found: places[found[1]], value)
        env = {name: fill(value) for name, value in job["variables"].items()}
        keys = {name: value for name, value in self.keys.items() if name != "TENCENTCLOUD_REGION"}
        return [self.script("\n".join(job["script"]), {**env, **keys})]

    def play(self, run):
        first = run()
        self.assertEqual(first[-1].status, 1, first)
        self.assertIn(DOMAIN, first[-1].out)  # what to commit is shown
        self.git("add", "state/tcses/check.json")
        self.git("commit", "--quiet", "-m", "What is right")
        self.assertEqual({result.status for result in run()}, {0})
        self.break_zone()
        wrong = run()
        self.assertEqual((wrong[-1].status, len(wrong)), (6, 1), wrong)
        self.change_zone()
        self.assertEqual(run()[-1].status, 10)
        self.serve(*self.lines)
        self.assertEqual(run()[-1].status, 0)
        self.keys["TENCENTCLOUD_SECRET_KEY"] = "replaced"
        self.assertEqual(run()[-1].status, 2)
        self.assertEqual(self.submissions(), 0)

    def test_pipelines__github(self):
        self.play(self.github)

    def test_pipelines__gitlab(self):
        self.play(self.gitlab)


# ---- Prometheus ----


class Textfile(RecipeTest):
    def setUp(self):
        super().setUp()
        self.keys = dict(KEYS, XDG_STATE_HOME=str(self.folder / "state"))
        self.file = self.folder / "metrics" / "tcses.prom"
        self.file.parent.mkdir()

    def collect(self, *arguments, **more):
        command = ["sh", "-c", 'umask 077 && exec "$@"', "-", RECIPES / "textfile", self.file, *arguments]
        return program.run(command, {**self.base(), **self.keys, **more})

    @staticmethod
    def samples(file):
        """{(name, domain, profile): value}, by Prometheus' own reader."""
        parser = module("prometheus_client.parser", "python3-prometheus-client")
        seen = {}
        for family in parser.text_string_to_metric_families(file.read_text(encoding="utf-8")):
            assert family.type == "gauge" and family.documentation, family
            for sample in family.samples:
                assert sample.timestamp is None, sample  # the node exporter refuses those
                key = (sample.name, sample.labels.get("domain"), sample.labels.get("profile"))
                assert key not in seen, key
                seen[key] = sample.value
        return seen

    def seen(self, *arguments, **more):
        result = self.collect(*arguments, **more)
        self.assertEqual((result.status, result.out), (0, ""), result)
        samples = self.samples(self.file)
        self.assertAlmostEqual(samples.pop(("tcses_check_timestamp_seconds", None, None)), time.time(), delta=600)
        return samples.pop(("tcses_check_exit_status", None, None)), samples

    def test_textfile__tells_each_domain(self):
        right = {("tcses_domain_exit_status", DOMAIN, ""): 0}
        self.assertEqual(self.seen("--all"), (0, right))
        self.break_zone()
        wrong = {("tcses_domain_exit_status", DOMAIN, ""): 6}
        self.assertEqual(self.seen("--all"), (6, wrong))
        self.change_zone()
        self.assertEqual(self.seen(DOMAIN)[0], 10)

    def test_textfile__tells_when_the_check_fails_as_a_whole(self):
        self.assertEqual(self.seen("--all", TENCENTCLOUD_SECRET_KEY="replaced"), (2, {}))
        self.assertEqual(self.seen("--all", TENCENTCLOUD_REGION=""), (1, {}))
        state = self.folder / "state/tcses/check.json"
        state.parent.mkdir(parents=True)
        state.write_text("{}")
        self.assertEqual(self.seen("--all"), (3, {}))

    def test_textfile__tells_when_the_tool_breaks(self):
        tool = self.folder / "bin/tcses"
        for script, status in (("kill -9 $$", -9), ("echo '{'", 1), ("echo '{}'; exit 7", 7)):
            tool.write_text(f"#!/bin/sh\n{script}\n")
            self.assertEqual(self.seen("--all"), (status, {}))
        tool.unlink()
        self.assertEqual(self.seen("--all", PATH="/usr/bin:/bin")[0], 127)

    def test_textfile__names_are_written_as_the_format_asks(self):
        odd = 'a\\b"c\nd'
        document = {"domains": [{"domain": odd, "profile": "shop", "exit": 0}]}
        (self.folder / "answer").write_text(json.dumps(document))
        (self.folder / "bin/tcses").write_text(f"#!/bin/sh\ncat {self.folder / 'answer'}\n")
        self.assertEqual(self.seen("--all")[1], {("tcses_domain_exit_status", odd, "shop"): 0})

    def test_textfile__is_there_at_once_and_readable(self):
        self.file.write_text("the one before\n")
        with open(self.file) as before:
            # While the check runs, and until all is written, the file is the old one.
            (self.folder / "bin/tcses").write_text(
                f"#!/bin/sh\nls {self.file.parent} >{self.folder / 'during'}; cat {self.file} >>{self.folder / 'during'}\n"
                f"echo '{{\"domains\":[]}}'\n")
            self.assertEqual(self.collect("--all").status, 0)
            self.assertEqual((self.folder / "during").read_text(), "tcses.prom\nthe one before\n")
            self.assertEqual(before.read(), "the one before\n")
            self.assertNotEqual(os.fstat(before.fileno()).st_ino, self.file.stat().st_ino)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)
        self.assertEqual(os.listdir(self.file.parent), ["tcses.prom"])

    def node_exporter(self, folder):
        """The address of one that reads this folder alone."""
        name = "prometheus-node-exporter"
        needed("the node exporter", name, shutil.which(name) is not None)
        command = [name, "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={folder}",
                   "--web.listen-address=127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        self.addCleanup(process.communicate)
        self.addCleanup(program.kill_all_of, process)
        for line in process.stderr:
            if found := re.search(r'"Listening on" address=(\S+)', line):
                return found[1]
        raise AssertionError(f"{name} does not start")

    def scrape(self, address):
        """{line: value} of what begins with tcses_ or tells of errors, as Prometheus gets it."""
        connection = http.client.HTTPConnection(address, timeout=program.DEADLINE_SECONDS)
        self.addCleanup(connection.close)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        kept = [line.rpartition(" ") for line in lines if re.match("tcses_|node_textfile_scrape_error", line)]
        return {name: float(value) for name, _, value in kept}

    def test_textfile__is_read_by_the_node_exporter(self):
        """Behind the link that the guide has."""
        folder = self.folder / "collector"
        folder.mkdir()
        (folder / "tcses.prom").symlink_to(self.file)
        address = self.node_exporter(folder)
        self.assertEqual(self.collect("--all").status, 0)
        self.break_zone()
        self.assertEqual(self.collect("--all").status, 0)
        seen = self.scrape(address)
        self.assertAlmostEqual(seen.pop("tcses_check_timestamp_seconds"), time.time(), delta=600)
        self.assertEqual(seen, {f'tcses_domain_exit_status{{domain="{DOMAIN}",profile=""}}': 6, "tcses_check_exit_status": 6,
                                "node_textfile_scrape_error": 0})
        self.assertEqual(self.collect("--all", TENCENTCLOUD_SECRET_KEY="replaced").status, 0)
        seen = self.scrape(address)
        self.assertEqual((seen["tcses_check_exit_status"], seen["node_textfile_scrape_error"]), (2, 0))
        self.assertEqual(seen[f'tcses_domain_exit_status{{domain="{DOMAIN}",profile=""}}'], 2)
        self.file.write_text(self.file.read_text()[:-10])
        self.assertEqual(self.scrape(address)["node_textfile_scrape_error"], 1)

    def test_textfile__that_can_not_be_written_fails_and_leaves_nothing(self):
        self.file.mkdir()
        result = self.collect("--all")
        self.assertEqual(result.status, 1)
        self.assertIn(str(self.file), result.err)
        self.assertEqual(os.listdir(self.file.parent), ["tcses.prom"])
        self.assertEqual(program.run([RECIPES / "textfile", "tcses.txt"], self.base()).status, 1)


# ---- the guide ----


class Guide(unittest.TestCase):
    GUIDES = (ROOT / "docs/watch.md", ROOT / "docs/watch.zh-CN.md")

    def blocks(self, guide):
        return re.findall(r"^```(\w+)\n(.*?)^```", guide.read_text(encoding="utf-8"), re.S | re.M)

    def test_guide__names_every_recipe(self):
        for guide in self.GUIDES:
            for file in RECIPES.iterdir():
                self.assertIn(f"(../examples/watch/{file.name})", guide.read_text(encoding="utf-8"), guide.name)

    def test_guide__shows_what_the_files_say(self):
        texts = [[line.strip() for line in file.read_text(encoding="utf-8").splitlines()] for file in RECIPES.iterdir()]
        for guide in self.GUIDES:
            shown = [text for language, text in self.blocks(guide) if language in ("ini", "yaml")]
            self.assertGreaterEqual(len(shown), 4)
            for text in shown:
                lines = [line.strip() for line in text.splitlines()]
                self.assertTrue(any(set(lines) <= set(file) for file in texts), f"{guide.name}: {text}")

    def test_guide__is_the_same_in_both_languages(self):
        self.assertEqual(*[[re.sub(r" *#.*", "", text) for _, text in self.blocks(guide)] for guide in self.GUIDES])
        self.assertEqual(*[len(re.findall(r"^## ", guide.read_text(encoding="utf-8"), re.M)) for guide in self.GUIDES])


if __name__ == "__main__":
    dns.need("knotd", "unbound")
    rig.main()

# SPDX-License-Identifier: Apache-2.0
"""The sessions of README.md and README.zh-CN.md show what really happens, and its policy and exit codes are complete."""

import json
import re
import shlex

import rig

ROOT = rig.program.HERE.parent.parent
READMES = {"README.md": "en_US.UTF-8", "README.zh-CN.md": "zh_CN.UTF-8"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def steps(session):
    """The commands of a console session with what each shows."""
    for part in re.split(r"^\$ ", session, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def steady(text):
    """Without what differs from run to run; keys are cut short as the page does it."""
    text = re.sub(r"(p=MII.{21})\S+", r"\1...", text)
    text = re.sub(r"^[A-Za-z0-9]{20}$", "PASSWORD", text, flags=re.M)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE", text)


class Readme(rig.CliTest):
    def play(self, name, locale):
        (session,) = re.findall(r"```console\n(.*?)```", read(name), re.S)
        told = dict(word.split("=") for line in re.findall(r"^export (.*)", read(name), re.M)
                    for word in shlex.split(line, comments=True))
        commands = 0
        for command, shown in steps(session):
            words = shlex.split(command)
            self.assertEqual(words[0], "tcses")
            result = self.run_tool(*words[1:], locale=locale, TCSES_RESOLVER=told.get("TCSES_RESOLVER"))
            self.assertEqual(result.status, 0, result)
            self.assertEqual(steady(result.err + result.out), steady(shown), f"{name}: {command}")
            commands += 1
        self.assertGreaterEqual(commands, 5)

    def test_readme__session_is_as_it_says(self):
        self.play("README.md", READMES["README.md"])

    def test_readme__chinese_session_is_as_it_says(self):
        self.play("README.zh-CN.md", READMES["README.zh-CN.md"])

    def test_readme__policy_names_every_action(self):
        names = json.loads((ROOT / "tests/data/ses-fields.json").read_text())
        actions = {f"ses:{action}" for action in names["actions"]}
        for name in READMES:
            (policy,) = re.findall(r"```json\n(.*?)```", read(name), re.S)
            self.assertEqual(set(json.loads(policy)["statement"][0]["action"]), actions, name)

    def test_readme__tells_every_exit_status(self):
        codes = {int(code) for code in re.findall(r"^ +EXIT_\w+ = (\d+)", (ROOT / "cli/exits.h").read_text(), re.M)}
        for name in READMES:
            told = {int(code) for row in re.findall(r"^\| \d+ \|.*$", read(name), re.M)
                    for code in re.findall(r"\| (\d+) \|", row)}
            self.assertEqual(told, codes, name)

    def test_readme__both_languages_have_the_same_parts(self):
        parts = [re.sub(r"[^#\n`]", "", text) for text in
                 ("\n".join(re.findall(r"^(?:#+|```\w*)", read(name), re.M)) for name in READMES)]
        self.assertEqual(parts[0], parts[1])


if __name__ == "__main__":
    rig.main()

# SPDX-License-Identifier: Apache-2.0
"""What bash, fish and zsh complete, held against what the tool's help shows and what its errors offer."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import rig  # first: it says what is missing

import program

COMPLETION = program.HERE.parent.parent / "cli" / "completion"
OPTION = re.compile(r"^  (?:-\w, |    )--([a-z-]+)(?: ([A-Z=]+))? +\S", re.M)
# As a person types it before asking for more.
OPERANDS = {"NAME": "mail.example.com", "ADDRESS": "news@mail.example.com", "ACTION": "ListEmailAddress"}


class Help(rig.CliTest):
    """The words that the tool itself shows."""

    def options_in(self, text):
        """The options that a help shows, each with the name of its value or ""."""
        found = {"--" + name: value for name, value in OPTION.findall(text)}
        self.assertTrue(found, text)
        return found

    def commands(self):
        part = self.succeed("--help").partition("\n\n  ")[2].partition("\n\n")[0]
        return [line[:19].strip() for line in ("  " + part).replace("\n  ", "\n").strip().splitlines()]

    def own_options(self, command):
        text = self.succeed(*command.split(), "--help")
        return self.options_in(text) if OPTION.search(text) else {}

    def operands(self, command):
        usage = self.succeed(*command.split(), "--help").splitlines()[0]
        return usage.removeprefix("Usage: tcses " + command).removesuffix("[OPTION]...").split()

    def choices(self, *wrong):
        """The values that the tool offers when it refuses one."""
        offered = self.fail_with(1, *wrong).rpartition("take ")[2].strip()
        return set(re.split(", | or ", offered))

    def values(self):
        """The values of each option that has known ones."""
        region = re.search(r"--region REGION +(.*);", self.succeed("--help"))[1]
        return {"--language": self.choices("status", "--language", "?"),
                "--output": self.choices("status", "--output", "?"),
                "--dkim": self.choices("domain", "create", "a.example.com", "--dkim", "?"),
                "--format": self.choices("domain", "records", "a.example.com", "--format", "?"),
                "--to": self.choices("domain", "dkim", "a.example.com", "--to", "?"),
                "--for": self.choices("domain", "records", "a.example.com", "--for", "?"),
                "--region": set(region.split(" or "))}

    def languages(self):
        return self.choices("unsubscribe", "set", "a@b.example", "?")


class Completion:
    """The same tests for each shell. They are mixed in, so that none runs without one."""

    shell = None

    def setUp(self):
        if shutil.which(self.shell) is None:
            self.skipTest(f"{self.shell} is not installed")
        super().setUp()

    def ask(self, lines):
        """What the shell completes at the end of each command line: a list of sets of words."""
        raise NotImplementedError

    def assert_completes(self, wanted):
        """`wanted` has a set of words for each command line."""
        for (line, words), seen in zip(wanted.items(), self.ask(list(wanted)), strict=True):
            self.assertEqual(seen, words, f"{self.shell}: {line!r}")

    def test_completion__commands(self):
        commands = self.commands()
        self.assertEqual(len(commands), 23)
        wanted = {"tcses ": {command.split()[0] for command in commands}, "tcses st": {"status"}}
        for group in {command.split()[0] for command in commands if " " in command}:
            words = {command.split()[1] for command in commands if command.startswith(group + " ")}
            for before in ("", "--yes ", "--output json ", "--region ap-hongkong -v "):
                wanted[f"tcses {before}{group} "] = words
        wanted["tcses domain sh"] = {"show"}
        self.assert_completes(wanted)

    def test_completion__options(self):
        everywhere = set(self.options_in(self.succeed("--help")))
        wanted = {"tcses --": everywhere, "tcses domain --": everywhere, "tcses --ver": {"--verbose", "--version"}}
        for command in self.commands():
            words = everywhere | set(self.own_options(command))
            wanted[f"tcses {command} --"] = words
            wanted[f"tcses --output json {command} --"] = words - {"--output"}
            operand = next(iter(self.operands(command)), None)
            if operand in OPERANDS:
                wanted[f"tcses {command} {OPERANDS[operand]} --"] = words
        seen = dict(zip(wanted, self.ask(list(wanted)), strict=True))
        for line, words in wanted.items():
            # A shell may offer an option that is there already.
            self.assertEqual(seen[line] - {"--output"}, words - {"--output"}, f"{self.shell}: {line!r}")

    def test_completion__values(self):
        values = self.values()
        wanted = {}
        for command in self.commands():
            options = {**self.options_in(self.succeed("--help")), **self.own_options(command)}
            for option, value in options.items():
                if value and value != "FILE":  # the files that are there
                    wanted[f"tcses {command} {option} "] = values.get(option, set())
        for option in ("--language", "--output", "--region"):
            wanted[f"tcses {option} "] = values[option]
        wanted["tcses --output j"] = {"json"}
        self.assert_completes(wanted)

    def test_completion__operands(self):
        languages = self.languages()
        self.assertEqual(len(languages), 11)
        self.assert_completes({
            "tcses unsubscribe set a@b.example ": languages,
            "tcses --output json unsubscribe set --off a@b.example z": {"zh-CN", "zh-TW"},
            "tcses unsubscribe set ": set(),
            "tcses unsubscribe set a@b.example en ": set(),
            "tcses unsubscribe delete a@b.example ": set(),
            "tcses domain create ": set(),
            "tcses domain create mail.example.com ": set(),
            "tcses status ": set()})

    def test_completion__values_that_the_tool_takes(self):
        self.succeed("domain", "create", "b.example.com")
        records = ["domain", "records", "b.example.com", "--zone", "example.com"]
        commands = {"--dkim": ["domain", "create", "a.example.com", "--dry-run"], "--format": records, "--for": records,
                    "--to": ["domain", "dkim", "b.example.com", "--dry-run"]}
        for option, words in self.values().items():
            command = commands.get(option, ["domain", "list"])
            for word in words:
                self.assertIn(self.run_tool(*command, option, word).status, (0, 5, 10), (option, word))
        for language in self.languages():
            command = ["unsubscribe", "set", "a@b.example", language, "--dry-run"]
            self.assertEqual(self.run_tool(*command).status, 10, language)


class Bash(Completion, Help):
    shell = "bash"
    # COMP_WORDS as bash makes them: "=" stands for itself.
    SCRIPT = r"""
        . "$1"
        complete -p tcses >/dev/null || exit 1
        while IFS= read -r line; do
            mapfile -t COMP_WORDS < <(grep -oE '[^ =]+|=' <<<"$line")
            [[ $line != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMPREPLY=()
            _tcses tcses "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${COMPREPLY[*]}"
        done
    """

    def ask(self, lines):
        done = program.run(["bash", "-uc", self.SCRIPT, "bash", str(COMPLETION / "tcses.bash")], self.environment(),
                           "".join(line + "\n" for line in lines))
        self.assertEqual((done.status, done.err), (0, ""), done)
        return [set(line.split()) for line in done.out.split("\n")[:-1]]

    def test_completion__values_behind_an_equals_sign(self):
        values = self.values()
        self.assert_completes({
            "tcses --output=": values["--output"],
            "tcses --region=ap-h": {"ap-hongkong"},
            "tcses domain create a.example --dkim=": values["--dkim"],
            "tcses --profile=": set(),
            "tcses --output=json domain ": {command.split()[1] for command in self.commands() if "domain" in command},
            "tcses --output=json unsubscribe set --off a@b.example z": {"zh-CN", "zh-TW"}})

    def test_completion__in_a_terminal(self):
        """With bash's own words, which the script above imitates."""
        self.tool = ["bash", "--norc", "--noprofile", "-i"]
        terminal = self.terminal(PS1="> ", INPUTRC="/dev/null", HISTFILE="/dev/null")
        terminal.wait_for("> ")
        terminal.enter(f"tcses() {{ printf '<%s>' \"$@\"; echo; }}; . '{COMPLETION / 'tcses.bash'}'")
        for typed, meant in (("tcses sta\t", "<status>"),
                             ("tcses --output=js\t dom\tsh\tx", "<--output=json><domain><show><x>"),
                             ("tcses --output=\tj\t", "<--output=json>"),
                             ("tcses --region ap-h\t", "<--region><ap-hongkong>"),
                             ("tcses --dry\tdomain cr\ta.example --dk\tb\t",
                              "<--dry-run><domain><create><a.example><--dkim><both>")):
            terminal.enter(typed)
            terminal.wait_for(meant)
        terminal.enter("exit 0")
        self.assertEqual(terminal.finish(), 0)


class Fish(Completion, Help):
    shell = "fish"
    SCRIPT = """
        source $argv[1]
        for line in $argv[2..]
            echo = (complete -C $line | string replace -r '\\t.*' '')
        end
    """

    def ask(self, lines):
        done = program.run(["fish", "--no-config", "-c", self.SCRIPT, str(COMPLETION / "tcses.fish"), *lines],
                           self.environment())
        self.assertEqual((done.status, done.err), (0, ""), done)
        return [set(line.split()[1:]) for line in done.out.splitlines()]


class Zsh(Completion, Help):
    shell = "zsh"
    # One key asks for the completion of all lines. What compadd is given to show goes into a file.
    STARTUP = r"""
        PS1='> '
        fpath=($COMPLETIONS $fpath)
        autoload -Uz compinit
        compinit -D -u
        compadd() {
            local -a hits
            if [[ ${argv[1,(i)(-|--)]} == *-(O|A|D)* ]]; then
                builtin compadd "$@"
                return
            fi
            builtin compadd -A hits "$@"
            ((${#hits} == 0)) || print -rn -- " ${hits[*]}" >>|$ANSWERS
            builtin compadd "$@"
        }
        ask-all() {
            local line
            for line in "${(@f)QUESTIONS}"; do
                BUFFER=$line
                CURSOR=$#BUFFER
                print -rn -- '=' >>|$ANSWERS
                zle list-choices
                print >>|$ANSWERS
            done
            BUFFER=
            exit 0
        }
        zle -N ask-all
        bindkey '^T' ask-all
    """

    def ask(self, lines):
        answers = pathlib.Path(self.home, "answers")
        answers.write_text("")
        pathlib.Path(self.home, ".zshrc").write_text(self.STARTUP)
        self.tool = ["zsh", "-d", "-i"]
        terminal = self.terminal(height=200, ZDOTDIR=self.home, COMPLETIONS=str(COMPLETION), ANSWERS=str(answers),
                                 QUESTIONS="\n".join(lines), deadline=4 * program.DEADLINE_SECONDS)
        self.tool = None
        terminal.wait_for("> ")
        terminal.press("T")
        self.assertEqual(terminal.finish(), 0, terminal.screen)
        return [set(line.split()[1:]) for line in answers.read_text().splitlines()]

    def test_completion__is_good_zsh(self):
        done = subprocess.run(["zsh", "-n", COMPLETION / "_tcses"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Words(unittest.TestCase):
    def test_completion__the_help_is_read_right(self):
        text = "  -v, --verbose            say\n      --tag KEY=VALUE      a tag\n    take --dkim 1024 where\n"
        self.assertEqual(OPTION.findall(text), [("verbose", ""), ("tag", "KEY=VALUE")])


if __name__ == "__main__":
    rig.main()

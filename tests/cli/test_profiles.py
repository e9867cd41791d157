# SPDX-License-Identifier: Apache-2.0
"""Which keys, region and endpoint the tool takes where several places name some, and that no secret is ever shown."""

import json
import os
import pathlib
import re
import subprocess

import rig  # first: it says what is missing

import harness
import program

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
ENVIRONMENT = ("AKIDENVIRONMENT00001", "environment-secret-key")
WORK = ("AKIDWORKPROFILE00002", "work-secret-key")
DEFAULT = ("AKIDDEFAULTPROFILE03", "default-secret-key")
TCCLI = ("AKIDTCCLIPROFILE0004", "tccli-secret-key")
OTHER = ("AKIDOTHERPROFILE0005", "other-secret-key")
ALL = (ENVIRONMENT, WORK, DEFAULT, TCCLI, OTHER)


class ProfilesTest(rig.CliTest):
    options = tuple(word for keys in ALL for word in ("--secret", ":".join(keys)))

    def write(self, name, text, mode=0o600):
        """Writes a file below the home and returns its path."""
        file = pathlib.Path(self.home, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return str(file)

    def section(self, name, keys, **more):
        lines = [f"[{name}]", f"secret_id = {keys[0]}", f"secret_key = {keys[1]}"]
        return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items())]) + "\n"

    def profile_file(self, name=".tencentcloud/credentials", mode=0o600, **sections):
        return self.write(name, "".join(self.section(*pair) for pair in sections.items()), mode)

    def tccli(self, name, keys, region=None):
        file = self.write(f".tccli/{name}.credential", json.dumps({"secretId": keys[0], "secretKey": keys[1]}))
        if region:
            self.write(f".tccli/{name}.configure", json.dumps({"_sys_param": {"region": region}}))
        return file

    def signed_with(self):
        """The id and the region of the last request that came."""
        last = self.emulator.journal()[-1]
        return re.search("Credential=([^/]*)/", last["headers"]["authorization"])[1], last["region"]

    def assert_taken(self, taken, source, *options, region=program.GUANGZHOU, **settings):
        """status says what it takes, and the service sees that it does."""
        settings.setdefault("keys", None)
        status = self.document("status", "status", *options, **settings)
        self.assertEqual(self.signed_with(), (taken[0], region))
        self.assertEqual((status["KeyId"], status["KeySource"], status["Region"]),
                         (f"{taken[0][:4]}...{taken[0][-4:]}", source, region))


class Keys(ProfilesTest):
    def test_profiles__the_named_profile_beats_the_environment(self):
        file = self.profile_file(default=DEFAULT, work=WORK)
        self.assert_taken(ENVIRONMENT, "environment", keys=ENVIRONMENT)
        self.assert_taken(WORK, f"profile work of {file}", "--profile", "work", keys=ENVIRONMENT)
        self.assert_taken(WORK, f"profile work of {file}", "--profile=work", keys=(WORK[0], "wrong-key"))
        self.assert_taken(DEFAULT, f"profile default of {file}", "--profile", "default", keys=ENVIRONMENT)

    def test_profiles__the_named_profile_makes_the_change(self):
        self.profile_file(default=DEFAULT, work=WORK)
        result = self.run_tool("--profile", "work", "domain", "create", DOMAIN, keys=ENVIRONMENT)
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.err, "AKID...0002", "profile work")
        self.assertNotIn(WORK[0], result.err)
        self.assertEqual((self.changes(), self.signed_with()[0]), (["CreateEmailIdentity"], WORK[0]))

    def test_profiles__a_named_profile_that_is_missing_is_an_error_and_nothing_is_sent(self):
        file = self.profile_file(default=DEFAULT)
        err = self.fail_with(2, "domain", "create", DOMAIN, "--profile", "work", keys=ENVIRONMENT)
        self.assert_seen(err, "work", file, os.path.join(self.home, ".tccli", "work.credential"), "tcses configure")
        self.assertEqual(self.actions(), [])

    def test_profiles__a_named_profile_of_two_accounts_is_an_error(self):
        self.profile_file(work=WORK)
        self.tccli("work", TCCLI)
        self.assert_seen(self.fail_with(2, "status", "--profile", "work"), "work")
        self.assertEqual(self.actions(), [])
        self.tccli("work", WORK)
        self.succeed("status", "--profile", "work", keys=None)

    def test_profiles__the_default_chain_takes_the_first(self):
        tccli = self.tccli("default", TCCLI)
        self.assert_taken(TCCLI, f"profile default of {tccli}")
        file = self.profile_file(default=DEFAULT)
        self.assert_taken(DEFAULT, f"profile default of {file}")
        elsewhere = self.profile_file("elsewhere", default=OTHER)
        self.assert_taken(OTHER, f"profile default of {elsewhere}", TENCENTCLOUD_CREDENTIALS_FILE=elsewhere)
        self.assert_taken(ENVIRONMENT, "environment", keys=ENVIRONMENT, TENCENTCLOUD_CREDENTIALS_FILE=elsewhere)

    def test_profiles__tccli_has_a_variable_for_its_default(self):
        self.tccli("default", TCCLI)
        file = self.tccli("other", OTHER)
        self.assert_taken(OTHER, f"profile other of {file}", TCCLI_PROFILE="other")
        self.assert_taken(OTHER, f"profile other of {file}", "--profile", "other", keys=ENVIRONMENT)

    def test_profiles__half_a_pair_is_no_pair_and_not_passed_over(self):
        self.profile_file(default=DEFAULT)
        for half in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
            self.assert_seen(self.fail_with(2, "status", keys=None, **{half: "AKIDHALF"}), "TENCENTCLOUD_SECRET")
        self.assertEqual(self.actions(), [])

    def test_profiles__a_section_without_a_key_is_not_passed_over(self):
        file = self.write(".tencentcloud/credentials", f"[default]\nsecret_id = {DEFAULT[0]}\n")
        self.tccli("default", TCCLI)
        self.assert_seen(self.fail_with(2, "status", keys=None), file)
        self.assertEqual(self.actions(), [])

    def test_profiles__a_token_goes_with_its_keys(self):
        self.write(".tencentcloud/credentials", self.section("work", WORK, token="token-of-work"))
        self.succeed("domain", "list", "--profile", "work", keys=ENVIRONMENT, TENCENTCLOUD_TOKEN="token-of-environment")
        self.assertEqual(self.emulator.journal()[-1]["headers"]["x-tc-token"], "token-of-work")
        self.succeed("domain", "list", keys=ENVIRONMENT, TENCENTCLOUD_TOKEN="token-of-environment")
        self.assertEqual(self.emulator.journal()[-1]["headers"]["x-tc-token"], "token-of-environment")
        self.profile_file(work=WORK)
        self.succeed("domain", "list", "--profile", "work", TENCENTCLOUD_TOKEN="token-of-environment")
        self.assertNotIn("x-tc-token", self.emulator.journal()[-1]["headers"])


class Regions(ProfilesTest):
    HONGKONG = "ap-hongkong"

    def test_profiles__the_option_beats_profile_and_environment(self):
        file = self.write(".tencentcloud/credentials", self.section("work", WORK, region="ap-guangzhou"))
        self.assert_taken(WORK, f"profile work of {file}", "--profile", "work", "--region", self.HONGKONG,
                          region=self.HONGKONG, TENCENTCLOUD_REGION="ap-guangzhou")

    def test_profiles__the_region_of_a_named_profile_beats_the_environment(self):
        file = self.write(".tencentcloud/credentials", self.section("work", WORK, region=self.HONGKONG))
        self.assert_taken(WORK, f"profile work of {file}", "--profile", "work", region=self.HONGKONG,
                          TENCENTCLOUD_REGION="ap-guangzhou")

    def test_profiles__the_environment_beats_the_region_of_the_default_profile(self):
        file = self.write(".tencentcloud/credentials", self.section("default", DEFAULT, region=self.HONGKONG))
        self.assert_taken(DEFAULT, f"profile default of {file}", TENCENTCLOUD_REGION="ap-guangzhou")
        self.assert_taken(DEFAULT, f"profile default of {file}", region=self.HONGKONG, TENCENTCLOUD_REGION=None)

    def test_profiles__tccli_has_regions_too(self):
        file = self.tccli("work", TCCLI, self.HONGKONG)
        self.assert_taken(TCCLI, f"profile work of {file}", "--profile", "work", region=self.HONGKONG)

    def test_profiles__no_region_names_the_choices(self):
        self.profile_file(default=DEFAULT, work=WORK)
        for options in ([], ["--profile", "work"]):
            err = self.fail_with(1, "domain", "list", *options, keys=None, region=None)
            self.assert_seen(err, "no region", "ap-guangzhou", "ap-hongkong", "TENCENTCLOUD_REGION", "tcses configure")
        err = self.fail_with(1, "domain", "list", region="", keys=ENVIRONMENT)
        self.assert_seen(err, "no region")
        self.assertEqual(self.actions(), [])


class Endpoints(ProfilesTest):
    def setUp(self):
        super().setUp()
        self.other = harness.Emulator(*self.options)
        self.addCleanup(self.other.__exit__, None, None, None)

    def assert_asked(self, emulator, *arguments, **settings):
        """The command reaches this of the two."""
        before = [len(each.journal()) for each in (self.emulator, self.other)]
        self.succeed("domain", "list", *arguments, **settings)
        asked = [len(each.journal()) - count for each, count in zip((self.emulator, self.other), before)]
        self.assertEqual(asked, [1, 0] if emulator is self.emulator else [0, 1])

    def test_profiles__the_endpoint_is_that_of_option_variable_profile(self):
        profile = self.section("work", WORK, endpoint=self.other.endpoint)
        self.write(".tencentcloud/credentials", profile + self.section("default", DEFAULT, endpoint=self.other.endpoint))
        self.assert_asked(self.other, "--profile", "work", endpoint=None, keys=ENVIRONMENT)
        self.assert_asked(self.other, endpoint=None, keys=None)
        self.assert_asked(self.emulator, "--profile", "work")
        self.assert_asked(self.emulator, keys=ENVIRONMENT)
        self.assert_asked(self.emulator, "--endpoint", self.emulator.endpoint, "--profile", "work", endpoint=None)
        self.assert_asked(self.other, "--endpoint", self.other.endpoint, keys=ENVIRONMENT)

    def test_profiles__an_empty_variable_is_none(self):
        self.write(".tencentcloud/credentials", self.section("work", WORK, endpoint=self.other.endpoint))
        self.assert_asked(self.other, "--profile", "work", endpoint="")

    def test_profiles__the_endpoint_of_the_service_itself(self):
        """Nothing is sent there: a proxy that is not there stands before it."""
        nobody = rig.Nobody(self).endpoint
        err = self.fail_with(3, "domain", "list", "--timeout", "300ms", endpoint=None, keys=ENVIRONMENT,
                             https_proxy=nobody)
        self.assert_seen(err, nobody.rpartition(":")[2])
        err = self.fail_with(3, "domain", "list", "--timeout", "300ms", "-v", endpoint=None, keys=ENVIRONMENT,
                             https_proxy=nobody)
        self.assertIn("ListEmailIdentities attempt 1", err)


class Warned(ProfilesTest):
    def warning(self, mode, *options, name=".tencentcloud/credentials", **settings):
        file = self.profile_file(name, mode=mode, default=DEFAULT, work=WORK)
        settings.setdefault("keys", None)
        result = self.run_tool("domain", "list", *options, **settings)
        self.assertEqual(result.status, 0, result)
        if result.err:
            self.assert_seen(result.err, "Warning", f"chmod 600 {file}")
        return result.err

    def test_profiles__a_file_that_others_can_read_is_warned_about(self):
        for mode in (0o644, 0o640, 0o604, 0o660, 0o601):
            self.assertEqual(self.warning(mode).count("\n"), 1, oct(mode))
            self.assertNotEqual(self.warning(mode, "--profile", "work", keys=ENVIRONMENT), "")

    def test_profiles__a_private_file_is_not_warned_about(self):
        for mode in (0o600, 0o400):
            self.assertEqual(self.warning(mode), "", oct(mode))
            os.unlink(os.path.join(self.home, ".tencentcloud", "credentials"))

    def test_profiles__a_file_that_is_not_used_is_not_warned_about(self):
        self.assertEqual(self.warning(0o644, keys=ENVIRONMENT), "")
        self.profile_file("mine", default=OTHER)
        mine = os.path.join(self.home, "mine")
        self.assertEqual(self.warning(0o644, TENCENTCLOUD_CREDENTIALS_FILE=mine), "")

    def test_profiles__other_files_of_keys_are_warned_about(self):
        file = self.tccli("default", TCCLI)
        os.chmod(file, 0o644)
        self.assert_seen(self.run_tool("domain", "list", keys=None).err, f"chmod 600 {file}")


class Secrets(ProfilesTest):
    TOKEN = "token-that-is-secret-0123456789"
    PASSWORD = "Right12pasS"

    def assert_hidden(self, result, *more):
        """Neither output has the key, the token, the password, what is given more, or any signature that was sent."""
        signatures = [re.search("Signature=([0-9a-f]{64})", entry["headers"]["authorization"])[1]
                      for entry in self.emulator.journal()]
        for secret in (ENVIRONMENT[1], ENVIRONMENT[0], WORK[1], WORK[0], self.TOKEN, self.PASSWORD, *signatures, *more):
            self.assertNotIn(secret, result.out)
            self.assertNotIn(secret, result.err)

    def assert_no_hash(self, result):
        """The emulator tells a wrong signature's canonical request, which has a hash; nothing else has one."""
        self.assertIsNone(re.search("[0-9a-f]{64}", result.out + result.err), result)

    def commands(self):
        return (["status"], ["domain", "create", DOMAIN], ["domain", "list"], ["domain", "show", DOMAIN],
                ["domain", "verify", DOMAIN], ["address", "create", ADDRESS], ["address", "list"],
                ["address", "password", ADDRESS], ["address", "password", ADDRESS, "--dry-run"],
                ["unsubscribe", "set", ADDRESS, "en"], ["unsubscribe", "list"], ["call", "ListEmailAddress"],
                ["call", "UpdateEmailSmtpPassWord", "-"], ["call", "UpdateEmailSmtpPassWord", "-", "--dry-run"],
                ["unsubscribe", "delete", ADDRESS, "--yes"], ["address", "delete", ADDRESS, "--yes"],
                ["domain", "delete", DOMAIN, "--yes"])

    def input_of(self, command):
        if command[0] == "call":
            return json.dumps({"EmailAddress": ADDRESS, "Password": self.PASSWORD})
        return self.PASSWORD + "\n"

    def test_profiles__secrets_are_in_no_output(self):
        self.write(".tencentcloud/credentials", self.section("work", WORK, token=self.TOKEN))
        for options in ([], ["-v"], ["-vv"], ["-vvv"], ["-vvvv"], ["-vvv", "--output", "json"],
                        ["-vvv", "--profile", "work"]):
            for command in self.commands():
                result = self.run_tool(*command, *options, stdin=self.input_of(command), keys=ENVIRONMENT,
                                       TENCENTCLOUD_TOKEN=self.TOKEN)
                self.assertIn(result.status, (0, 4, 10), result)  # 4: a password that is set already
                self.assert_hidden(result)
                self.assert_no_hash(result)
        self.assertEqual(len(set(self.changes())), 8)

    def test_profiles__the_log_says_more_with_each_v(self):
        sizes = [len(self.run_tool("domain", "list", *options, keys=ENVIRONMENT).err)
                 for options in ([], ["-v"], ["-vvv"])]
        self.assertEqual((sizes[0], sorted(set(sizes))), (0, sizes))

    def test_profiles__secrets_are_in_no_error_that_quotes_them(self):
        quoted = f"{ENVIRONMENT[1]} {self.TOKEN} {self.PASSWORD} {ENVIRONMENT[1]}"
        for rule in ({"fault": "refuse", "code": "InvalidParameterValue.Quoted", "message": "no: " + quoted},
                     {"fault": "answer", "status": 403, "body": "<html>" + quoted},
                     {"fault": "answer", "status": 302, "headers": [["Location", "http://127.0.0.1/?" + self.TOKEN]],
                      "body": ""},
                     {"fault": "answer", "body": quoted},
                     {"fault": "answer", "body": '{"Response":{"RequestId":"%s"' % quoted}):
            self.break_with(rule)
            for command in (["address", "password", ADDRESS], ["call", "UpdateEmailSmtpPassWord", "-"]):
                for options in (["-vvv"], ["-vvv", "--output", "json"], ["--language", "zh-CN"]):
                    result = self.run_tool(*command, *options, "--timeout", "1s", stdin=self.input_of(command),
                                           keys=ENVIRONMENT, TENCENTCLOUD_TOKEN=self.TOKEN)
                    self.assertNotEqual(result.status, 0)
                    self.assert_hidden(result)
                    self.assert_no_hash(result)

    def test_profiles__an_error_still_says_what_is_no_secret(self):
        self.break_with({"fault": "refuse", "code": "InvalidParameterValue.Quoted",
                         "message": f"before {self.PASSWORD} between {self.PASSWORD} after"})
        for command in (["address", "password", ADDRESS], ["call", "UpdateEmailSmtpPassWord", "-"]):
            err = self.run_tool(*command, stdin=self.input_of(command)).err
            self.assert_seen(err, "before *** between *** after")

    def test_profiles__a_signature_that_is_refused_is_not_shown(self):
        result = self.run_tool("domain", "list", "-vvv", keys=(ENVIRONMENT[0], "wrong-secret-key"))
        self.assertEqual(result.status, 2)
        self.assert_hidden(result, "wrong-secret-key")

    def test_profiles__a_body_that_is_no_json_is_not_shown(self):
        for body in ('{"Password":Right12pasS}', '{"Password":"Right12pasS"', '["Right12pasS"]', "Right12pasS"):
            for options in ([], ["--dry-run"], ["--output", "json"]):
                result = self.run_tool("call", "UpdateEmailSmtpPassWord", "-", *options, stdin=body, keys=ENVIRONMENT)
                self.assertEqual(result.status, 1, result)
                self.assert_hidden(result)

    def test_profiles__keys_in_a_broken_file_are_not_shown(self):
        for text in (f"[default]\nsecret_id = {WORK[0]}\nsecret_key {WORK[1]}\n", f"{WORK[1]}\n[default]\n",
                     f"[default]\nsecret_id = {WORK[0]} {WORK[1]}\nsecret_key = {WORK[1]}\x01\n"):
            self.write(".tencentcloud/credentials", text)
            result = self.run_tool("status", "-vvv", "--profile", "default", keys=None)
            self.assertEqual(result.status, 2, result)
            self.assert_hidden(result)

    def test_profiles__a_generated_password_is_shown_once_and_on_stdout_alone(self):
        self.make(ADDRESS)
        for options in ([], ["-vvv"], ["-vvv", "--output", "json"]):
            result = self.run_tool("address", "password", ADDRESS, "--generate", *options, keys=ENVIRONMENT)
            password = json.loads(self.emulator.journal()[-1]["body"])["Password"]
            self.assertEqual((result.status, result.out.count(password)), (0, 1), result)
            self.assertNotIn(password, result.err)

    def make(self, address):
        for command in (["domain", "create", DOMAIN], ["domain", "verify", DOMAIN], ["address", "create", address]):
            self.succeed(*command, keys=ENVIRONMENT)

    def test_profiles__no_command_line_shows_a_password(self):
        server = self.break_with({"fault": "silent"})
        command = self.command(["address", "password", ADDRESS])
        with subprocess.Popen(command, env=self.environment(keys=ENVIRONMENT), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
            self.addCleanup(program.kill_all_of, process)
            process.stdin.write((self.PASSWORD + "\n").encode())
            process.stdin.close()
            process.stderr.readline()
            while not server.journal()["requests"]:
                self.assertIsNone(process.poll())
            shown = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
            self.assertEqual(shown.split(b"\0")[:-1], [word.encode() for word in command])
            self.assertEqual(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(), "")
            program.kill_all_of(process)

    def test_profiles__no_option_takes_a_secret(self):
        for option in ("--secret-key", "--secret-id", "--password", "--token", "--key"):
            err = self.fail_with(1, "status", option, self.TOKEN)
            self.assertIn(f"no option {option}", err)
            self.assertNotIn(self.TOKEN, err)


if __name__ == "__main__":
    rig.main()

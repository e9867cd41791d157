# SPDX-License-Identifier: Apache-2.0
"""Whose keys, which region: the right account; and that no secret is ever shown."""

import json
import os
import pathlib

import rig

DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"
PASSWORD = "Canary12pasS"


class Profiles(rig.CliTest):
    options = ("--secret", "AKIDEMULATOR:emulator-secret-key", "--secret", "AKIDPROFILE:profile-key",
               "--secret", "AKIDDEFAULT:default-key")

    def write(self, text, mode=0o600, name=".tencentcloud/credentials"):
        file = pathlib.Path(self.home, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def key_used(self):
        return self.emulator.journal()[-1]["headers"]["authorization"].split("Credential=")[1].split("/")[0]

    def test_profiles__a_named_one_beats_the_environment(self):
        self.write("[work]\nsecret_id = AKIDPROFILE\nsecret_key = profile-key\n"
                   "[default]\nsecret_id = AKIDDEFAULT\nsecret_key = default-key\n")
        self.succeed("domain", "list")
        self.assertEqual(self.key_used(), "AKIDEMULATOR")
        self.succeed("domain", "list", "--profile", "work")
        self.assertEqual(self.key_used(), "AKIDPROFILE")
        self.succeed("domain", "list", keys=None)
        self.assertEqual(self.key_used(), "AKIDDEFAULT")

    def test_profiles__a_named_one_that_is_not_there_is_not_replaced(self):
        err = self.fail_with(2, "domain", "list", "--profile", "missing")
        self.assert_seen(err, "missing", ".tencentcloud/credentials")
        self.assertEqual(self.actions(), [])

    def test_profiles__region_and_endpoint(self):
        self.write(f"[work]\nsecret_id = AKIDPROFILE\nsecret_key = profile-key\nregion = ap-hongkong\n"
                   f"endpoint = {self.endpoint}\n")
        self.succeed("address", "list", "--profile", "work", endpoint=None, region="ap-guangzhou")
        self.assertEqual(self.emulator.journal()[0]["region"], "ap-hongkong")
        self.emulator.admin("DELETE", "requests")
        self.succeed("address", "list", "--profile", "work", "--region", "ap-guangzhou")
        self.assertEqual(self.emulator.journal()[0]["region"], "ap-guangzhou")

    def test_profiles__are_told_before_a_change(self):
        file = self.write("[work]\nsecret_id = AKIDPROFILE\nsecret_key = profile-key\n")
        result = self.run_tool("domain", "create", DOMAIN, "--profile", "work")
        self.assertEqual(result.err, f"Account of key AKID... (profile work of {file}), region ap-guangzhou\n")

    def test_profiles__that_others_can_read_are_warned_about(self):
        file = self.write("[work]\nsecret_id = AKIDPROFILE\nsecret_key = profile-key\n", 0o644)
        result = self.run_tool("status", "--profile", "work")
        self.assertEqual(result.status, 0)
        self.assert_seen(result.err, "Warning", f"chmod 600 {file}")
        file.chmod(0o600)
        self.assertEqual(self.run_tool("status", "--profile", "work").err, "")

    def test_profiles__of_tccli(self):
        self.write(json.dumps({"secretId": "AKIDPROFILE", "secretKey": "profile-key"}), name=".tccli/home.credential")
        self.write(json.dumps({"_sys_param": {"region": "ap-hongkong"}}), name=".tccli/home.configure")
        out = self.succeed("status", "--profile", "home", region=None)
        self.assert_seen(out, "ap-hongkong", "home.credential")


class Secrets(rig.CliTest):
    options = ("--secret", "AKIDEMULATOR:CanarySecretKey0000")
    KEYS = ("AKIDEMULATOR", "CanarySecretKey0000")

    def look(self, result, *more):
        text = result.out + result.err
        for secret in (self.KEYS[1], "CanaryToken", *more):
            self.assertNotIn(secret, text)
        for entry in self.emulator.journal():
            signature = entry["headers"]["authorization"].split("Signature=")[1]
            self.assertNotIn(signature, text)

    def test_secrets__are_in_no_output(self):
        for more in ([], ["-v"], ["-vv"], ["-vvv"], ["-vvv", "--output", "json"]):
            environment = {"keys": self.KEYS, "TENCENTCLOUD_TOKEN": "CanaryToken"}
            self.look(self.run_tool("status", *more, **environment))
            self.look(self.run_tool("domain", "create", DOMAIN, *more, **environment))
            self.verify(DOMAIN)
            self.look(self.run_tool("address", "create", ADDRESS, *more, **environment))
            result = self.run_tool("address", "password", ADDRESS, *more, stdin=PASSWORD + "\n", **environment)
            self.look(result, PASSWORD)
            self.assertNotIn(ADDRESS, result.err.replace(f"password of {ADDRESS}", "") if "-v" in str(more) else "")
        self.assertIn("UpdateEmailSmtpPassWord", self.actions())

    def test_secrets__that_the_service_quotes_are_hidden(self):
        self.break_with({"action": "UpdateEmailSmtpPassWord", "fault": "refuse", "code": "InvalidParameter",
                         "message": f"bad: {PASSWORD} CanaryToken"})
        result = self.run_tool("address", "password", ADDRESS, stdin=PASSWORD + "\n", keys=self.KEYS,
                               TENCENTCLOUD_TOKEN="CanaryToken")
        self.assertEqual(result.status, 4, result)
        self.look(result, PASSWORD)

    def test_secrets__a_wrong_key_is_not_shown(self):
        self.look(self.run_tool("status", "-vvv", keys=("AKIDEMULATOR", "CanaryWrongKey")), "CanaryWrongKey")


if __name__ == "__main__":
    rig.main()

# SPDX-License-Identifier: Apache-2.0
"""The four actions on the unsubscribe link of an address."""

import unittest

from harness import GUANGZHOU, HONGKONG, EmulatorTest

ADDRESS = "news@mail.example.com"


class Unsubscribe(EmulatorTest):
    options = ("--max-addresses", "120")

    def setUp(self):
        super().setUp()
        self.make_domain()
        self.make_address()

    def set(self, verb="Create", address=ADDRESS, config="1", status=1, region=GUANGZHOU):
        return self.emulator.call(verb + "AddressUnsubscribeConfig", region, Address=address,
                                  UnsubscribeConfig=config, Status=status)

    def delete(self, address=ADDRESS, region=GUANGZHOU):
        return self.emulator.call("DeleteAddressUnsubscribeConfig", region, Address=address)

    def listed(self, region=GUANGZHOU, **params):
        response = self.done(self.emulator.call("ListAddressUnsubscribeConfig", region, **params))
        self.assertEqual(set(response), {"AddressUnsubscribeConfigList", "Total"})
        return response["AddressUnsubscribeConfigList"], response["Total"]

    def test_emulator__creates_changes_and_deletes_a_setting(self):
        self.assertEqual(self.listed(), ([], 0))
        self.assertEqual(self.done(self.set()), {})
        self.assertEqual(self.listed(), ([{"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}], 1))
        self.assertEqual(self.done(self.set("Update", config="10", status=0)), {})
        self.assertEqual(self.listed(), ([{"Address": ADDRESS, "UnsubscribeConfig": "10", "Status": 0}], 1))
        self.assertEqual(self.done(self.delete()), {})
        self.assertEqual(self.listed(), ([], 0))

    def test_emulator__takes_every_language(self):
        self.done(self.set(config="0"))
        for language in range(11):
            self.done(self.set("Update", config=str(language)))

    def test_emulator__refuses_other_values(self):
        self.done(self.set())
        for verb in ("Create", "Update"):
            for config in ("", "11", "-1", "01", "en", "1 "):
                self.assert_code(self.set(verb, config=config), "InvalidParameterValue", "UnsubscribeConfig")
            self.assert_code(self.set(verb, status=2), "InvalidParameterValue", "Status")

    def test_emulator__refuses_a_second_setting(self):
        self.done(self.set())
        self.assert_code(self.set(), "InvalidParameterValue.RepeatCreation")

    def test_emulator__refuses_a_setting_that_is_not_there(self):
        self.assert_code(self.set("Update"), "ResourceNotFound")
        self.assert_code(self.delete(), "ResourceNotFound")

    def test_emulator__refuses_a_setting_for_no_address(self):
        for verb in ("Create", "Update"):
            self.assert_code(self.set(verb, "no@mail.example.com"), "InvalidParameterValue.NoSuchSender")
        self.assert_code(self.delete("no@mail.example.com"), "InvalidParameterValue.NoSuchSender")

    def test_emulator__keeps_settings_apart_by_region(self):
        self.done(self.set())
        self.assertEqual(self.listed(HONGKONG), ([], 0))
        self.assert_code(self.set("Update", region=HONGKONG), "InvalidParameterValue.NoSuchSender")

    def test_emulator__forgets_the_setting_with_its_address(self):
        self.done(self.set())
        self.done(self.emulator.call("DeleteEmailAddress", EmailAddress=ADDRESS))
        self.make_address()
        self.assertEqual(self.listed(), ([], 0))

    def test_emulator__lists_settings_in_pages(self):
        names = [f"a{i}@mail.example.com" for i in range(110)]
        for name in names:
            self.make_address(name)
            self.done(self.set(address=name))

        def shown(**params):
            rows, total = self.listed(**params)
            self.assertEqual(total, 110)
            return [row["Address"] for row in rows]

        self.assertEqual(shown(), names[:100])
        self.assertEqual(shown(Limit="100", Offset=100), names[100:])
        self.assertEqual(shown(Limit="2", Offset=1), names[1:3])

    def test_emulator__takes_the_limit_as_text_alone(self):
        self.assert_code(self.emulator.call("ListAddressUnsubscribeConfig", Limit=10), "InvalidParameter", "Limit")
        for limit in ("101", "-1", "ten", "", "9" * 30):
            response = self.emulator.call("ListAddressUnsubscribeConfig", Limit=limit)
            self.assert_code(response, "InvalidParameterValue", "Limit")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""The course of scripts/live."""

import argparse
import json
import pathlib
import re
import secrets
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "bindings" / "python"))

from masks import Masks  # noqa: E402
from probes import GUANGZHOU, HONGKONG, Probes, code  # noqa: E402
from service import Failed, Service  # noqa: E402
from shapes import Shapes  # noqa: E402
from tcses import Tcses, TcsesError  # noqa: E402

DIFFERENT = 2


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/live", description="Holds the real service against the library's tables and the emulator's "
        "assumptions, with your own keys. Changes nothing, unless told otherwise. Exit status: 0 all as expected, "
        "2 differences found, 1 it could not be done.")
    parser.add_argument("--write", metavar="DOMAIN", help="also run the whole flow with this domain: create it if it is "
                        "not there, submit it and, if it is verified, make and delete a sender address. The domain stays.")
    parser.add_argument("--refused", action="store_true", help="also send changes that the service must refuse "
                        "(part of --write)")
    parser.add_argument("--profile", help="the name of a profile, in place of the default chain")
    parser.add_argument("--endpoint", help="another endpoint than ses.tencentcloudapi.com")
    folder = ROOT / "build" / time.strftime("live-answers-%Y%m%d-%H%M%S")
    parser.add_argument("--save", metavar="FOLDER", type=pathlib.Path, default=folder,
                        help="where to put the answers, with names, keys, addresses and ids replaced (build/live-answers-"
                        "and the time)")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def load(build):
    return Tcses(str(build / "src" / "libtcses.so"), str(build / "layout" / "layout.json"))


def must(response, what):
    if "Error" in response:
        raise Failed(f"{what}: {response['Error']['Code']}")
    return response


def read(service, seen):
    """The reading half of the flow; returns the account's domains."""
    listed = must(service.typed("list_email_identities", GUANGZHOU, limit=100), "listing domains")
    names = [domain["IdentityName"] for domain in listed.get("EmailIdentities") or []]
    for name in names:
        got = must(service.typed("get_email_identity", GUANGZHOU, email_identity=name), f"reading {name}")
        seen.setdefault("tags", []).extend(got.get("TagList") or [])
    for region in (GUANGZHOU, HONGKONG):
        answer = must(service.typed("list_email_address", region), f"listing addresses in {region}")
        seen.setdefault("senders", []).extend(answer.get("EmailSenders") or [])
        must(service.typed("list_address_unsubscribe_config", region, limit=100), f"listing settings in {region}")
    print(f"Read: {len(names)} domains, {len(seen['senders'])} sender addresses in two regions")
    return names


def write(service, domain, names, seen):
    """The writing half: as far as the domain's state allows."""
    if domain not in names:
        created = must(service.typed("create_email_identity", GUANGZHOU, email_identity=domain), f"creating {domain}")
        seen["first_dkim_option"] = created.get("DKIMOption")
        names.insert(0, domain)
        print(f"Created {domain}")
    state = must(service.typed("get_email_identity", GUANGZHOU, email_identity=domain), f"reading {domain}")
    if not state["VerifiedForSendingStatus"]:  # a verified domain is never submitted again
        state = must(service.typed("update_email_identity", GUANGZHOU, email_identity=domain), f"submitting {domain}")
    for row in state["Attributes"]:
        mark = "ok     " if row["Status"] else "missing"
        print(f"  {mark} {row['Type']:4} {row['SendDomain']}  {row['ExpectedValue']}")
    if state["VerifiedForSendingStatus"]:
        sender(service, f"tcses-live-{secrets.token_hex(4)}@{domain}", seen)
    else:
        print(f"{domain} is not verified: put these records into DNS and run this again for the rest")


def sender(service, address, seen):
    must(service.typed("create_email_address", GUANGZHOU, email_address=address, email_sender_name="试运行"),
         "creating an address")
    try:
        shouted = address.replace("tcses-live", "TCSES-LIVE")
        seen["address_in_upper_case"] = code(service.typed("create_email_address", GUANGZHOU, email_address=shouted))
        if seen["address_in_upper_case"] == "accepted":
            service.typed("delete_email_address", GUANGZHOU, email_address=shouted)
        password = "Aa9" + secrets.token_hex(4) + "Zz8"
        must(service.typed("update_email_smtp_password", GUANGZHOU, email_address=address, password=password),
             "setting a password")
        seen["senders"] += must(service.typed("list_email_address", GUANGZHOU), "listing")["EmailSenders"]
        unsubscribe(service, address, seen)
    finally:
        must(service.typed("delete_email_address", GUANGZHOU, email_address=address), f"deleting {address}")
    listed = service.typed("list_address_unsubscribe_config", GUANGZHOU, limit=100)
    left = listed.get("AddressUnsubscribeConfigList") or []
    seen["settings_after_delete"] = sum(one["Address"] == address for one in left)
    print("Made a sender address, gave it a password and an unsubscribe link, and deleted it")


def unsubscribe(service, address, seen):
    setting = {"address": address, "unsubscribe_config": "1", "status": service.tcses.UNSUBSCRIBE_ON}
    must(service.typed("create_address_unsubscribe_config", GUANGZHOU, **setting), "making an unsubscribe link")
    seen["second_setting"] = code(service.typed("create_address_unsubscribe_config", GUANGZHOU, **setting))
    must(service.typed("update_address_unsubscribe_config", GUANGZHOU, **dict(setting, unsubscribe_config="2")),
         "changing an unsubscribe link")
    must(service.typed("list_address_unsubscribe_config", GUANGZHOU, limit=100), "listing unsubscribe links")
    must(service.typed("delete_address_unsubscribe_config", GUANGZHOU, address=address), "deleting an unsubscribe link")
    # once more, to see whether it goes with its address
    must(service.typed("create_address_unsubscribe_config", GUANGZHOU, **setting), "making an unsubscribe link again")


def save(records, folder):
    """The answers without anything that tells whose they are."""
    if not records:
        return
    masks = Masks()
    folder.mkdir(parents=True, exist_ok=True)
    for number, (action, region, request, response) in enumerate(records, 1):
        if "Error" in response:
            response = {"Error": {"Code": response["Error"]["Code"]}, "RequestId": response["RequestId"]}
        masked = masks.mask(response)
        content = {"action": action, "region": region, "parameters": sorted(request), "response": masked}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        if masks.leaks(masked):
            raise Failed(f"answer {number} ({action}) would show something of yours; nothing more is saved")
        (folder / f"{number:03}-{action}.json").write_text(text + "\n", encoding="utf-8")
    print(f"Saved {len(records)} answers in {folder}, with names, keys, addresses and ids replaced: look at them "
          "before you show them to others")


def report(findings):
    table = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r"^\| A(\d+) ", table, re.M)]
    print("Assumptions (docs/assumptions.md):")
    for number, (holds, what) in sorted(findings.items()):
        print(f"  A{number:<3} {'holds  ' if holds else 'DIFFERS'}  {what}")
    print("  not settled by this run: " + " ".join(f"A{number}" for number in numbers if number not in findings))


def reasons(failure):
    """Also those before it: what was begun is cleaned up and saved after a failure, and that can fail too."""
    before = failure.__context__
    return (reasons(before) + "; " if isinstance(before, Failed) else "") + str(failure)


def examine(service, options):
    """The calls, in order; returns the findings."""
    seen = {}
    names = read(service, seen)
    if options.write:
        write(service, options.write, names, seen)
    probes = Probes(service, names, seen)
    findings = probes.run(Probes.READ)
    if options.refused or options.write:
        findings |= probes.run(Probes.REFUSED) | probes.run(Probes.WRITE)
    return findings


def main():
    options = arguments()
    if options.save.is_dir() and any(options.save.iterdir()):
        sys.exit(f"scripts/live: {options.save} holds something already: name another folder with --save")
    shapes = Shapes(json.loads((ROOT / "tests" / "data" / "ses-fields.json").read_text()))
    service = Service(load(options.build), shapes, TcsesError, options.endpoint, options.profile)
    try:
        try:
            findings = examine(service, options)
        finally:
            shapes.report()
            save(service.records, options.save)
    except Failed as failure:
        sys.exit(f"scripts/live: {reasons(failure)}")
    finally:
        service.close()
    report(findings)
    return DIFFERENT if shapes.differences or not all(holds for holds, _ in findings.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

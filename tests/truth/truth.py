# SPDX-License-Identifier: Apache-2.0
"""The truth test: many calls through seeded faults, then the emulator's journal against what the client told.

    python3 truth.py CALLS-PROGRAM EMULATOR [--calls N] [--seeds N...] [--threads N] [--keep DIRECTORY]

--keep writes what was judged to files of that directory, to look at. TCSES_TEST_EMULATOR names an emulator of another
build. At the end the last seed's logs are judged again, each time with one lie in them that the judge has to see.
"""

import argparse
import contextlib
import copy
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

from judge import Judge  # noqa: E402
from server import FaultServer  # noqa: E402

# (name, share of those that fit, whether the client can't know then what became of its request, rule)
FAULTS = (
    ("connection reset", 0.02, True, {"on": "connection", "fault": "reset"}),
    ("connection closed", 0.02, True, {"on": "connection", "fault": "close"}),
    ("cut in the first head", 0.02, True, {"on": "connection", "fault": "cut-request", "at": 200}),
    ("cut anywhere in the request", 0.02, True, {"fault": "cut-request", "at": "any"}),
    ("reset before the service", 0.02, True, {"fault": "reset"}),
    ("closed before the service", 0.02, True, {"fault": "close"}),
    ("reset after the service", 0.02, True, {"fault": "reset", "pass_on": True}),
    ("closed after the service", 0.02, True, {"fault": "close", "pass_on": True}),
    ("silent before the service", 0.005, True, {"fault": "silent"}),
    ("silent after the service", 0.005, True, {"fault": "silent", "pass_on": True}),
    ("answer cut anywhere, closed", 0.03, True, {"fault": "none", "cut": "any"}),
    ("answer cut anywhere, reset", 0.02, True, {"fault": "none", "cut": "any", "then": "reset"}),
    ("502 before the service", 0.02, True, {"fault": "answer", "status": 502, "body": "<html>502</html>"}),
    ("503 after the service", 0.02, True, {"fault": "answer", "status": 503, "body": "", "pass_on": True}),
    ("504 after the service", 0.02, True, {"fault": "answer", "status": 504, "body": "<html>", "pass_on": True}),
    ("no JSON after the service", 0.01, True, {"fault": "answer", "body": "<html>Welcome</html>", "pass_on": True}),
    ("InternalError before the service", 0.02, True, {"fault": "refuse", "code": "InternalError"}),
    ("InternalError after the service", 0.02, True, {"fault": "refuse", "code": "InternalError.Timeout", "pass_on": True}),
    ("throttled", 0.03, False, {"fault": "refuse", "code": "RequestLimitExceeded"}),
    ("throttled with a suffix", 0.01, False, {"fault": "refuse", "code": "RequestLimitExceeded.UinLimitExceeded"}),
    ("not available", 0.02, False, {"fault": "refuse", "code": "FailedOperation.ServiceNotAvailable"}),
    ("429 of a gateway", 0.01, False, {"fault": "answer", "status": 429, "body": "", "headers": [["Retry-After", "2"]]}),
    ("closed after a whole answer", 0.03, False, {"fault": "none", "then": "close"}),
)
HIDING = {index for index, (_, _, hides, _) in enumerate(FAULTS) if hides}
LOST_AFTER_SECONDS = 900


@contextlib.contextmanager
def emulator(program):
    """Its endpoint. It must end well."""
    limits = ["--max-domains", "1000000", "--max-addresses", "1000000"]
    environment = dict(os.environ)
    if "TCSES_TEST_EMULATOR" in os.environ:
        program = os.environ["TCSES_TEST_EMULATOR"]
        # It would make that program load the library of this build.
        environment.pop("LD_LIBRARY_PATH", None)
    process = subprocess.Popen([program, *limits], stdout=subprocess.PIPE, env=environment)
    try:
        yield json.loads(process.stdout.readline())["endpoint"]
    finally:
        process.terminate()
        status = process.wait()
        process.stdout.close()
    if status != 0:
        raise AssertionError(f"the emulator ended with {status}")


def journal_of(endpoint):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(endpoint + "/_emulator/requests") as answer:
        journal = json.load(answer)
    if journal["dropped"]:
        raise AssertionError("the emulator's journal is not whole")
    return [dict(entry, body=json.loads(entry["body"])) for entry in journal["requests"]]


def make_calls(program, through, direct, seed, options):
    """Returns what the calls told, and what was there at the end."""
    command = [program, through, direct, str(seed), str(options.calls), str(options.threads)]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, timeout=LOST_AFTER_SECONDS, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if "call" in line], [line for line in lines if "page" in line]


def run(seed, options):
    rules = [dict(rule, chance=chance, seed=seed) for _, chance, _, rule in FAULTS]
    with emulator(options.emulator) as direct, FaultServer(direct) as server:
        server.set_rules(rules)
        calls, pages = make_calls(options.program, server.http, direct, seed, options)
        journal, proxy = journal_of(direct), server.journal()
    logs = {"calls": calls, "pages": pages, "journal": journal, "proxy": proxy}
    if options.keep:
        for name, content in logs.items():
            (pathlib.Path(options.keep) / f"{name}-{seed}.json").write_text(json.dumps(content, indent=1))
    return logs


# ---- lies ----

def deny(told, entry, journal):
    told.update(told="not done", status="API", attempts=1)


def do_again(told, entry, journal):
    journal.insert(journal.index(entry) + 1, dict(entry))


def undo(told, entry, journal):
    entry.update(effect=False, code="InternalError")


LIES = {
    "a call told as not done that was done": (deny, "told as not done, but was"),
    "a call done twice": (do_again, "done 2 times"),
    "a call told as done that was not": (undo, "told as done, but was not"),
}


def unseen_lies(logs):
    """Those that the judge does not see."""
    for name, (lie, words) in LIES.items():
        doctored = copy.deepcopy(logs)
        effects = {entry["headers"]["x-trace"]: entry for entry in doctored["journal"] if entry["effect"]}
        told = next(call for call in doctored["calls"] if call["action"] == "CreateEmailAddress" and
                    call["told"] == "done" and len(call["requests"]) == 1 and f"{call['call']}.1" in effects)
        lie(told, effects[f"{told['call']}.1"], doctored["journal"])
        wrong = Judge(**doctored, hiding=HIDING).run()
        if not any(f"call {told['call']}," in text and words in text for text in wrong):
            yield name


# ---- figures ----


def count_faults(proxy):
    counts = dict.fromkeys((name for name, _, _, _ in FAULTS), 0)
    for entry in proxy["requests"]:
        if entry["rule"] is not None:
            counts[FAULTS[entry["rule"]][0]] += 1
    for entry in proxy["connections"]:
        # A request's rule is noted with the request, and that of a cut with it too.
        for name, _, _, rule in FAULTS:
            if rule.get("on") == "connection" and rule["fault"] == entry["fault"] != "cut-request":
                counts[name] += 1
    return counts


def print_figures(judge, counts, seconds):
    for name, value in judge.figures().items():
        print(f"#   {name}: {value}")
    print(f"#   faults: {sum(counts.values())} in {seconds:.1f} s")
    for name, count in counts.items():
        print(f"#     {count:5} {name}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("emulator")
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--keep")
    options = parser.parse_args()
    is_true = True
    for number, seed in enumerate(options.seeds, 1):
        start = time.monotonic()
        logs = run(seed, options)
        judge = Judge(**logs, hiding=HIDING)
        wrong = judge.run()
        counts = count_faults(judge.proxy)
        if options.calls >= 5000:
            wrong += [f"the fault was never played: {name}" for name, count in counts.items() if count == 0]
        if len(judge.calls) != options.calls:
            wrong.append(f"{len(judge.calls)} calls of {options.calls} told how they ended")
        print(f"{'not ok' if wrong else 'ok'} {number} - truth of {options.calls} calls, seed {seed}")
        print_figures(judge, counts, time.monotonic() - start)
        print("".join(f"#   WRONG {text}\n" for text in wrong[:50]), end="", flush=True)
        is_true = is_true and not wrong
    unseen = list(unseen_lies(logs))
    print(f"{'not ok' if unseen else 'ok'} {len(options.seeds) + 1} - lies are seen")
    print("".join(f"#   not seen: {name}\n" for name in unseen), end="")
    print(f"1..{len(options.seeds) + 1}")
    is_true = is_true and not unseen
    sys.exit(0 if is_true else 1)


if __name__ == "__main__":
    main()

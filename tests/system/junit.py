# SPDX-License-Identifier: MIT
"""junit.py - make test JUNIT=FILE: what the file says is what was printed; and one boot, one KTAP document."""

from harness import Command

# `make test`, with tests that end in every way; then what hosted CI would read of it.
SCRIPT = r"""
import collections, contextlib, io, os, re, sys, tempfile
import xml.etree.ElementTree as ET
sys.path.insert(0, "tools")
import known, test
from harness import Command

def ktap(name, text, status=0):
    return Command(name, argv=("sh", "-c", f"printf %b '{text}'; exit {status}"), ktap=True)

def run(tests, **env):
    test.declared_tests = lambda: tests
    os.environ.update(env)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            test.main()
        except SystemExit as end:
            status = end.code
    return status, printed.getvalue()

path = tempfile.mkstemp()[1]
sys.argv = ["test.py"]
known.FAILURES = {("of the host", "-"): "#1"}
status, printed = run([
    ktap("user: files", "1..3\nok 1 a.b\n# file.c:3: not true: 1 < 0\nnot ok 2 a.c\nok 3 a.d # SKIP no PAN\n", 1),
    ktap("two documents", "1..1\nok 1 a\n1..1\nok 1 b\n"),
    ktap("a wrong number", "1..2\nok 1 a\nok 3 b\n"),
    ktap("one too few", "1..2\nok 1 a\n"),
    ktap("one too many", "1..1\nok 1 a\nok 2 b\n"),
    ktap("silent", ""),
    Command("area: <a> & \"b\"", argv=("sh", "-c", "printf 'red \\033[31m\\n'; exit 3")),
    Command("area: good", argv=("true",)),
    Command("of the host", argv=("false",)),
    Command("cannot", skip="no tool"),
], JUNIT=path)
root = ET.parse(path).getroot()
seen = collections.Counter()
for suite in root:
    here = collections.Counter()
    for case in suite:
        here[case[0].tag if len(case) else "passed"] += 1
        for end in case:
            print(f"{case.get('classname')} | {case.get('name')} | {end.tag} | {end.get('message')} | {end.text!r}")
    assert len(suite) == int(suite.get("tests")), suite.attrib
    assert here["failure"] == int(suite.get("failures")), suite.attrib
    assert here["skipped"] == int(suite.get("skipped")), suite.attrib
    seen += here
print("status", status, "of the file:", f"{seen['passed']} passed, {seen['failure']} failed, {seen['skipped']} skipped")
print("printed:", printed.splitlines()[-1])
sys.argv = ["test.py", "nonsense"]
print(run([], JUNIT=path)[0], ET.parse(path).getroot().get("failures"))
print(run([], JUNIT="/nowhere/file")[0])
os.remove(path)
"""

TIER = 1
TESTS = [
    Command(
        "junit: the file says what was printed",
        argv=("python3", "-c", SCRIPT),
        expect=(
            r"^user: files \| a\.c \| failure \| file\.c:3: not true: 1 < 0 \| None$",
            r"^user: files \| a\.d \| skipped \| no PAN \| None$",
            r"^user: files \| (exit status 1 .*) \| failure \| \1 \| None$",
            r"^two documents \| .* \| failure \| 2 plans: it is not one KTAP document \|",
            r"^a wrong number \| .* \| failure \| result 2 has the number 3: b \|",
            r"^one too few \| .* \| failure \| its plan was 2 tests, and 1 came \|",
            r"^one too many \| .* \| failure \| its plan was 1 tests, and 2 came \|",
            r"^silent \| .* \| failure \| it printed no test result \|",
            r"^area \| <a> & \"b\" \| failure \| exit status 3 instead of 0 \| 'red \ufffd\[31m'$",
            r"^of the host \| of the host \| skipped \| exit status 1 instead of 0 \| 'a known failure: #1'$",
            r"^cannot \| cannot \| skipped \| skipped: no tool \| None$",
            r"^status 1 of the file: 9 passed, 9 failed, 3 skipped\nprinted: 9 passed, 9 failed, 3 skipped$",
            r"^1 1\nmake test: JUNIT=/nowhere/file: No such file or directory$",
        ),
    ),
]

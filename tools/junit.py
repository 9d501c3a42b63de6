# SPDX-License-Identifier: MIT
"""junit.py - `make test JUNIT=FILE`: the results as JUnit XML, which hosted CI reads.

A <testsuite> for each test of tools/test.py, and in it a <testcase> for each
KTAP result, or one. What failed beside the results (an exit status, a plan) is
a <testcase> of its own, so the counts of the file are those of `make test`.
"""

import re
import xml.etree.ElementTree as ET

# XML 1.0 has no way to write these; a terminal's output has some.
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text):
    return NOT_IN_XML.sub("\ufffd", text)


def add_case(suite, area, name, verdict, why):
    """verdict: passed, failed or skipped."""
    case = ET.SubElement(suite, "testcase", classname=clean(area), name=clean(name))
    if verdict != "passed":
        first, _, rest = clean(why).partition("\n")
        tag = "failure" if verdict == "failed" else "skipped"
        ET.SubElement(case, tag, message=first).text = rest
    return case


def add_suite(root, test, outcome, seconds, last_lines):
    """last_lines: the end of a failed test's output, if it is to be shown."""
    counts = {"tests": outcome.passed + outcome.failed + outcome.skipped, "failures": outcome.failed, "errors": 0}
    counts["skipped"] = outcome.skipped
    time = f"{seconds:.3f}"
    suite = ET.SubElement(root, "testsuite", name=clean(test.name), time=time)
    for name, count in counts.items():
        suite.set(name, str(count))
    if test.ktap:
        for case in outcome.cases:
            add_case(suite, test.name, *case)
    else:
        area, _, name = test.name.partition(": ")
        verdict = "failed" if outcome.failed else "passed" if outcome.passed else "skipped"
        add_case(suite, area, name or area, verdict, "\n".join([*outcome.notes, *last_lines])).set("time", time)


def write(file, results):
    """results: (test, outcome, seconds, last lines) of each, into an open file."""
    root = ET.Element("testsuites", name="portcullis")
    for result in results:
        add_suite(root, *result)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name)) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time')) for suite in root):.3f}")
    ET.indent(root)
    # ASCII, with character references: one npm viewer guesses encodings.
    ET.ElementTree(root).write(file, encoding="us-ascii", xml_declaration=True)

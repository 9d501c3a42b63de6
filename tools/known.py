# SPDX-License-Identifier: MIT
"""known.py - failures that are known, and not the project's own fault.

tests/known/SYSTEM.txt, SYSTEM as debian-13 or debian-testing, holds a line for
each, ten at most:

    TEST | RESULT | WHY

RESULT is one of a KTAP test's, or "-" for a test that has none. WHY has an
upstream bug's number (#1234, or a web address), or a script in findings/. Such
a failure is a counted skip; when it passes, that is said.
"""

import os
import platform
import re
import sys

MOST = 10
EVIDENCE = re.compile(r"#\d+|https?://\S+|(findings/\S+)")


def system():
    """debian-12, or debian-testing where there is no number."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "unknown"
    return f"{release['ID']}-{release.get('VERSION_ID', 'testing')}"


def read(path):
    """{(test, result): why}; ends with a line if the file is not as it should be."""
    failures = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = [field.strip() for field in line.split(" | ")]
            evidence = EVIDENCE.search(fields[-1])
            if len(fields) != 3 or not evidence or (evidence.group(1) and not os.path.exists(evidence.group(1))):
                sys.exit(f"{path}:{number}: not TEST | RESULT | WHY, with a bug's number or a script of findings/")
            failures[fields[0], fields[1]] = fields[2]
    if len(failures) > MOST:
        sys.exit(f"{path}: {len(failures)} known failures, and {MOST} is the limit")
    return failures


PATH = f"tests/known/{system()}.txt"
FAILURES = read(PATH) if os.path.exists(PATH) else {}


def excuse(test, result="-"):
    """Why this failure is none, or None."""
    return FAILURES.get((test, result))


def passes(test, result="-"):
    """What is to be said of a success that should be a failure, or None."""
    if (test, result) in FAILURES:
        return f"passes, though {PATH} has it: {result if result != '-' else test}"
    return None

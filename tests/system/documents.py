# SPDX-License-Identifier: MIT
"""documents.py - what tools/checkdocs.py must complain of: an output that depends on the CPU, and could
be pinned; a table of methods that is not the kernel's."""

from harness import Command

SCRIPT = r"""
import os, sys, tempfile
sys.path.insert(0, "tools")
import checkdocs

path = tempfile.mkstemp()[1]
with open(path, "w") as file:
    for text in ("make run", "make trace", "make trace FILE=a.c", 'make trace FILE=a.c APPEND="uaccess=ldtr"'):
        name = "ldtr_copy" if "ldtr" in text else "…_copy"
        file.write(f"```console\n$ {text}\n…\n#…  EL1 read of 0x8 in {name}_from_user, inside uaccess\n```\n")
for document in (path, *checkdocs.documents()):
    for command in list(checkdocs.document_commands(document)):
        print((checkdocs.hides_the_method(command) or "").replace(path, "FILE"), end="")
for text in (open("README.md").read(), open("README.md").read().replace("| `mops`", "| `mine`")):
    print("".join(checkdocs.check_methods(text)), end="")
print("end")
os.remove(path)
"""

TIER = 2
TESTS = [
    Command(
        "documents: the methods of user access are the kernel's, and not hidden",
        argv=("python3", "-c", SCRIPT),
        expect=(
            r'\AFILE:12: "…" hides the method of user access: choose one, [^\n]*\n'
            r"README\.md: its table has the methods \[[^\n]*'mine'[^\n]*\nend\n\Z",
        ),
    ),
]

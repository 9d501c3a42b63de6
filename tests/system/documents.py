# SPDX-License-Identifier: MIT
"""documents.py - a document whose output depends on the CPU, and could be pinned, is a complaint."""

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
print("end")
os.remove(path)
"""

TIER = 2
TESTS = [
    Command(
        "documents: the method of user access is hidden only where none was chosen",
        argv=("python3", "-c", SCRIPT),
        expect=(r'\AFILE:12: "…" hides the method of user access: choose one, [^\n]*\nend\n\Z',),
    ),
]

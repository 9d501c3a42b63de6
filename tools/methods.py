# SPDX-License-Identifier: MIT
"""methods.py - the ways to user memory, as host tools and tests need them: the
rows of arch/aarch64/uaccess/methods.h, read where they stand."""

import os
import re
from dataclasses import dataclass

HEADER = os.path.join(os.path.dirname(__file__), "..", "arch", "aarch64", "uaccess", "methods.h")


@dataclass(frozen=True)
class Method:
    """A row; its words mean what methods.h says."""

    name: str
    needs: str
    window: str
    rights: str
    off: str
    on: str
    compare: str
    words: str

    @property
    def has_window(self):
        return self.window in ("PAN", "TTBR0")

    @property
    def columns(self):
        """The values of pan= that `make compare` shows it under."""
        return {"OFF": ("off",), "ON": ("on",), "BOTH": ("off", "on")}[self.compare]

    @property
    def choices(self):
        """The same as command lines of the kernel."""
        return [f"pan={pan} uaccess={self.name}" for pan in self.columns]

    def is_like(self, other):
        """What a copy meets is the same."""
        return (self.window, self.rights) == (other.window, other.rights)


def read_methods():
    """All rows, in order."""
    with open(HEADER, encoding="utf-8") as file:
        table = file.read().split("#define UACCESS_METHODS(M)")[1].split("\n\n")[0]
    return [Method(*re.split(r",\s*", row)) for row in re.findall(r"\bM\((.*?)\)", table)]


METHODS = read_methods()


def other_choices():
    """Every column that is not like what auto comes to where there is PAN."""
    for method in METHODS:
        for pan, choice in zip(method.columns, method.choices):
            if pan == "off" or method.window != "NONE" or method.rights != "EL0":
                yield choice

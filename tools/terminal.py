# SPDX-License-Identifier: MIT
"""terminal.py - how wide the output may be, and whether it may have colour.

A line fits the terminal; where stdout is none, COLUMNS, or 80. Nothing asks for
less than 80. Colour is never alone: the word that has it says the same.
"""

import os
import sys
import textwrap

NARROWEST = 80


def columns():
    """The columns that a line may have."""
    width = os.environ.get("COLUMNS", "")
    if sys.stdout.isatty():
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    return max(NARROWEST, int(width) if str(width).isdigit() else 0)


def environment():
    """The environment for a tool of C, which only looks at COLUMNS."""
    return {**os.environ, "COLUMNS": str(columns())}


def has_colour():
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")


COLOURS = {"THROUGH": "31", "STOPPED": "32", "stopped": "32", "-EFAULT": "32"}


def coloured(word, width=0):
    """word, in its colour where the terminal has it, filled up to width."""
    fill = " " * max(0, width - len(word))
    if word in COLOURS and has_colour():
        word = f"\033[{COLOURS[word]}m{word}\033[0m"
    return word + fill


def wrapped(text, indent=None):
    """Text whose lines fit: what is too long goes on below, indented by four more."""
    return "\n".join(_wrapped_line(line, indent) for line in text.split("\n"))


def _wrapped_line(line, indent):
    if len(line) <= columns():
        return line
    if indent is None:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
    lines = textwrap.wrap(line, columns(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)

# SPDX-License-Identifier: MIT
"""bench.py - `make bench` finds what is not flat. (width.py runs it whole.)"""

from harness import Command

GROWN = """
import sys
sys.path.insert(0, "tools")
from bench import GROWTH, steep

flat = {growth.name(size): 100 for growth in GROWTH for size in growth.sizes}
assert steep(flat) == []
for growth in GROWTH:
    last = growth.name(growth.sizes[-1])
    assert steep({**flat, last: 99 * growth.most}) == [], last
    assert steep({**flat, last: 101 * growth.most}) == [growth.title()], last
    assert steep({**flat, growth.name(growth.sizes[0]): None}) == [growth.title()], "not measured"
print(len(GROWTH), "growths")
"""

TESTS = [Command("bench: what grows is found", argv=("python3", "-c", GROWN), expect=(r"^[1-9]\d* growths$",))]

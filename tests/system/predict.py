# SPDX-License-Identifier: MIT
"""predict.py - `make predict`: does it ask before it tells, and judge right?"""

from harness import Command, Terminal

# Plays once without knowing anything, and again with the answers of the first time.
PREDICT = """
: >build/test/none; python3 -c 'print("through\\n" * 12)' >build/test/guess
make predict SEED=7 COUNT=12 ANSWERS=build/test/guess >build/test/first && exit 9
sed -nE 's/^(Right|No): ([a-z0-9-]+) .*/\\2/p' build/test/first >build/test/answers
make predict SEED=7 COUNT=12 ANSWERS=build/test/answers
echo nonsense >build/test/none
make predict SEED=7 COUNT=12 ANSWERS=build/test/none || echo refused
"""

# Seed 1 ends with an LDTR of an execute-only page.
PREDICT_LDTR = """
yes unprivileged | head -n 10 >build/test/ldtr
make predict SEED=1 ANSWERS=build/test/ldtr || :
"""

TIER = 1
TESTS = [
    Command(
        "predict: a score of 12 with the right answers",
        argv=("sh", "-ec", PREDICT),
        limit=120,
        expect=(
            r"^12/12   EL\d, ",
            r"^score: 12 of 12$",
            r"^What happens\? nonsense   \(which is none of the answers\)\nNo: ",
            r"(?s)^No answer: that is the end\..*^score: 0 of 12$.*refused\n\Z",
        ),
        reject=(r"^ +(EL0 |no walk).*\nWhat happens",),  # half the answer
    ),
    Command(
        "predict: what EL0's rights refuse is LDTR's refusal",
        argv=("sh", "-ec", PREDICT_LDTR),
        limit=120,
        expect=(
            r"^10/10   EL1, LDTR at (.|\n)*^Right: unprivileged \(user\.xonly\)\. "
            r".*ldtr\s+has\s+EL0's\s+rights:\s+no\s+read",
        ),
    ),
    Terminal(
        "predict: asked on a terminal",
        argv=("make", "--no-print-directory", "predict", "SEED=3", "COUNT=2"),
        limit=120,
        dialogue=(
            (r"(?s)1/2 .*What happens\? $", b"un\r"),
            (r"(?s)  unmapped .*\n  unprivileged .*What happens\? $", b"\r"),
            (r"(?s)  through .*\n  access-flag .*What happens\? $", b"UNPR\r"),
            (r"(?s)2/2 .*What happens\? $", b"\x04"),
        ),
        expect=(
            r"^1/2   EL1, STTR at 0x4[0-9a-f]+, PAN=0$",
            r"^Right: unprivileged \(user\.text\)\. (.|\n    )*\(AP\[2\]\s+=\s+1:\s+read-only\)\.\n"
            r"    EL0 RX, EL1 R, PXN",
            r"^No answer: that is the end\.\n\nscore: 1 of 2$",
        ),
        reject=(r"^ +EL0 RX(.|\n)*1/2|1/2 (.|\n)*^ +EL0 (.|\n)*What happens\? un",),
    ),
]

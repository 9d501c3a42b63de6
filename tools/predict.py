#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""predict.py - `make predict [SEED=1] [COUNT=10] [ANSWERS=FILE]`: what stops it, if anything?

Before each of a seeded set of accesses: the address, the access, its exception
level, PAN, and the descriptors that the walk meets. The verdict is asked for on
the terminal, or read from ANSWERS (one a line, # begins a comment); then what
really happened, why, and at the end the score. With ANSWERS=FILE the status is
0 only if all were right, so that a grader needs nothing else.

user/predict.c makes the accesses on the machine; the kernel's own records of
them (trace=faults) say why one was stopped.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field

import ending
import story
from run import Machine
from terminal import wrapped

LIMIT = 120  # seconds, unless TIMEOUT says otherwise
THROUGH = "through"
CHOICES = {
    THROUGH: "nothing stops it",
    "unmapped": "the walk finds no page",
    "noncanonical": "the address is in neither half",
    "permission": "AP, UXN or PXN, here or in a table above, forbid it to this level",
    "pan": "EL1 may not touch EL0's page, because PAN=1",
    "epan": "the same, and the page is execute-only",
    "unprivileged": "LDTR or STTR asks with EL0's rights, which do not suffice",
    "e0pd": "EL0's rights are kept out of the kernel's half, mapped or not",
    "access-flag": "AF is 0",
}
NAMES = {"ldr": "LDR", "str": "STR", "ldtr": "LDTR", "sttr": "STTR", "fetch": "instruction fetch"}


@dataclass
class Question:
    """One access: what is shown of it before, and how it ended."""

    el: str
    op: str
    address: str
    pan: str
    place: str
    walk: list = field(default_factory=list)
    secret: str = ""  # what the kernel concludes from the walk: half the answer
    verdict: str = THROUGH
    why: str = "It went through."

    def show(self, number, count):
        """All that is needed to know the answer, and not the answer."""
        pan = f", PAN={self.pan}" if self.el == "1" else ""
        print(f"\n{number}/{count}   EL{self.el}, {NAMES[self.op]} at {self.address}{pan}")
        for line in self.walk:
            print(wrapped(re.sub(r"^stop> ", "      ", line)))

    def reveal(self, answer):
        """Whether the answer is right, what happened, and why."""
        judged = "Right" if answer == self.verdict else "No"
        print(wrapped(f"{judged}: {self.verdict} ({self.place}). {self.why}"))
        if self.secret:
            print(wrapped(f"    {self.secret}"))


def run(seed, count):
    """Boots; returns the machine, what its CPU has, and the questions."""
    machine = Machine.from_environment(
        # With sw_ttbr0 the user's half is hidden from EL1: then there is nothing to guess.
        append=f"{os.environ.get('APPEND', '')} quiet uaccess=ldtr init=/bin/predict".strip(),
        directory=f"{story.BUILD}/predict",
        timeout=os.environ.get("TIMEOUT") or LIMIT,
    )
    result = story.boot(machine, "", f"{seed} {count}")
    if "@end" not in result.output:
        sys.exit(f"{result.output}make predict: the machine did not come to its end")
    cpu = re.search(r"^@cpu (.*)$", result.output, re.MULTILINE)
    features = cpu.group(1).upper().replace("=YES", " yes").replace("=NO", " no")
    return machine, features, read_questions(result.output, read_faults(machine))


def read_faults(machine):
    """The records of accesses that were stopped for good, in their order."""
    records = os.path.join(machine.directory, story.RECORDS)
    done = subprocess.run([f"{story.BUILD}/host/story", "--json", records], capture_output=True, text=True, check=True)
    faults = [json.loads(line) for line in done.stdout.splitlines()]
    return [fault for fault in faults if fault["resolution"] in ("deliberate", "signal")]


def read_questions(output, faults):
    questions, in_walk = [], False
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        if word == "@access":
            el, op, address, pan, place = rest.split()
            questions.append(Question(el, op, address, pan, place))
        elif word == "@walk":
            in_walk = True
        elif word == "@":
            in_walk = False
        elif word == "@result" and rest == "fault":
            fault = faults.pop(0)
            questions[-1].verdict, questions[-1].why = fault["verdict"], fault["sentence"]
        elif in_walk and re.match(r" +(EL0 |no walk)", line):
            questions[-1].secret = line.strip()
        elif in_walk:
            questions[-1].walk.append(line)
    return questions


def fitting(word):
    """The answers that begin so: the word itself, if it is one; all, if it is empty."""
    return [word] if word in CHOICES else [choice for choice in CHOICES if choice.startswith(word.lower())]


def answers_from(path):
    """The answers in a file, shown as if they were typed; None where it has no more."""
    with open(path, encoding="utf-8") as file:
        words = [line.split("#")[0].strip() for line in file]
    for word in filter(None, words):
        choices = fitting(word)
        print(f"What happens? {word}" + ("" if len(choices) == 1 else "   (which is none of the answers)"))
        yield choices[0] if len(choices) == 1 else word
    while True:
        yield None


def answers_from_terminal():
    while True:
        try:
            choices = fitting(input("What happens? ").strip())
        except (EOFError, KeyboardInterrupt):
            print()
            yield None
            continue
        if len(choices) == 1:
            yield choices[0]
        else:
            for choice in choices or CHOICES:
                print(f"  {choice:13} {CHOICES[choice]}")


def main():
    seed, count = (os.environ.get(name) or default for name, default in (("SEED", "1"), ("COUNT", "10")))
    if not (seed.isdigit() and count.isdigit()):
        sys.exit("make predict [SEED=NUMBER] [COUNT=NUMBER] [ANSWERS=FILE]")
    path = os.environ.get("ANSWERS")
    if path and not os.path.exists(path):
        sys.exit(f"make predict: {path}: no such file")
    machine, features, questions = run(seed, count)
    print(wrapped(f"Seed {seed}    {machine.title()}; it has {features}"))
    print(wrapped("The answers: " + " ".join(CHOICES)))
    print("(their first letters will do; Enter alone says what each means).")
    answers = answers_from(path) if path else answers_from_terminal()
    right = 0
    for number, question in enumerate(questions, 1):
        question.show(number, len(questions))
        answer = next(answers)
        if answer is None:
            print("No answer: that is the end.")
            break
        right += answer == question.verdict
        question.reveal(answer)
    print(f"\nscore: {right} of {len(questions)}")
    sys.exit(1 if path and right < len(questions) else 0)


if __name__ == "__main__":
    ending.run(main)

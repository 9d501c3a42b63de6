# SPDX-License-Identifier: MIT
"""story.py - a long story: is what is folded alike, and does all of it add up?

`make trace` shows the records of tests/user/many.c. What it says is compared with
the trace that babeltrace2 reads, which has all of them: the counts by group, what
ONLY=, PID=, VA= and CLASS= choose, and each kind's count, by the function that
nm names for the PC.
"""

import bisect
import collections
import os
import re
import resource
import subprocess
from dataclasses import dataclass

from harness import BUILD, Command, Test
from run import Result

MANY = f"{BUILD}/user/many"
PAGE = {"16k": 16384, "64k": 65536}.get(os.environ.get("GRANULE"), 4096)
GROUPS = {"fault": "fault", "refusal": "refusal", "window": "window"}
GROUPS |= {"task_switch": "switch", "table_switch": "switch", "tlb_flush": "tlb"}
SAID = {"faults": "fault", "refused": "refusal", "windows": "window", "switches": "switch"}
SAID |= {"TLBIs": "tlb", "calls": "call", "marks": "mark"}


def number(text):
    return int(text.replace(",", ""))


@dataclass
class Record:
    """One event as babeltrace2 prints it."""

    name: str
    pid: int
    fields: dict

    @property
    def group(self):
        return GROUPS.get(self.name, "call" if self.name.startswith("call_") else "mark")

    def touches(self, page):
        """Whether it has an address in this page."""
        if self.name == "fault":
            return int(self.fields["va"], 16) // PAGE == page // PAGE
        if self.name == "tlb_flush":
            one = self.fields["scope"] in ("user-page", "kernel-page")
            return one and int(self.fields["address"], 16) // PAGE == page // PAGE
        if self.name == "window":
            start = int(self.fields["address"], 16)
            return start // PAGE <= page // PAGE <= (start + max(1, int(self.fields["bytes"])) - 1) // PAGE
        return False


def read_ctf(folder):
    done = subprocess.run(["babeltrace2", "--no-delta", folder], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        name, pid, rest = re.match(
            r"\[[^]]*\] (\w+): \{[^}]*\}, \{ sequence = \d+, pid = (-?\d+), [^}]*\}, (.*)", line
        ).groups()
        fields = {}
        for key, text, word in re.findall(r"(\w+) = (?:\( \"([^\"]*)\" : container = \d+ \)|\"?([^ \",]+))", rest):
            fields.setdefault(key, text or word)
        yield Record(name, int(pid), fields)


class Symbols:
    """The functions of the kernel and of the program, by nm."""

    def __init__(self):
        nm = (os.environ.get("NM") or "aarch64-linux-gnu-nm").split()
        self.halves = []
        for elf in (MANY, f"{BUILD}/portcullis.elf"):
            lines = subprocess.run([*nm, "-n", elf], capture_output=True, text=True, check=True).stdout.splitlines()
            functions = [line.split() for line in lines if re.match(r"\w+ [tTwW] (?!\$)", line)]
            self.halves.append(sorted((int(address, 16), name) for address, _, name in functions))

    def name(self, address):
        functions = self.halves[address >> 63]
        return functions[bisect.bisect_right(functions, (address, "\x7f")) - 1][1]


def fault_kind(fault, symbols):
    """What two faults that are folded must have in common."""
    has = fault.fields
    return (
        int(has["from_el"]),
        "fetch" if has["is_fetch"] == "1" else "write" if has["is_write"] == "1" else "read",
        symbols.name(int(has["elr"], 16)),
        has["verdict"],
        has["resolution"],
    )


def shown_kinds(output):
    """{kind: count} of the summary's rows of faults."""
    rows = re.findall(
        r"^ +([\d,]+)  EL(\d) (\w+) in (\w+)(?:,\s+inside\s+uaccess)?:\s+([\w-]+),\s+([\w-]+)(?: \d+)?$",
        output,
        re.MULTILINE,
    )
    return collections.Counter({(int(el), *words): number(count) for count, el, *words in rows})


def judge_counts(output, records, wanted):
    """Where the summary and the trace differ, in lines."""
    text = " ".join(output.split())
    total, rest = re.search(r"(?:^| )([\d,]+) records: (.*?); dropped: ", text).groups()
    groups = {
        SAID[words.split()[0]]: number(count) for count, words in re.findall(r"([\d,]+) ([A-Za-z][a-zA-Z ]*)", rest)
    }
    groups = collections.Counter(groups)
    if groups != collections.Counter(record.group for record in records):
        yield f"the story counts {groups}, the trace has {collections.Counter(record.group for record in records)}"
    if number(total) != len(records) or sum(groups.values()) != len(records):
        yield f"{len(records)} records, of which the story says {total} and {groups}"
    shown, left = map(number, re.search(r"Shown here: ([\d,]+) \(.*?\); left out: ([\d,]+) ", text).groups())
    if shown != len(wanted) or shown + left != len(records):
        yield f"shown: {shown}, left out: {left}; expected: {len(wanted)} of {len(records)}"


def judge_kinds(output, wanted, symbols):
    """Where the rows, the stories and what is "like it" differ from the trace, in lines."""
    kinds = collections.Counter(fault_kind(record, symbols) for record in wanted if record.name == "fault")
    if shown_kinds(output) != kinds:
        yield f"the story's kinds are {shown_kinds(output)}, the trace's {kinds}"
    lines = len(re.findall(r"^[#@]\d+  ", output, re.MULTILINE))
    folded = sum(map(number, re.findall(r"^… and ([\d,]+) like it", output, re.MULTILINE)))
    if lines + folded != len(wanted):
        yield f"{lines} shown and {folded} like them are not {len(wanted)}"
    numbers = [int(each) for each in re.findall(r"^#(\d+)  ", output, re.MULTILINE)]
    if numbers != sorted(numbers):
        yield "the stories are not in their order"


def judge_width(output):
    for line in output.splitlines():
        if len(line) > 80:
            yield f"{len(line)} columns: {line}"


@dataclass
class Long(Command):
    """`make trace` of many records, judged. choose: variables, and what record they choose."""

    rounds: int = 500
    choose: tuple = ()
    keeps: object = staticmethod(lambda record: record.group == "fault")
    least: int = 1  # so many records are shown, or the test proves nothing

    def start(self, limit):
        self.argv = ("make", "--no-print-directory", "trace", f"INIT={MANY}", f"ARGS={self.rounds}", *self.choose)
        return super().start(limit)

    def _start(self, limit):
        result = super()._start(limit)  # what it left is looked at before the next one overwrites it
        self.problems = list(self.judge(result))
        return result

    def judge(self, result):
        if result.status != 0:
            return
        records = list(read_ctf(f"{BUILD}/trace"))
        wanted = [record for record in records if self.keeps(record)]
        if len(wanted) < self.least:
            yield f"only {len(wanted)} records are chosen: at least {self.least} were to be"
        yield from judge_counts(result.output, records, wanted)
        yield from judge_kinds(result.output, wanted, Symbols())
        yield from judge_width(result.output)
        if len(result.output.splitlines()) > 400:
            yield f"{len(result.output.splitlines())} lines are no story"

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        for problem in self.problems:
            outcome.fail(problem)


class Places(Symbols):
    """As a program without symbols has them: each place is itself."""

    def name(self, address):
        return super().name(address) if address >> 63 else hex(address)


@dataclass
class Capped(Command):
    """`make trace` of faults of more kinds than are shown. The trace says which ones are the most frequent."""

    most: int = 200

    def start(self, limit):
        stripped = f"{BUILD}/test/places"
        strip = re.sub(r"nm$", "strip", os.environ.get("NM") or "aarch64-linux-gnu-nm")
        subprocess.run([strip, "-o", stripped, f"{BUILD}/user/places"], check=True)
        self.argv = ("make", "--no-print-directory", "trace", f"INIT={stripped}")
        return super().start(limit)

    def _start(self, limit):
        result = super()._start(limit)
        self.problems = list(self.judge(result.output, Places()))
        return result

    def judge(self, output, symbols):
        faults = [record for record in read_ctf(f"{BUILD}/trace") if record.name == "fault"]
        kinds = [fault_kind(fault, symbols) for fault in faults]
        counts = collections.Counter(kinds)  # equal ones in the order in which they came
        shown = {kind for kind, _ in counts.most_common(self.most)}
        firsts = sorted(kinds.index(kind) + 1 for kind in shown)
        if len(counts) <= 300:
            yield f"only {len(counts)} kinds"
        if [int(each) for each in re.findall(r"^#(\d+)  ", output, re.MULTILINE)] != firsts:
            yield f"not the stories {firsts} are shown"
        left, records = len(counts) - self.most, sum(counts[kind] for kind in counts if kind not in shown)
        line = f"NOT SHOWN: {left} more kinds, of {records} records; the {self.most} most frequent ones are."
        line += " ONLY=, PID=, VA= and CLASS= choose."
        if line not in " ".join(output.split()):
            yield f"it does not say {line!r}"
        yield from judge_width(output)

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        for problem in self.problems:
            outcome.fail(problem)


STACK = 0xFFFFFFFFE000 & -PAGE  # the page of main()'s frame, which uname() writes


def chosen():
    """Each variable by itself, and several."""
    for words, groups in (
        ("fault", 1), ("window", 1), ("switch", 1), ("tlb", 1), ("window,tlb", 2), ("fault|switch", 2)
    ):
        wanted = set(re.split(r"[,|]", words))
        assert len(wanted) == groups
        yield (f"ONLY={words}",), (lambda record, wanted=wanted: record.group in wanted)
    yield ("PID=2",), lambda record: record.group == "fault" and record.pid == 2
    yield ("CLASS=unmapped",), lambda record: record.name == "fault" and record.fields["verdict"] == "unmapped"
    yield ("VA=8",), lambda record: record.name == "fault" and record.touches(8)
    yield ("ONLY=fault,window", "VA=0x8"), lambda record: record.group in ("fault", "window") and record.touches(8)
    yield (
        ("ONLY=fault,window,tlb", f"VA={STACK:x}", "PID=1"),
        lambda record: record.group in ("fault", "window", "tlb") and record.pid == 1 and record.touches(STACK),
    )
    yield (
        ("CLASS=unmapped", "PID=2", "VA=0"),
        lambda record: (record.name, record.pid, record.fields.get("verdict")) == ("fault", 2, "unmapped")
        and record.touches(0),
    )


def refused(choose, *expect):
    """A wrong value: one line, before the machine is even started."""
    return Command(
        f"story: {' '.join(choose)} is refused",
        argv=("make", "--no-print-directory", "trace", *choose),
        status=2,
        expect=expect,
        reject=(r"Traceback", r"cpu max, QEMU", r"\n(.*\n){2}"),
    )


@dataclass
class Million(Test):
    """A million records: the time and the memory that the tools on the host take."""

    arguments: str = "62500"
    seconds: int = 60  # of the machine and all, on a loaded host
    kilobytes: int = 200 * 1024
    story: int = 6  # seconds of the story alone
    bytes: int = 110 * 1000000  # of trace.json, where every eighth record is a fault

    def start(self, limit):
        trace = Long("", rounds=self.arguments, env={"TIMEOUT": "600"})
        trace.judge = lambda result: ()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = trace.start(limit)
        records = f"{BUILD}/trace.run/portcullis.trace"
        folder = f"{BUILD}/test/million"
        os.makedirs(folder, exist_ok=True)
        paths = ("--ctf", folder, "--chrome", f"{folder}/trace.json", records)
        tool = ["/usr/bin/env", "python3", "-c", PEAK, f"{BUILD}/host/story", *paths]
        peak = subprocess.run(tool, capture_output=True, text=True, check=False).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = os.path.getsize(f"{folder}/trace.json")
        for name in os.listdir(folder):
            os.remove(f"{folder}/{name}")
        return Result(
            result.status,
            f"{result.output}\npeak: {peak.strip()} s of CPU time, CPU time of all: {taken:.0f} s, {size} bytes\n",
            result.timed_out,
        )

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        text = " ".join(result.output.split())
        records = number(re.search(r" ([\d,]+) records: ", text).group(1))
        said = re.search(r"peak: (\d+) KiB, (\d+) s of CPU time, CPU time of all: (\d+) s, (\d+) bytes", text)
        peak, story, seconds, size = map(int, said.groups())
        if records < 1000000:
            outcome.fail(f"only {records} records")
        if peak > self.kilobytes:
            outcome.fail(f"the story took {peak} KiB: at most {self.kilobytes}")
        if seconds > self.seconds:
            outcome.fail(f"it took {seconds} s of CPU time: at most {self.seconds}")
        if story > self.story:
            outcome.fail(f"the story alone took {story} s of CPU time: at most {self.story}")
        if size > self.bytes:
            outcome.fail(f"trace.json has {size} bytes: at most {self.bytes}")


# Says the peak of the resident memory of a command, and its CPU time.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, "KiB,", round(used.ru_utime + used.ru_stime))
"""

TIER = 1
TESTS = [
    Long(
        "story: repeats are folded, and all adds up",
        least=1000,
        expect=(r"^… and \d{3} like it, up to #\d+: all from 0x", r"of several processes"),
    ),
    *(
        Long(f"story: {' '.join(words)}", choose=words, keeps=staticmethod(keeps), rounds=60)
        for words, keeps in chosen()
    ),
    Capped("story: 200 kinds are shown, and the rest is counted", limit=120),
    Long(
        "story: nothing is chosen",
        choose=("CLASS=pan",),
        keeps=lambda record: False,
        least=0,
        rounds=3,
        expect=(r"^No record matches\.$",),
    ),
    refused(("ONLY=faults",), r'^make trace: ONLY="faults" is none of: fault window switch tlb '),
    refused(("ONLY=fault,",), r'^make trace: ONLY="" is none of: fault window switch tlb '),
    refused(("PID=init",), r'^make trace: PID="init" is no process: a number'),
    refused(("VA=main",), r'^make trace: VA="main" is no address: up to 16 hexadecimal digits'),
    refused(("CLASS=PAN",), r'^make trace: CLASS="PAN" is no verdict: unmapped .* pan .* other$'),
    refused(("ONLY=tlb", "CLASS=pan"), r"^make trace: CLASS= is a fault's, and ONLY= leaves the faults out"),
    refused(("ONLY=switch", "VA=8"), r"^make trace: VA= is of a fault, window or tlb: a switch has no address"),
    # A minute: with EXACT=1, as .ci/run has it.
    *(
        [
            Million("story: a million records", limit=600),
            Million("story: a million records, of calls", arguments="500000 calls", bytes=70 * 1000000, limit=600),
        ]
        if os.environ.get("EXACT")
        else []
    ),
    Command(
        "story: what is refused when tracing has ended",
        argv=("make", "--no-print-directory", "trace", "FILE=tests/system/try_untraced.c"),
        env={"COLUMNS": "100"},
        limit=120,
        expect=(
            r"EL1 write to 0x40000000 in \w+, inside uaccess\n"
            r"    Translation fault, level \d: nothing is mapped there\.\n?"
            r"    Exception table -> fixup, 390 bytes left\.\n"
            r"([^#\n].*\n)*?stop> L.*\n    AT not asked: nobody traced the fault\n",
            r"EL0 read of 0x40000186 in main\n"
            r"([^#\n].*\n)*?stop> L.*\n    AT not asked: nobody traced the fault\n",
        ),
    ),
]

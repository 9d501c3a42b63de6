# SPDX-License-Identifier: MIT
"""trace.py - is the trace true? Three witnesses that share no code with it.

QEMU's own log of exceptions (-d int): each abort in it stands in the trace
exactly once, in order, with equal ESR, FAR and ELR, and nothing else does.
babeltrace2: it reads the trace without a complaint, and counts what the
kernel counted. The walk by hand, through QEMU's gdb stub, is in debug.py.

The kernel's careful accesses (a table read by the walker, AT, HLT) may fault
without leaving a record: they are part of looking at a fault. In these runs
none does, and the log would show it: nothing is left out of the comparison.
"""

import collections
import glob
import json
import os
import re
import subprocess
from dataclasses import dataclass

from harness import BUILD, Boot, Command, Terminal
from methods import METHODS
from run import Machine

ABORTS = (0x20, 0x21, 0x24, 0x25)  # EC: instruction and data aborts
NOT_FAULTS = ("IRQ", "FIQ", "SVC", "Semihosting call")
MOPS = 0x27  # a copy begins anew: no fault
STORY = f"{BUILD}/host/story"


def read_log(path):
    """(ESR, FAR or None, ELR) of every fault in QEMU's log."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    for block in re.split(r"^(?=Taking exception )", text, flags=re.MULTILINE):
        name = re.match(r"Taking exception \d+ \[([^]]*)\]", block)
        if not name or name.group(1) in NOT_FAULTS:
            continue
        values = {key: int(value, 16) for key, value in re.findall(r"\.\.\.with (\w+) (?:0x\w+/)?0x(\w+)", block)}
        if values["ESR"] >> 26 != MOPS:
            yield identity(values["ESR"], values.get("FAR", 0), values["ELR"])


def identity(esr, far, elr):
    return (hex(esr), hex(far) if esr >> 26 in ABORTS else None, hex(elr))


def read_trace(path):
    """The same of every fault in the trace."""
    done = subprocess.run([STORY, "--json", path], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        fault = json.loads(line)
        yield identity(*(int(fault[key], 16) for key in ("esr", "far", "elr")))


def compare(log, trace):
    """What is wrong, in lines; none: the two say the same."""
    for number, (logged, traced) in enumerate(zip(log, trace), 1):
        if logged != traced:
            yield f"fault {number}: QEMU's log has ESR, FAR, ELR {logged}, the trace {traced}"
            return
    if len(log) != len(trace):
        yield f"QEMU's log has {len(log)} faults, the trace {len(trace)}"


def count_ctf(folder):
    """What babeltrace2 says: counts by the event's name, and its complaints."""
    done = subprocess.run(["babeltrace2", folder], capture_output=True, text=True, check=False)
    names = re.findall(r"^\[[^]]*\] \([^)]*\) (\w+): ", done.stdout, re.MULTILINE)
    told = re.findall(r"\) fault: .*, symbol = \"[^\"]*\", sentence = \"EL[^\"]*\.\" \}$", done.stdout, re.MULTILINE)
    return collections.Counter(names), len(told), done.stderr.strip()


def judge_metadata(folder):
    """A name and a UUID, by which other tools tell traces apart. That the streams have the same, babeltrace2 sees."""
    with open(f"{folder}/metadata", encoding="utf-8", errors="replace") as file:
        text = file.read()
    if not re.search(r'^\tuuid = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";$', text, re.M):
        yield "the CTF has no UUID"
    if '\n\ttrace_name = "portcullis";\n' not in text:
        yield "the CTF has no name"


def judge_ctf(folder, output, whole=True):
    """Where babeltrace2 and the kernel's own counts (in its log) differ, in lines. whole: it must have counted."""
    counts, told, complaint = count_ctf(folder)
    yield from judge_metadata(folder)
    if told != counts["fault"]:
        yield f"{told} faults of {counts['fault']} have a symbol and a sentence"
    if complaint:
        yield f"babeltrace2 complains: {complaint.splitlines()[0]}"
    said = re.search(r"trace: (\d+) faults, (\d+) other events; dropped: (\d+), (\d+)$", output, re.MULTILINE)
    if not said:
        if whole:
            yield "the kernel did not say its counts"
        return
    faults, events, *dropped = map(int, said.groups())
    if any(dropped):
        yield f"the kernel dropped {dropped}"
    if (faults, events) != (counts["fault"], counts.total() - counts["fault"]):
        yield f"the kernel counted {faults} and {events}, babeltrace2 {counts}"


class Track:
    """One track of trace.json: time goes forward, and spans lie in each other."""

    def __init__(self):
        self.time, self.ends, self.spans = 0, [], 0

    def add(self, event):
        """What is wrong with the next event, in lines."""
        time = event["ts"]
        if time < self.time:
            yield "time goes back"
        self.time = time
        if event["ph"] == "i":
            return
        while self.ends and self.ends[-1] <= time:
            self.ends.pop()
        if event["dur"] < 0 or self.ends and time + event["dur"] > self.ends[-1] + 0.0001:
            yield "a span that begins in another one ends after it"
        self.ends.append(time + event["dur"])
        self.spans += 1


def judge_event(event):
    """What is wrong with an event by itself: what a viewer would stumble over, or nobody wants to see."""
    if event["ph"] not in "XiM" or not event["name"]:
        yield "an unknown phase, or no name"
    if not 0 < event["pid"] < 2**31 or not 0 < event["tid"] < 2**31:
        yield "0 is the idle task's number to an importer"
    args = event.get("args", {})
    if "magic" in args or any(args[key] in ("", "0x0", 0, None, [], {}) for key in set(args) - {"elr"}):
        yield "an argument that says nothing"
    # Spans that have the same name and the same arguments are added up: so few may have some.
    if event["ph"] == "X" and not set(args) <= {"error", "left"}:
        yield "a span with an argument of its own"


FAULT_KEYS = {"sentence", "ending", "esr"}  # and the place


def judge_chrome(path, faults):
    """What is wrong with trace.json, in lines. Its spans and ends: tests/system/viewers.py."""
    with open(path, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    tracks, names, spans, marks = collections.defaultdict(Track), {}, 0, []
    for event in events:
        key = event["pid"], event["tid"]
        problems = list(judge_event(event))
        if event["ph"] == "M":
            names[(event["name"], event["pid"], event["tid"] if event["name"] == "thread_name" else 0)] = event["args"]
        else:
            problems += tracks[key].add(event)
        if problems:
            yield f"{path}: {problems[0]}: {event}"
            return
        spans += event["ph"] == "X" and event["name"].startswith("fault: ") and event["dur"] > 0
        marks += [event["args"]] if event["name"].startswith("#") else []
    for pid, tid in tracks:
        if ("process_name", pid, 0) not in names or ("thread_name", pid, tid) not in names:
            yield f"{path}: the track {pid}/{tid} has no name"
    numbers = collections.Counter(tid for _, tid in tracks)
    if max(numbers.values(), default=0) > 1 or len(tracks) < 2:
        yield f"{path}: the tracks are {sorted(tracks)}: a number twice, or only one"
    if not all(FAULT_KEYS <= set(mark) and {"elr", "symbol"} & set(mark) for mark in marks):
        yield f"{path}: a fault without {FAULT_KEYS}, or without its place"
    if (spans, len(marks)) != (faults, faults):
        yield f"{path} has {spans} spans and {len(marks)} marks of faults, not {faults}"


@dataclass
class Oracle(Boot):
    """A traced boot, and what the witnesses say of it."""

    faults: int = 1  # at least so many, or the comparison proves little

    def start(self, limit):
        directory = f"{BUILD}/test/{re.sub(r'[^A-Za-z0-9]+', '-', self.name)}"
        os.makedirs(directory, exist_ok=True)
        values = {"image": f"{BUILD}/Image", "initrd": f"{BUILD}/test/initrd.cpio", "directory": directory}
        values.update(self.machine)
        machine = Machine(timeout=limit, extra=("-d", "int", "-D", "int.log"), **values)
        for name in ("int.log", "portcullis.trace"):
            if os.path.exists(os.path.join(directory, name)):
                os.remove(os.path.join(directory, name))
        result = machine.run()
        self.problems = list(self.witnesses(directory, result.output))
        return result

    def witnesses(self, directory, output):
        log = list(read_log(f"{directory}/int.log"))
        records = f"{directory}/portcullis.trace"
        trace = list(read_trace(records))
        yield from compare(log, trace)
        if len(log) < self.faults:
            yield f"only {len(log)} faults happened: at least {self.faults} were to"
        yield from self.judge_formats(directory, records, output)

    def judge_formats(self, directory, records, output):
        folder = f"{directory}/ctf"
        subprocess.run(
            [STORY, "--ctf", folder, "--chrome", f"{directory}/trace.json", records], capture_output=True, check=True
        )
        yield from judge_ctf(folder, output)
        yield from judge_chrome(f"{directory}/trace.json", len(list(read_trace(records))))

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        for problem in self.problems:
            outcome.fail(problem)


def oracle(name, append, faults, status=0, **machine):
    machine["append"] = append
    return Oracle(f"trace: true of {name}", machine=machine, faults=faults, status=status, limit=180)


ESR, SEQUENCE, DROPPED = 40, 8, 56  # where in a record: of a fault, of either, of the event "end"
SIZES = {b"FAULT1": 320, b"EVENT1": 128}


def split_records(data):
    """The records of the kernel's file, each for itself."""
    while data:
        size = SIZES[data[:6]]
        yield bytearray(data[:size])
        data = data[size:]


def first(records, kind):
    return next(r for r in records if r[:6] == kind)


def drop(kind):
    def damage(records):
        records.remove(first(records, kind))

    return damage


def flip(kind, at):
    def damage(records):
        first(records, kind)[at] ^= 1

    return damage


def swap_faults(records):
    a, b = [r for r in records if r[:6] == b"FAULT1"][:2]
    a[SEQUENCE : SEQUENCE + 8], b[SEQUENCE : SEQUENCE + 8] = b[SEQUENCE : SEQUENCE + 8], a[SEQUENCE : SEQUENCE + 8]


def repeat_fault(records):
    records.append(first(records, b"FAULT1"))


def admit_loss(records):
    records[-1][DROPPED] = 7


DAMAGES = {
    "a fault is missing": drop(b"FAULT1"),
    "a fault stands there twice": repeat_fault,
    "two faults have changed places": swap_faults,
    "a bit of an ESR is wrong": flip(b"FAULT1", ESR),
    "a bit of a FAR is wrong": flip(b"FAULT1", ESR + 8),
    "a bit of an ELR is wrong": flip(b"FAULT1", ESR + 16),
    "a light event is missing": drop(b"EVENT1"),
    "faults were dropped": admit_loss,
}


@dataclass
class Spoiled(Oracle):
    """The witnesses themselves: each damage to a true trace must be noticed."""

    def witnesses(self, directory, output):
        path = f"{directory}/portcullis.trace"
        with open(path, "rb") as file:
            whole = file.read()
        yield from super().witnesses(directory, output)
        for name, damage in DAMAGES.items():
            records = list(split_records(whole))
            damage(records)
            with open(path, "wb") as file:
                file.write(b"".join(records))
            words = "discarded 7 events" if damage is admit_loss else ""
            if not any(words in line for line in super().witnesses(directory, output)):
                yield f"nobody has noticed that {name}"
        said = subprocess.run([STORY, path], capture_output=True, text=True, check=True).stdout
        if not re.search(r"^DROPPED, because a ring was full: 7 faults and 0 other events of \d+ and ", said, re.M):
            yield "the story does not say that faults were dropped"


@dataclass
class NoFile(Boot):
    """A boot where the host cannot write the trace: a folder is in the way."""

    def start(self, limit):
        directory = f"{BUILD}/test/{re.sub(r'[^A-Za-z0-9]+', '-', self.name)}"
        os.makedirs(os.path.join(directory, "portcullis.trace"), exist_ok=True)
        return super().start(limit)


# Over 5 MB it is there compressed, too; and an old one does not stay.
COMPRESSED = f"""
touch "$B/trace.json.gz"
make --no-print-directory trace | tail -n 1
test ! -e "$B/trace.json.gz"
make --no-print-directory trace INIT={BUILD}/user/many ARGS=5000 | tail -n 1
gunzip -c "$B/trace.json.gz" | cmp - "$B/trace.json" && echo the same
"""

# In the way of each thing that `make trace` writes: it says so, and the boot goes on.
IN_THE_WAY = """
for path in trace.run/portcullis.trace/x trace/x trace.json/x; do
    rm -rf "$B/trace" "$B/trace.json" "$B/trace.run"
    case $path in trace/x) mkdir -p "$B"; : >"$B/trace";; *) mkdir -p "$B/$path";; esac
    make --no-print-directory trace || echo "refused: $path"
    rm -rf "$B/trace" "$B/trace.json" "$B/trace.run"
done
"""


@dataclass
class Program(Command):
    """`make trace INIT=` of one of our programs: all that it leaves can be read."""

    program: str = ""
    whole: bool = True  # false: it does not come to its end

    def start(self, limit):
        self.argv = ("make", "--no-print-directory", "trace", f"INIT={BUILD}/user/{self.program}")
        return super().start(limit)

    def _start(self, limit):
        result = super()._start(limit)  # what it left is looked at before the next one overwrites it
        self.problems = list(judge_ctf(f"{BUILD}/trace", result.output, self.whole))
        faults = int(
            re.search(r"^[\d,]+ records: ([\d,]+) faults?,", result.output, re.MULTILINE).group(1).replace(",", "")
        )
        self.problems += judge_chrome(f"{BUILD}/trace.json", faults)
        if not faults:
            self.problems.append("no fault at all: not even the first fetch")
        return result

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        for problem in self.problems:
            outcome.fail(problem)


def programs():
    """All that are built, each as process 1, alone in its archive."""
    whole = (r"^\[.*\] trace: \d+ faults, ", r"^the whole trace: ")
    special = {
        # Waits for a key that nobody presses: what was recorded until its time was over.
        "echo": {
            "whole": False,
            "env": {"TIMEOUT": "10"},
            "status": 2,
            "expect": (r"^The trace has no end", r"stopped after 10 seconds"),
        },
        "measure": {"env": {"ARGS": "getppid"}, "expect": whole},
    }
    for path in sorted(glob.glob("user/*.c") + glob.glob("tests/user/*.c")):
        name = os.path.basename(path)[:-2]
        if name in ("exhausted", "processes") and not os.environ.get("EXACT"):
            continue  # 100,000 faults: a minute each. With EXACT=1, as .ci/run has it
        yield Program(f"trace: INIT={name}", program=name, limit=300, **special.get(name, {"expect": whole}))


COLOURED = r"\x1b\[1(;31)?m    \w+ fault, level \d: [^\x1b]*\.\x1b\[0m|\x1b\[1;31mstop> L\d  va.*\x1b\[0m$"


COST = {
    "image": f"{BUILD}/test/Image", "extra": ("-icount", "shift=0,sleep=off"), "append": "init=/bin/selftest -- trace"
}

FORK = ("make", "--no-print-directory", "trace", "FILE=tests/system/try_fork.c")

TIER = 1
TESTS = [
    Boot("trace: what it costs", machine=COST, ktap=True, reject=("SKIP this machine",)),
    NoFile(
        "trace: no file, and the boot goes on",
        machine={"append": "trace=all init=/bin/mappings -- 1"},
        expect=(
            r"^\[.*\] trace: the host does not take the file portcullis\.trace",
            r"^\[.*\] trace: \d{3,} faults, \d{4,} other events; dropped: \d+, [1-9]\d*$",
            r"process 1 exited with status 0$",
        ),
    ),
    Command(
        "trace: what cannot be written",
        argv=("sh", "-c", IN_THE_WAY),
        env={"B": BUILD},
        limit=180,
        expect=(
            r"trace: the host does not take the file portcullis\.trace(.|\n)*process 1 exited(.|\n)*"
            r"make trace: no trace was made.*\n.*\nrefused: trace\.run",
            r"process 1 exited(.|\n)*make trace: the whole trace could not be written.*\n.*\nrefused: trace/x",
            r"process 1 exited(.|\n)*make trace: the whole trace could not be written.*\n.*\nrefused: trace\.json/x",
            r"story: .*/trace cannot be written: Not a directory",
            r"story: .*/trace\.json cannot be written: Is a directory",
        ),
        reject=(r"Traceback",),
    ),
    Command(
        "trace: compressed, where it is large",
        argv=("sh", "-ec", COMPRESSED),
        env={"B": BUILD},
        limit=180,
        expect=(
            r"\A.*: .*/trace\.json\n.*: .*/trace\.json \(\d+ MB\), trace\.json\.gz \(\d+ MB\)\nthe same$",
        ),
    ),
    Command(
        "trace: a write after fork=share",
        argv=(*FORK, "APPEND=fork=share"),
        env={"COLUMNS": "100"},
        limit=120,
        expect=(
            r"EL0 write to 0x40000000 in change\n"
            r"    Permission fault, level 3: shared since fork: the table above forbids writing\.\n"
            r"    Resolved: the shared table split\.\n(.*\n){2}.*, pid 1, (.*\n)*?"
            r"      L2  va\[29:21\]=   0   @0x\w+  0x480\w+  table, no write, PXN, no longer shared\n"
            r"stop> L3  va.*  0x006\w+f43  page\n          EL0 R, EL1 R, ",
            r"write to 0x40000000 in change\n.*: shared since fork: .*\n"
            r"    Resolved: the shared page copied\.\n(.*\n){2}.*, pid 3, (.*\n)*?"
            r"      L2  va\[29:21\]=   0   .*  table, no write, PXN, shared by 2\n",
        ),
    ),
    Command(
        "trace: a write after fork=copy",
        argv=(*FORK, "APPEND=fork=copy"),
        env={"COLUMNS": "100"},
        limit=120,
        expect=(
            r"EL0 write to 0x40000000 in change\n"
            r"    Permission fault, level 3: EL0 may not write it \(AP\[2\] = 1: read-only\)\.\n"
            r"    Resolved: the shared page copied\.\n(.*\n){2}.*, pid [13], ",
        ),
        reject=(r"table, no write", r"shared since fork"),
    ),
    Terminal(
        "trace: colour on a terminal, for the verdict and where it stopped",
        argv=("make", "--no-print-directory", "trace"),
        limit=120,
        expect=(
            r"^\x1b\[1m    Translation fault, level \d: nothing is mapped there\.\x1b\[0m\n    Resolved",
            r"^\x1b\[1;31m    Permission fault, level 3: the page is EL0's and PAN=1\.\x1b\[0m\n    KERNEL BUG",
            r"^\x1b\[1;31mstop> L3  va.*  page\x1b\[0m$",
        ),
        reject=(rf"^(?!{COLOURED}).*\x1b",),
    ),
    Terminal(
        "trace: no colour with NO_COLOR",
        argv=("make", "--no-print-directory", "trace"),
        env={"NO_COLOR": "1"},
        limit=120,
        expect=(r"^    Permission fault, level 3: ",),
        reject=(r"\x1b",),
    ),
    *programs(),
    Spoiled("trace: what is not true is noticed", machine={"append": "trace=all"}, faults=7),
    oracle("the tour", "trace=all", 7),
    oracle("the tour, 2 CPUs", "trace=all", 7, smp="2"),
    oracle("the tour, trace=faults", "trace=faults", 7),
    oracle("the tour, cortex-a53", "trace=all", 7, cpu="cortex-a53"),
    *(
        oracle(f"compare, {method.choices[-1]}", f"trace=all init=/bin/compare {method.choices[-1]}", 20)
        for method in METHODS
    ),
    *(
        oracle(f"random mappings, seed {seed}", f"trace=all init=/bin/mappings -- {seed}", 80)
        for seed in (1, 2)
    ),
    *(
        oracle(f"4000 operations at random, {append}", f"{append} trace=faults init=/bin/random -- 4000 1", 1000)
        for append in ("pan=on uaccess=ldtr", "pan=off uaccess=sw_ttbr0")
    ),
    oracle("bad pointers", "trace=faults init=/bin/pointers", 100),
    oracle("stacks that grow, and signals", "trace=faults init=/bin/program", 2000),
    oracle(
        "random mappings, access flags not set by the CPU", "trace=all init=/bin/mappings -- 3", 150, cpu="cortex-a53"
    ),
    oracle("a kernel bug", "trace=faults init=/bin/crash -- user_read", 3, status=125, image=f"{BUILD}/test/Image"),
]

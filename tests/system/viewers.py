# SPDX-License-Identifier: MIT
"""viewers.py - do other people's viewers show trace.json as it was?

speedscope and Catapult's trace viewer, both fetched by `make deps viewers`, open
it in a browser without a window, and say which tracks and spans they have made of
it. What they were to make is worked out from the CTF that babeltrace2 reads, which
shares nothing with the JSON but the records, and has as many as the kernel counted
(trace.py).
"""

import collections
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field

from harness import BUILD, Command

VIEWERS = "build/viewers"
BROWSERS = ("chromium-headless-shell", "chromium")
HERE = os.path.dirname(__file__)
CPUS, MARKS = 1000000, 100000  # tools/story_chrome.c: the process of the CPUs, and a process's second thread


def why_not():
    """Why no viewer can be had, or nothing."""
    if not os.path.isdir(VIEWERS):
        return "`make deps viewers` fetches the viewers, which npm and Debian 12's archive have"
    if not any(map(shutil.which, BROWSERS)):
        return f"`make deps viewers` installs a browser ({' or '.join(BROWSERS)})"
    return ""


# ---- What they are to show: from CTF ---------------------------------------------


# A field as babeltrace2 prints it: an enumerator, or its number if it has no name; a text; a number.
FIELD = re.compile(r'(\w+) = (?:\( (?:"([^"]*)"|<unknown>) : container = (-?\d+) \)|"([^"]*)"|([^ ,]+))')


@dataclass
class Record:
    name: str
    time: int  # in ns since the first one
    end: int
    cpu: int
    pid: int
    fields: dict


def read_ctf(folder):
    """All records of the trace, in the order in which they began."""
    with open(f"{folder}/metadata", encoding="utf-8", errors="replace") as file:
        tick = 10**9 / int(re.search(r"freq = (\d+);", file.read()).group(1))
    command = ["babeltrace2", "--no-delta", "--clock-cycles", folder]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    records, first = [], None
    for line in text.splitlines():
        time, name, cpu, pid, duration, rest = re.match(
            r"\[(\d+)\] (?:\S+ )?(\w+): \{ cpu_id = (\d+) \}, "
            r"\{ sequence = \d+, pid = (-?\d+), duration = (\d+) \}, \{ (.*) \}$",
            line,
        ).groups()
        fields = {key: next(filter(None, values), "") for key, *values in FIELD.findall(rest)}
        first = int(time) if first is None else first
        start, end = (int((int(time) - first + more) * tick) for more in (0, int(duration)))
        records.append(Record(name, start, end, int(cpu), int(pid), fields))
    return records


@dataclass
class Expected:
    """(name, from, to) of each span, by (pid, tid); the marks' counts, and their names but for faults."""

    spans: dict = field(default_factory=lambda: collections.defaultdict(list))
    marks: collections.Counter = field(default_factory=collections.Counter)
    mark_names: set = field(default_factory=set)
    names: dict = field(default_factory=dict)


def fault_name(fault):
    """The kind that `make trace` counts it in: tests/system/story.py looks at those."""
    has = fault.fields
    kind = int(has["esr"], 16) >> 26
    access = "fetch" if has["is_fetch"] == "1" else "write" if has["is_write"] == "1" else "read"
    access = access if kind in (0x20, 0x21, 0x24, 0x25) else "exception"  # not an abort
    place = has["symbol"].partition("+")[0] or hex(int(has["elr"], 16))
    inside = ", inside uaccess" if int(has["extable"], 16) & 3 else ""
    signal = f" {has['signal']}" if has["resolution"] == "signal" else ""
    return f"fault: EL{has['from_el']} {access} in {place}{inside}: {has['verdict']}, {has['resolution']}{signal}"


def expected(records):
    """What the viewers are to show."""
    shown, calls, tasks, seen = Expected(), {}, {}, {}
    for one in records:
        thread, cpu = (one.pid, one.pid), (CPUS, CPUS + one.cpu)
        if one.name == "call_enter":
            calls[one.pid] = one
        elif one.name == "call_leave":
            enter = calls.pop(one.pid)
            shown.spans[thread].append((enter.fields["number"], enter.time, one.time))
        elif one.name == "window":
            shown.spans[thread].append((one.fields["operation"], one.time, one.end))
        elif one.name == "fault":
            shown.spans[thread].append((fault_name(one), one.time, one.end))
            shown.marks[one.pid, MARKS + one.pid] += 1
            shown.names.setdefault(one.pid, one.fields["task"])
        elif one.name == "task_switch":
            tasks.setdefault(cpu, []).append(one)
            shown.names.setdefault(int(one.fields["to_pid"]), one.fields["to"])
        else:
            shown.marks[thread if one.name == "refusal" else cpu] += 1
            shown.mark_names.add(one.name)
        seen[one.pid] = max(one.end, seen.get(one.pid, 0))
    for pid, enter in calls.items():  # an exit() does not return: it ends just after the last thing in it
        shown.spans[pid, pid].append((enter.fields["number"], enter.time, seen[pid] + 1))
    for cpu, switches in tasks.items():
        ends = [one.time - 1 for one in switches[1:]] + [max(seen.values())]  # just before the next
        for one, end in zip(switches, ends):
            shown.spans[cpu].append((f"{one.fields['to']}, pid {one.fields['to_pid']}", one.time, end))
    return shown


def differences(what, found, wanted):
    """Where two lists of spans differ, in at most one line."""
    found, wanted = collections.Counter(found), collections.Counter(wanted)
    if found != wanted:
        more, less = found - wanted, wanted - found
        yield (
            f"{what}: {found.total()} spans instead of {wanted.total()};"
            f" too much: {list(more.items())[:2]}, missing: {list(less.items())[:2]}"
        )


# ---- What they show --------------------------------------------------------------


class Server(http.server.ThreadingHTTPServer):
    """Serves the viewers and the trace, and takes the answer."""

    def __init__(self, trace):
        super().__init__(("127.0.0.1", 0), Handler)
        self.trace, self.answer, self.is_answered = trace, None, threading.Event()


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory=VIEWERS)

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/trace.json":
            self.send(self.server.trace, "application/json")
        elif path == "/catapult.html":
            self.send(f"{HERE}/catapult.html", "text/html")
        elif path == "/speedscope/index.html":
            self.send(f"{VIEWERS}{path}", "text/html", ("<body>", "<body><script src=/speedscope.js></script>"))
        elif path == "/speedscope.js":
            self.send(f"{HERE}/speedscope.js", "text/javascript")
        else:
            super().do_GET()

    def send(self, path, kind, change=("", "")):
        with open(path, encoding="utf-8") as file:
            data = file.read().replace(*change).encode() if change[0] else file.read().encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        if not self.server.is_answered.is_set():
            self.server.answer = json.loads(data)
            self.server.is_answered.set()

    def log_message(self, *_):
        pass


def browse(trace, page, limit):
    """What the page answers; None: nothing in time."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    with tempfile.TemporaryDirectory() as home, Server(trace) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}{page}"
        process = subprocess.Popen(
            [browser, "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader",
             "--remote-debugging-port=0", f"--user-data-dir={home}", "--window-size=1200,800", address],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        server.is_answered.wait(limit)
        os.killpg(process.pid, signal.SIGKILL)  # what was started is a script; the browser is its child
        process.wait()
        server.shutdown()
    return server.answer


def ns(microseconds):
    return round(microseconds * 1000)


def speedscope_spans(profile, frames):
    """(name, from, to) of each span of a profile, from its begin."""
    stack = []
    for event in profile["events"]:
        if event["type"] == "O":
            stack.append((event["frame"], event["at"]))
        else:
            frame, at = stack.pop()
            assert frame == event["frame"], "speedscope's own file is not nested"
            name = re.sub(r' \{"\w+":.*\}$', "", frames[frame]["name"])
            yield name, ns(at), ns(event["at"])


def judge_speedscope(answer, wanted):
    """Where speedscope and the trace differ, in lines."""
    frames = answer["shared"]["frames"]
    tracks = {}
    for profile in answer["profiles"]:
        tid = int(re.search(r"\(tid (\d+)\)$", profile["name"]).group(1))
        tracks[tid] = list(speedscope_spans(profile, frames))
        if profile["unit"] != "microseconds":
            yield f"speedscope: {profile['name']} is in {profile['unit']}"
    spans = {tid: spans for (_, tid), spans in wanted.spans.items()}
    if set(tracks) != set(spans):
        yield f"speedscope: the tracks are {sorted(tracks)}, and not {sorted(spans)}"
        return
    for tid, each in spans.items():
        first = min(begin for _, begin, _ in each)
        yield from differences(
            f"speedscope, track {tid}", tracks[tid], [(name, begin - first, end - first) for name, begin, end in each]
        )
    # Left Heavy adds up what has one frame: a name has one, and one for each way in which it failed.
    for profile in answer["profiles"]:
        used = [frames[frame]["name"] for frame in {event["frame"] for event in profile["events"]}]
        if len(set(used)) < len(used) or any(re.search(r"\{(?!\"(error|left)\":[^,]*\}$)", name) for name in used):
            yield f"speedscope: {profile['name']} does not have a frame for each name: {sorted(used)}"


def judge_catapult(answer, wanted):
    """Where Catapult and the trace differ, in lines."""
    tracks = {(track["pid"], track["tid"]): track for track in answer["tracks"]}
    if set(tracks) != set(wanted.spans) | set(wanted.marks):
        yield f"catapult: the tracks are {sorted(tracks)}, not {sorted(set(wanted.spans) | set(wanted.marks))}"
        return
    for key, track in tracks.items():
        marks = [
            span
            for span in track["spans"]
            if span["start"] == span["end"] and (span["name"].startswith("#") or span["name"] in wanted.mark_names)
        ]
        found = [span for span in track["spans"] if span not in marks]
        if not track["thread"] or track["process"] not in ("CPUs", wanted.names.get(key[0])):
            yield f"catapult: the track {key} is called {track['process']}, {track['thread']}"
        if len(marks) != wanted.marks[key]:
            yield f"catapult: the track {key} has {len(marks)} marks, and not {wanted.marks[key]}"
        if any(span["unfinished"] for span in found):
            yield f"catapult: the track {key} has spans without an end"
        yield from differences(
            f"catapult, track {key}",
            [(span["name"], ns(span["start"] * 1000), ns(span["end"] * 1000)) for span in found],
            wanted.spans.get(key, []),
        )


PAGES = {
    "speedscope": ("/speedscope/index.html#profileURL=/trace.json", judge_speedscope),
    "catapult": ("/catapult.html", judge_catapult),
}


@dataclass
class Viewed(Command):
    """`make trace`, opened in a viewer. least: so many spans, or little is proved."""

    viewer: str = ""
    least: int = 20

    def __post_init__(self):
        self.skip = why_not()

    def _start(self, limit):
        result = super()._start(limit)  # what it left is looked at before the next one overwrites it
        self.problems = list(self.judge(limit)) if result.status == 0 else []
        return result

    def judge(self, limit):
        page, judge = PAGES[self.viewer]
        wanted = expected(read_ctf(f"{BUILD}/trace"))
        answer = browse(f"{BUILD}/trace.json", page, limit)
        if sum(map(len, wanted.spans.values())) < self.least:
            yield f"only {sum(map(len, wanted.spans.values()))} spans: at least {self.least} were to be"
        if answer is None:
            yield f"{self.viewer} has not answered in {limit:g} seconds"
            return
        if answer["said"]:
            yield f"{self.viewer} complains: {answer['said'][:3]}"
        yield from judge(answer, wanted)

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        for problem in self.problems:
            outcome.fail(problem)


def traces():
    """What is opened: the tour; a long one, of two processes; a program that is killed, on two CPUs."""
    make = ("make", "--no-print-directory", "trace")
    yield "the tour", make, 20
    yield "calls, windows and faults of two processes", (*make, f"INIT={BUILD}/user/many", "ARGS=300"), 2000
    yield "verdicts, 2 CPUs", (*make, f"INIT={BUILD}/user/verdicts", "SMP=2"), 100


# They say nothing new in a bare system, where a browser would have to be installed.
TIER = 2
TESTS = [
    Viewed(f"viewers: {viewer}: {name}", argv=argv, viewer=viewer, least=least, limit=180)
    for viewer in PAGES
    for name, argv, least in traces()
]

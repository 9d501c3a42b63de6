#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pictures.py - `make pictures`: docs/pictures/NAME.svg from docs/pictures/NAME.txt.

A picture is a text of statements, one a line; an indented line belongs to the
statement above it. Numbers are pixels of a page that is 720 wide, from its
upper left corner. In a text "|" begins a new line, and `this` is code.

    alt  what the picture shows: a document repeats it word for word
    size HEIGHT                      before all that is drawn
    from FILE …                      headers whose names may be in {…}
    box NAME X Y W H STYLE … : text  the first of several lines is its title
    row X Y H                        boxes side by side, each an indented line:
        NAME W STYLE … : text
    column X Y W                     the same downwards: NAME H STYLE … : text
    text POINT STYLE … : text        beside that side of a box, or around X,Y
    arrow POINT … STYLE … : label    and "line", the same without a head
    grid X … TOP BOTTOM              thin vertical lines

A POINT is X,Y or NAME.SIDE, one of n, s, e, w; +N or -N moves it along the
side. "-|" between two points goes across first, then up or down; "|-" the other
way. A STYLE is a colour (user kernel open shut plain ghost hole); left or right
(where the text begins, or ends); dashed; big; note (a paler text); even (a box
without a title); both (an arrow with two heads).

{EXPRESSION} is a number of the code's, as the C preprocessor expands it for
4 KiB pages and 48 bits, {EXPRESSION:#x} in hexadecimal. A text that is too wide
for its box, or lies over another, is an error. Nothing here depends on the
version of a tool, so `make check` compares byte for byte.
"""

import glob
import os
import re
import shlex
import subprocess
import sys
from html import escape

import ending

WIDTH = 720
SIZE, CODE, BIG = 12.5, 12, 15  # of letters, in pixels: 11 is the least that is easy to read
LEADING = 16  # from one line of a text to the next
COLOURS = {  # of a box: inside, edge
    "user": ("#e2eefb", "#2a6cb0"),
    "kernel": ("#fdeed3", "#a86400"),
    "open": ("#fbe0da", "#b8341f"),
    "shut": ("#e0f1e1", "#2b7a32"),
    "plain": ("#ffffff", "#5b6470"),
    "ghost": ("#f3f4f6", "#9aa2ad"),
    "hole": ("url(#hatch)", "#9aa2ad"),
    "note": ("none", "none"),
}
# The page has its own background, so that it is as readable among dark as among light.
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">
<title>{alt}</title>
<style>
text{{font:{size}px Helvetica,Arial,"Liberation Sans",sans-serif;fill:#1d2630}}
.code{{font:{code}px Menlo,Consolas,"Liberation Mono",monospace}}
.big{{font-size:{big}px;font-weight:bold}}
.title{{font-weight:bold}}
.note{{fill:#4a5460}}
.halo{{stroke:#fcfcfa;stroke-width:5;stroke-linejoin:round;paint-order:stroke}}
path{{fill:none;stroke:#3c4652;stroke-width:1.4}}
.dashed{{stroke-dasharray:5 4}}
.grid{{stroke:#c3c8cf;stroke-width:1;stroke-dasharray:2 4}}
{colours}</style>
<defs>
<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"
 orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" style="fill:#3c4652;stroke:none"/></marker>
<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect width="8" height="8" fill="#f3f4f6"/><rect width="2"
 height="8" fill="#dcdfe3"/></pattern>
</defs>
<rect x="0.5" y="0.5" width="{wi}" height="{hi}" rx="8" style="fill:#fcfcfa;stroke:#d4d7dc"/>
"""


class Wrong(Exception):
    """What is wrong with a picture's text, in words."""


# ---- Numbers of the code --------------------------------------------------------


def plain_number(expression):
    """The value of what the preprocessor has left of a C expression."""
    words = re.sub(r"\(u?int\w*_t\)", "", expression)
    words = re.sub(r"\b(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]+\b", r"\1", words)
    if re.search(r"[^\s0-9a-fA-FxX()<>&|~+*/%-]", words):
        raise Wrong(f"{expression.strip()} is not a number")
    return eval(words.replace("/", "//")) & (1 << 64) - 1  # digits and operators alone


def with_numbers(text):
    """The text with a value in place of each {…}."""
    braces = r"\{([^{}:]+)(?::([^{}]*))?\}"
    build = os.environ.get("B") or "build"
    headers = " ".join(re.findall(r"^from (.*)", text, re.MULTILINE)).split()
    headers = [re.sub(r"^build/", f"{build}/", name) for name in headers]
    source = "".join(f'#include "{name}"\n' for name in headers)
    source += "".join(f"\n@@@ {expression}\n" for expression, _ in re.findall(braces, text))
    command = shlex.split(os.environ.get("HOSTCC") or "cc")
    command += "-E -P -I. -Isrc -Iarch/aarch64 -DPAGE_SHIFT=12 -DVA_BITS=48 -x c -".split()
    done = subprocess.run(command, input=source, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise Wrong(done.stderr.strip())
    values = [plain_number(each) for each in re.findall(r"@@@(.*)", done.stdout)]
    return re.sub(braces, lambda match: format(values.pop(0), match[2] or "d"), text)


# ---- Letters --------------------------------------------------------------------


def pieces(line):
    """[(text, whether it is code)]"""
    return [(each, index % 2 == 1) for index, each in enumerate(line.split("`")) if each]


def letter_width(letter):
    """In ems, of a wide typeface: whatever the viewer has, the text fits."""
    for letters, width in (("iIjl.,:;'|!", 0.34), (" frt()[]-/", 0.41), ("mwMW@=+…", 0.88)):
        if letter in letters:
            return width
    return 0.72 if letter.isupper() else 0.6


def line_width(line, styles):
    """At most so many pixels."""
    size = BIG if "big" in styles else SIZE * 1.06 if "title" in styles else SIZE
    return sum(
        len(text) * CODE * 0.602 if code else sum(map(letter_width, text)) * size
        for text, code in pieces(line)
    )


def svg_line(line, x, y, anchor, classes):
    spans = "".join(
        f'<tspan class="code">{escape(text)}</tspan>' if code else escape(text, quote=False)
        for text, code in pieces(line)
    )
    attributes = f' class="{" ".join(classes)}"' if classes else ""
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}"{attributes}>{spans}</text>\n'


def lines_of(text):
    return [line.strip() for line in text.split("|")] if text else []


# ---- A picture ------------------------------------------------------------------


class Picture:
    """What is drawn so far: boxes by name, texts as (left, top, right, bottom, words)."""

    def __init__(self):
        self.alt, self.height = "", 0
        self.boxes, self.texts = {}, []
        self.grid, self.shapes, self.words = [], [], []

    def add_text(self, text, x, y, styles, halo=False):
        """Lines from the base line y on; x is where they begin, end, or have their middle."""
        anchor = "start" if "left" in styles else "end" if "right" in styles else "middle"
        classes = [name for name in ("big", "note", "title") if name in styles] + ["halo"] * halo
        for line in lines_of(text):
            wide = line_width(line, styles)
            left = x - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
            here = (left, y - 10, left + wide, y + 3, line)
            if left < 4 or left + wide > WIDTH - 4 or y > self.height - 4:
                raise Wrong(f'"{line}" runs out of the picture')
            for left, top, right, bottom, words in self.texts:
                if here[0] < right and left < here[2] and here[1] < bottom and top < here[3]:
                    raise Wrong(f'"{line}" lies over "{words}"')
            self.texts.append(here)
            self.words.append(svg_line(line, x, y, anchor, classes))
            classes = [name for name in classes if name != "title"]
            y += LEADING

    def add_box(self, name, x, y, w, h, styles, text):
        lines = lines_of(text)
        if len(lines) > 1 and "even" not in styles:
            styles = [*styles, "title"]
        for line in lines:
            if line_width(line, styles) > w - 6 or len(lines) * LEADING > h:
                raise Wrong(f'"{line}" does not fit its box')
        self.boxes[name] = (x, y, w, h)
        colour = ([style for style in styles if style in COLOURS] or ["plain"])[0]
        if colour != "note":
            place = f'x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"'
            self.shapes.append(f'<rect class="{colour}" {place} rx="3"/>\n')
        base = y + (h - (len(lines) - 1) * LEADING) / 2 + 4.5
        self.add_text(text, x + 8 if "left" in styles else x + w / 2, base, styles)

    def add_cells(self, place, cells, across):
        x, y, other = map(float, place)
        for cell in cells:
            (name, size, *styles), text = words_and_text(cell)
            w, h = (float(size), other) if across else (other, float(size))
            self.add_box(name, x, y, w, h, styles, text)
            x, y = (x + w, y) if across else (x, y + h)

    def point(self, word):
        """Where "10,20" is, or "name.e+5"; None: the word is no point."""
        match = re.fullmatch(r"(-?[\d.]+),(-?[\d.]+)", word)
        if match:
            return float(match[1]), float(match[2])
        match = re.fullmatch(r"(\w+)\.([nsew])([+-][\d.]+)?", word)
        if not match:
            return None
        if match[1] not in self.boxes:
            raise Wrong(f"there is no box {match[1]}")
        x, y, w, h = self.boxes[match[1]]
        along, middle, centre = float(match[3] or 0), x + w / 2, y + h / 2
        return {
            "n": (middle + along, y),
            "s": (middle + along, y + h),
            "e": (x + w, centre + along),
            "w": (x, centre + along),
        }[match[2]]

    def add_note(self, place, styles, text):
        """Text outside a box, beside one of its sides; or around a point."""
        x, y = self.point(place)
        side = "".join(re.findall(r"\.([nsew])", place))
        above = (len(lines_of(text)) - 1) * LEADING
        base = {"n": y - 7 - above, "s": y + 16}.get(side, y + 4.5 - above / 2)
        shift, anchor = {"e": (8, ["left"]), "w": (-8, ["right"])}.get(side, (0, []))
        self.add_text(text, x + shift, base, styles + anchor)

    def path(self, words):
        """([(x, y)], the words that are styles)"""
        path, styles, corner = [], [], None
        for word in words:
            point = self.point(word)
            if word in ("-|", "|-"):
                corner = word
            elif point is None:
                styles.append(word)
            else:
                if corner:
                    (x, y), corner = path[-1], corner == "-|"
                    path.append((point[0], y) if corner else (x, point[1]))
                    corner = None
                path.append(point)
        return path, styles

    def add_arrow(self, words, label, head):
        path, styles = self.path(words)
        steps = "L".join(f"{x:g} {y:g}" for x, y in path)
        attributes = ' class="dashed"' if "dashed" in styles else ""
        attributes += ' marker-end="url(#head)"' if head else ""
        attributes += ' marker-start="url(#head)"' if "both" in styles else ""
        self.shapes.append(f'<path{attributes} d="M{steps}"/>\n')
        # The label is over the longest piece; beside it, if that goes up or down.
        length = [abs(x1 - x2) + abs(y1 - y2) for (x1, y1), (x2, y2) in zip(path, path[1:])]
        (x1, y1), (x2, y2) = path[length.index(max(length)) :][:2]
        above = (len(lines_of(label)) - 1) * LEADING
        if abs(x1 - x2) > abs(y1 - y2):
            self.add_text(label, (x1 + x2) / 2, (y1 + y2) / 2 - 7 - above, styles, halo=True)
        else:
            shift = 8 if "left" in styles else -8 if "right" in styles else 0
            base = (y1 + y2) / 2 + 4 - above / 2
            self.add_text(label, (x1 + x2) / 2 + shift, base, styles, halo=True)

    def svg(self):
        head = HEAD.format(
            w=WIDTH,
            h=f"{self.height:g}",
            wi=WIDTH - 1,
            hi=f"{self.height - 1:g}",
            alt=escape(self.alt),
            size=SIZE,
            code=CODE,
            big=BIG,
            colours="".join(
                f"rect.{name}{{fill:{inside};stroke:{edge};stroke-width:1.2}}\n"
                for name, (inside, edge) in COLOURS.items()
            ),
        )
        return head + "".join(self.grid + self.shapes + self.words) + "</svg>\n"


# ---- Its text -------------------------------------------------------------------


def words_and_text(line):
    """The words before " : ", and what comes after it."""
    words, _, text = line.partition(" : ")
    return words.split(), text.strip()


def statements(text):
    """(number of its line, the line, [the indented lines below it])"""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1].isspace() and line.strip():
            found[-1][2].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((number, line, []))
    return found


def draw_statement(picture, line, more):
    kind, _, rest = line.partition(" ")
    words, text = words_and_text(rest)
    if kind == "alt":
        picture.alt = " ".join([rest.strip(), *more])
    elif kind == "size":
        picture.height = float(words[0])
    elif kind in ("row", "column"):
        picture.add_cells(words, more, kind == "row")
    elif kind == "box":
        picture.add_box(words[0], *map(float, words[1:5]), words[5:], text)
    elif kind == "text":
        picture.add_note(words[0], words[1:], text)
    elif kind in ("arrow", "line"):
        picture.add_arrow(words, text, kind == "arrow")
    elif kind == "grid":
        *places, top, bottom = words
        picture.grid += [f'<path class="grid" d="M{x} {top}V{bottom}"/>\n' for x in places]
    elif kind != "from":
        raise Wrong(f"there is no statement {kind}")


def draw(path):
    """(the SVG, its alt text); Wrong says where the text is wrong."""
    picture, number = Picture(), 1
    try:
        for number, line, more in statements(with_numbers(read(path))):
            draw_statement(picture, line, more)
        return picture.svg(), picture.alt
    except (Wrong, ValueError, IndexError, TypeError, NameError, SyntaxError) as wrong:
        raise Wrong(f"{path}:{number}: {wrong}\n") from wrong


# ---- The pictures of the tree ---------------------------------------------------


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources():
    """(its text, its SVG) of every picture"""
    return [(path, path[:-3] + "svg") for path in sorted(glob.glob("docs/pictures/*.txt"))]


def complaints():
    """Of pictures that are stale, that no document shows, or that have no text."""
    documents = " ".join(read(path) for path in ["README.md", *sorted(glob.glob("docs/*.md"))])
    documents = " ".join(documents.split())
    without = set(glob.glob("docs/pictures/*.svg")) - {target for _, target in sources()}
    found = [f"{path} has no text that it is made of\n" for path in sorted(without)]
    for path, target in sources():
        try:
            svg, alt = draw(path)
        except Wrong as wrong:
            found.append(str(wrong))
            continue
        if svg != read(target):
            found.append(f"{target} is stale: its text, or a number in it, is another (make pictures)\n")
        if f"![{alt}](pictures/{os.path.basename(target)})" not in documents:
            found.append(f"{path}: no document shows it with its alt text\n")
    return found


def main():
    wrong = ""
    for path, target in sources():
        try:
            svg, _ = draw(path)
        except Wrong as what:
            wrong += str(what)
            continue
        if svg != read(target):
            with open(target, "w", encoding="utf-8") as file:
                file.write(svg)
            print(f"drew {target}")
    sys.exit(wrong or None)


if __name__ == "__main__":
    ending.run(main)

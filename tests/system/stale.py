# SPDX-License-Identifier: MIT
"""stale.py - a picture that is not as its text and the code say is a complaint.

In a copy of the tree one thing is changed at a time, and tools/pictures.py says
which picture is wrong now; unchanged, it says nothing.
"""

from harness import BUILD, Command

SCRIPT = f"""
copy=$(mktemp -d) && trap 'rm -rf "$copy"' EXIT
cp -r --parents README.md docs tools src arch {BUILD}/asm_offsets.h "$copy" && cd "$copy" || exit 1
export B={BUILD}
""" + r"""
# try TITLE FILE SED: what is said of the tree while FILE is changed so
try() {
	cp "$2" saved && sed -i "$3" "$2" && cmp -s "$2" saved && echo "$1: nothing was changed"
	echo "$1: $(python3 -c 'if 1:
		import glob, sys
		sys.path.insert(0, "tools")
		import checkdocs, pictures
		said = pictures.complaints() + checkdocs.check_citations(glob.glob("docs/pictures/*.txt"))
		print("; ".join(each.strip() for each in said) or "nothing")')"
	cp saved "$2"
}
pictures=docs/pictures
echo "as it is: $(python3 -c 'import sys; sys.path.insert(0, "tools"); import pictures; print(pictures.complaints())')"
try text $pictures/walk.txt 's/: level 2$/: level two/'
try layout arch/aarch64/layout.h 's/define IMAGE_BASE .*/& + 0x200000000000/'
try frame $B/asm_offsets.h 's/FRAME_ESR 272/FRAME_ESR 280/'
try name arch/aarch64/vectors.S 's/FRAME_SAVE/SAVE_FRAME/'
try alt docs/07-pan.md 's/A copy over time,/A copy in time,/'
try edited $pictures/house.svg 's/system calls/System calls/'
try wide $pictures/house.txt 's/: system calls/: system calls of Linux for arm64 and a few more of our own/'
try over $pictures/window.txt 's/^text 312,34/text 220,34/'
touch $pictures/left.svg
try left README.md 's/Portcullis/Gate/'
"""

TESTS = [
    Command(
        "pictures: a change of their text, or of the code they show, is noticed",
        argv=("sh", "-c", SCRIPT),
        expect=(
            r"^as it is: \[\]$",
            r"^text: docs/pictures/walk.svg is stale: [^;]*$",
            r"^layout: docs/pictures/address-space.svg is stale: [^;]*$",
            r"^frame: docs/pictures/frame.svg is stale: [^;]*$",
            r"^name: docs/pictures/frame.txt:\d+: `arch/aarch64/vectors.S:FRAME_SAVE` does not hold$",
            r"^alt: docs/pictures/window.txt: no document shows it with its alt text$",
            r"^edited: docs/pictures/house.svg is stale: [^;]*$",
            r'^wide: docs/pictures/house.txt:\d+: "sys/: system calls of Linux [^;]*" does not fit its box$',
            r'^over: docs/pictures/window.txt:\d+: "the fault" lies over "WINDOW_OPEN"$',
            r"^left: docs/pictures/left.svg has no text that it is made of$",
        ),
        limit=60,
    )
]

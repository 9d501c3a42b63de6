# SPDX-License-Identifier: MIT
"""tree.py - device trees that cannot be used: one clear line, and a stop.

QEMU mends the trees that it hands over itself, so here nothing is handed
over: QEMU's loader puts image, tree and a tiny start into RAM, and the start
does what a boot loader does. The trees are QEMU's own, spoilt with dtc.
"""

from harness import BUILD, Command

SCRIPT = r"""
cd "$(mktemp -d)" && trap 'rm -rf "$PWD"' EXIT
qemu=${QEMU:-qemu-system-aarch64}
machine="-M virt,gic-version=3 -cpu max -m 256M -nographic -nic none"
printf '.globl _start\n_start: ldr x0, =0x48000000\nldr x1, =0x40200000\nbr x1\n' >start.S
${CROSS_COMPILE-aarch64-linux-gnu-}gcc -nostdlib -static -Wl,-Ttext=0x44000000,-z,max-page-size=4096,--build-id=none \
	-o start start.S
$qemu $machine -M dumpdtb=whole.dtb >log 2>&1 || { cat log; exit 1; }
dtc -q -I dtb -O dts whole.dtb >whole.dts

head -c 3000 whole.dtb >cut.dtb
{ printf XXXX; tail -c +5 whole.dtb; } >magic.dtb
sed '/memory@/,/};/d' whole.dts | dtc -q -I dts -O dtb -o memory.dtb
{ echo '/dts-v1/; /memreserve/ 0x44000000 0x10000; /memreserve/ 0x44008000 0x10000;'
	grep -v /dts-v1/ whole.dts; } | dtc -q -I dts -O dtb -o overlap.dtb

for tree in whole cut magic memory overlap; do
	timeout 60 $qemu $machine -semihosting-config enable=on,target=native -sandbox on,spawn=deny \
		-device loader,file=start,cpu-num=0 \
		-device loader,file="$IMAGE",addr=0x40200000,force-raw=on \
		-device loader,file=$tree.dtb,addr=0x48000000,force-raw=on </dev/null >log 2>&1
	echo "$tree: status $?: $(tail -n 1 log)"
done
"""

TIER = 1
TESTS = [
    Command(
        "tree: what cannot be used is said, and nothing is started",
        argv=("sh", "-c", f'IMAGE="$PWD/{BUILD}/Image"\n{SCRIPT}'),
        expect=(
            r"^whole: status 127: .*process 1 cannot start: /init: no such file",
            r"^cut: status 125: .*cannot start: the device tree ",
            r"^magic: status 125: Portcullis cannot start: the device tree has a wrong magic number",
            r"^memory: status 125: .*cannot start: the device tree has no memory node",
            r"^overlap: status 125: .*cannot start: the device tree has reservations that overlap",
        ),
        limit=120,
    )
]

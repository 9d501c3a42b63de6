# SPDX-License-Identifier: MIT
"""registers.py - TCR_EL1, SCTLR_EL1 and MAIR_EL1 in words, for gdb's commands.

A field is a line: its bits, its name, and what each of its values means, from 0
on. Names and positions are the Arm ARM's (D24); a field that is not here is RES0.
"""

import re

TCR_EL1 = """
5:0   T0SZ     = the user half:
7     EPD0     walks | no walks: each is a translation fault
9:8   IRGN0    = walks, inner:
11:10 ORGN0    = walks, outer:
13:12 SH0      walks: not shareable | reserved | walks: outer shareable | walks: inner shareable
15:14 TG0      4K pages | 64K pages | 16K pages | reserved
21:16 T1SZ     = the kernel half:
22    A1       the ASID is TTBR0_EL1's | the ASID is TTBR1_EL1's
23    EPD1     walks | no walks: each is a translation fault
25:24 IRGN1    = walks, inner:
27:26 ORGN1    = walks, outer:
29:28 SH1      walks: not shareable | reserved | walks: outer shareable | walks: inner shareable
31:30 TG1      reserved | 16K pages | 4K pages | 64K pages
34:32 IPS      = physical memory:
36    AS       ASIDs of 8 bits | ASIDs of 16 bits
37    TBI0     user half: bits 63:56 are part of the address | user half: bits 63:56 are a tag
38    TBI1     kernel half: bits 63:56 are part of the address | kernel half: bits 63:56 are a tag
39    HA       AF=0 faults | the hardware sets AF
40    HD       DBM means nothing | the hardware makes a DBM page writable
41    HPD0     user half: table descriptors limit rights | user half: they do not
42    HPD1     kernel half: table descriptors limit rights | kernel half: they do not
43    HWU059   bit 59 of a user page is software's | it is the hardware's
44    HWU060   bit 60 of a user page is software's | it is the hardware's
45    HWU061   bit 61 of a user page is software's | it is the hardware's
46    HWU062   bit 62 of a user page is software's | it is the hardware's
47    HWU159   bit 59 of a kernel page is software's | it is the hardware's
48    HWU160   bit 60 of a kernel page is software's | it is the hardware's
49    HWU161   bit 61 of a kernel page is software's | it is the hardware's
50    HWU162   bit 62 of a kernel page is software's | it is the hardware's
51    TBID0    TBI0 is for instructions, too | TBI0 is for data only
52    TBID1    TBI1 is for instructions, too | TBI1 is for data only
53    NFD0     user half: SVE's non-fault loads at EL0 walk | they do not walk
54    NFD1     kernel half: SVE's non-fault loads at EL0 walk | they do not walk
55    E0PD0    EL0 reaches the user half | EL0's accesses to the user half fault
56    E0PD1    the tables keep EL0 out of the kernel half | EL0's accesses to the kernel half fault before any walk
57    TCMA0    user half: tag 0 is checked | user half: tag 0 is not checked
58    TCMA1    kernel half: tag 0xf is checked | kernel half: tag 0xf is not checked
59    DS       descriptors of 48 bits of address | of 52 bits
60    MTX0     user half: no tags in bits 59:56 | tags in bits 59:56
61    MTX1     kernel half: no tags in bits 59:56 | tags in bits 59:56
"""

SCTLR_EL1 = """
0     M        no translation | EL1 and EL0 are translated
1     A        unaligned accesses of Normal memory are fine | every unaligned access faults
2     C        data accesses are not cached | data accesses are cached as the tables say
3     SA       SP may be misaligned at EL1 | a misaligned SP faults at EL1
4     SA0      SP may be misaligned at EL0 | a misaligned SP faults at EL0
5     CP15BEN  AArch32: no CP15 barriers at EL0 | AArch32: CP15 barriers at EL0
6     nAA      unaligned LDAR, STLR and their kind fault | they do not
7     ITD      AArch32: all IT blocks at EL0 | AArch32: most IT blocks are Undefined
8     SED      AArch32: SETEND at EL0 | AArch32: SETEND is Undefined
9     UMA      EL0's access to DAIF traps | EL0 may mask interrupts (DAIF)
10    EnRCTX   EL0's CFP, CPP, DVP RCTX trap | EL0 may use CFP, CPP, DVP RCTX
11    EOS      `eret` does not synchronize the context | `eret` synchronizes the context
12    I        instruction fetches are not cached | instruction fetches are cached
13    EnDB     no pointer authentication with the key DB | PACDB, AUTDB are on
14    DZE      EL0's DC ZVA traps | EL0 may use DC ZVA
15    UCT      EL0's read of CTR_EL0 traps | EL0 may read CTR_EL0
16    nTWI     EL0's WFI traps | EL0's WFI does not trap
18    nTWE     EL0's WFE traps | EL0's WFE does not trap
19    WXN      what is writable may be executable | what is writable is not executable
20    TSCXT    EL0 may use SCXTNUM_EL0 | EL0's access to SCXTNUM_EL0 traps
21    IESB     no error barrier at exceptions | each exception to EL1 and each `eret` is an error barrier
22    EIS      an exception does not synchronize the context | an exception synchronizes the context
23    SPAN     each exception to EL1 sets PSTATE.PAN | PSTATE.PAN stays as it is at an exception
24    E0E      EL0's data is little-endian | EL0's data is big-endian
25    EE       EL1's data and the tables are little-endian | EL1's data and the tables are big-endian
26    UCI      EL0's cache maintenance traps | EL0 may clean its caches
27    EnDA     no pointer authentication with the key DA | PACDA, AUTDA are on
28    nTLSMD   AArch32: LDM, STM of Device memory trap | AArch32: they do not trap
29    LSMAOE   AArch32: LDM, STM in any order | AArch32: LDM, STM in order
30    EnIB     no pointer authentication with the key IB | PACIB, AUTIB are on
31    EnIA     no pointer authentication with the key IA | PACIA, AUTIA are on
32    CMOW     EL0's cache maintenance asks for a read right | it asks for read and write
33    MSCEn    EL0's CPY* and SET* are Undefined | EL0 has CPY* and SET*
34    EnFPM    EL0's access to FPMR traps | EL0 may use FPMR
35    BT0      EL0: PACI*SP is a landing pad for BTYPE 3 | EL0: it is none for BTYPE 3
36    BT1      EL1: PACI*SP is a landing pad for BTYPE 3 | EL1: it is none for BTYPE 3
37    ITFSB    tag check faults are not waited for at an exception | each exception to EL1 waits for them
39:38 TCF0     EL0's tag check faults: ignored | faults | noted in TFSRE0_EL1 | reads fault, writes are noted
41:40 TCF      EL1's tag check faults: ignored | faults | noted in TFSR_EL1 | reads fault, writes are noted
42    ATA0     EL0 has no allocation tags | EL0 has allocation tags
43    ATA      EL1 has no allocation tags | EL1 has allocation tags
44    DSSBS    an exception to EL1 clears PSTATE.SSBS | an exception to EL1 sets PSTATE.SSBS
45    TWEDEn   a trap of WFE comes when the CPU likes | a trap of WFE is delayed by TWEDEL
49:46 TWEDEL   = cycles of the delay:
50    TMT0     EL0's TSTART may succeed | EL0's TSTART fails
51    TMT      EL1's TSTART may succeed | EL1's TSTART fails
52    TME0     EL0's TSTART traps | EL0 has transactions
53    TME      EL1's TSTART traps | EL1 has transactions
54    EnASR    EL0's ST64BV traps | EL0 has ST64BV
55    EnAS0    EL0's ST64BV0 traps | EL0 has ST64BV0
56    EnALS    EL0's LD64B, ST64B trap | EL0 has LD64B, ST64B
57    EPAN     execute-only pages escape PAN | PAN counts pages that EL0 may only execute, too
58    TCSO0    EL0: tags are checked at loads and stores | EL0: at stores only
59    TCSO     EL1: tags are checked at loads and stores | EL1: at stores only
60    EnTP2    EL0's access to TPIDR2_EL0 traps | EL0 may use TPIDR2_EL0
61    NMI      no non-maskable interrupts | interrupts with superpriority ignore PSTATE.I
62    SPINTMASK PSTATE.SP=1 masks nothing | PSTATE.SP=1 masks interrupts with superpriority
63    TIDCP    EL0's IMPLEMENTATION DEFINED instructions: as they are | they trap to EL1
"""

REGION = ("non-cacheable", "write-back, write-allocate", "write-through", "write-back, no write-allocate")
PHYSICAL = (32, 36, 40, 42, 44, 48, 52, 56)
DEVICE = ("nGnRnE", "nGnRE", "nGRE", "GRE")
CACHED = ("write-through, transient", "write-back, transient", "write-through", "write-back")
SPECIAL = {0x40: "non-cacheable, XS=0", 0xA0: "write-through, XS=0", 0xF0: "tagged, write-back"}


def words_by_number(name, value):
    """Of the fields whose meaning is computed."""
    if name in ("T0SZ", "T1SZ"):
        return f"addresses of {64 - value} bits"
    if name == "IPS":
        return f"addresses of {PHYSICAL[value]} bits"
    return REGION[value] if "RGN" in name else f"{256 << value}"


def fields(register, value):
    """(name, high, low, number, words) of each field, and of RES0 bits that are set."""
    rest = value
    for line in register.strip().splitlines():
        place, name, text = re.match(r"(\S+) +(\w+) +(.*)", line).groups()
        high, low = (int(bit) for bit in (place.split(":") * 2)[:2])
        number = value >> low & (1 << high - low + 1) - 1
        rest &= ~((1 << high - low + 1) - 1 << low)
        if text.startswith("="):
            words = " ".join(filter(None, (text[1:].strip(), words_by_number(name, number))))
        else:
            words = text.split(" | ")[number]
        yield name, high, low, number, words
    for bit in range(64):
        if rest >> bit & 1:
            yield "-", bit, bit, 1, "RES0"


def cached(nibble):
    """One of the two halves of an attribute of Normal memory."""
    if nibble == 4:
        return "non-cacheable"
    kind = CACHED[nibble >> 2]
    hints = {3: "", 2: ", allocates on reads", 1: ", allocates on writes", 0: ", never allocates"}[nibble & 3]
    return kind + hints


def memory_type(attribute):
    """What eight bits of MAIR_EL1 say: "Normal, write-back", "Device-nGnRE"."""
    outer, inner = attribute >> 4, attribute & 15
    if attribute in SPECIAL:
        return f"Normal, {SPECIAL[attribute]}"
    if outer == 0:
        wrong = {0: "", 1: ", XS=0"}.get(inner & 3)
        return "reserved" if wrong is None else f"Device-{DEVICE[inner >> 2]}{wrong}"
    if inner == 0:
        return "reserved"
    if outer == inner:
        return f"Normal, {cached(outer)}"
    return f"Normal, outer {cached(outer)}, inner {cached(inner)}"

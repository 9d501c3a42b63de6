# SPDX-License-Identifier: MIT
#
# The whole build, without recursion. `make help` lists what it offers, and
# `make V=1` shows the commands. Results lie in build/, and in a directory of
# their own below it for every other page size or compiler.
# `make esr` alone looks for no more than it needs, and so answers at once.
ALONE := $(if $(filter-out esr,$(MAKECMDGOALS)),,$(MAKECMDGOALS))
# As many at once as there are CPUs, unless -j says otherwise.
JOBS := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(if $(ALONE),2,$(shell nproc)))
MAKEFLAGS += $(JOBS) --no-builtin-rules
all:
# What the command line says, and no goal uses, is refused: tools/goals.sh.
GIVEN := $(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$v))
WRONG := $(if $(filter-out $(ALONE:esr=ESR),$(GIVEN)),$(shell sh tools/goals.sh '$(MAKECMDGOALS)' $(GIVEN)))
$(if $(WRONG),$(error $(WRONG)))
# ---- What may be chosen on the command line ---------------------------------
ARCH          := $(shell uname -m)
GRANULE       ?= 4k
VA_BITS       ?= $(patsubst 4k,48,$(patsubst 16k,47,$(GRANULE:64k=42)))
HOSTCC        ?= cc
PYTHON        ?= python3
CROSS_COMPILE ?= $(if $(filter-out aarch64,$(ARCH)),aarch64-linux-gnu-)
# `deps` installs while make still reads this file, so that it has ended
# before any other goal begins, whatever -j says. With -n it does nothing.
DRY   := $(findstring n,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
GOALS := $(if $(DRY),,$(MAKECMDGOALS))
TOOLS := CROSS_COMPILE='$(CROSS_COMPILE)' QEMU='$(QEMU)' HOSTCC='$(HOSTCC)' \
	PYTHON='$(PYTHON)' LLVM='$(LLVM)' APT_TIMEOUT='$(APT_TIMEOUT)'
ifneq ($(filter deps,$(GOALS)),)
WHY := $(shell $(TOOLS) sh tools/deps.sh $(filter-out deps,$(GOALS)) </dev/null)
$(if $(filter 0,$(.SHELLSTATUS)),,$(error make deps: $(WHY)))
endif
# Which program QEMU= means, or why none can be used, for every goal that boots.
BOOTS := run compare bench truth trace predict try test debug walk times
ifneq ($(filter $(BOOTS),$(GOALS)),)
override QEMU := $(shell $(TOOLS) sh tools/qemu.sh)
$(if $(filter 0,$(.SHELLSTATUS)),,$(error $(QEMU)))
endif
PAGE_SHIFT := $(patsubst 4k,12,$(patsubst 16k,14,$(GRANULE:64k=16)))
PAGE_SIZE  := $(patsubst 4k,4096,$(patsubst 16k,16384,$(GRANULE:64k=65536)))
ifeq ($(filter $(GRANULE)/$(VA_BITS),4k/39 4k/48 16k/47 16k/48 64k/42),)
$(error GRANULE/VA_BITS is one of 4k/39 4k/48 16k/47 16k/48 64k/42, \
	not $(GRANULE)/$(VA_BITS))
endif
CLANG   := clang --target=aarch64-linux-gnu
CC      := $(if $(LLVM),$(CLANG),$(CROSS_COMPILE)gcc)
LD      := $(if $(LLVM),ld.lld,$(CROSS_COMPILE)ld)
NM      := $(if $(LLVM),llvm-nm,$(CROSS_COMPILE)nm)
OBJCOPY := $(if $(LLVM),llvm-objcopy,$(CROSS_COMPILE)objcopy)
VARIANT := $(GRANULE)-$(VA_BITS)$(LLVM:%=-llvm)
B       := build$(if $(filter-out 4k-48,$(VARIANT)),/$(VARIANT))

# The programs of tools/ find these in their environment.
export CPU QEMU SMP MEM APPEND INITRD GIC ENTRY_EL TIMEOUT INIT ARGS FILE DO EL \
	PAN LIBC FILE_KIND FILE_NAME LINUX ONLY PID VA CLASS GRANULE VA_BITS \
	APT_TIMEOUT JUNIT B CC NM HOSTCC CLANG GDB GDB_SERVER CORE KERNEL_FLAGS \
	USER_FLAGS HOST_FLAGS
Q   := $(if $(V),,@)
say := @$(if $(V),:,printf '  %-8s%s\n')
.DELETE_ON_ERROR:
.SECONDARY:

# FILE=: a program, or snippets in a kernel of their own. FORCE, because another
# FILE may be older than the last one's object; its path may have spaces.
ifneq ($(FILE),)
KIND := $(shell FILE='$(subst ','\'',$(FILE))' sh tools/file.sh kind \
	'$(MAKECMDGOALS)')
FILE_KIND := $(filter program snippets,$(firstword $(KIND)))
FILE_NAME := $(if $(FILE_KIND),$(lastword $(KIND)),$(error $(KIND)))
INIT      := $(B)/try/program
endif

# ---- Flags ------------------------------------------------------------------
WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes
# What distributions choose differently:
PIN  := -fno-pie -fno-stack-protector -mbranch-protection=none \
	-mno-outline-atomics -U_FORTIFY_SOURCE -fno-common \
	-fno-asynchronous-unwind-tables
BASE := -std=gnu17 -O2 -g $(WARN) $(PIN) -ffreestanding
KERNEL_CPP   := -Isrc -Iarch/aarch64 -Itests -I$(B) \
	-DPAGE_SHIFT=$(PAGE_SHIFT) -DVA_BITS=$(VA_BITS) $(DEFINES)
KERNEL_FLAGS := $(BASE) -mgeneral-regs-only -mcmodel=small -fno-unwind-tables \
	-fno-omit-frame-pointer -fno-strict-aliasing $(KERNEL_CPP)
USER_FLAGS   := $(BASE) -Iuser/lib -Itests -Isrc -DVA_BITS=$(VA_BITS)
HOST_FLAGS   := -std=gnu17 -O1 -g $(WARN) -Isrc -Itests -Itests/host \
	-DTEST_ON_HOST
SANITIZE     := -fsanitize=address,undefined -fno-sanitize-recover=all

LINK      := -nostdlib -static --no-undefined --build-id=none \
	-z noexecstack -z max-page-size=$(PAGE_SIZE)
USER_LINK := -static -nostdlib $(if $(LLVM),-fuse-ld=lld,-no-pie) \
	-Wl,-z,separate-code,-z,norelro,-z,noexecstack,--build-id=none \
	-Wl,--compress-debug-sections=zlib,-z,max-page-size=$(PAGE_SIZE)

# ---- What there is to build -------------------------------------------------
# A *_template.S is included by others; asm_offsets.c makes a header.
SOURCES := $(filter-out %_template.S %/asm_offsets.c, \
	$(sort $(if $(ALONE),,$(shell find arch/aarch64 src -name '*.[cS]'))))
to_objects = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))
OBJECTS    := $(call to_objects,$(SOURCES))
TESTS      := $(call to_objects,tests/runner.c $(wildcard tests/kernel/*.[cS]))
USER_LIB   := $(call to_objects,$(wildcard user/lib/*.c user/lib/*.S))
OBJECT_DIRS = $(sort $(dir $(OBJECTS) $(TESTS) $(USER_LIB))) $(B)/obj/tests/user
programs   = $(patsubst %.c,$(B)/user/%,$(notdir $(wildcard $(1))))
all: $(B)/Image $(B)/initrd.cpio

# ---- The kernel -------------------------------------------------------------
# Written only when it changes; every object is older than its flags.
$(B)/flags: $(if $(ALONE),,FORCE)
	@mkdir -p $(@D) $(OBJECT_DIRS) && echo '$(CC) $(KERNEL_FLAGS) $(USER_FLAGS)' >$@.new
	@cmp -s $@.new $@ || mv $@.new $@
$(B)/asm_offsets.h: arch/aarch64/asm_offsets.c $(B)/flags
	$(say) OFFSETS $@
	$(Q)$(CC) $(KERNEL_FLAGS) -MMD -MT $@ -MF $(B)/asm_offsets.d \
	-S -o $(B)/asm_offsets.s $<
	$(Q)sed -n 's/.*->\([A-Za-z0-9_]*\) [#$$]*\([-0-9]*\).*/#define \1 \2/p' \
	$(B)/asm_offsets.s > $@

FLAGS = $(KERNEL_FLAGS)
define compile
$(B)/obj/%.o: %.$(1) $(B)/flags | $(B)/asm_offsets.h
	$$(say) CC $$<
	$$(Q)$(CC) $$(FLAGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach suffix,c S,$(eval $(call compile,$(suffix))))
# boot_map.c runs with the MMU off, where an unaligned access faults.
$(B)/obj/arch/aarch64/boot_map.o: FLAGS = $(KERNEL_FLAGS) -mstrict-align
$(B)/obj/src/trespass/%.o: FLAGS = $(KERNEL_FLAGS) -DSNIPPET=$(notdir $*)
$(B)/obj/user/%.o $(B)/obj/tests/user/%.o: FLAGS = $(USER_FLAGS)
$(B)/link.ld: link.ld arch/aarch64/layout.h $(B)/flags
	$(Q)$(CC) $(KERNEL_CPP) -E -P -x assembler-with-cpp -o $@ $<
# $(call kernel,DIR,OBJECTS,FLAGS): links twice, the first time with an empty
# symbol table, to learn the addresses. tools/story.py reads DIR/symbols, too.
define kernel
$(1)/portcullis.elf: $(2) $(B)/link.ld tools/mksyms.py
	$$(say) LINK $$@
	@mkdir -p $(1) && : >$(1)/symbols
	$$(Q)for pass in first.elf portcullis.elf; do \
	$(PYTHON) tools/mksyms.py <$(1)/symbols >$(1)/ksyms.s && \
	$(CC) -c -o $(1)/ksyms.o $(1)/ksyms.s && \
	$(LD) $(LINK) $(3) -T $(B)/link.ld -o $(1)/$$$$pass $(2) $(1)/ksyms.o && \
	$(NM) -n $(1)/$$$$pass >$(1)/symbols || exit 1; done
$(1)/Image: $(1)/portcullis.elf
	$$(say) IMAGE $$@
	$$(Q)$(OBJCOPY) -O binary $$< $$@
endef
$(eval $(call kernel,$(B),$(OBJECTS)))
$(eval $(call kernel,$(B)/test,$(OBJECTS) $(TESTS),--wrap=vm_fault))
# A file of src/trespass/ is in OBJECTS: it runs once.
$(eval $(call kernel,$(B)/try,$(filter-out $(B)/obj/src/trespass/$(FILE_NAME).o,\
	$(OBJECTS)) $(B)/try/file.o))

# ---- Programs at EL0, and the archive that holds them -----------------------
# $(call program,DIR): DIR/NAME.c becomes user/NAME.
define program
$(B)/user/%: $(B)/obj/$(1)/%.o $(USER_LIB)
	$$(say) LINK $$@
	@mkdir -p $$(@D)
	$$(Q)$(CC) $(USER_LINK) $$(addprefix -T ,$$(filter %.ld,$$^)) -o $$@ \
	$$(filter %.o,$$^)
endef
$(foreach dir,user tests/user,$(eval $(call program,$(dir))))
$(foreach script,$(wildcard user/*.ld tests/user/*.ld),\
$(eval $(B)/user/$(basename $(notdir $(script))): $(script)))

# run, trace, debug and walk make one of their own, with one program in it.
$(B)/initrd.cpio: $(call programs,user/*.c)
$(B)/test/initrd.cpio: $(call programs,user/*.c tests/user/*.c)
%/initrd.cpio: tools/mkinitrd.py
	$(say) CPIO $@
	$(Q)$(PYTHON) tools/mkinitrd.py $@ init=$(B)/user/tour \
	$(foreach p,$(filter $(B)/user/%,$^),bin/$(notdir $(p))=$(p))
$(B)/try/file.o: $(B)/asm_offsets.h FORCE
	$(say) CC '$(FILE)'
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -Isrc/trespass -DSNIPPET=$(FILE_NAME) -c -o $@ \
	"$$FILE"
# With a libc it is what any compiler makes; without, it has few warnings: it
# may be three lines long.
FILE_FLAGS := $(if $(LIBC),-O2 -g -Wall -static $(LLVM:%=-fuse-ld=lld), \
	$(filter-out -Wextra -Wmissing-prototypes,$(USER_FLAGS)) $(USER_LINK))
$(B)/try/program: $(USER_LIB) FORCE
	$(say) CC '$(FILE)'
	@mkdir -p $(@D)
	@sh tools/file.sh link $(CC) $(FILE_FLAGS) -o $@ "$$FILE" \
	$(if $(LIBC),,$(USER_LIB))

# ---- Host: tests under sanitizers, and the decoder as a tool ----------------
PURE := $(wildcard src/lib/*.c src/dev/machine*.c src/task/elf*.c \
	src/fs/cpio*.c src/trace/events*.c arch/aarch64/decode/*.c) \
	arch/aarch64/mops.c
to_host    = $(patsubst %.c,$(B)/host/$(1)/%.o,$(2))
HOST_TESTS := $(call to_host,pure,tests/runner.c $(PURE) $(wildcard tests/host/*.c))
MM_TESTS   := $(call to_host,mm,tests/runner.c src/spinlock.c $(wildcard \
	tests/host/mm/*.c arch/host/*.c src/lib/*.c src/mm/*.c) $(addprefix \
	arch/aarch64/,user_map.c user_cursor.c user_share.c asid.c pgtable.c))
# tests/host/mm/inject.c is between src/mm and its allocators.
MM_WRAP    := $(addprefix -Xlinker --wrap=,page_alloc page_alloc_zeroed \
	page_put kmalloc kzalloc)
TREES := $(patsubst tests/%.dts,$(B)/%.dtb,$(wildcard tests/host/*.dts))
# $(call host,DIR,FLAGS): objects below DIR. The kernel's strcmp() and the like
# are renamed, because libc's are there too.
define host
$(B)/host/$(1)/src/%.o $(B)/host/$(1)/arch/%.o: RENAME := -include rename.h
$(B)/host/$(1)/%.o: %.c $(B)/flags
	$$(say) HOSTCC $$<
	@mkdir -p $$(@D)
	$$(Q)$(HOSTCC) $(2) $(HOST_FLAGS) $$(RENAME) -MMD -MP -c -o $$@ $$<
endef
$(eval $(call host,pure,-Iarch/aarch64 $(SANITIZE)))
$(eval $(call host,mm,-Iarch/host $(KERNEL_CPP) $(SANITIZE)))
$(eval $(call host,tool,-Iarch/aarch64))
$(B)/host/tests: $(HOST_TESTS)
	$(Q)$(HOSTCC) $(SANITIZE) -o $@ $^ -lfdt
$(B)/host/tests-mm: $(MM_TESTS)
	$(Q)$(HOSTCC) $(SANITIZE) $(MM_WRAP) -pthread -o $@ $^
$(B)/host/story: $(call to_host,tool,$(wildcard tools/story_*.c))
$(B)/host/%: $(B)/host/tool/tools/%.o $(call to_host,tool,$(PURE))
	$(Q)$(HOSTCC) -o $@ $^
$(B)/host/%.dtb: tests/host/%.dts $(wildcard tests/host/*.dtsi)
	@mkdir -p $(@D)
	$(Q)dtc -q -I dts -O dtb -o $@ $<

# ---- Goals: tools/goals.sh says what each is for, and what it uses ----------
help: ; @sed -n 's/^#: *//p' tools/goals.sh
$(BOOTS) check loc pictures: ; @$(PYTHON) tools/$@.py $(WORDS)
test: WORDS = $(SUITES)
walk: WORDS = $(VA)
compare truth predict try test: $(B)/Image $(B)/initrd.cpio
run trace debug walk: $(B)/Image $(or $(INIT),$(B)/user/tour)
trace predict try test: $(B)/host/story
truth test: $(B)/host/truth
debug test: $(B)/host/esr
try: $(if $(FILE),$(B)/try/$(if $(filter snippets,$(FILE_KIND)),Image,program))
bench test: $(B)/Image $(B)/test/Image $(B)/test/initrd.cpio
test: $(B)/host/tests $(B)/host/tests-mm $(TREES)
check: $(OBJECTS)
check pictures: $(B)/asm_offsets.h
esr: $(B)/host/esr ; @$< $(ESR)
# What make would run, if all had to be built.
compile_commands.json: $(B)/asm_offsets.h FORCE
	@MAKEFLAGS= $(MAKE) -nB $(MAKEOVERRIDES) V=1 all $(addprefix $(B)/,test/Image test/initrd.cpio \
	host/tests host/tests-mm host/story host/truth host/esr) | \
	$(PYTHON) tools/compile_commands.py $@
viewers: ; @sh tools/viewers.sh
deps: ;@: # done above
clean: ; rm -rf build
.PHONY: all help $(BOOTS) check loc pictures esr deps viewers clean FORCE
-include $(if $(ALONE),$(patsubst %.o,%.d,$(call to_host,tool,tools/esr.c $(PURE))),\
	$(B)/asm_offsets.d $(shell find $(B)/obj $(B)/host -name '*.d' 2>/dev/null))

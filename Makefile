# Lyra
#   make            bin/lyra                    make install PREFIX=…    (also: uninstall)
#   make demo       installs what is missing, builds, compiles a sample, runs it
#   make test       installs what is missing, and runs all tests (also: check, without installing)
#   make check-asan check-tsan check-valgrind   the tests under sanitizers and valgrind
#   make check-fault   every allocation fails once, also under AddressSanitizer (long)
#   make bench      measurements, side by side with C and others (BENCH='--quick integer': a part)
#   make soak       tasks, channels, cancellation, time-outs at random, for five minutes
#   make check-aarch64  the scheduler compiled for aarch64 and run in an emulator
#   make simulate   the scheduler's model: checked on this machine, then asked about 64 cores, 8 nodes
#   make verify     models and code of the lock-free algorithms, checked by spin and Relacy
#   make bench-parallel                         of parallel work: over serial C, each with its bar
#   make fmt clean

CC       ?= gcc
PREFIX   ?= /usr/local
BUILD    ?= build
BIN      ?= bin
OPT      ?= -O2 -g
SANITIZE ?=
# no unwind tables: nothing here unwinds, they are a tenth of an executable, and debuggers read -g's
CFLAGS   += -std=gnu11 $(OPT) $(SANITIZE) -fno-asynchronous-unwind-tables -Wall -Wextra -Wno-unused-parameter \
            -Werror=implicit-function-declaration -fno-strict-aliasing -ffp-contract=off -fPIC -MMD -MP
CPPFLAGS += -Iruntime -I. -D_GNU_SOURCE
LIBS     := -lmpfr -lgmp -lpcre2-8 -lutf8proc -lm -lpthread -ldl

RUNTIME_SOURCES  := $(sort $(shell find runtime stdlib -name '*.c'))
COMPILER_SOURCES := $(sort $(shell find compiler codegen -name '*.c'))
HEADERS          := $(sort $(shell find runtime stdlib compiler codegen -name '*.h' -o -name '*.def'))
UNIT_SOURCES     := $(sort $(wildcard tests/unit/test_*.c))
LIBRARY_SOURCES  := $(sort $(shell find stdlib -name '*.lyra'))
RUNTIME_OBJECTS  := $(RUNTIME_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/symbols.o $(BUILD)/library_rows.o
LIBRARY_MODULES  := $(LIBRARY_SOURCES:%.lyra=$(BUILD)/%.lyra)
LIBRARY_OBJECTS  := $(LIBRARY_MODULES:=.o) $(BUILD)/library_modules.o
COMPILER_OBJECTS := $(COMPILER_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/abi_text.o
UNIT_TESTS       := $(UNIT_SOURCES:%.c=$(BUILD)/%)
SOAK             := $(BUILD)/tests/soak/soak
RACES            := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/race/*.c))

# -j for the targets that start make again, unless it was given
JOBS = $(if $(findstring j,$(filter-out --%,$(MAKEFLAGS))),,-j$(shell nproc))

all: $(BIN)/lyra

# Built-ins and messages are rows that the linker gathers, so every object is linked in.
WHOLE_LIBRARY = -Wl,--whole-archive $(BUILD)/liblyra.a -Wl,--no-whole-archive $(LIBS)

# Fixed addresses: no relocation of rows and constants at every start.
FIXED = $(if $(SANITIZE),,-no-pie)

$(BIN)/lyra: $(COMPILER_OBJECTS) $(BUILD)/liblyra.a $(BUILD)/libtcc.a $(BUILD)/exports.list
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) $(FIXED) $(LDFLAGS) -Wl,--dynamic-list=$(BUILD)/exports.list -o $@ $(COMPILER_OBJECTS) $(BUILD)/libtcc.a $(WHOLE_LIBRARY) -ledit

# libtcc crashes, or ends the process, where malloc fails: it gets the runtime's (memory/reserve.c).
$(BUILD)/libtcc.a:
	@mkdir -p $(@D)
	objcopy --redefine-sym malloc=ly_malloc_must --redefine-sym realloc=ly_remalloc_must \
	    --redefine-sym free=ly_free $$($(CC) -print-file-name=libtcc.a) $@

$(BUILD)/liblyra.a: $(RUNTIME_OBJECTS) $(LIBRARY_OBJECTS)
	rm -f $@ && ar rcs $@ $^

# ---- the library's .lyra files, in two stages ---------------------------------------------------
# Stage 1 is the whole tool, but interprets these files; it compiles them to C for the library that
# stage 2, bin/lyra, and every program link. What the tables need of them (rows of public symbols) is
# the same in both.

STAGE1 := $(BUILD)/stage1/lyra
# of a source: the module's name in C
library_module = library_$(subst /,_,$(basename $(1)))

$(BUILD)/library_rows.c: stdlib/rows.awk $(LIBRARY_SOURCES)
	@mkdir -p $(@D)
	@awk -f stdlib/rows.awk $(LIBRARY_SOURCES) > $@.new || { rm -f $@.new; exit 1; }
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new; touch $@
$(BUILD)/stage1/library_texts.c: $(LIBRARY_SOURCES) Makefile
	@mkdir -p $(@D)
	@{ echo '/* Made by make. */'; echo '#include "eval/library.h"'; \
	   $(foreach f,$(LIBRARY_SOURCES),echo 'static const char $(call library_module,$(f))[] ='; \
	      sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/    "&\\n"/' $(f); echo '    "";';) \
	   echo 'const ly_library_body ly_library_bodies[] = {'; \
	   $(foreach f,$(LIBRARY_SOURCES),echo '    {$(call library_module,$(f)), NULL},';) \
	   echo '    {NULL, NULL}};'; } > $@
$(BUILD)/stage1/library_texts.o: $(BUILD)/stage1/library_texts.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<
$(STAGE1): $(COMPILER_OBJECTS) $(RUNTIME_OBJECTS) $(BUILD)/stage1/library_texts.o $(BUILD)/libtcc.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LIBS) -ledit
# The C text is replaced only where it changed: most changes to the tool leave it alone.
$(BUILD)/%.lyra.made: %.lyra $(STAGE1)
	@mkdir -p $(@D)
	@echo '$(STAGE1) build --emit=c $<'
	@$(STAGE1) build --emit=c --module=$(call library_module,$<) $< -o $(@:.made=.c).new
	@cmp -s $(@:.made=.c).new $(@:.made=.c) || cp $(@:.made=.c).new $(@:.made=.c)
	@rm -f $(@:.made=.c).new; touch $@
# Much text that seldom runs, in every executable: small rather than fast.
$(BUILD)/%.lyra.c: | %.lyra $(BUILD)/%.lyra.made
	@[ -e $@ ] || $(STAGE1) build --emit=c --module=$(call library_module,$(firstword $|)) $(firstword $|) -o $@
$(BUILD)/%.lyra.o: $(BUILD)/%.lyra.made | $(BUILD)/%.lyra.c
	@if [ "$?" = "$<" ] && [ $@ -nt $(<:.made=.c) ]; then touch $@; else \
	    echo 'cc $(<:.made=.c)'; \
	    $(CC) $(CPPFLAGS) $(CFLAGS) -Os -c -o $@ $(<:.made=.c); fi
# named here, they are not intermediate: one that is missing is made again
library: $(LIBRARY_MODULES:=.made) $(LIBRARY_MODULES:=.c)
$(BUILD)/library_modules.c: $(LIBRARY_SOURCES) Makefile
	@mkdir -p $(@D)
	@{ echo '/* Made by make. */'; echo '#include "eval/library.h"'; \
	   $(foreach f,$(LIBRARY_SOURCES),echo 'extern const struct ly_module $(call library_module,$(f));';) \
	   echo 'const ly_library_body ly_library_bodies[] = {'; \
	   $(foreach f,$(LIBRARY_SOURCES),echo '    {NULL, &$(call library_module,$(f))},';) \
	   echo '    {NULL, NULL}};'; } > $@
$(BUILD)/library_modules.o: $(BUILD)/library_modules.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The System` symbols that the sources name, each a static record.
$(BUILD)/symbols.list: $(RUNTIME_SOURCES) $(COMPILER_SOURCES) $(HEADERS) $(BUILD)/library_rows.c
	@mkdir -p $(@D)
	@grep -ohE '(LY_SYM|BUILTIN[A-Z_]*)\([A-Za-z$$][A-Za-z0-9$$]*' $^ | sed 's/.*(//' | LC_ALL=C sort -u | grep -vxE "Name|name|symbol" > $@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new; touch $@
$(BUILD)/symbols.c: $(BUILD)/symbols.list
	@{ echo '/* Made from the LY_SYM(…) of the sources. */'; echo '#include "value/value.h"'; \
	   sed 's/.*/ly_symbol ly_symbol_& = {.o = {.kind = LY_KIND_SYMBOL}, .name = "&"};/' $<; \
	   echo 'ly_symbol *const ly_generated_symbols[] = {'; sed 's/.*/    \&ly_symbol_&,/' $<; echo '    NULL};'; } > $@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new; touch $@
# Loops over whole arrays, in vectors.
$(BUILD)/stdlib/numbers/packed_arithmetic.o: CFLAGS += -O3
$(BUILD)/symbols.o: $(BUILD)/symbols.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
# What generated C includes, as text: for libtcc (no GNU C, so that the headers keep to plain C), and for
# the C compiler that makes shared objects of programs that run.
ABI_TCC    = -U__GNUC__ -D__TINYC__
ABI_SHARED = -DLY_SHARED_OBJECT $(filter -D%,$(SANITIZE))
# $(call abi_text,OPTIONS,NAME)
abi_text = $(CC) -E -P $(1) -Iruntime runtime/abi.h > $(BUILD)/abi.i; \
	$(CC) -E -dM $(1) -Iruntime runtime/abi.h | \
	    grep -E '^\#define (LY_|bool|true|false|NULL|UINT32_MAX)' >> $(BUILD)/abi.i; \
	echo 'extern const char $(2)[], $(2)_digest[];'; echo 'const char $(2)[] ='; \
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $(BUILD)/abi.i; echo ';'; \
	echo "const char $(2)_digest[] = \"$$(sha256sum < $(BUILD)/abi.i | cut -d' ' -f1)\";"
$(BUILD)/abi_text.c: runtime/abi.h $(HEADERS)
	@mkdir -p $(@D)
	@{ $(call abi_text,$(ABI_TCC),ly_abi_text); $(call abi_text,$(ABI_SHARED),ly_abi_shared); } > $@
# What shared objects find in bin/lyra.
$(BUILD)/exports.list: codegen/jit_exports.def
	@mkdir -p $(@D)
	@{ echo '{'; sed -n 's/^EXPORT(\(.*\))$$/\1;/p' $<; echo '};'; } > $@
$(BUILD)/abi_text.o: $(BUILD)/abi_text.c
	$(CC) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

objects: $(COMPILER_OBJECTS) $(BUILD)/liblyra.a

# ---- tests -------------------------------------------------------------------------------------

$(UNIT_TESTS): %: %.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o,$^) $(WHOLE_LIBRARY) -lcmocka

check: structure $(BIN)/lyra $(UNIT_TESTS) $(SOAK) $(RACES)
	tests/run --lyra $(BIN)/lyra --build $(BUILD)

# What the folders may use, and what must be there once.
structure:
	@tests/structure

test: deps
	@$(MAKE) --no-print-directory $(JOBS) check

deps:
	@.ci/deps

check-asan: deps
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build/asan BIN=build/asan/bin OPT='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-omit-frame-pointer -DLY_SANITIZE=\"address,undefined\"' sanitized
check-tsan: deps
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build/tsan BIN=build/tsan/bin OPT='-O1 -g' \
	    SANITIZE='-fsanitize=thread -DLY_SANITIZE=\"thread\"' sanitized
# ThreadSanitizer follows 65,536 frames at most: what is deeper has no place there.
DEEP      = $(if $(findstring thread,$(SANITIZE)),deep_recursion deep_data)
SANITIZED = $(filter-out $(DEEP),$(notdir $(basename $(wildcard tests/lang/*.lyra samples/*.lyra tests/unit/test_*.c))))
sanitized: $(BIN)/lyra $(UNIT_TESTS) $(SOAK) $(RACES)
	RACE_SECONDS=60 SECONDS_MOST=300 tests/run --lyra $(BIN)/lyra --build $(BUILD) \
	    --only 'unit interpreted script' $(SANITIZED) race soak
# an evaluator that remembers nothing must answer the same: all but what is deep or long only then
FORGETFUL = $(filter-out deep_recursion files_formats updates_read,$(notdir $(basename $(wildcard tests/lang/*.lyra))))
check-marks: deps
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build/marks BIN=build/marks/bin OPT='-O1 -g -DLY_NO_MARKS' \
	    build/marks/bin/lyra
	tests/run --lyra build/marks/bin/lyra --build build/marks --only interpreted $(FORGETFUL)
check-valgrind: deps $(BIN)/lyra
	tests/run --lyra $(BIN)/lyra --build $(BUILD) --only interpreted --under 'valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'

# Every N-th allocation of the programs in tests/fault; make check takes a sample. Then with leaks looked for.
check-fault: deps $(BIN)/lyra
	FAULT_STRIDE=1 tests/run --lyra $(BIN)/lyra --build $(BUILD) --only script fault
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build/asan BIN=build/asan/bin OPT='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-omit-frame-pointer -DLY_SANITIZE=\"address,undefined\"' faulty
faulty: $(BIN)/lyra
	FAULT_STRIDE=97 tests/run --lyra $(BIN)/lyra --build $(BUILD) --only script fault

# BENCH: names and options of tests/bench/run
bench: $(BIN)/lyra
	@tests/bench/setup
	tests/bench/run --lyra $(BIN)/lyra $(BENCH)

# Programs that print rows (tests/bench/parallel/report.h): another one is another line here.
PARALLEL          := $(BUILD)/tests/bench/parallel
PARALLEL_PROGRAMS := $(PARALLEL)/forkjoin tests/bench/parallel/channels tests/bench/parallel/language \
                    tests/bench/parallel/typed
bench-parallel: $(PARALLEL_PROGRAMS) $(PARALLEL)/channel $(BIN)/lyra
	LYRA=$(abspath $(BIN))/lyra PARALLEL=$(abspath $(PARALLEL)) tests/bench/parallel/run $(PARALLEL_PROGRAMS)
$(PARALLEL)/channel: $(PARALLEL)/channel.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $< $(WHOLE_LIBRARY)
$(PARALLEL)/serial_calls.o: CFLAGS += -fno-inline
$(PARALLEL)/forkjoin: $(PARALLEL)/forkjoin.o $(PARALLEL)/serial.o $(PARALLEL)/serial_calls.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o,$^) $(WHOLE_LIBRARY)

# What the parallel runtime costs, from C: make bench-sched
SCHED_BENCHES := $(addprefix $(BUILD)/tests/bench/,sched snapshot)
$(SCHED_BENCHES): %: %.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $< $(WHOLE_LIBRARY)
bench-sched: $(SCHED_BENCHES)
	for program in $^; do $$program || exit; done

# Everything at once, for five minutes; make check takes ten seconds of it.
SOAK_SECONDS ?= 300
$(SOAK): $(BUILD)/tests/soak/soak.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $< $(WHOLE_LIBRARY)
soak: $(SOAK)
	$< $(SOAK_SECONDS)

# Programs in which threads meet: a minute each under ThreadSanitizer, two seconds in make check.
$(RACES): %: %.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $< $(WHOLE_LIBRARY)

# The scheduler's model: calibrated and checked on this machine, then asked about larger ones.
SIMULATE        := $(BUILD)/tests/simulate
SIMULATE_MODEL  := $(addprefix $(SIMULATE)/,model.o machine.o workload.o)
$(SIMULATE)/simulate: $(addprefix $(SIMULATE)/,simulate.o calibrate.o kernels.o) $(SIMULATE_MODEL) \
        $(PARALLEL)/serial.o $(PARALLEL)/serial_calls.o $(BUILD)/liblyra.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o,$^) $(WHOLE_LIBRARY)
simulate: $(SIMULATE)/simulate
	$<
$(BUILD)/tests/unit/test_simulate: $(SIMULATE_MODEL)

# Placement on machines of two and four nodes, emulated.
NUMA_TEST := $(BUILD)/tests/numa/placement
$(NUMA_TEST): $(NUMA_TEST).o $(BUILD)/liblyra.a
	$(CC) $(LDFLAGS) -o $@ $< $(WHOLE_LIBRARY) -lnuma
test-numa: deps $(NUMA_TEST)
	tests/numa/run $(NUMA_TEST) 2 4

# What is written for each processor anew, and the scheduler, on an emulated aarch64.
.PHONY: check-aarch64
check-aarch64:
	tests/aarch64/run $(BUILD)

# The lock-free algorithms: models by spin, the code by Relacy, each broken on purpose as well.
verify:
	tests/verify/run --build $(BUILD)

# ---- for newcomers -----------------------------------------------------------------------------

demo: deps
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/demo $(BIN)/lyra

# ---- installation ------------------------------------------------------------------------------

INSTALL         := "$(DESTDIR)$(PREFIX)"
INSTALL_LIB     := $(INSTALL)/lib/lyra
INSTALL_INCLUDE := $(INSTALL)/include/lyra
INSTALL_SHARE   := $(INSTALL)/share/lyra

install: all
	install -d $(INSTALL)/bin $(INSTALL_LIB) $(INSTALL_INCLUDE) $(INSTALL_SHARE)/samples
	install -m 755 $(BIN)/lyra $(INSTALL)/bin/lyra
	install -m 644 $(BUILD)/liblyra.a $(INSTALL_LIB)/liblyra.a
	@find runtime -name '*.h' -printf '%P\n' | while read -r header; do \
	    install -D -m 644 runtime/$$header $(INSTALL_INCLUDE)/$$header || exit 1; done
	install -m 644 README.md LICENSE $(INSTALL_SHARE)
	install -m 644 samples/*.lyra $(INSTALL_SHARE)/samples
uninstall:
	rm -f $(INSTALL)/bin/lyra
	rm -rf $(INSTALL_LIB) $(INSTALL_INCLUDE) $(INSTALL_SHARE)

fmt:
	clang-format -i $(RUNTIME_SOURCES) $(COMPILER_SOURCES) $(HEADERS) $(UNIT_SOURCES)

clean:
	rm -rf build bin

-include $(wildcard $(BUILD)/tests/bench/*.d $(BUILD)/tests/race/*.d $(PARALLEL)/*.d $(SIMULATE)/*.d) $(SOAK).d $(RUNTIME_OBJECTS:.o=.d) $(LIBRARY_OBJECTS:.o=.d) $(BUILD)/stage1/library_texts.d $(COMPILER_OBJECTS:.o=.d) $(UNIT_TESTS:=.d)
.PHONY: all library objects check structure test deps check-asan check-marks check-tsan sanitized check-valgrind check-fault faulty bench bench-parallel bench-sched verify test-numa soak simulate demo \
        install uninstall fmt clean

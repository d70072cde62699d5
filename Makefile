# Lyra: `make` builds bin/lyra.

CC       ?= gcc
BUILD    ?= build
OPT      ?= -O2 -g
CFLAGS   += -std=gnu11 $(OPT) -Wall -Wextra -Wno-unused-parameter -fno-strict-aliasing -ffp-contract=off -fPIC -MMD -MP
CPPFLAGS += -Iruntime -I. -D_GNU_SOURCE
LIBS     := -lflint-arb -lflint -lmpfr -lgmp -lpcre2-8 -lutf8proc -lm -lpthread -ldl

RUNTIME_SOURCES  := $(sort $(shell find runtime stdlib -name '*.c'))
COMPILER_SOURCES := $(sort $(shell find compiler codegen -name '*.c'))
RUNTIME_OBJECTS  := $(RUNTIME_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/symbols.o
COMPILER_OBJECTS := $(COMPILER_SOURCES:%.c=$(BUILD)/%.o)

all: bin/lyra

bin/lyra: $(COMPILER_OBJECTS) $(BUILD)/liblyra.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(COMPILER_OBJECTS) -Wl,--whole-archive $(BUILD)/liblyra.a -Wl,--no-whole-archive $(LIBS) -ledit -ltcc

$(BUILD)/liblyra.a: $(RUNTIME_OBJECTS)
	rm -f $@ && ar rcs $@ $^

# The System` symbols that the sources name, each a static record.
$(BUILD)/symbols.list: $(RUNTIME_SOURCES) $(COMPILER_SOURCES) $(shell find runtime stdlib compiler codegen -name '*.h')
	@mkdir -p $(@D)
	@grep -ohE '(LY_SYM|BUILTIN|BUILTIN_SYMBOL)\([A-Za-z$$][A-Za-z0-9$$]*' $^ | sed 's/.*(//' | LC_ALL=C sort -u | grep -vx Name > $@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new; touch $@
$(BUILD)/symbols.c: $(BUILD)/symbols.list
	@{ echo '/* Made from the LY_SYM(…) of the sources. */'; echo '#include "value/value.h"'; \
	   sed 's/.*/ly_symbol ly_symbol_& = {.o = {.kind = LY_KIND_SYMBOL}, .name = "&"};/' $<; \
	   echo 'ly_symbol *const ly_generated_symbols[] = {'; sed 's/.*/    \&ly_symbol_&,/' $<; echo '    NULL};'; } > $@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new
$(BUILD)/symbols.o: $(BUILD)/symbols.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

objects: $(COMPILER_OBJECTS) $(BUILD)/liblyra.a

clean:
	rm -rf $(BUILD) bin

-include $(RUNTIME_OBJECTS:.o=.d) $(COMPILER_OBJECTS:.o=.d)
.PHONY: all clean

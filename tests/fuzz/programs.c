/* programs.c: random programs that end, for comparing the three ways to run them.

     programs SEED COUNT     prints COUNT small programs, one behind the other, in one file

   The same seed gives the same text. Expressions are made by the kind of value that they are meant to
   have, so that most of them compute something; now and then one of another kind stands there, for the
   messages and for what stays unevaluated. Loops have fixed ends, and recursion counts down. Each
   program has names of its own (its number is in them), so that one bad one can be cut out. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { INTEGER, LIST, STRING, TRUTH, ASSOCIATION, KINDS };

typedef struct variable {
    char name[24];
    enum kind kind;
    int assignable;
} variable;

typedef struct defined {
    char name[24];
    enum kind kind;
    int count;
    enum kind arguments[3];
} defined;

static uint64_t state;
static unsigned number, names; /* of the program, of names in it */
static variable variables[64];
static int variable_count, function_count, loops;
static defined functions[32];

/* splitmix64 (Steele, Lea and Flood 2014) */
static unsigned below(unsigned n)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ (z >> 31)) % n);
}

static void value(enum kind kind, int depth);
static void statement(int depth);

static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

/* Text with holes: i l s t a are values of their kind, v any of them, anything behind ' stands as it is. */
static void fill(const char *text, int depth)
{
    static const char holes[] = "ilsta";
    for (; *text; text++) {
        if (*text != '$') {
            putchar(*text);
            continue;
        }
        text++;
        if (*text == 'v') value((enum kind)below(KINDS), depth - 1);
        else
            for (int k = 0; k < KINDS; k++)
                if (holes[k] == *text) value(below(40) ? (enum kind)k : (enum kind)below(KINDS), depth - 1);
    }
}

static const char *add_variable(const char *stem, enum kind kind, int assignable)
{
    variable *v = &variables[variable_count++];
    snprintf(v->name, sizeof v->name, "%s%u", stem, names++);
    v->kind = kind;
    v->assignable = assignable;
    return v->name;
}

static const variable *a_variable(enum kind kind, int assignable)
{
    for (int tries = 0; tries < 8 && variable_count; tries++) {
        const variable *v = &variables[below((unsigned)variable_count)];
        if (v->kind == kind && (v->assignable || !assignable)) return v;
    }
    return NULL;
}

static void literal(enum kind kind)
{
    static const char *const texts[KINDS][6] = {
        {"0", "1", "-3", "7", "4611686018427387903", "2"},
        {"{}", "{1, 2, 3}", "{3, 1, 2}", "{\"a\", x, 2}", "Range[4]", "{{1, 2}, {3, 4}}"},
        {"\"\"", "\"abc\"", "\"x\"", "\"Hello World\"", "\"\\[Alpha]b\"", "\"12\""},
        {"True", "False", "True", "False", "True", "undecided"},
        {"<||>", "<|1 -> 2|>", "<|\"a\" -> 1, \"b\" -> 2|>", "<|x -> {1}|>", "<|1 -> 1, 2 -> 4|>", "<|\"k\" -> \"v\"|>"},
    };
    put("%s", texts[kind][below(6)]);
}

/* A scoping construct around a body of the kind. */
static void scoped(enum kind kind, int depth)
{
    static const char *const heads[] = {"Module", "With", "Block", "Module"};
    int before = variable_count;
    unsigned head = below(4);
    enum kind inner = (enum kind)below(KINDS);
    char name[24];
    put("%s[{", heads[head]);
    snprintf(name, sizeof name, "%s%u", head == 2 ? "global" : "local", names++);
    put("%s = ", name);
    value(inner, depth - 1);
    put("}, ");
    variable *v = &variables[variable_count++];
    snprintf(v->name, sizeof v->name, "%s", name);
    v->kind = inner;
    v->assignable = head != 1;
    for (unsigned i = below(3); i-- > 0;) {
        statement(depth - 1);
        put("; ");
    }
    value(kind, depth - 1);
    put("]");
    variable_count = before;
}

static void loop(int depth)
{
    int before = variable_count;
    char name[24];
    unsigned form = below(4);
    snprintf(name, sizeof name, "i%u", names++);
    variable *v = &variables[variable_count++];
    snprintf(v->name, sizeof v->name, "%s", name);
    v->kind = INTEGER;
    v->assignable = 0;
    loops++;
    if (form == 0) {
        put("Do[");
        statement(depth - 1);
        put(", {%s, %u}]", name, below(5));
    } else if (form == 1) {
        put("Do[");
        statement(depth - 1);
        put("; ");
        statement(depth - 1);
        put(", {%s, %u, %u, %u}]", name, below(4), below(8), 1 + below(3));
    } else if (form == 2) {
        put("Module[{%s = 0}, While[%s < %u, %s++; ", name, name, below(6), name);
        statement(depth - 1);
        put("]]");
    } else {
        put("Module[{%s}, For[%s = 0, %s < %u, %s++, ", name, name, name, below(6), name);
        statement(depth - 1);
        put("]]");
    }
    loops--;
    variable_count = before;
}

/* Something done for its effect. What a variable gets is bounded, or grows by one: loops would double it. */
static void statement(int depth)
{
    static const char *const by_kind[KINDS][4] = {
        {"%s = Mod[$i, 9223372036854775837]", "%s += $i", "%s++", "%s = %s + $i"},
        {"%s = Take[Flatten[$l], UpTo[9]]", "AppendTo[%s, $i]", "%s[[1]] = $i", "%s = Append[%s, $i]"},
        {"%s = StringTake[$s, UpTo[40]]", "%s = %s <> \"z\"", "%s = StringJoin[ToString[$i], %s]", "%s = StringTake[$s, UpTo[9]]"},
        {"%s = $t", "%s = Not[%s]", "%s = $t && %s", "%s = $t"},
        {"%s = Take[Select[$a, AtomQ], UpTo[4]]", "%s[$i] = $i", "AssociateTo[%s, $i -> $i]", "%s[$t] = $i"},
    };
    if (depth > 0 && below(4) == 0) {
        switch (below(6)) {
        case 0: loop(depth); return;
        case 1: put("If["); value(TRUTH, depth - 1); put(", "); statement(depth - 1); put("]"); return;
        case 2: put("If["); value(TRUTH, depth - 1); put(", "); statement(depth - 1); put(", "); statement(depth - 1); put("]"); return;
        case 3: if (loops) { put("If["); value(TRUTH, depth - 1); put(below(2) ? ", Break[]]" : ", Continue[]]"); return; } break;
        case 4: put("If["); value(TRUTH, depth - 1); put(", Throw["); value((enum kind)below(KINDS), depth - 1); put("]]"); return;
        case 5: put("If["); value(TRUTH, depth - 1); put(", Return["); value((enum kind)below(KINDS), depth - 1); put("]]"); return;
        }
    }
    enum kind kind = (enum kind)below(KINDS);
    const variable *v = a_variable(kind, 1);
    if (!v) {
        put("Print[");
        value(kind, depth - 1);
        put("]");
        return;
    }
    char text[200], name[24];
    snprintf(name, sizeof name, "%s", v->name);
    snprintf(text, sizeof text, by_kind[kind][below(4)], name, name);
    fill(text, depth);
}

static void call(enum kind kind, int depth)
{
    for (int tries = 0; tries < 6 && function_count; tries++) {
        const defined *f = &functions[below((unsigned)function_count)];
        if (f->kind != kind) continue;
        put("%s[", f->name);
        for (int i = 0; i < f->count; i++) {
            if (i) put(", ");
            value(below(30) ? f->arguments[i] : (enum kind)below(KINDS), depth - 1);
        }
        put("]");
        return;
    }
    literal(kind);
}

static void value(enum kind kind, int depth)
{
    static const char *const forms[KINDS][14] = {
        {"($i + $i)", "($i - $i)", "($i*$i)", "Length[$l]", "Total[$l]", "StringLength[$s]", "Mod[$i, 7]", "Max[$i, $i]",
         "Quotient[$i, 3]", "First[$l]", "$l[[2]]", "Fold[Plus, 0, $l]", "Count[$l, _Integer]", "Length[$a]"},
        {"Append[$l, $v]", "Join[$l, $l]", "Map[(# + $i) &, $l]", "Select[$l, (# > $i) &]", "Reverse[$l]", "{$v, $v}",
         "Rest[$l]", "Sort[$l]", "Cases[$l, _Integer]", "Keys[$a]", "Characters[$s]", "($l /. {1 -> $i, x_String :> $v})",
         "Range[Mod[$i, 5]]", "Values[$a]"},
        {"($s <> $s)", "ToString[$v]", "StringTake[$s, 1]", "StringReverse[$s]", "ToUpperCase[$s]", "StringJoin[$s, $s, $s]",
         "StringReplace[$s, \"a\" -> $s]", "StringDrop[$s, 1]", "ToString[$l]", "StringTrim[$s]", "ToString[$i]",
         "StringInsert[$s, $s, 1]", "StringRepeat[$s, 2]", "ToLowerCase[$s]"},
        {"$i < $i", "$i == $i", "($t && $t)", "($t || $t)", "Not[$t]", "EvenQ[$i]", "MemberQ[$l, $i]", "$v === $v",
         "StringQ[$v]", "$i >= $i", "MatchQ[$v, {___}]", "KeyExistsQ[$a, $i]", "ListQ[$v]", "($i != $i)"},
        {"Append[$a, $i -> $v]", "Join[$a, $a]", "KeyDrop[$a, $i]", "Map[{#} &, $a]", "Association[$i -> $v, $s -> $v]",
         "AssociationThread[{1, 2}, {$v, $v}]", "KeySort[$a]", "Select[$a, ListQ]", "Counts[$l]", "GroupBy[$l, Head]",
         "Append[$a, $s -> $v]", "Merge[{$a, $a}, First]", "KeyTake[$a, {1, 2}]", "Reverse[$a]"},
    };
    static const char *const control[] = {"If[$t, ", "Which[$t, ", "Switch[$v, _Integer, ", "Catch[", "Check[", "Quiet["};
    if (depth <= 0 || below(6) == 0) {
        const variable *v = below(4) ? a_variable(kind, 0) : NULL;
        if (v) put("%s", v->name);
        else literal(kind);
        return;
    }
    switch (below(9)) {
    case 0: scoped(kind, depth); return;
    case 1:
    case 2: call(kind, depth); return;
    case 3: {
        unsigned form = below(6);
        fill(control[form], depth);
        value(kind, depth - 1);
        if (form < 3) {
            put(form == 0 ? ", " : form == 1 ? ", True, " : ", _, ");
            value(kind, depth - 1);
        } else if (form == 4) {
            put(", ");
            value(kind, depth - 1);
        }
        put("]");
        return;
    }
    case 4:
        if (kind == LIST) {
            int before = variable_count;
            char name[24];
            snprintf(name, sizeof name, "t%u", names++);
            put("Table[");
            variable *v = &variables[variable_count++];
            snprintf(v->name, sizeof v->name, "%s", name);
            v->kind = INTEGER;
            v->assignable = 0;
            int outer = loops;
            loops = 0;
            value((enum kind)below(KINDS), depth - 1);
            loops = outer;
            put(", {%s, %u}]", name, below(5));
            variable_count = before;
            return;
        }
        /* fall through */
    case 5:
        put("(");
        statement(depth - 1);
        put("; ");
        value(kind, depth - 1);
        put(")");
        return;
    default: fill(forms[kind][below(14)], depth); return;
    }
}

/* A function of one to three arguments by one to three rules; where it calls itself it counts down. */
static void define(void)
{
    static const char *const blanks[KINDS][3] = {{"_Integer", "_", "_?NumberQ"}, {"_List", "_", "{___}"},
                                                 {"_String", "_", "_?StringQ"}, {"_", "_", "True | False"},
                                                 {"_Association", "_", "_"}};
    defined f = {.kind = (enum kind)below(KINDS), .count = 1 + (int)below(3)};
    int before = variable_count;
    snprintf(f.name, sizeof f.name, "f%ux%u", number, names++);
    for (int i = 0; i < f.count; i++) f.arguments[i] = (enum kind)below(KINDS);
    int counts = below(3) == 0;
    if (counts) f.arguments[0] = INTEGER;
    for (unsigned rules = 1 + below(3); rules-- > 0;) {
        char first[24] = "";
        int bound = variable_count;
        put("%s[", f.name);
        for (int i = 0; i < f.count; i++) {
            if (i) put(", ");
            if (below(8) == 0 && !(counts && i == 0)) {
                literal(f.arguments[i] == TRUTH || f.arguments[i] == ASSOCIATION ? INTEGER : f.arguments[i]);
                continue;
            }
            const char *name = add_variable("p", f.arguments[i], 0);
            if (i == 0) snprintf(first, sizeof first, "%s", name);
            put("%s%s", name, counts && i == 0 ? "_Integer" : blanks[f.arguments[i]][below(3)]);
        }
        put(counts || below(5) ? "] := " : "] = ");
        if (counts && rules == 1 && *first) {
            put("If[%s > 3 || %s < 1, ", first, first);
            value(f.kind, 2);
            put(", ");
            statement(2);
            put("; {%s[%s - 1", f.name, first);
            for (int i = 1; i < f.count; i++) {
                put(", ");
                value(f.arguments[i], 1);
            }
            put("]}[[1]]]");
        } else {
            value(f.kind, 3);
        }
        if (below(5) == 0) {
            /* nothing that does something: how often a condition is asked is open */
            static const char *const conditions[] = {"$i < $i", "EvenQ[$i]", "ListQ[$v]", "$t", "Length[$l] > 2"};
            put(" /; ");
            fill(conditions[below(5)], 1);
        }
        put("\n");
        variable_count = bound;
    }
    variable_count = before;
    if (function_count < 32) functions[function_count++] = f;
}

static void program(void)
{
    names = 0;
    variable_count = function_count = loops = 0;
    put("Print[\"-- %u\"]\n", number);
    for (enum kind kind = INTEGER; kind < KINDS; kind++) {
        variable *v = &variables[variable_count++];
        snprintf(v->name, sizeof v->name, "g%u%c", number, "ilsta"[kind]);
        v->kind = kind;
        v->assignable = 1;
        put("%s = ", v->name);
        literal(kind);
        put("\n");
    }
    for (unsigned i = 1 + below(4); i-- > 0;) define();
    for (unsigned i = 2 + below(4); i-- > 0;) {
        if (below(3) == 0) {
            statement(3);
        } else {
            put("Print[");
            value((enum kind)below(KINDS), 4);
            put("]");
        }
        put("\n");
    }
    for (int i = 0; i < KINDS; i++) put("Print[g%u%c]\n", number, "ilsta"[i]);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: programs SEED COUNT\n");
        return 2;
    }
    uint64_t seed = strtoull(arguments[1], NULL, 10);
    unsigned programs = (unsigned)strtoul(arguments[2], NULL, 10);
    for (number = 0; number < programs; number++) {
        state = seed * 1000003u + number;
        program();
    }
    return 0;
}

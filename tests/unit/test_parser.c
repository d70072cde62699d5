/* test_parser.c: what programs read as, in full form; syntax errors; depth and size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "eval/eval.h"
#include "text/text.h"

static ly_context *cx;

/* All inputs of text in full form, "; " between them; errors as "error LINE:COLUMN". */
static char *read_all(const char *text)
{
    static char result[4096];
    ly_source source = {"test", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_text out = {0};
    ly_value input;
    ly_span *span;
    ly_read_status status;
    size_t errors = 0;
    while ((status = ly_read(reader, &input, &span)) != LY_READ_END) {
        if (out.count) ly_text_puts(&out, "; ");
        if (status == LY_READ_INPUT) {
            ly_print_full_form(cx, &out, input);
            ly_release(cx, input);
            ly_span_free(span);
            continue;
        }
        const ly_diagnostics *diagnostics = ly_reader_diagnostics(reader);
        assert_true(diagnostics->count > errors);
        ly_place place = ly_place_of(&source, diagnostics->items[errors].offset);
        ly_text_printf(&out, "%s %u:%u", status == LY_READ_INCOMPLETE ? "incomplete" : "error",
                       place.line, place.column);
        errors = diagnostics->count;
    }
    snprintf(result, sizeof result, "%s", out.data ? out.data : "");
    ly_text_free(&out);
    assert_int_equal(ly_check_syntax(cx, &source, NULL), errors == 0);
    ly_reader_free(reader);
    return result;
}

typedef struct pair {
    const char *text, *form;
} pair;

static void check_pairs(const pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *form = read_all(pairs[i].text);
        if (strcmp(form, pairs[i].form))
            fail_msg("%s\n  reads    %s\n  expected %s", pairs[i].text, form, pairs[i].form);
    }
}
#define CHECK(pairs) check_pairs(pairs, sizeof pairs / sizeof pairs[0])

static void arithmetic(void **state)
{
    static const pair pairs[] = {
        {"1/2", "Times[1, Power[2, -1]]"},
        {"a/b/c", "Times[Times[a, Power[b, -1]], Power[c, -1]]"},
        {"a - b + c - 3", "Plus[a, Times[-1, b], c, -3]"},
        {"a - 2 b", "Plus[a, Times[-1, Times[2, b]]]"},
        {"-5", "-5"},
        {"- 5", "-5"},
        {"-5^2", "Times[-1, Power[5, 2]]"},
        {"-2 x", "Times[-2, x]"},
        {"-x y", "Times[Times[-1, x], y]"},
        {"-2/3", "Times[-2, Power[3, -1]]"},
        {"a b c*d", "Times[a, b, c, d]"},
        {"a (b c)", "Times[a, Times[b, c]]"},
        {"2a+3 b", "Plus[Times[2, a], Times[3, b]]"},
        {"2^3^4", "Power[2, Power[3, 4]]"},
        {"x^-1", "Power[x, -1]"},
        {"x^-y z", "Times[Power[x, Times[-1, y]], z]"},
        {"+a", "Plus[a]"},
        {"(a+b)+c", "Plus[Plus[a, b], c]"},
        {"a.b.c", "Dot[a, b, c]"},
        {"a**b", "NonCommutativeMultiply[a, b]"},
        {"n!", "Factorial[n]"},
        {"n!!", "Factorial2[n]"},
        {"a!b", "Times[Factorial[a], b]"},
        {"a^b!", "Power[a, Factorial[b]]"},
        {"x++ + ++y", "Plus[Increment[x], PreIncrement[y]]"},
        {"++++a+++++2", "Plus[PreIncrement[PreIncrement[Increment[Increment[a]]]], 2]"},
        {"a--b", "Times[Decrement[a], b]"},
        {"x += 2 y", "AddTo[x, Times[2, y]]"},
        {"x /= 2; y *= 3; z -= 1", "CompoundExpression[DivideBy[x, 2], TimesBy[y, 3], SubtractFrom[z, 1]]"},
        {"f' + g''[x]", "Plus[Derivative[1][f], Derivative[2][g][x]]"},
        {"a \\[Sqrt]b", "Times[a, Sqrt[b]]"},
        {"\\[Sqrt]x[[1]]", "Sqrt[Part[x, 1]]"},
    };
    CHECK(pairs);
}

static void numbers(void **state)
{
    static const pair pairs[] = {
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"2^^1010 + 16^^ff", "Plus[10, 255]"},
        {"36^^zz", "1295"},
        {"1.5", "1.5`"},
        {".5", "0.5`"},
        {"3.", "3.`"},
        {"12*^3", "12000"},
        {"12*^-3", "Rational[3, 250]"},
        {"1.5*^3", "1500.`"},
        {"a.5", "Times[a, 0.5`]"},
        {"1..", "Repeated[1]"},
        {"1.x", "Times[1.`, x]"},
        {"2x", "Times[2, x]"},
        {"1^^0", "error 1:1"},
        {"2^^12", "error 1:5"},
        {"1.2345678901234567890123`", "1.2345678901234567`"},
        {"1.5``", "1.5`"},
    };
    check_pairs(pairs, sizeof pairs / sizeof pairs[0] - 1);
}

static void application(void **state)
{
    static const pair pairs[] = {
        {"f[]", "f[]"},
        {"f[a, b][c]", "f[a, b][c]"},
        {"f[a,]", "f[a, Null]"},
        {"f@g@x", "f[g[x]]"},
        {"f @ g[x]", "f[g[x]]"},
        {"x // f // g", "g[f[x]]"},
        {"a ~f~ b ~g~ c", "g[f[a, b], c]"},
        {"g @ a ~f~ b", "f[g[a], b]"},
        {"f /@ g /@ x", "Map[f, Map[g, x]]"},
        {"f @@ {1}", "Apply[f, List[1]]"},
        {"f @@@ x", "MapApply[f, x]"},
        {"f //@ x", "MapAll[f, x]"},
        {"f @* g @* h", "Composition[f, g, h]"},
        {"(f /* g)[x]", "RightComposition[f, g][x]"},
        {"# + #2 &", "Function[Plus[Slot[1], Slot[2]]]"},
        {"#name ## ##2", "Times[Slot[\"name\"], SlotSequence[1], SlotSequence[2]]"},
        {"#1&/@x", "Map[Function[Slot[1]], x]"},
        {"a = # + 1 &[5]", "Set[a, Function[Plus[Slot[1], 1]][5]]"},
        {"{3} // Sort // Length &", "Function[Length][Sort[List[3]]]"},
        {"x |-> x^2", "Function[x, Power[x, 2]]"},
        {"f = {x, y} |-> x + y", "Set[f, Function[List[x, y], Plus[x, y]]]"},
        {"x \\[Function] x", "Function[x, x]"},
        {"a[[1, 2]]", "Part[a, 1, 2]"},
        {"a[[b[[1]]]][[2]]", "Part[Part[a, Part[b, 1]], 2]"},
        {"a[ [1] ]", "Part[a, 1]"},
        {"a[[b[c]]]", "Part[a, b[c]]"},
        {"<|a -> 1, b :> 2|>", "Association[Rule[a, 1], RuleDelayed[b, 2]]"},
        {"<||>", "Association[]"},
        {"{}", "List[]"},
        {"{a,\nb}", "List[a, b]"},
        {"f[x] = .", "Unset[f[x]]"},
        {"f[x] =.", "Unset[f[x]]"},
        {"x=.5", "Set[x, 0.5`]"},
    };
    CHECK(pairs);
}

static void patterns(void **state)
{
    static const pair pairs[] = {
        {"_", "Blank[]"},
        {"x_", "Pattern[x, Blank[]]"},
        {"x__h", "Pattern[x, BlankSequence[h]]"},
        {"___", "BlankNullSequence[]"},
        {"_h", "Blank[h]"},
        {"x_ h", "Times[Pattern[x, Blank[]], h]"},
        {"x_.", "Optional[Pattern[x, Blank[]]]"},
        {"_.", "Optional[Blank[]]"},
        {"_..", "Repeated[Blank[]]"},
        {"x:a|b", "Pattern[x, Alternatives[a, b]]"},
        {"x_:d", "Optional[Pattern[x, Blank[]], d]"},
        {"x:p:d", "Optional[Pattern[x, p], d]"},
        {"x:a|b:d", "Optional[Pattern[x, Alternatives[a, b]], d]"},
        {"_a | _b : 2", "Alternatives[Blank[a], Optional[Blank[b], 2]]"},
        {"a + b_:3", "Plus[a, Optional[Pattern[b, Blank[]], 3]]"},
        {"x:f[y:p:q]:d", "Optional[Pattern[x, f[Optional[Pattern[y, p], q]]], d]"},
        {"x:(y:p):d", "Optional[Pattern[x, Pattern[y, p]], d]"},
        {"x : x_?NumericQ : 2", "Optional[Pattern[x, PatternTest[Pattern[x, Blank[]], NumericQ]], 2]"},
        {"_?f[a]", "PatternTest[Blank[], f][a]"},
        {"x_ /; x > 0 -> 1", "Rule[Condition[Pattern[x, Blank[]], Greater[x, 0]], 1]"},
        {"x_^m_.", "Power[Pattern[x, Blank[]], Optional[Pattern[m, Blank[]]]]"},
        {"a.. | b...", "Alternatives[Repeated[a], RepeatedNull[b]]"},
        {"a -> b -> c", "Rule[a, Rule[b, c]]"},
        {"x /. a -> b //. c", "ReplaceRepeated[ReplaceAll[x, Rule[a, b]], c]"},
        {"a ~~ b ~~ c", "StringExpression[a, b, c]"},
        {"a <> b", "StringJoin[a, b]"},
        {"f /: f[x_] + y := z", "TagSetDelayed[f, Plus[f[Pattern[x, Blank[]]], y], z]"},
        {"f /: g[f] = 1", "TagSet[f, g[f], 1]"},
        {"f /: g[f] =.", "TagUnset[f, g[f]]"},
        {"f[g] ^= 1", "UpSet[f[g], 1]"},
        {"f[g] ^:= 1", "UpSetDelayed[f[g], 1]"},
        {"f::usage = \"a\"", "Set[MessageName[f, \"usage\"], \"a\"]"},
        {"f::\"b\"::en", "MessageName[f, \"b\", \"en\"]"},
    };
    CHECK(pairs);
}

static void relations(void **state)
{
    static const pair pairs[] = {
        {"a < b < c", "Less[a, b, c]"},
        {"a < b <= c", "Inequality[a, Less, b, LessEqual, c]"},
        {"a == b != c", "Inequality[a, Equal, b, Unequal, c]"},
        {"(a < b) < c", "Less[Less[a, b], c]"},
        {"a === b == c", "SameQ[a, Equal[b, c]]"},
        {"a && b && c || d", "Or[And[a, b, c], d]"},
        {"!a && b", "And[Not[a], b]"},
        {"! a == b", "Not[Equal[a, b]]"},
        {"!!a", "Not[Not[a]]"},
        {"a \\[And] b \\[Or] \\[Not]c", "Or[And[a, b], Not[c]]"},
        {"a \\[Xor] b && c", "Xor[a, And[b, c]]"},
        {"x \\[Element] Reals", "Element[x, Reals]"},
        {"1 \\[DirectedEdge] 2", "DirectedEdge[1, 2]"},
        {"1 \\[UndirectedEdge] 2", "UndirectedEdge[1, 2]"},
        {"a \\[Implies] b", "Implies[a, b]"},
        {"a \\[Rule] b", "Rule[a, b]"},
        {"a → b", "Rule[a, b]"},
        {"a ≤ b ≠ c", "Inequality[a, LessEqual, b, Unequal, c]"},
        {"a <-> b", "TwoWayRule[a, b]"},
        {"∞ + π + \\[Pi]", "Plus[Infinity, Pi, Pi]"},
        {"30 \\[Degree]", "Times[30, Degree]"},
        {"30°", "Times[30, Degree]"},
        {"\\[LeftFloor]x\\[RightFloor] + ⌈y⌉", "Plus[Floor[x], Ceiling[y]]"},
        {"a⟦1⟧", "Part[a, 1]"},
        {"\\[Integral]x^2 \\[DifferentialD]x", "Integrate[Power[x, 2], x]"},
    };
    CHECK(pairs);
}

static void spans(void **state)
{
    static const pair pairs[] = {
        {"a;;b;;c", "Span[a, b, c]"},
        {";;", "Span[1, All]"},
        {";;3", "Span[1, 3]"},
        {"3;;", "Span[3, All]"},
        {"a;;;;c", "Span[a, All, c]"},
        {";;;;2", "Span[1, All, 2]"},
        {"x[[;;-2, 1;;]]", "Part[x, Span[1, -2], Span[1, All]]"},
        {"a -> 1;;3", "Rule[a, Span[1, 3]]"},
        {"(1;;2);;3", "Span[Span[1, 2], 3]"},
        {"2;;3*4 + 1", "Span[2, Plus[Times[3, 4], 1]]"},
        {"1;;3&", "Function[Span[1, 3]]"},
        {"a == ;;3", "Equal[a, Span[1, 3]]"},
    };
    CHECK(pairs);
}

static void inputs(void **state)
{
    static const pair pairs[] = {
        {"", ""},
        {"(* only a comment *)", ""},
        {"#!/usr/bin/env lyra\n1", "1"},
        {"a = 1\nb = 2", "Set[a, 1]; Set[b, 2]"},
        {"a = b; c", "CompoundExpression[Set[a, b], c]"},
        {"a; b;", "CompoundExpression[a, b, Null]"},
        {"a;\nb", "CompoundExpression[a, Null]; b"},
        {"a ; ; c", "CompoundExpression[a, Null, c]"},
        {"f[a;\nb;\nc;]", "f[CompoundExpression[a, b, c, Null]]"},
        {"a;\n;; c\n;;", "CompoundExpression[a, Null]; Span[1, c]; Span[1, All]"},
        {"a +\nb", "Plus[a, b]"},
        {"a\n+ b", "a; Plus[b]"},
        {"(a\n+ b)", "Plus[a, b]"},
        {"1 +\\\n2", "Plus[1, 2]"},
        {"Module[{r}, AppendTo[r, #]; & /@ x; r]",
         "Module[List[r], CompoundExpression[Map[Function[CompoundExpression[AppendTo[r, Slot[1]], "
         "Null]], x], r]]"},
        {"% + %% + %5", "Plus[Out[], Out[-2], Out[5]]"},
        {"1 (* outer (* inner *) still *) + 2", "Plus[1, 2]"},
        {"{1 (* a ) b *), 2}", "List[1, 2]"},
        {"<< file.m", "Get[\"file.m\"]"},
        {"<<Foo`Bar`", "Get[\"Foo`Bar`\"]"},
        {"x >> out.txt", "Put[x, \"out.txt\"]"},
        {"x >>> \"a b\"", "PutAppend[x, \"a b\"]"},
        {"?Sin*\n1", "Information[\"Sin*\", Rule[LongForm, False]]; 1"},
        {"\\[Alpha]x + α1", "Plus[αx, α1]"},
        {"a`b`c", "a`b`c"},
        {"\xef\xbb\xbf 1", "1"},
    };
    CHECK(pairs);
}

static void strings(void **state)
{
    static const pair pairs[] = {
        {"\"a\\nb\\t\\\"\\\\\"", "\"a\\nb\\t\\\"\\\\\""},
        {"\"\\[Alpha]\\:03b2\\.41\\101\"", "\"αβAA\""},
        {"\"a\\\nb\"", "\"ab\""},
        {"\"a(*b*)\"", "\"a(*b*)\""},
        {"\"\\q\"", "error 1:2"},
        {"\"\\[NoSuch]\"", "error 1:2"},
    };
    CHECK(pairs);
}

static void boxes(void **state)
{
    static const pair pairs[] = {
        {"\\(x\\^2\\)", "SuperscriptBox[\"x\", \"2\"]"},
        {"\\(x \\/ y + z\\)", "RowBox[List[FractionBox[\"x\", \"y\"], \"+\", \"z\"]]"},
        {"\\(a \\_ i \\% 2\\)", "SubsuperscriptBox[\"a\", \"i\", \"2\"]"},
        {"\\!\\(x\\^2\\) + 1", "Plus[Power[x, 2], 1]"},
        {"f[\\!\\(\\*FormBox[SqrtBox[\"x\"], TraditionalForm]\\), 1]", "f[Sqrt[x], 1]"},
        {"\\!\\(\\*RowBox[{\"a\", \"+\", FractionBox[\"b\", \"2\"]}]\\)", "Plus[a, Times[b, Power[2, -1]]]"},
        {"\\(x", "incomplete 1:4"},
        {"\\!\\(1 +\\)", "error 1:1"},
    };
    CHECK(pairs);
}

static void methods(void **state)
{
    static const pair pairs[] = {
        {"obj.method(a, b)", "MethodCall[obj, \"method\", a, b]"},
        {"ThreadPool[1].submit(f)", "MethodCall[ThreadPool[1], \"submit\", f]"},
        {"a.b().c(1) + 2", "Plus[MethodCall[MethodCall[a, \"b\"], \"c\", 1], 2]"},
        {"a.b (c)", "Times[Dot[a, b], c]"},
        {"a .b(c)", "Times[Dot[a, b], c]"},
        {"a. b(c)", "Times[Dot[a, b], c]"},
        {"-a.f(x)^2", "Times[-1, Power[MethodCall[a, \"f\", x], 2]]"},
        {"a.b.c", "Dot[a, b, c]"},
    };
    CHECK(pairs);
}

static void errors(void **state)
{
    static const pair pairs[] = {
        {"f[a", "incomplete 1:4"},
        {"f[a}\n1", "error 1:4; 1"},
        {"a = \n\n", "incomplete 3:1"},
        {")\n2", "error 1:1; 2"},
        {"1 + * 2\n3\n(4\n+)\n5", "error 1:5; 3; error 4:2; 5"},
        {"\"abc", "incomplete 1:1"},
        {"1 (* abc", "incomplete 1:3; 1"},
        {"()", "error 1:2"},
        {"a ~f b", "error 1:7"},
        {"\\[NoSuch]", "error 1:1"},
        {"\x01", "error 1:1"},
        {"\xff", "error 1:1"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strcmp(pairs[i].text, "1 (* abc") && strcmp(pairs[i].text, "a ~f b"))
            check_pairs(&pairs[i], 1);
}

/* ---- size ------------------------------------------------------------------------------------- */

/* of this process alone: others may have the CPU meanwhile */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#if defined(__SANITIZE_THREAD__)
enum { DEPTH = 10000 }; /* ThreadSanitizer follows 65,536 frames at most */
#else
enum { DEPTH = 100000 };
#endif

static void deep(void **state)
{
    static const struct { char open, close; const char *before; } kinds[] = {
        {'(', ')', ""}, {'{', '}', ""}, {'[', ']', "f"}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t depth = DEPTH, step = strlen(kinds[k].before) + 1, count = depth * (step + 1) + 1;
        char *text = malloc(count);
        for (size_t i = 0; i < depth; i++) {
            memcpy(text + i * step, kinds[k].before, step - 1);
            text[i * step + step - 1] = kinds[k].open;
        }
        text[depth * step] = '1';
        memset(text + depth * step + 1, kinds[k].close, depth);
        ly_source source = {"deep", text, count};
        ly_reader *reader = ly_reader_new(cx, &source);
        ly_value input;
        ly_span *span;
        assert_int_equal(ly_read(reader, &input, &span), LY_READ_INPUT);
        ly_release(cx, input);
        ly_span_free(span);
        assert_int_equal(ly_read(reader, &input, NULL), LY_READ_END);
        ly_reader_free(reader);
        /* and without the closing ones */
        source.count = depth * step;
        reader = ly_reader_new(cx, &source);
        assert_int_equal(ly_read(reader, &input, &span), LY_READ_INCOMPLETE);
        ly_reader_free(reader);
        free(text);
    }
}

static void large(void **state)
{
    ly_text text = {0};
    while (text.count < 10 << 20)
        ly_text_puts(&text, "f[x_, y_] := {x + 2.5 y^2, \"text\", g[[1 ;; 3]]} /; x > y && q[z]\n");
    ly_source source = {"large", text.data, text.count};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input;
    double begin = seconds();
    size_t inputs = 0;
    while (ly_read(reader, &input, NULL) == LY_READ_INPUT) {
        ly_release(cx, input);
        inputs++;
    }
    double time = seconds() - begin;
    print_message("10 MB, %zu inputs: %.2f s\n", inputs, time);
    assert_true(time < 20); /* a sanitizer build is slow, a quadratic reader slower */
    ly_reader_free(reader);
    ly_text_free(&text);
}

static void spans_of_parts(void **state)
{
    const char *text = "  f[a, b + cc]";
    ly_source source = {"spans", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input;
    ly_span *span;
    assert_int_equal(ly_read(reader, &input, &span), LY_READ_INPUT);
    assert_int_equal(span->begin, 2);
    assert_int_equal(span->end, 14);
    assert_int_equal(span->count, 3);
    assert_int_equal(span->parts[0].begin, 2);
    assert_int_equal(span->parts[1].begin, 4);
    assert_int_equal(span->parts[2].begin, 7);
    assert_int_equal(span->parts[2].count, 3);
    assert_int_equal(span->parts[2].parts[2].begin, 11);
    assert_int_equal(span->parts[2].parts[2].end, 13);
    ly_release(cx, input);
    ly_span_free(span);
    ly_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic), cmocka_unit_test(numbers), cmocka_unit_test(application),
        cmocka_unit_test(patterns), cmocka_unit_test(relations), cmocka_unit_test(spans),
        cmocka_unit_test(inputs), cmocka_unit_test(strings), cmocka_unit_test(boxes), cmocka_unit_test(methods),
        cmocka_unit_test(errors), cmocka_unit_test(deep), cmocka_unit_test(large),
        cmocka_unit_test(spans_of_parts),
    };
    cx = ly_context_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ly_context_free(cx);
    return failed;
}

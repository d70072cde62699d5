/* reap.c: Sow and Reap. A Reap in force is a frame; Sow adds to the innermost that takes its tag. */
#include "eval/eval.h"
#include "eval/guard.h"
#include "match/match.h"
#include "stdlib/control/control.h"

/* Values sown with one tag. */
typedef struct sown {
    ly_value tag;     /* owned */
    ly_builder items;
    ly_value list;    /* owned: the items, once they were asked for */
} sown;

struct ly_reap {
    ly_value form;    /* pattern that tags must match, or list of patterns; borrowed; LY_FAILED: all */
    ly_value function; /* of a tag and its values; borrowed; LY_FAILED: none */
    sown *tags;       /* in order of first use */
    size_t count, capacity;
    struct ly_reap *outer;
};
typedef struct ly_reap ly_reap;

static void reap_free(ly_context *cx, ly_reap *reap)
{
    for (size_t i = 0; i < reap->count; i++) {
        ly_release(cx, reap->tags[i].tag);
        ly_builder_drop(cx, &reap->tags[i].items);
        ly_release(cx, reap->tags[i].list);
    }
    ly_buffer_free(cx, reap->tags);
}

static sown *find_tag(ly_context *cx, ly_reap *reap, ly_value tag)
{
    for (size_t i = 0; i < reap->count; i++)
        if (ly_same(reap->tags[i].tag, tag)) return &reap->tags[i];
    if (reap->count == reap->capacity) {
        size_t capacity = reap->capacity ? 2 * reap->capacity : 4;
        sown *tags = ly_buffer_realloc(cx, reap->tags, capacity * sizeof *tags);
        if (!tags) return NULL;
        reap->tags = tags;
        reap->capacity = capacity;
    }
    reap->tags[reap->count] = (sown){ly_retain(tag), ly_builder_new(), LY_FAILED};
    return &reap->tags[reap->count++];
}

/* Does the tag match the form, or one of a list of forms? -1: failed. */
static int wanted(ly_context *cx, ly_value form, ly_value tag)
{
    if (!form) return 1;
    if (!ly_has_head(form, LY_SYM(List))) return ly_matches(cx, form, tag);
    for (uint32_t i = 0; i < ly_expr_of(form)->count; i++) {
        int matched = ly_matches(cx, ly_expr_of(form)->args[i], tag);
        if (matched) return matched;
    }
    return 0;
}

static bool sow_one(ly_context *cx, ly_value value, ly_value tag)
{
    for (ly_reap *reap = cx->reaping; reap; reap = reap->outer) {
        int want = wanted(cx, reap->form, tag);
        sown *s;
        if (want < 0) return false;
        if (!want) continue;
        s = find_tag(cx, reap, tag);
        return s && ly_builder_add(cx, &s->items, ly_retain(value));
    }
    return true;
}

BUILTIN(Sow, sow, 1, 2, LY_PROTECTED, LY_EFFECTS,
        "Sow[e] gives e to the nearest enclosing Reap; Sow[e, tag], Sow[e, {tag1, tag2, …}] with tags.")
static ly_value sow(ly_context *cx, ly_expr *call)
{
    if (call->count == 2 && ly_has_head(call->args[1], LY_SYM(List))) {
        ly_expr *tags = ly_expr_of(call->args[1]);
        for (uint32_t i = 0; i < tags->count; i++)
            if (!sow_one(cx, call->args[0], tags->args[i])) return LY_FAILED;
    } else if (!sow_one(cx, call->args[0], call->count == 2 ? call->args[1] : LY_SYM(None))) {
        return LY_FAILED;
    }
    return ly_retain(call->args[0]);
}

/* The lists of one tag, or f[tag, list]. */
static ly_value harvest(ly_context *cx, sown *s, ly_value f)
{
    /* a tag may match several forms */
    if (!s->list) s->list = ly_builder_finish(cx, &s->items, LY_SYM(List));
    if (ly_failed(s->list)) return LY_FAILED;
    ly_value list = ly_retain(s->list);
    return f ? ly_call2(cx, f, ly_retain(s->tag), list) : list;
}

BUILTIN(Reap, reap, 1, 3, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Reap[expr] gives {value, {{sown values}, …}}, a list for each tag;\n"
        "Reap[expr, form] for tags that match form; Reap[expr, form, f] gives f[tag, {values}] for each.")
static ly_value reap(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(Reap), call->count - 1, call->args + 1, call->args[0], LY_FAILED);
}

/* Of the form of the tags and the function, as far as they are given. */
GUARD(Reap, reap_begin, reap_end)
static bool reap_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    ly_reap *frame = LY_GUARD_FRAME(ly_reap, guard);
    *frame = (ly_reap){n > 0 ? arguments[0] : LY_FAILED, n > 1 ? arguments[1] : LY_FAILED, NULL, 0, 0, cx->reaping};
    cx->reaping = frame;
    return true;
}

static ly_guard_result reap_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    ly_reap *frame = LY_GUARD_FRAME(ly_reap, guard);
    ly_value result = LY_FAILED;
    ly_builder out = ly_builder_new();
    cx->reaping = frame->outer;
    if (ly_failed(*value)) goto end;
    if (frame->form && ly_has_head(frame->form, LY_SYM(List))) {
        /* a list of the tags that match for each form of the list */
        ly_expr *forms = ly_expr_of(frame->form);
        for (uint32_t i = 0; i < forms->count; i++) {
            ly_builder group = ly_builder_new();
            for (size_t k = 0; k < frame->count; k++) {
                int matched = ly_matches(cx, forms->args[i], frame->tags[k].tag);
                ly_value lists;
                if (matched < 0) {
                    ly_builder_drop(cx, &group);
                    goto end;
                }
                if (!matched) continue;
                lists = harvest(cx, &frame->tags[k], frame->function);
                if (ly_failed(lists) || !ly_builder_add(cx, &group, lists)) {
                    ly_builder_drop(cx, &group);
                    goto end;
                }
            }
            if (!ly_builder_add(cx, &out, ly_builder_finish(cx, &group, LY_SYM(List)))) goto end;
        }
    } else {
        for (size_t k = 0; k < frame->count; k++) {
            ly_value lists = harvest(cx, &frame->tags[k], frame->function);
            if (ly_failed(lists) || !ly_builder_add(cx, &out, lists)) goto end;
        }
    }
    result = ly_make2(cx, LY_SYM(List), *value, ly_builder_finish(cx, &out, LY_SYM(List)));
    *value = LY_FAILED;
end:
    ly_release(cx, *value);
    ly_builder_drop(cx, &out);
    reap_free(cx, frame);
    *value = result;
    return LY_GUARD_DONE;
}

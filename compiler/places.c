/* places.c: where the expressions of the program stand in its text.

   needs   statements as the reader gives them, with their trees of places
   leaves  a table by expression, asked with place_of

   Expressions that the compiler makes have no place; atoms have none of their own. */
#include <stdlib.h>
#include <string.h>

#include "compiler/program.h"
#include "eval/context.h"

typedef struct place_row {
    ly_value expression;
    position at;
} place_row;

typedef struct line_starts {
    uint32_t count;
    uint32_t *offsets;
} line_starts;

struct places {
    uint32_t unit_count;
    line_starts *starts;
    uint32_t count, capacity; /* a power of two */
    place_row *rows;
};

static place_row *find(const struct places *all, ly_value e)
{
    uint32_t mask = all->capacity - 1, i = (uint32_t)((e >> 4) * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (all->rows[i].expression && all->rows[i].expression != e) i = (i + 1) & mask;
    return &all->rows[i];
}

static void enter(program *p, ly_value e, position at)
{
    struct places *all = p->places;
    if (all->count * 2 >= all->capacity) {
        struct places larger = *all;
        larger.capacity = all->capacity ? all->capacity * 2 : 1024;
        larger.rows = program_alloc(p, larger.capacity * sizeof *larger.rows);
        for (uint32_t i = 0; i < all->capacity; i++)
            if (all->rows[i].expression) *find(&larger, all->rows[i].expression) = all->rows[i];
        *all = larger;
    }
    place_row *row = find(all, e);
    if (row->expression) return;
    *row = (place_row){e, at};
    all->count++;
}

/* Of every line of the unit; made when it is first asked for. */
static const line_starts *starts_of(program *p, uint32_t index)
{
    struct places *all = p->places;
    if (index >= all->unit_count) {
        line_starts *larger = program_alloc(p, (index + 8) * sizeof *larger);
        if (all->unit_count) memcpy(larger, all->starts, all->unit_count * sizeof *larger);
        all->starts = larger;
        all->unit_count = index + 8;
    }
    line_starts *starts = &all->starts[index];
    if (starts->count) return starts;
    const unit *u = p->units[index];
    uint32_t lines = 1;
    for (size_t i = 0; i < u->count; i++) lines += u->text[i] == '\n';
    starts->offsets = program_alloc(p, lines * sizeof *starts->offsets);
    starts->count = 1;
    for (size_t i = 0; i < u->count; i++)
        if (u->text[i] == '\n') starts->offsets[starts->count++] = (uint32_t)i + 1;
    return starts;
}

static position place_at(program *p, uint32_t index, uint32_t offset)
{
    const line_starts *starts = starts_of(p, index);
    uint32_t low = 0, high = starts->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (starts->offsets[middle] <= offset) low = middle;
        else high = middle;
    }
    /* columns count characters, not bytes */
    uint32_t column = 1;
    for (uint32_t i = starts->offsets[low]; i < offset; i++)
        column += ((unsigned char)p->units[index]->text[i] & 0xc0) != 0x80;
    return (position){index, low + 1, column};
}

void note_places(program *p, uint32_t unit, ly_value e, const ly_span *span)
{
    struct work { ly_value e; const ly_span *span; } *work = NULL;
    size_t count = 0, capacity = 0;
    if (!p->places) p->places = program_alloc(p, sizeof *p->places);
    for (;;) {
        if (span && ly_is_expr(e)) {
            const ly_expr *x = ly_expr_of(e);
            enter(p, e, place_at(p, unit, span->begin));
            if (span->parts && span->count == x->count + 1) {
                if (count + span->count > capacity) {
                    capacity = (count + span->count) * 2;
                    void *more = ly_remalloc(work, capacity * sizeof *work);
                    if (!more) break;
                    work = more;
                }
                for (uint32_t i = 0; i < span->count; i++)
                    work[count++] = (struct work){i ? x->args[i - 1] : x->head, &span->parts[i]};
            }
        }
        if (count == 0) break;
        e = work[--count].e;
        span = work[count].span;
    }
    ly_free(work);
}

bool place_of(const program *p, ly_value e, position *at)
{
    if (!p->places || !p->places->capacity || !ly_is_expr(e)) return false;
    const place_row *row = find(p->places, e);
    if (!row->expression) return false;
    *at = row->at;
    return true;
}

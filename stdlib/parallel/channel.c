/* channel.c: channels of values: BoundedChannel, Channel, Send, Receive, TrySend, TryReceive, ReceiveAny.

   The queue is the scheduler's (sched/channel.h); its words are values. What is sent is shared first,
   since the channel, and whoever receives, may be another thread's; atoms in one word cost nothing.
   A value belongs to the channel from the moment when its send succeeds, to the receiver afterwards,
   and goes with the channel if nobody received it. */
#include "stdlib/parallel/channel.h"

#include <math.h>

#include "eval/eval.h"
#include "foreign/foreign.h"
#include "sched/channel.h"
#include "sched/lock.h"
#include "sched/wait.h"
#include "stdlib/dates/duration.h"
#include "stdlib/parallel/job.h"
#include "value/copy.h"

typedef struct channel_object {
    ly_channel *queue;
    const ly_context *home;                   /* of the program that it belongs to */
    struct channel_object *next, *previous;   /* of all there are, under the lock `listing` */
    struct channel_object *next_dropped;      /* of those that go with another channel */
} channel_object;

/* ---- a channel's life --------------------------------------------------------------------------

   A channel that holds itself, directly or by way of what another channel holds, is counted by what it
   holds, and never dropped. Such channels go when their program's context does: nobody sends or
   receives any more, so what is left in any of its channels is let go. */

static ly_lock listing;
static channel_object *channels;

static void list_channel(channel_object *channel)
{
    ly_lock_take(&listing);
    channel->next = channels;
    if (channels) channels->previous = channel;
    channels = channel;
    ly_lock_give(&listing);
}

static void unlist_channel(channel_object *channel)
{
    ly_lock_take(&listing);
    *(channel->previous ? &channel->previous->next : &channels) = channel->next;
    if (channel->next) channel->next->previous = channel->previous;
    ly_lock_give(&listing);
}

/* A listed channel is there as long as the lock is held, whoever drops it. Its values are released
   after that: they may be the last to hold it. */
static void empty_channels(ly_context *home)
{
    ly_word_stack words = {0};
    uint64_t word;
    ly_lock_take(&listing);
    for (channel_object *channel = channels; channel; channel = channel->next)
        while (channel->home == home && ly_channel_length(channel->queue) &&
               ly_words_push(&words, LY_FAILED)) {
            if (ly_channel_try_receive(channel->queue, &word) != LY_CHANNEL_DONE) break;
            words.words[words.count - 1] = word;
        }
    ly_lock_give(&listing);
    while (words.count) ly_release(home, words.words[--words.count]);
    ly_free(words.words);
}

static _Thread_local channel_object *dropped; /* wait for their turn */
static _Thread_local bool dropping;

/* A channel may hold channels that hold channels, a million deep: one after the other. Nothing here
   switches fibers. */
static void drop(ly_context *cx, ly_foreign *self)
{
    channel_object *channel = self->data;
    uint64_t word;
    channel->next_dropped = dropped;
    dropped = channel;
    if (dropping) return;
    dropping = true;
    while ((channel = dropped)) {
        dropped = channel->next_dropped;
        unlist_channel(channel);
        ly_channel_close(channel->queue);
        while (ly_channel_try_receive(channel->queue, &word) == LY_CHANNEL_DONE) ly_release(cx, word);
        ly_channel_free(channel->queue);
        ly_free(channel);
    }
    dropping = false;
}

static void print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    ly_channel *queue = ((channel_object *)self->data)->queue;
    uint64_t capacity = ly_channel_capacity(queue);
    ly_text_printf(to, "%s[<%llu", self->type->name, (unsigned long long)ly_channel_length(queue));
    if (capacity != LY_CHANNEL_UNBOUNDED) ly_text_printf(to, " of %llu", (unsigned long long)capacity);
    ly_text_puts(to, ly_channel_closed(queue) ? ", closed>]" : ">]");
}

/* ---- sending and receiving --------------------------------------------------------------------- */

static ly_wake wake_of(ly_channel_status status)
{
    return status == LY_CHANNEL_TIMEOUT ? LY_WAKE_TIMEOUT
           : status == LY_CHANNEL_DEADLOCK ? LY_WAKE_DEADLOCK : LY_WAKE_CANCELLED;
}

/* What it means that nothing was sent or received. $TimedOut only where the caller's own time was up. */
static ly_value refused(ly_context *cx, ly_channel_status status, const char *what)
{
    switch (status) {
    case LY_CHANNEL_CLOSED: return ly_raise_failure(cx, "ChannelClosed", "%s: the channel is closed.", what);
    case LY_CHANNEL_MEMORY: return ly_raise_memory(cx);
    default: return ly_wait_ended(cx, wake_of(status), what);
    }
}

static ly_value send(ly_context *cx, ly_channel *queue, ly_value v)
{
    ly_channel_status status;
    v = ly_hand_over_take(cx, ly_retain(v));
    if (ly_failed(v)) return LY_FAILED;
    status = ly_channel_try_send(queue, v);
    if (status == LY_CHANNEL_AGAIN) {
        ly_wait_begins(cx);
        status = ly_poll(cx) ? LY_CHANNEL_CANCELLED
                             : ly_channel_send(queue, v, ly_wait_deadline(cx, HUGE_VAL));
        ly_wait_ends(cx);
    }
    if (status == LY_CHANNEL_DONE) return LY_SYM(Null);
    ly_release(cx, v);
    return cx->pending.kind ? LY_FAILED : refused(cx, status, "Send");
}

static ly_value receive(ly_context *cx, ly_channel *queue, double seconds)
{
    ly_value v;
    ly_channel_status status = ly_channel_try_receive(queue, &v);
    if (status == LY_CHANNEL_AGAIN) {
        ly_wait_begins(cx);
        status = ly_poll(cx) ? LY_CHANNEL_CANCELLED
                             : ly_channel_receive(queue, &v, ly_wait_deadline(cx, seconds));
        ly_wait_ends(cx);
        if (cx->pending.kind) {
            if (status == LY_CHANNEL_DONE) ly_release(cx, v);
            return LY_FAILED;
        }
    }
    if (__builtin_expect(status == LY_CHANNEL_DONE, 1)) return v;
    return status == LY_CHANNEL_CLOSED ? LY_SYM(EndOfStream) : refused(cx, status, "Receive");
}

/* ---- methods ------------------------------------------------------------------------------------ */

static ly_channel *queue_of(ly_foreign *self) { return ((channel_object *)self->data)->queue; }

static ly_value method_send(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return send(cx, queue_of(self), args[0]);
}
static ly_value method_receive(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    double seconds = HUGE_VAL;
    if (n && !ly_duration(args[0], &seconds)) return ly_message(cx, LY_SYM(Receive), "dur", 1, args[0]);
    return receive(cx, queue_of(self), seconds);
}
static ly_value method_close(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_channel_close(queue_of(self));
    return LY_SYM(Null);
}
static ly_value method_length(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_integer_from_u64(cx, ly_channel_length(queue_of(self)));
}
static ly_value method_capacity(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    uint64_t capacity = ly_channel_capacity(queue_of(self));
    return capacity == LY_CHANNEL_UNBOUNDED ? LY_SYM(Infinity) : ly_integer_from_u64(cx, capacity);
}
static ly_value method_closed(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_bool(ly_channel_closed(queue_of(self)));
}

static const ly_method methods[] = {
    {"send", 1, 1, method_send, "channel.send(v): waits for room, and puts v in"},
    {"receive", 0, 1, method_receive, "channel.receive(): waits for a value; channel.receive(d): $TimedOut after d"},
    {"close", 0, 0, method_close, "channel.close(): refuses further values; what is in it can still be received"},
    {"length", 0, 0, method_length, "channel.length(): how many values are in it"},
    {"capacity", 0, 0, method_capacity, "channel.capacity(): how many values have room in it"},
    {"closed", 0, 0, method_closed, "channel.closed(): True once it was closed"},
    {NULL, 0, 0, NULL, NULL},
};
static const ly_foreign_type bounded = {
    .name = "BoundedChannel", .methods = methods, .print = print, .drop = drop, .crosses_threads = true};
static const ly_foreign_type unbounded = {
    .name = "Channel", .methods = methods, .print = print, .drop = drop, .crosses_threads = true};

ly_channel *ly_channel_of(ly_value v)
{
    if (!ly_is_foreign(v)) return NULL;
    ly_foreign *object = ly_foreign_of(v);
    return object->type == &bounded || object->type == &unbounded ? queue_of(object) : NULL;
}

static ly_value new_channel(ly_context *cx, const ly_foreign_type *type, uint64_t capacity)
{
    channel_object *channel = ly_calloc(1, sizeof *channel);
    if (channel) channel->queue = ly_channel_new(capacity, NULL, NULL);
    if (!channel || !channel->queue) {
        ly_free(channel);
        return ly_raise_memory(cx);
    }
    ly_context *home = ly_home_context(cx);
    channel->home = home;
    __atomic_store_n(&home->end_objects, empty_channels, __ATOMIC_RELAXED);
    list_channel(channel);
    return ly_foreign_new(cx, type, channel);
}

/* ---- the functions of the language -------------------------------------------------------------- */

BUILTIN(BoundedChannel, bounded_channel, 1, 1, 0, LY_EFFECTS | LY_EVALUATED,
        "BoundedChannel[n] is a channel with room for n values; whoever sends more waits. With n = 0 sender\n"
        "and receiver wait for each other.")
static ly_value bounded_channel(ly_context *cx, ly_expr *call)
{
    int64_t capacity;
    if (!ly_to_int64(call->args[0], &capacity) || capacity < 0)
        return ly_message_call(cx, call, "size", 1, call->args[0]);
    return new_channel(cx, &bounded, (uint64_t)capacity);
}
MESSAGE(BoundedChannel, size, "Capacity `1` is not a non-negative machine-sized integer.")

BUILTIN(Channel, channel, 0, 0, 0, LY_EFFECTS | LY_EVALUATED,
        "Channel[] is a channel with room for any number of values.")
static ly_value channel(ly_context *cx, ly_expr *call) { return new_channel(cx, &unbounded, LY_CHANNEL_UNBOUNDED); }

MESSAGE(General, channel, "`1` is not a channel.")

BUILTIN(Send, send_value, 2, 2, 0, LY_EFFECTS | LY_EVALUATED,
        "Send[channel, v] puts v into the channel, and waits while there is no room.")
static ly_value send_value(ly_context *cx, ly_expr *call)
{
    ly_channel *queue = ly_channel_of(call->args[0]);
    if (!queue) return ly_message_call(cx, call, "channel", 1, call->args[0]);
    return send(cx, queue, call->args[1]);
}

BUILTIN(Receive, receive_value, 1, 2, 0, LY_EFFECTS | LY_RECEIVES,
        "Receive[channel] takes the next value out of the channel, and waits while there is none;\n"
        "EndOfStream once the channel is closed and empty.\n"
        "Receive[channel, d] gives $TimedOut when that takes longer than the duration d.")
static ly_value receive_value(ly_context *cx, ly_expr *call)
{
    ly_channel *queue = ly_channel_of(call->args[0]);
    double seconds = HUGE_VAL;
    if (!queue) return ly_message_call(cx, call, "channel", 1, call->args[0]);
    if (call->count == 2 && !ly_duration(call->args[1], &seconds))
        return ly_message_call(cx, call, "dur", 1, call->args[1]);
    return receive(cx, queue, seconds);
}
MESSAGE(Receive, dur, "`1` is not a duration: a non-negative number of seconds, or Seconds[n], Minutes[n], ….")

BUILTIN(TrySend, try_send, 2, 2, 0, LY_EFFECTS | LY_EVALUATED,
        "TrySend[channel, v] puts v into the channel and gives True, or False where there is no room.")
static ly_value try_send(ly_context *cx, ly_expr *call)
{
    ly_channel *queue = ly_channel_of(call->args[0]);
    ly_channel_status status;
    ly_value v;
    if (!queue) return ly_message_call(cx, call, "channel", 1, call->args[0]);
    v = ly_hand_over_take(cx, ly_retain(call->args[1]));
    if (ly_failed(v)) return LY_FAILED;
    status = ly_channel_try_send(queue, v);
    if (status == LY_CHANNEL_DONE) return LY_SYM(True);
    ly_release(cx, v);
    return status == LY_CHANNEL_AGAIN ? LY_SYM(False) : refused(cx, status, "TrySend");
}

BUILTIN(TryReceive, try_receive, 1, 1, 0, LY_EFFECTS | LY_RECEIVES,
        "TryReceive[channel] gives the next value in the channel, or Missing[\"Empty\"] where there is none.")
static ly_value try_receive(ly_context *cx, ly_expr *call)
{
    ly_channel *queue = ly_channel_of(call->args[0]);
    ly_value v;
    if (!queue) return ly_message_call(cx, call, "channel", 1, call->args[0]);
    switch (ly_channel_try_receive(queue, &v)) {
    case LY_CHANNEL_DONE: return v;
    case LY_CHANNEL_CLOSED: return LY_SYM(EndOfStream);
    default: return ly_make1(cx, LY_SYM(Missing), ly_string_from(cx, "Empty"));
    }
}

/* {channel, value} from the first of several that has something. */
static ly_value receive_any(ly_context *cx, ly_expr *list, ly_channel **queues, double seconds)
{
    size_t which = 0;
    ly_value v;
    ly_channel_status status;
    ly_wait_begins(cx);
    status = ly_poll(cx) ? LY_CHANNEL_CANCELLED
                         : ly_channel_receive_any(queues, list->count, &which, &v, ly_wait_deadline(cx, seconds));
    ly_wait_ends(cx);
    if (cx->pending.kind) return LY_FAILED;
    if (status == LY_CHANNEL_CLOSED) v = LY_SYM(EndOfStream);
    else if (status != LY_CHANNEL_DONE) return refused(cx, status, "ReceiveAny");
    return ly_make2(cx, LY_SYM(List), ly_retain(list->args[which]), v);
}

BUILTIN(ReceiveAny, receive_any_value, 1, 2, 0, LY_EFFECTS | LY_RECEIVES,
        "ReceiveAny[{channel, …}] waits until one of the channels has a value: {channel, value}; the value is\n"
        "EndOfStream where that channel is closed and empty.\n"
        "ReceiveAny[{channel, …}, d] gives $TimedOut when that takes longer than the duration d.")
static ly_value receive_any_value(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[0], result;
    ly_channel **queues;
    double seconds = HUGE_VAL;
    if (call->count == 2 && !ly_duration(call->args[1], &seconds))
        return ly_message(cx, LY_SYM(Receive), "dur", 1, call->args[1]);
    if (ly_is_packed(list) || !ly_has_head(list, LY_SYM(List)) || !ly_expr_of(list)->count)
        return ly_message_call(cx, call, "channels", 1, list);
    ly_expr *channels = ly_expr_of(list);
    queues = ly_buffer_alloc(cx, channels->count * sizeof *queues);
    if (!queues) return LY_FAILED;
    for (uint32_t i = 0; i < channels->count; i++) {
        queues[i] = ly_channel_of(channels->args[i]);
        if (queues[i]) continue;
        ly_buffer_free(cx, queues);
        return ly_message_call(cx, call, "channels", 1, list);
    }
    result = receive_any(cx, channels, queues, seconds);
    ly_buffer_free(cx, queues);
    return result;
}
MESSAGE(ReceiveAny, channels, "List of one or more channels expected in place of `1`.")

BUILTIN_SYMBOL(EndOfStream, 0, "EndOfStream is what Receive gives once a channel is closed and empty.")

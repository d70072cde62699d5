// relacy_channel.cpp: runtime/sched/channel.c itself under Relacy, with each memory order weakened in
// turn. Who waits does so on a condition variable, so a lost wake-up is a deadlock, which Relacy
// reports, as it does races on what a value carries.
#define LY_RELACY 1
#include "sched/atomics.h"

#define _Alignas(n)
#define LY_WAIT_H

// wait.h, as its contract says
enum { LY_WAKE_NONE, LY_WAKE_READY, LY_WAKE_TIMEOUT, LY_WAKE_CANCELLED, LY_WAKE_DEADLOCK };
struct ly_waiter {
    rl::atomic<unsigned> claimed;
    unsigned which;
    ly_verify::sleeper sleeper;
};
static void ly_waiter_arm(ly_waiter *w)
{
    w->claimed.store(0, rl::mo_relaxed, $);
    w->sleeper.arm();
    w->which = 0;
}
static bool ly_waiter_claim(ly_waiter *w, unsigned reason)
{
    unsigned none = 0;
    return w->claimed.compare_exchange_strong(none, reason, rl::mo_relaxed, $);
}
static void ly_waiter_resume(ly_waiter *w)
{
    w->sleeper.wake();
}
// A deadline of 1 may pass at any time, 0 is none.
static unsigned ly_waiter_wait(ly_waiter *w, uint64_t deadline)
{
    if (!deadline)
        w->sleeper.sleep();
    while (!w->sleeper.is_woken()) {
        if (rl::rand(4) == 0 && ly_waiter_claim(w, LY_WAKE_TIMEOUT))
            return LY_WAKE_TIMEOUT;
        rl::yield(1, $);
    }
    return w->claimed.load(rl::mo_relaxed, $);
}
static uintptr_t ly_waiter_self()
{
    return rl::thread_index() + 1;
}

struct queue;
struct ly_channel;
struct waiting;
static rl::atomic<uint64_t> *slots_new(size_t bytes);
static void slots_free(rl::atomic<uint64_t> *slots, size_t bytes);
static void slots_forget(rl::atomic<uint64_t> *, size_t);
static queue *queue_allocate();
static void queue_deallocate(queue *);
static ly_channel *channel_allocate();
static void channel_deallocate(ly_channel *);
static waiting *places_new(size_t);
static void places_free(waiting *);

#include "sched/channel.c"

static rl::atomic<uint64_t> *slots_new(size_t bytes)
{
    size_t count = bytes / sizeof(uint64_t);
    rl::atomic<uint64_t> *slots = new rl::atomic<uint64_t>[count];
    for (size_t i = 0; i < count; i++)
        slots[i].store(0, rl::mo_relaxed, $);
    return slots;
}
static void slots_free(rl::atomic<uint64_t> *slots, size_t)
{
    delete[] slots;
}
// What others still read there must be refused.
static void slots_forget(rl::atomic<uint64_t> *slots, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
        slots[i].store(0, rl::mo_relaxed, $);
}
static queue *queue_allocate()
{
    queue *q = new queue;
    q->producer.store(0, rl::mo_relaxed, $);
    q->tail.store(0, rl::mo_relaxed, $);
    q->head_seen.store(0, rl::mo_relaxed, $);
    q->head.store(0, rl::mo_relaxed, $);
    q->tail_seen.store(0, rl::mo_relaxed, $);
    q->older = nullptr;
    return q;
}
static void queue_deallocate(queue *q)
{
    delete q;
}
static ly_channel *channel_allocate()
{
    ly_channel *ch = new ly_channel;
    ch->receivers_waiting.store(0, rl::mo_relaxed, $);
    ch->senders_waiting.store(0, rl::mo_relaxed, $);
    ch->receiver_patience.store(0, rl::mo_relaxed, $);
    ch->sender_patience.store(0, rl::mo_relaxed, $);
    ch->turn.store(0, rl::mo_relaxed, $);
    ch->receivers = ch->senders = waiting_list{nullptr, nullptr};
    return ch;
}
static void channel_deallocate(ly_channel *ch)
{
    delete ch;
}
static waiting *places_new(size_t n)
{
    return new waiting[n];
}
static void places_free(waiting *p)
{
    delete[] p;
}

// Values are numbers of parcels, which their producer writes just before it sends them: an order
// that is too weak on a value's way shows as a race on the parcel.
enum { PARCELS = 16 };

template <typename derived, int threads>
struct market : rl::test_suite<derived, threads> {
    ly_channel *a, *b;
    rl::var<int> parcel[PARCELS];
    int received[PARCELS], sent[PARCELS], last[threads][threads];

    void open(uint64_t capacity_a, uint64_t capacity_b)
    {
        a = ly_channel_new(capacity_a, nullptr, nullptr);
        b = ly_channel_new(capacity_b, nullptr, nullptr);
        for (int i = 0; i < PARCELS; i++)
            received[i] = sent[i] = 0;
        for (int i = 0; i < threads; i++)
            for (int k = 0; k < threads; k++)
                last[i][k] = -1;
    }
    // parcel 4 * thread + n is the n-th of that thread
    ly_channel_status send(ly_channel *ch, int thread, int n, uint64_t deadline = 0)
    {
        int at = 4 * thread + n;
        parcel[at]($) = 100 + at;
        ly_channel_status status = ly_channel_send(ch, at, deadline);
        if (status == LY_CHANNEL_DONE)
            sent[at]++;
        return status;
    }
    void got(int thread, uint64_t at)
    {
        RL_ASSERT(at < PARCELS);
        RL_ASSERT(parcel[at]($).load() == 100 + (int)at);
        parcel[at]($) = 0;
        RL_ASSERT(received[at] == 0);
        received[at]++;
        // FIFO per producer
        RL_ASSERT((int)at > last[thread][at / 4]);
        last[thread][at / 4] = (int)at;
    }
    bool receive(ly_channel *ch, int thread, uint64_t deadline = 0)
    {
        uint64_t word;
        if (ly_channel_receive(ch, &word, deadline) != LY_CHANNEL_DONE)
            return false;
        got(thread, word);
        return true;
    }
    void after()
    {
        uint64_t word;
        while (ly_channel_try_receive(a, &word) == LY_CHANNEL_DONE)
            received[word]++;
        while (ly_channel_try_receive(b, &word) == LY_CHANNEL_DONE)
            received[word]++;
        for (int i = 0; i < PARCELS; i++)
            RL_ASSERT(sent[i] == received[i]);
        ly_channel_free(a);
        ly_channel_free(b);
    }
};

// One producer, one consumer: the ring, with blocking on both sides.
struct ring : market<ring, 2> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        for (int n = 0; n < 3; n++) {
            if (i == 0)
                send(a, 0, n);
            else
                RL_ASSERT(receive(a, 1));
        }
    }
};

// One producer, two consumers: the ring's consumers race for its values.
struct shared_ring : market<shared_ring, 3> {
    void before() { open(2, 0); }
    void thread(unsigned i)
    {
        if (i == 0)
            for (int n = 0; n < 4; n++)
                send(a, 0, n);
        else
            for (int n = 0; n < 2; n++)
                RL_ASSERT(receive(a, i));
    }
};

// Two producers: the ring becomes a stamped queue while its consumers look at it.
struct second_producer : market<second_producer, 4> {
    void before() { open(2, 0); }
    void thread(unsigned i)
    {
        for (int n = 0; n < 2; n++) {
            if (i < 2)
                send(a, i, n);
            else
                RL_ASSERT(receive(a, i));
        }
    }
};

// The stamped queue of one place, so that slots are used again and again.
struct stamped : market<stamped, 3> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        if (i < 2)
            for (int n = 0; n < 3; n++)
                send(a, i, n);
        else
            for (int n = 0; n < 6; n++)
                RL_ASSERT(receive(a, i));
    }
};

// Two producers, two consumers, and a stamped queue without blocking: slots are used again.
struct trying : market<trying, 4> {
    void before()
    {
        open(2, 0);
        ly_channel_try_send(a, 0);
        uint64_t word;
        ly_channel_try_receive(a, &word);
    }
    void thread(unsigned i)
    {
        for (int n = 0; n < 3; n++) {
            if (i < 2) {
                int at = 4 * i + n;
                parcel[at]($) = 100 + at;
                if (ly_channel_try_send(a, at) == LY_CHANNEL_DONE)
                    sent[at]++;
            } else {
                uint64_t word;
                if (ly_channel_try_receive(a, &word) == LY_CHANNEL_DONE)
                    got(i, word);
            }
        }
    }
};

// Who hears of the end sees what was done before the channel was closed.
struct ending : market<ending, 2> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        if (i == 0) {
            parcel[0]($) = 1;
            ly_channel_close(a);
        } else {
            RL_ASSERT(!receive(a, 1));
            RL_ASSERT(parcel[0]($).load() == 1);
        }
    }
};

// Closing while others send and receive: what was accepted arrives, and everybody hears of the end.
struct closing : market<closing, 4> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        if (i < 2) {
            for (int n = 0; n < 2; n++)
                if (send(a, i, n) == LY_CHANNEL_CLOSED)
                    break;
        } else if (i == 2) {
            ly_channel_close(a);
        } else {
            while (receive(a, i)) {
            }
        }
    }
};

// Senders and receivers that give up.
struct impatient : market<impatient, 4> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        for (int n = 0; n < 2; n++) {
            if (i < 2)
                send(a, i, n, 1);
            else
                receive(a, i, 1);
        }
    }
};

// A rendezvous.
struct rendezvous : market<rendezvous, 4> {
    void before() { open(0, 0); }
    void thread(unsigned i)
    {
        for (int n = 0; n < 2; n++) {
            if (i < 2)
                send(a, i, n);
            else
                RL_ASSERT(receive(a, i));
        }
    }
};

// Receiving from any of two channels.
struct any : market<any, 4> {
    void before() { open(1, 0); }
    void thread(unsigned i)
    {
        if (i < 2) {
            for (int n = 0; n < 2; n++)
                send(i ? a : b, i, n);
        } else if (i == 2) {
            ly_channel *both[] = {a, b};
            uint64_t word;
            size_t which;
            for (int n = 0; n < 3; n++) {
                RL_ASSERT(ly_channel_receive_any(both, 2, &which, &word, 0) == LY_CHANNEL_DONE);
                RL_ASSERT(word / 4 == !which);
                got(2, word);
            }
            ly_channel_close(a);
            ly_channel_close(b);
        } else {
            receive(b, 3, 1);
        }
    }
};

// More values than the first array holds.
struct growing : market<growing, 2> {
    void before() { open(LY_CHANNEL_UNBOUNDED, 0); }
    void thread(unsigned i)
    {
        for (int n = 0; n < 4; n++) {
            if (i == 0)
                send(a, 0, n);
            else
                RL_ASSERT(receive(a, 1));
        }
    }
};

int main(int argc, char **argv)
{
    unsigned long iterations = argc > 1 ? strtoul(argv[1], nullptr, 10) : 20000;
    std::vector<ly_verify::test> tests = {
        {"one producer, one consumer", ly_verify::simulate<ring>},
        {"one producer, two consumers", ly_verify::simulate<shared_ring>},
        {"a second producer", ly_verify::simulate<second_producer>},
        {"a stamped queue of one place", ly_verify::simulate<stamped>},
        {"without blocking", ly_verify::simulate<trying>},
        {"closing", ly_verify::simulate<closing>},
        {"giving up", ly_verify::simulate<impatient>},
        {"the end", ly_verify::simulate<ending>},
        {"rendezvous", ly_verify::simulate<rendezvous>},
        {"any of two", ly_verify::simulate<any>},
        {"growing", ly_verify::simulate<growing>},
    };
    // These keep a load from being carried out after a store that follows it in another thread's
    // time; Relacy carries loads out at once.
    const char *early = "a load would have to see a later store";
    std::vector<ly_verify::exemption> exempt = {
        {"load &q->head_seen", early},
        {"store &q->head_seen", early},
        {"or &q->head", early},
    };
    return ly_verify::verify("channel", tests, iterations,
                             argc > 2 ? strtoul(argv[2], nullptr, 10) : iterations, exempt);
}

/* alarm.h: moments at which something is done. One thread of the process sleeps until the earliest; it
   is started by the first alarm.

   An alarm lives where its owner wants it, and is out of everybody's sight when ly_alarm_stop has
   returned. */
#ifndef LY_ALARM_H
#define LY_ALARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ly_alarm ly_alarm;

struct ly_alarm {
    uint64_t at;      /* nanoseconds of the monotonic clock */
    size_t place;     /* among all, from 1; 0: it is not to ring */
    /* On the alarms' thread, with all alarms locked: short, waits for nothing. Takes the alarm out
       (ly_alarm_over), or puts it off (ly_alarm_again). */
    void (*ring)(ly_alarm *alarm);
    bool ringing;     /* by itself: ly_alarm_stop waits for the end */
    bool of_process;  /* what it is for is gone in the child of a fork */
};

/* At `at`, ring(alarm) is called, once. False: there is no memory or no thread. */
bool ly_alarm_start(ly_alarm *alarm, uint64_t at, void (*ring)(ly_alarm *alarm));
/* True if it had not rung yet. */
bool ly_alarm_stop(ly_alarm *alarm);
/* Those that are set and of_process. */
size_t ly_alarms_of_process(void);

/* ---- from within ring */

void ly_alarm_over(ly_alarm *alarm);
void ly_alarm_again(ly_alarm *alarm, uint64_t at);
/* The alarms are not locked while `act` runs, and the alarm's owner waits for its end; unless the alarm
   is `released`: then it may be gone as soon as act begins. */
void ly_alarm_unlocked(ly_alarm *alarm, void (*act)(void *), void *argument, bool released);

/* ---- a beat, every 10 ms until it says that none is needed: false */

/* Called often: one load where the beat is on. */
void ly_alarms_beat(bool (*beat)(void));
/* The thread ends, unless an alarm is set. */
void ly_alarms_end(void);

#endif

/* channel.h: a channel of the scheduler as a value. */
#ifndef LY_CHANNEL_OBJECT_H
#define LY_CHANNEL_OBJECT_H

#include "sched/channel.h"
#include "value/value.h"

/* The channel (borrowed) of a BoundedChannel or Channel; NULL: v is none. */
ly_channel *ly_channel_of(ly_value v);

#endif

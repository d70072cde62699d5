/* messages.h: frames that stand between a message and the output. */
#ifndef LY_MESSAGES_H
#define LY_MESSAGES_H

#include "eval/context.h"

/* A Check or Quiet in force. Lives in the frame of whoever set it. */
typedef struct ly_message_frame {
    bool check;               /* Check: notes the message; else Quiet: swallows it */
    bool all;                 /* every message, not only those of names */
    ly_value names, except;   /* borrowed lists of MessageName[…] (held); LY_FAILED: none */
    bool hit;                 /* Check: a message was given */
    struct ly_message_frame *outer;
} ly_message_frame;

void ly_message_frame_begin(ly_context *cx, ly_message_frame *frame);
void ly_message_frame_end(ly_context *cx, ly_message_frame *frame);

typedef struct ly_messages {
    ly_message_frame *frames;
    const struct ly_messages *beyond; /* of the context for which this one evaluates elements, and which
                            waits meanwhile: its frames have their say too, from other threads; or NULL */
    bool withheld, any;  /* messages are not given; there were some */
    ly_value off;        /* association: MessageName[f, tag] -> True */
    ly_value given;      /* association: how often each was given since the input began */
    ly_value list;       /* $MessageList: list of HoldForm[f::tag] */
    ly_pending failed;   /* what ended the text of a message: raised at the next poll */
} ly_messages;

bool ly_messages_start(ly_context *cx); /* false: no memory */
void ly_messages_end(ly_context *cx);
/* A new input begins: General::stop counts afresh. */
void ly_messages_new_input(ly_context *cx);
/* The text of symbol::tag, owned; LY_FAILED (nothing pending) where there is none. General's texts
   are not looked at. */
ly_value ly_message_text_of(ly_context *cx, ly_value symbol, const char *tag);
/* Raises what ended the text of a message (a Format rule of the program that throws, say), so that it
   unwinds from whoever gave the message. False: nothing did. */
bool ly_message_failed(ly_context *cx);
/* Gives a message whose name and arguments are values (Message[…]). */
void ly_message_give(ly_context *cx, ly_value symbol, ly_value tag, size_t n, const ly_value *args);

#endif

/* A backfill: the range that was asked for, from RAM or flash, packet by packet, then its end mark. */
#ifndef IVG1_TRANSFER_H
#define IVG1_TRANSFER_H

#include "ivg1_device.h"

/* Begin; transfer.from, .to and .whole tell what is held of [from, to). NOTHING: no such session. */
enum ivg1_flash_result ivg1_transfer_begin(struct ivg1_device *device, uint32_t session_id, uint32_t from,
                                           uint32_t to);

/* The end mark comes next. */
void ivg1_transfer_abort(struct ivg1_device *device);

/* Hand the next packet to the queue; false if it took none. A refused packet waits and goes first the next time. */
bool ivg1_transfer_send(struct ivg1_device *device);

#endif

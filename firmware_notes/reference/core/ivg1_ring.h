/* The last samples of the running session in RAM, found by their index. */
#ifndef IVG1_RING_H
#define IVG1_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "ivg1_packet.h"

/* Bytes as on the air, so that a packet is copied together and the slot needs no padding. */
struct ivg1_ring_slot {
    uint8_t sample[IVG1_SAMPLE_BYTES];
    uint8_t tick[IVG1_TICK_BYTES];
};

struct ivg1_ring {
    struct ivg1_ring_slot *slots;
    uint32_t capacity;
    uint32_t oldest; /* [oldest, next) is held */
    uint32_t next;
    uint16_t dropped_before_oldest;
};

void ivg1_ring_init(struct ivg1_ring *ring, struct ivg1_ring_slot *slots, uint32_t capacity);

/* Forget all; the next index is 0. */
void ivg1_ring_restart(struct ivg1_ring *ring);

/* The sample takes the index ring->next. */
void ivg1_ring_push(struct ivg1_ring *ring, const int16_t sample[6], uint64_t tick);

/* The next `dropped` indices belong to samples that the sensor never gave. */
void ivg1_ring_skip(struct ivg1_ring *ring, uint16_t dropped);

bool ivg1_ring_holds(const struct ivg1_ring *ring, uint32_t index);

/* Skip dropped samples, then copy up to n_max consecutive ones of the held range [index, to) into the packet.
 * Sets the header's first_index, tick, dropped_before and n_samples (0 if there are none). */
void ivg1_ring_copy(const struct ivg1_ring *ring, uint32_t index, uint32_t to, uint32_t n_max, uint8_t *packet,
                    struct ivg1_packet_header *header);

#endif

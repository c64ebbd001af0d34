#include "ivg1_ring.h"

#include <stddef.h>

#include "ivg1_bytes.h"

/* No sample has this tick (8.9 years at 1 MHz). Such a slot holds the length of its gap in place of a sample. */
#define TICK_OF_DROPPED UINT64_C(0xFFFFFFFFFFFF)

void ivg1_ring_init(struct ivg1_ring *ring, struct ivg1_ring_slot *slots, uint32_t capacity)
{
    ring->slots = slots;
    ring->capacity = capacity;
    ivg1_ring_restart(ring);
}

void ivg1_ring_restart(struct ivg1_ring *ring)
{
    ring->oldest = 0;
    ring->next = 0;
    ring->dropped_before_oldest = 0;
}

static struct ivg1_ring_slot *slot_of(const struct ivg1_ring *ring, uint32_t index)
{
    return &ring->slots[index % ring->capacity];
}

static bool is_dropped(const struct ivg1_ring_slot *slot)
{
    return ivg1_get_u48(slot->tick) == TICK_OF_DROPPED;
}

/* The length of the gap that this slot belongs to; 0 for a sample. */
static uint16_t gap_at(const struct ivg1_ring_slot *slot)
{
    return is_dropped(slot) ? ivg1_get_u16(slot->sample) : 0u;
}

/* Make room for index ring->next, at the cost of the oldest when full. */
static struct ivg1_ring_slot *take_slot(struct ivg1_ring *ring)
{
    struct ivg1_ring_slot *slot = slot_of(ring, ring->next);
    if (ring->next - ring->oldest == ring->capacity) {
        ring->dropped_before_oldest = gap_at(slot);
        ring->oldest++;
    }
    ring->next++;
    return slot;
}

void ivg1_ring_push(struct ivg1_ring *ring, const int16_t sample[6], uint64_t tick)
{
    struct ivg1_ring_slot *slot = take_slot(ring);
    ivg1_encode_sample(slot->sample, sample);
    ivg1_put_u48(slot->tick, tick);
}

void ivg1_ring_skip(struct ivg1_ring *ring, uint16_t dropped)
{
    const uint32_t beyond = dropped > ring->capacity ? dropped - ring->capacity : 0u;
    if (beyond > 0u) { /* a gap longer than the ring leaves nothing else in it */
        ring->next += beyond;
        ring->oldest = ring->next;
    }
    for (uint32_t i = beyond; i < dropped; i++) {
        struct ivg1_ring_slot *slot = take_slot(ring);
        ivg1_put_u16(slot->sample, dropped);
        ivg1_put_u48(slot->tick, TICK_OF_DROPPED);
    }
}

bool ivg1_ring_holds(const struct ivg1_ring *ring, uint32_t index)
{
    return index >= ring->oldest && index < ring->next;
}

static const struct ivg1_ring_slot *at(const struct ivg1_ring *ring, uint32_t index)
{
    const struct ivg1_ring_slot *slot = slot_of(ring, index);
    return is_dropped(slot) ? NULL : slot;
}

static uint16_t dropped_before(const struct ivg1_ring *ring, uint32_t index)
{
    return index == ring->oldest ? ring->dropped_before_oldest : gap_at(slot_of(ring, index - 1u));
}

void ivg1_ring_copy(const struct ivg1_ring *ring, uint32_t index, uint32_t to, uint32_t n_max, uint8_t *packet,
                           struct ivg1_packet_header *header)
{
    const struct ivg1_ring_slot *slot = NULL;
    while (index < to && at(ring, index) == NULL) {
        index++;
    }
    header->n_samples = 0;
    header->first_index = index;
    header->tick = 0;
    header->dropped_before = 0;
    while (header->n_samples < n_max && index < to && (slot = at(ring, index)) != NULL) {
        if (header->n_samples == 0u) {
            header->tick = ivg1_get_u48(slot->tick);
            header->dropped_before = dropped_before(ring, index);
        }
        ivg1_copy(packet + IVG1_PACKET_HEADER_BYTES + header->n_samples * IVG1_SAMPLE_BYTES, slot->sample,
                  IVG1_SAMPLE_BYTES);
        header->n_samples++;
        index++;
    }
}

#include "ivg1_clock.h"

uint64_t ivg1_clock_at(struct ivg1_clock *clock, uint32_t counter)
{
    const uint64_t mask = (UINT64_C(1) << clock->counter_bits) - 1u;
    clock->ticks += (counter - clock->ticks) & mask;
    return clock->ticks;
}

/* A hardware counter of few bits made into the 48-bit clock that never steps. */
#ifndef IVG1_CLOCK_H
#define IVG1_CLOCK_H

#include <stdint.h>

struct ivg1_clock {
    uint8_t counter_bits; /* 24 for an nRF52 RTC, 32 for a TIMER */
    uint64_t ticks;       /* at the last reading; begin with 0 */
};

/* The clock at this reading of the counter. Read it more often than the counter wraps (24 bits at 32768 Hz: 512 s),
 * with interrupts off or from one context only. */
uint64_t ivg1_clock_at(struct ivg1_clock *clock, uint32_t counter);

#endif

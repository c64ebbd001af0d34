/* Little-endian numbers in byte buffers, whatever the processor's own order and alignment. */
#ifndef IVG1_BYTES_H
#define IVG1_BYTES_H

#include <stdint.h>

static inline void ivg1_put_u16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)(value & 0xFFu);
    to[1] = (uint8_t)(value >> 8);
}

static inline void ivg1_put_u32(uint8_t *to, uint32_t value)
{
    ivg1_put_u16(to, (uint16_t)(value & 0xFFFFu));
    ivg1_put_u16(to + 2, (uint16_t)(value >> 16));
}

static inline void ivg1_put_u48(uint8_t *to, uint64_t value)
{
    ivg1_put_u32(to, (uint32_t)(value & 0xFFFFFFFFu));
    ivg1_put_u16(to + 4, (uint16_t)((value >> 32) & 0xFFFFu));
}

static inline uint16_t ivg1_get_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] | (uint16_t)(from[1] << 8));
}

static inline uint32_t ivg1_get_u32(const uint8_t *from)
{
    return ivg1_get_u16(from) | ((uint32_t)ivg1_get_u16(from + 2) << 16);
}

static inline uint64_t ivg1_get_u48(const uint8_t *from)
{
    return ivg1_get_u32(from) | ((uint64_t)ivg1_get_u16(from + 4) << 32);
}

/* In place of memcpy: the core asks nothing of a C library. */
static inline void ivg1_copy(uint8_t *to, const uint8_t *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        to[i] = from[i];
    }
}

static inline uint32_t ivg1_smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#endif

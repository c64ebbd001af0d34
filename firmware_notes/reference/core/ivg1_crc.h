/* CRC-32 as zlib computes it (reflected polynomial 0xEDB88320). */
#ifndef IVG1_CRC_H
#define IVG1_CRC_H

#include <stdint.h>

/* The CRC of what `crc` covers followed by n bytes; begin with 0. */
uint32_t ivg1_crc32(uint32_t crc, const uint8_t *bytes, uint32_t n);

#endif

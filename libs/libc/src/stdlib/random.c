/* Pseudo-random numbers: a 64-bit linear congruential generator, of which the upper bits count. */
#include <stdint.h>
#include <stdlib.h>

static uint64_t state = 1;

static int next(uint64_t *from) {
    *from = *from * 6364136223846793005ull + 1442695040888963407ull;
    return (int)(*from >> 33);
}

void srand(unsigned seed) { state = seed; }

int rand(void) { return next(&state); }

int rand_r(unsigned *seed) {
    uint64_t wide = *seed;
    int value = next(&wide);
    *seed = (unsigned)(wide >> 24);
    return value;
}

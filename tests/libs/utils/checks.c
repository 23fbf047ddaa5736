/* The utilities, case by case; a wrong one stops the program with the line that says so. */
#include <stdio.h>
#include <stdlib.h>
#include <utils/util.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("line %d: %s\n", __LINE__, #condition);                                         \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define CONFIG_ON 1

compile_time_assert(set, config_set(CONFIG_ON) == 1);
compile_time_assert(not_set, config_set(CONFIG_NOWHERE) == 0);
compile_time_assert(page, PAGE_SIZE_4K == 4096 && PAGE_BITS_2M == 21);

static void arithmetic(void) {
    int count = 0;
    CHECK(BIT(0) == 1 && BIT(63) == 1ul << 63);
    CHECK(MASK(0) == 0 && MASK(12) == 0xfff && MASK(63) == ~0ul >> 1 && MASK(64) == ~0ul);
    CHECK(ROUND_UP(0, 8) == 0 && ROUND_UP(1, 8) == 8 && ROUND_UP(8, 8) == 8);
    CHECK(ROUND_UP(10, 7) == 14 && ROUND_DOWN(13, 7) == 7 && DIV_ROUND_UP(13, 7) == 2);
    CHECK(ALIGN_UP(0x1001ul, 0x1000ul) == 0x2000 && ALIGN_DOWN(0x1fff, 0x1000) == 0x1000);
    CHECK(IS_ALIGNED(0x3000, 12) && !IS_ALIGNED(0x3800, 12));
    CHECK(IS_POWER_OF_2(64) && !IS_POWER_OF_2(0) && IS_POWER_OF_2_OR_ZERO(0));
    CHECK(MIN(count++, 5) == 0 && MAX(count++, 0) == 1 && count == 2);
    CHECK(LOG_BASE_2(1u) == 0 && LOG_BASE_2(4096ul) == 12 && LOG_BASE_2(~0ul) == 63);
    CHECK(LOG_BASE_2(0u) == -1 && LOG_BASE_2(5) == 2);
    CHECK(INRANGE(1, 1, 3) && INRANGE(1, 3, 3) && !INRANGE(1, 4, 3));
    CHECK(BYTES_TO_4K_PAGES(1) == 1 && BYTES_TO_4K_PAGES(4096) == 1 &&
          BYTES_TO_4K_PAGES(4097) == 2);
    CHECK(PAGE_ALIGN_4K(0x12345ul) == 0x12000 && IS_ALIGNED_4K(0x12000ul));
    CHECK(CTZL(8) == 3 && CLZL(1) == 63 && FFSL(0) == 0 && FFSL(8) == 4 && POPCOUNTL(255) == 8);
    CHECK(KEEP_BITS(0x1234, 8) == 0x34 && CLEAR_BITS(0x1234, 8) == 0x1200);
}

static void pieces(void) {
    struct pair {
        int first, second;
    } pair = {1, 2};
    int numbers[7], a = 1, b = 2;
    SWAP(a, b);
    CHECK(a == 2 && b == 1);
    CHECK(ARRAY_SIZE(numbers) == 7 && ARRAY_LENGTH(numbers) == 7);
    CHECK(container_of(&pair.second, struct pair, second) == &pair);
    CHECK(STRINGIFY(CONFIG_ON)[0] == '1' && JOIN(a, ) == 2);
    FORCE_WRITE(&a, 9);
    FORCE_READ(&a);
    CHECK(a == 9);
}

static void times(void) {
    CHECK(muldivu64(~0ull, ~0ull, ~0ull) == ~0ull && muldivu64(7, 6, 4) == 10);
    CHECK(freq_cycles_and_hz_to_ns(3 * GHZ, 3 * GHZ) == NS_IN_S);
    CHECK(freq_cycles_and_hz_to_ns(1ull << 62, 4 * GHZ) == 1152921504606846976ull);
    CHECK(freq_ns_and_hz_to_cycles(2 * NS_IN_S, 1193182) == 2386364);
    CHECK(freq_cycles_and_ns_to_hz(1000, NS_IN_US) == GHZ);
    CHECK(NS_IN_S == NS_IN_MS * MS_IN_S && NS_IN_MS == NS_IN_US * US_IN_MS);
}

static int differ(void *a, void *b) { return a != b; }

static int append_digit(void *data, void *token) {
    *(long *)token = *(long *)token * 10 + (long)data;
    return data == (void *)9;
}

static long digits(list_t *list) {
    long number = 0;
    list_foreach(list, append_digit, &number);
    return number;
}

static void lists(void) {
    list_t list;
    list_node_t own = {.data = (void *)7}, *made = list_create_node((void *)8);
    CHECK(list_init(&list) == 0 && list_is_empty(&list) && list_length(&list) == 0);
    CHECK(list_append(&list, (void *)2) == 0 && list_append(&list, (void *)3) == 0);
    CHECK(list_prepend(&list, (void *)1) == 0 && digits(&list) == 123);
    CHECK(list_prepend_node(&list, &own) == 0 && list_append_node(&list, made) == 0);
    CHECK(digits(&list) == 71238 && list_length(&list) == 5);
    CHECK(list_exists(&list, (void *)3, differ) && !list_exists(&list, (void *)4, differ));
    CHECK(list_remove(&list, (void *)2, differ) == 0 && list_remove(&list, (void *)2, differ) != 0);
    CHECK(list_remove_node(&list, &own) == 0 && list_remove_node(&list, &own) != 0);
    CHECK(digits(&list) == 138 && list_destroy(&list) != 0);
    CHECK(list_prepend(&list, (void *)9) == 0 && digits(&list) == 9); /* stops at the first 9 */
    CHECK(list_remove_all(&list) == 0 && list_is_empty(&list) && list_destroy(&list) == 0);
}

int main(void) {
    arithmetic();
    pieces();
    times();
    lists();
    printf("all\n");
}

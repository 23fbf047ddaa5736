/* Runs for ever, and prints as it goes if PRINTS. */
#include <stdio.h>

int main(void) {
    for (;;) {
        if (PRINTS) {
            printf("more\n");
        }
    }
}

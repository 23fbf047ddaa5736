/* How a program ends. */
#include <sel4runtime.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_HANDLERS = 32 };
static void (*handlers[MAX_HANDLERS])(void);
static int handler_count;

int atexit(void (*function)(void)) {
    if (handler_count == MAX_HANDLERS) {
        return -1;
    }
    handlers[handler_count++] = function;
    return 0;
}

void exit(int status) {
    while (handler_count != 0) {
        handlers[--handler_count]();
    }
    sel4runtime_exit(status);
}

void abort(void) { sel4runtime_stop_thread(); }

void _Exit(int status) {
    (void)status;
    sel4runtime_stop_thread();
}

void _exit(int status) { _Exit(status); }

char *getenv(const char *name) {
    size_t n = strlen(name);
    const char *const *entry = sel4runtime_envp();
    for (; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, name, n) == 0 && (*entry)[n] == '=') {
            return (char *)*entry + n + 1;
        }
    }
    return NULL;
}

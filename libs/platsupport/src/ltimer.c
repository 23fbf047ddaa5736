/* Chooses the machine's timer. */
#include <platsupport/ltimer.h>

int ltimer_default_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback,
                        void *token) {
    int error = ltimer_hpet_init(ltimer, ops, callback, token);

    if (error == ENODEV) {
        error = ltimer_pit_init(ltimer, ops, callback, token);
    }
    if (error != 0) {
        ZF_LOGE("There is no timer to be had, error %d", error);
    }
    return error;
}

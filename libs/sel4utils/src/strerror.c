/* Error and fault names; the position of a name is its number. */
#include <sel4utils/strerror.h>
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const errors[seL4_NumErrors] = {
    [seL4_NoError] = "seL4_NoError",
    [seL4_InvalidArgument] = "seL4_InvalidArgument",
    [seL4_InvalidCapability] = "seL4_InvalidCapability",
    [seL4_IllegalOperation] = "seL4_IllegalOperation",
    [seL4_RangeError] = "seL4_RangeError",
    [seL4_AlignmentError] = "seL4_AlignmentError",
    [seL4_FailedLookup] = "seL4_FailedLookup",
    [seL4_TruncatedMessage] = "seL4_TruncatedMessage",
    [seL4_DeleteFirst] = "seL4_DeleteFirst",
    [seL4_RevokeFirst] = "seL4_RevokeFirst",
    [seL4_NotEnoughMemory] = "seL4_NotEnoughMemory",
};

const char *sel4_strerror(int errcode) {
    assert(errcode >= 0 && errcode < seL4_NumErrors);
    return errors[errcode];
}

const char *sel4_strfault(int errcode) {
    switch (errcode) {
    case seL4_Fault_NullFault:
        return "seL4_Fault_NullFault";
    case seL4_Fault_CapFault:
        return "seL4_Fault_CapFault";
    case seL4_Fault_UnknownSyscall:
        return "seL4_Fault_UnknownSyscall";
    case seL4_Fault_UserException:
        return "seL4_Fault_UserException";
    case seL4_Fault_VMFault:
        return "seL4_Fault_VMFault";
    default:
        return "Unknown Fault";
    }
}

void __sel4_error(int errcode, const char *file, const char *function, int line,
                  const char *message) {
    fprintf(stderr, "seL4 Error: %s, function %s, file %s, line %d: %s\n", sel4_strerror(errcode),
            function, file, line, message);
    abort();
}

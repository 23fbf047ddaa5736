/* Error numbers and their texts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

int errno;

static const struct {
    int number;
    const char *text;
} texts[] = {
    {0, "No error information"},
    {EPERM, "Operation not permitted"},
    {ENOENT, "No such file or directory"},
    {EINTR, "Interrupted system call"},
    {EIO, "I/O error"},
    {ENXIO, "No such device or address"},
    {E2BIG, "Argument list too long"},
    {EBADF, "Bad file descriptor"},
    {EAGAIN, "Resource temporarily unavailable"},
    {ENOMEM, "Out of memory"},
    {EACCES, "Permission denied"},
    {EFAULT, "Bad address"},
    {EBUSY, "Resource busy"},
    {EEXIST, "File exists"},
    {ENODEV, "No such device"},
    {EINVAL, "Invalid argument"},
    {ENFILE, "Too many open files in system"},
    {ENOSPC, "No space left on device"},
    {EDOM, "Domain error"},
    {ERANGE, "Result not representable"},
    {ENOSYS, "Function not implemented"},
    {EOVERFLOW, "Value too large for data type"},
    {EILSEQ, "Illegal byte sequence"},
    {ENOTSUP, "Not supported"},
    {EADDRINUSE, "Address in use"},
    {ETIMEDOUT, "Operation timed out"},
    {EINPROGRESS, "Operation in progress"},
    {ECANCELED, "Operation canceled"},
};

char *strerror(int number) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].number == number) {
            return (char *)texts[i].text;
        }
    }
    return (char *)"Unknown error";
}

void perror(const char *prefix) {
    const char *text = strerror(errno);
    if (prefix != NULL && *prefix != '\0') {
        fprintf(stderr, "%s: %s\n", prefix, text);
    } else {
        fprintf(stderr, "%s\n", text);
    }
}

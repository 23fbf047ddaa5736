/* Error numbers.  `errno` is one plain variable: it must be usable in a thread that has no
 * thread-local storage, so that threads share it. */
#pragma once

extern int errno;

#define EPERM       1
#define ENOENT      2
#define EINTR       4
#define EIO         5
#define ENXIO       6
#define E2BIG       7
#define EBADF       9
#define EAGAIN      11
#define ENOMEM      12
#define EACCES      13
#define EFAULT      14
#define EBUSY       16
#define EEXIST      17
#define ENODEV      19
#define EINVAL      22
#define ENFILE      23
#define ENOSPC      28
#define EDOM        33
#define ERANGE      34
#define ENOSYS      38
#define ETIME       62
#define EOVERFLOW   75
#define EILSEQ      84
#define ENOTSUP     95
#define EADDRINUSE  98
#define ETIMEDOUT   110
#define EINPROGRESS 115
#define ECANCELED   125
#define EWOULDBLOCK EAGAIN
#define EOPNOTSUPP  ENOTSUP

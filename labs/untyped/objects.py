"""The kernel's objects as the trace names them: types, sizes and addresses."""

UNTYPED, TCB, ENDPOINT, NOTIFICATION, FRAME = 0, 1, 2, 3, 8
OBJECT_BITS = {TCB: 11, ENDPOINT: 4, NOTIFICATION: 5, FRAME: 12}
POOL_BITS = 16
KERNEL_ALIAS = 0xffffff8000000000  # where the kernel has physical address 0


def physical(address):
    """The physical address of an object that the trace names."""
    return int(address, 16) - KERNEL_ALIAS


def inside(address, start, bits):
    """True if this address lies in the block of 2^bits bytes at `start`."""
    return 0 <= int(address, 16) - int(start, 16) < 1 << bits

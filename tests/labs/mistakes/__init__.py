"""The usual mistakes of all labs."""

from mistakes import dynamic_2, ipc, untyped

MISTAKES = [*dynamic_2.MISTAKES, *untyped.MISTAKES, *ipc.MISTAKES]

"""caplab's grader: builds a submission, boots it, judges what the kernel saw, and explains."""

import signal
import sys

# Run as `python3 -m grader…`: until a command has begun, Ctrl-C just ends the process. There is
# nothing to undo yet, and a traceback out of an import helps nobody.
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

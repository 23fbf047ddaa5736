"""Commands for gdb that show a stopped caplab kernel; load it with `gdb -x` or `source`.

./simulate --gdb prints a line that does so. `help threads` and so on tell how each is used.
"""

import sys
from pathlib import Path

FOLDER = str(Path(__file__).resolve().parent)
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

from kernelview import commands  # noqa: E402  (the folder must be on the path first)

commands.register()
print("The kernel's state: threads, ready, cspace, derivation, endpoint, endpoints, cap "
      "(help NAME tells more).")

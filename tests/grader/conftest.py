"""Puts this folder on the import path, so that tests can use toy.py and the like."""

import sys
from pathlib import Path

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

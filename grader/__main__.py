"""Makes `python3 -m grader` the grader's command line."""

import sys

from grader.cli import main

sys.exit(main())

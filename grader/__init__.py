"""caplab's grader: builds a submission, boots it, judges what the kernel saw, and explains."""

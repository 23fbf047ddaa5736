"""The ways a command ends early, each with one line that a person can act on."""


class Refusal(Exception):
    """The command cannot do what was asked: what is wrong, and what to do. Exit status 2."""


class KitError(Refusal):
    """The kit itself is damaged or not built: never the student's fault."""


class Interrupted(Exception):
    """Ctrl-C or a termination signal: everything begun is undone on the way out."""

"""Evidence for the tasks of @NAME@: what the kernel saw done with the bell's capability.

Invariant: the bell is known by its address in the trace, never by printed text.
"""

from grader.checking import _, require, task, usual

NOTIFICATION = 3


def bell(run):
    """The notification that the program made, or None."""
    made = run.trace.first("retype", type=NOTIFICATION)
    return made and made.objs[0]


@task(1, advice=[
    usual("no badge", lambda run: run.trace.first(("copy", "mint"), cap="notification", badge=0),
          _("The key has no badge. Pass KEY_BADGE as the last argument of seL4_CNode_Mint().")),
    usual("the lesson's number", lambda run: run.trace.first("mint", badge=0x42),
          _("Write the constant KEY_BADGE: its value changes when the lab is graded.")),
    _("seL4_CNode_Mint() copies a capability and stamps a badge on it: from bell to key, with all "
      "rights and with KEY_BADGE."),
])
def key_made(run):
    made = run.trace.first("mint", obj=bell(run), badge=run.const.KEY_BADGE)
    require(made, expected=_("a copy of the bell's capability with badge {badge:#x}",
                             badge=run.const.KEY_BADGE),
            seen=_("no such copy"))


@task(2, advice=[
    usual("the bell itself", lambda run: run.trace.first("signal", badge=0),
          _("The signal came without a badge: ring with key, not with bell.")),
    _("seL4_Signal() takes the capability to signal through: key."),
])
def bell_rung(run):
    rung = run.trace.first("signal", obj=bell(run), badge=run.const.KEY_BADGE)
    require(rung, expected=_("a signal with badge {badge:#x}",
                             badge=run.const.KEY_BADGE), seen=_("no such signal"))

"""The kernel's objects as gdb sees them: what the commands of caplab.py print."""

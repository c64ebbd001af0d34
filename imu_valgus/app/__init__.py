"""What people start: the command line (``cli``, one file a command).

Comes in: arguments. Goes out: one answer on stdout, progress on stderr, files where they were asked
for. Every rule about angles lives further down; nothing here computes.
"""

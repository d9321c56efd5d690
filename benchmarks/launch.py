"""Run a command and print: wall seconds, processor seconds, peak memory, exit code (negative: the signal).

The peak memory of a process starts at the peak of the process that starts it. So this one stays
smaller than everything that is measured, and is run with ``python -I -S``.
"""

import os
import sys
import time

command = sys.argv[1:]
silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
process = os.posix_spawn(command[0], command, os.environ, file_actions=silence)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))

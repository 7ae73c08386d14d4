"""`vermerk run` over all pages: how soon it is ready, its highest and its idle memory, and what it uses while nothing is due."""

import os
import signal
import socket
import subprocess
import time

from .programs import Cost, memory

IDLE = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Daemon:
    """What the daemon used for one sweep, and afterwards."""

    def __init__(self, installation, looks):
        told = installation.folder / "notify"
        told.unlink(missing_ok=True)
        began = time.monotonic()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(told))
            notify.settimeout(60)
            process = subprocess.Popen(
                installation.command("run"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "NOTIFY_SOCKET": str(told)},
            )
            while b"READY=1" not in notify.recv(4096):
                pass
            self.ready = time.monotonic() - began
        while installation.looks() < looks or not installation.is_idle():
            if process.poll() is not None or time.monotonic() - began > 600:
                raise SystemExit("the daemon did not come to its end")
            time.sleep(0.1)
        swept = time.monotonic() - began
        before = cpu(process.pid)
        time.sleep(IDLE)
        self.idle_cpu = (cpu(process.pid) - before) / IDLE
        self.peak, self.idle = memory(process.pid, "VmHWM"), memory(process.pid, "VmRSS")
        process.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        self.cost = Cost(usage, swept, self.peak)


def cpu(process):
    """Seconds, user and system."""
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

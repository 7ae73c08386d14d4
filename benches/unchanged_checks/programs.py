"""The two programs that are measured: the release binary with an installation, and curl with a list."""

import os
import shutil
import sqlite3
import subprocess
import time

from .corpus import name

SETTINGS = """
state = "state"
[operator]
name = "bench"
contact = "operator@localhost"
[fetch]
allow = ["127.0.0.0/8"]
pause = "0s"
jitter = "0s"
[log]
lines = false
"""

PAGE = """
id = "thema-{number:04}"
url = "http://127.0.0.1:{port}/{name}"
language = "de"
title = "Thema {number}"
publisher = "Amt"
every = "1h"
[recipe]
kind = "list"
entries = "#teaserliste > li"
title = "h3"
teaser = "p"
link = "h3 > a"
key = "country"
"""


# Seconds between two looks at a process; what it takes in its very last ones is not seen.
LOOK = 0.004


class Cost:
    """What one process and its children used."""

    def __init__(self, usage, wall, peak):
        self.cpu = usage.ru_utime + usage.ru_stime
        self.wall = wall
        self.peak = peak


def run(arguments):
    """Runs a command to its end and says what it cost.

    The peak is asked of the process while it lives: what the kernel says of it afterwards counts the memory of
    this process too, from which it was started.
    """
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    while (done := os.wait4(process.pid, os.WNOHANG))[0] == 0:
        peak = max(peak, memory(process.pid, "VmHWM"))
        time.sleep(LOOK)
    _, status, usage = done
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{arguments[0]} ended with {process.returncode}: {' '.join(map(str, arguments[1:4]))} …")
    return Cost(usage, time.monotonic() - began, peak)


def memory(process, field):
    """MiB; none of a process that has ended."""
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        lines = [line for line in status if line.startswith(field + ":")]
    return int(lines[0].split()[1]) / 1024 if lines else 0


class Installation:
    """A new installation that watches all pages on one port."""

    def __init__(self, binary, folder, port, pages):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "pages").mkdir(parents=True)
        self.binary, self.folder, self.pages = binary, folder, pages
        self.config = folder / "vermerk.toml"
        self.config.write_text(SETTINGS)
        for number in range(pages):
            file = folder / "pages" / f"{number:04}.toml"
            file.write_text(PAGE.format(number=number, port=port, name=name(number)))
        run([binary, "init", "--config-dir", folder])

    def check(self):
        return run(self.command("check"))

    def command(self, *words):
        return [self.binary, "--config", self.config, *words]

    def changes(self):
        """How many changes were ever recorded, told or not; none may be."""
        return self.ask("SELECT count(*) FROM change WHERE told <> 'nobody'")

    def looks(self):
        return self.ask("SELECT count(*) FROM visit")

    def is_idle(self):
        """Nothing is leased and nothing due."""
        return self.ask(f"SELECT count(*) FROM page WHERE ready <= {int(time.time() * 1000)} OR leased_until IS NOT NULL") == 0

    def make_due(self):
        """As if the hour were over."""
        with sqlite3.connect(self.folder / "state/vermerk.db") as database:
            database.execute("UPDATE page SET due = due - 3600000, ready = ready - 3600000")
        database.close()

    def ask(self, query):
        database = sqlite3.connect(f"file:{self.folder}/state/vermerk.db?mode=ro", uri=True, timeout=60)
        answer = database.execute(query).fetchone()[0]
        database.close()
        return answer


class Curl:
    """The same addresses, fetched by one curl with 64 transfers at once; bodies and ETags go to memory."""

    def __init__(self, folder, port, pages):
        folder.mkdir(parents=True)
        lines = [(f"http://127.0.0.1:{port}/{name(number)}", folder / f"{number}.html", folder / f"{number}.etag") for number in range(pages)]
        plain = "\n".join(f'url = "{url}"\noutput = "{body}"' for url, body, _ in lines)
        known = "\nnext\n".join(
            f'silent\nurl = "{url}"\noutput = "{body}"\netag-compare = "{etag}"\netag-save = "{etag}"' for url, body, etag in lines
        )
        self.plain, self.known = folder / "plain", folder / "known"
        self.plain.write_text(plain)
        self.known.write_text(known)

    def fetch(self):
        return self.run(self.plain)

    def ask(self):
        """With the ETag of the last answer."""
        return self.run(self.known)

    def run(self, config):
        return run(["curl", "-q", "--no-progress-meter", "--parallel", "--parallel-max", "64", "--config", config])

"""Plays the rounds and prints the table."""

import argparse
import pathlib
import shutil
import statistics
import tempfile
from collections import defaultdict

from .corpus import Corpus
from .daemon import IDLE, Daemon
from .programs import Curl, Installation
from .site import Site

SWEEPS = {
    "cold": "first look, 200",
    "first": "unchanged, first 304 of the day",
    "304": "unchanged, 304",
    "200": "unchanged, 200 with the same bytes",
    "noise": "rebuilt with noise, 200",
}


def main():
    options = arguments()
    binary = pathlib.Path(options.binary).resolve()
    disk = pathlib.Path(tempfile.mkdtemp(prefix="unchanged-checks-"))
    memory = pathlib.Path(tempfile.mkdtemp(prefix="unchanged-checks-", dir="/dev/shm"))
    pages = memory / "pages"
    pages.mkdir()
    site = Site(memory, pages)
    try:
        corpus = Corpus(options.pages)
        vermerk, curl = defaultdict(list), defaultdict(list)
        for number in range(options.rounds):
            play(number, binary, disk, memory, site, corpus, vermerk, curl)
        print_sweeps(options, vermerk, curl)
        print_daemon(binary, disk, site, pages, corpus)
    finally:
        site.stop()
        shutil.rmtree(memory)
        shutil.rmtree(disk)


def play(number, binary, disk, memory, site, corpus, vermerk, curl):
    """One round: each sweep by both programs in turn."""
    pages, count = memory / "pages", len(corpus.plain)
    corpus.write(pages)
    known = Installation(binary, disk / "with-validators", site.with_validators, count)
    unknown = Installation(binary, disk / "without", site.without, count)
    shutil.rmtree(memory / "curl", ignore_errors=True)
    with_tags = Curl(memory / "curl/with-validators", site.with_validators, count)
    without = Curl(memory / "curl/without", site.without, count)

    curl["cold"].append(with_tags.fetch())
    vermerk["cold"].append(known.check())
    unknown.check()
    with_tags.ask()
    for sweep in ["first", "304"]:
        curl[sweep].append(with_tags.ask())
        vermerk[sweep].append(known.check())
    # The first unchanged look of a day leaves a record in the archive; the others do not.
    unknown.check()
    curl["200"].append(without.fetch())
    vermerk["200"].append(unknown.check())
    corpus.write_with_noise(pages, number + 1)
    curl["noise"].append(without.fetch())
    vermerk["noise"].append(unknown.check())
    if known.changes() + unknown.changes() > 0:
        raise SystemExit("a page that says the same was reported as changed")


def print_sweeps(options, vermerk, curl):
    print(f"{options.pages} pages, median of {options.rounds} rounds; CPU ms per page, user and system\n")
    print("| sweep | vermerk check | lowest–highest | curl -Z | ratio | vermerk wall s | curl wall s | vermerk peak MiB | curl peak MiB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for sweep, title in SWEEPS.items():
        own = [1000 * cost.cpu / options.pages for cost in vermerk[sweep]]
        other = [1000 * cost.cpu / options.pages for cost in curl[sweep]]
        ratio = statistics.median(own) / statistics.median(other)
        walls = [statistics.median(cost.wall for cost in costs) for costs in (vermerk[sweep], curl[sweep])]
        peaks = [max(cost.peak for cost in costs[sweep]) for costs in (vermerk, curl)]
        print(
            f"| {title} | {statistics.median(own):.3f} | {min(own):.3f}–{max(own):.3f} | {statistics.median(other):.3f} "
            f"| {ratio:.1f} | {walls[0]:.2f} | {walls[1]:.2f} | {peaks[0]:.0f} | {peaks[1]:.0f} |"
        )


def print_daemon(binary, disk, site, pages, corpus):
    """The first sweep reads every page; in the third one all answers are 304 and none is the day's first."""
    corpus.write(pages)
    count = len(corpus.plain)
    installation = Installation(binary, disk / "daemon", site.with_validators, count)
    print(f"\nvermerk run, {count} pages; idle: {IDLE} s after the sweep\n")
    print("| sweep | ready after ms | CPU ms per page | wall s | peak RSS MiB | idle RSS MiB | idle CPU % |")
    print("|---|---|---|---|---|---|---|")
    for number, title in enumerate(["first look, 200", "first 304 of the day", "304"]):
        if number > 0:
            installation.make_due()
        daemon = Daemon(installation, (number + 1) * count)
        print(
            f"| {title} | {1000 * daemon.ready:.0f} | {1000 * daemon.cost.cpu / count:.3f} | {daemon.cost.wall:.1f} | {daemon.peak:.1f} "
            f"| {daemon.idle:.1f} | {100 * daemon.idle_cpu:.2f} |"
        )


def arguments():
    parser = argparse.ArgumentParser(prog="benches/unchanged-checks")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--binary", default="target/release/vermerk")
    return parser.parse_args()


main()

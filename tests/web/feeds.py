"""Holds what programs subscribe to against its standard: Atom (RFC 4287), JSON Feed 1.1, iCalendar (RFC 5545).

Usage: feeds.py BASE FOLDER, with a site whose history has changes and a folder of feed files. Atom is
checked by the RELAX NG validator within vnu.jar, JSON Feed by the schema of version 1 with what 1.1 added.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import icalendar
import jsonfeedvalidator.schema
import jsonschema

here = pathlib.Path(__file__).parent
base, folder = sys.argv[1].rstrip("/"), pathlib.Path(sys.argv[2])


def get(path):
    with urllib.request.urlopen(f"{base}{path}") as answer:
        return answer.read()


def atoms(files):
    jar = here / "node_modules/vnu-jar/build/dist/vnu.jar"
    driver = "nu.validator.vendor.thaiopensource.relaxng.util.Driver"
    command = ["java", "-cp", jar, driver, "-c", here / "atom.rnc", *files]
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


with tempfile.TemporaryDirectory() as kept:
    files = []
    for name in ("all", "pages/replica", "countries/KE", "countries/AQ", "stages/SIGNED"):
        file = pathlib.Path(kept) / f"{name.replace('/', '-')}.atom"
        file.write_bytes(get(f"/feeds/{name}.atom"))
        files.append(file)
    written = sorted(folder.glob("*.atom"))
    assert written, f"no feed files in {folder}"
    atoms(files + written)
    broken = pathlib.Path(kept) / "broken.atom"
    broken.write_bytes(files[0].read_bytes().replace(b"<updated>", b"<updated>gestern ", 1))
    try:
        atoms([broken])
    except AssertionError:
        pass
    else:
        raise AssertionError("the validator takes anything")

schema = copy.deepcopy(jsonfeedvalidator.schema.SCHEMA)
authors = {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/author"}}
for part in (schema, schema["definitions"]["item"]):
    part["properties"] |= {"authors": authors, "language": {"type": "string"}}
for name in ("all", "countries/KE", "stages/SIGNED"):
    feed = json.loads(get(f"/feeds/{name}.json"))
    jsonschema.Draft4Validator(schema).validate(feed)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    ids = [item["id"] for item in feed["items"]]
    assert ids and len(ids) == len(set(ids)), name

ics = get("/calendar.ics")
assert all(len(line) <= 75 for line in ics.split(b"\r\n")), "lines of 75 octets at most"
assert b"\n" not in ics.replace(b"\r\n", b""), "every line ends with CRLF"
calendar = icalendar.Calendar.from_ical(ics)
assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    assert event["UID"] and event["DTSTAMP"] and event["SUMMARY"]
    assert event["DTSTART"].dt < event["DTEND"].dt
print(f"{len(files) + len(written)} Atom feeds, 3 JSON feeds, {len(calendar.walk('VEVENT'))} plans")

#!/usr/bin/env python3
"""Receives webhooks of Vermerk: checks the proof, drops what it has seen, prints the rest.

    webhook-receiver.py SECRET_FILE [PORT]
"""

import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

LARGEST = 16 * 1024 * 1024
FIVE_MINUTES = 300


def is_genuine(secret, header, body, now):
    """Whether the header proves that whoever knows the secret sent this body just now."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    moment, seal = parts.get("t", ""), parts.get("v1", "")
    if not moment.isdigit() or abs(now - int(moment)) > FIVE_MINUTES:
        return False
    expected = hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, seal)


class Receiver(BaseHTTPRequestHandler):
    secret = b""
    seen = set()

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > LARGEST:
            return self.answer(413)
        body = self.rfile.read(length)
        if not is_genuine(self.secret, self.headers.get("Vermerk-Signature", ""), body, time.time()):
            return self.answer(401)
        document = json.loads(body)
        if document["id"] not in self.seen:
            self.seen.add(document["id"])
            for item in document["items"]:
                print(item["kind"], item.get("stage", item.get("grade")), item["entry"]["key"], flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        Receiver.secret = file.read().rstrip(b"\r\n")
    server = HTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 8099), Receiver)
    print(f"listening on port {server.server_port}", flush=True)
    server.serve_forever()
